"""The demo site on two loopback addresses, with a log of what was asked."""

import gzip
import time
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from terkait.demo.content import load
from terkait.demo.expected import Expected
from terkait.demo.loopback import LoopbackServer
from terkait.demo.site import Answer, missing, pages
from terkait.demo.site_addresses import Addresses

HOSTS = {"sagara": "127.0.0.1", "kemuning": "127.0.0.2"}
FALLBACK_ADDRESS = "127.0.0.1"  # macOS has no other loopback address unless one is added


@dataclass(frozen=True, kw_only=True, slots=True)
class ServedRequest:
    """One request that came in."""

    #: seconds, of the monotonic clock
    time: float
    #: address and port, as in the URL
    host: str
    #: path and query
    path: str
    #: the User-Agent header
    agent: str

    @property
    def url(self) -> str:
        """The whole address."""
        return f"http://{self.host}{self.path}"


class DemoSite:
    """The running site; a context manager. Stopped, it can be started again at the same ports.

    ``ports`` are those of the two hosts, 0 for a free one; ``delay_seconds`` passes before
    each answer and may be changed while it runs. OSError where a given port is taken.
    """

    def __init__(self, *, ports: tuple[int, int] = (0, 0), delay_seconds: float = 0.0) -> None:
        self.delay_seconds = delay_seconds
        self.log: list[ServedRequest] = []
        self._ports = ports
        self._stack = ExitStack()
        self._answers: dict[str, Answer] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            ports = zip(HOSTS.items(), self._ports, strict=True)
            servers = {
                key: stack.enter_context(_listen(self, ip, port)) for (key, ip), port in ports
            }
            self._ports = tuple(server.server_port for server in servers.values())  # type: ignore[assignment]
            self.base_urls = {key: server.base_url for key, server in servers.items()}
            #: loopback addresses, for the list of private addresses that may be fetched
            self.hosts = tuple(dict.fromkeys(server.server_name for server in servers.values()))
            self._answers = pages(self.base_urls)
            self.expected = Expected(Addresses(content=load(), base_urls=self.base_urls))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def seed_url(self) -> str:
        """The article that a crawl begins with."""
        return self.expected.seed_url

    def requested(self) -> list[str]:
        """Addresses asked so far in order, with repeats, without robots.txt."""
        return [hit.url for hit in list(self.log) if hit.path != "/robots.txt"]

    def answer(self, url: str) -> Answer:
        """What is sent for an address; a query that means nothing is ignored."""
        parts = urlsplit(url)
        plain = f"{parts.scheme}://{parts.netloc}{parts.path}"
        return self._answers.get(url) or self._answers.get(plain) or missing()


def _listen(site: DemoSite, address: str, port: int) -> LoopbackServer:
    class Handler(_Handler):
        demo = site

    try:
        return LoopbackServer(Handler, address, port)
    except OSError:
        if address == FALLBACK_ADDRESS:
            raise
        return LoopbackServer(Handler, FALLBACK_ADDRESS, port)


class _Handler(BaseHTTPRequestHandler):
    """Answers from the rendered pages; gzip where the client takes it."""

    demo: DemoSite
    server: LoopbackServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = f"{self.server.server_name}:{self.server.server_port}"
        agent = self.headers.get("User-Agent", "")
        hit = ServedRequest(time=time.monotonic(), host=host, path=self.path, agent=agent)
        self.demo.log.append(hit)
        if self.demo.delay_seconds:
            self.server.stopping.wait(self.demo.delay_seconds)
        answer = self.demo.answer(hit.url)
        body, headers = answer.body, dict(answer.headers)
        if body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the site keeps its own log."""
