"""A web server for tests that says what it is told to, well or badly."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self

import pytest

from terkait.demo.loopback import LoopbackServer


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What came in."""

    #: of the monotonic clock
    time: float
    method: str
    #: path and query
    path: str
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What goes out."""

    body: bytes | str = b""
    status: int = 200
    #: added to Content-Type and Content-Length, or put in their place
    headers: Mapping[str, str] = field(default_factory=dict)
    #: passes before the first byte
    delay_seconds: float = 0.0
    #: that many bytes of the body are promised and never sent; the connection is cut
    missing_bytes: int = 0
    #: the body is sent again and again until the client leaves
    is_endless: bool = False


Route = Reply | bytes | str | Callable[[Request], "Reply | bytes | str"]


def redirect(to: str, status: int = 302) -> Reply:
    """An answer that sends the client elsewhere."""
    return Reply(status=status, headers={"Location": to})


class HttpSite:
    """A web server on a loopback address that says what ``routes`` tells it to.

    A route is found by path and query, else by path alone; its value is a Reply, a text or bytes
    (200, HTML), or a function of the Request that makes one. What has no route is 404.
    """

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self.routes: dict[str, Route] = {}
        self.log: list[Request] = []
        site = self

        class Handler(_Handler):
            http_site = site

        try:
            self._server = LoopbackServer(Handler, address, port)
        except OSError as error:
            pytest.skip(f"no loopback address {address}: {error}")

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()

    @property
    def base_url(self) -> str:
        """Scheme, address and port."""
        return self._server.base_url

    def url(self, path: str) -> str:
        """The address of a path."""
        return self.base_url + path

    def paths(self) -> list[str]:
        """What was asked so far, in order."""
        return [request.path for request in list(self.log)]

    def reply(self, request: Request) -> Reply:
        """The answer to a request."""
        missing = Reply(status=404, body="<h1>404</h1>")
        route = self.routes.get(request.path, self.routes.get(request.path.split("?")[0], missing))
        answer = route(request) if callable(route) else route
        return answer if isinstance(answer, Reply) else Reply(body=answer)


class _Handler(BaseHTTPRequestHandler):
    http_site: HttpSite
    server: LoopbackServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            time=time.monotonic(),
            method=self.command,
            path=self.path,
            headers=headers,
            body=self.rfile.read(int(headers.get("content-length", 0))),
        )
        self.http_site.log.append(request)
        reply = self.http_site.reply(request)
        self.server.stopping.wait(reply.delay_seconds)
        self._send(reply, reply.body.encode() if isinstance(reply.body, str) else reply.body)

    do_HEAD = do_POST = do_GET

    def _send(self, reply: Reply, body: bytes) -> None:
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if reply.is_endless or reply.missing_bytes:
            headers["Connection"] = "close"
        if not reply.is_endless:
            headers["Content-Length"] = str(len(body) + reply.missing_bytes)
        self.send_response(reply.status)
        for name, value in (headers | dict(reply.headers)).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(body)
        while reply.is_endless and not self.server.stopping.is_set():
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the site keeps its own log."""
