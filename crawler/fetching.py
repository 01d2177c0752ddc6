"""Fetches a few addresses politely, one after the other, without a spider.

For commands that look at a site. robots.txt is asked for first, the delay is kept, redirects are
followed by hand, and no private address is asked that the settings do not allow.
"""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from crawler.errors import Refused
from crawler.guards import Guard
from crawler.outcomes import REDIRECTS
from crawler.robots import Robots, decode_robots, read_robots
from crawler.urls import BadURL, canonical, host_of
from db.config import Config

_MAX_REDIRECTS = 5


class NotFetched(Exception):
    """There is no answer, or none that may be had; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came."""

    #: the address that answered
    url: str
    status: int
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class _Host:
    robots: Robots
    asked_at: float = field(default_factory=time.monotonic)


class Fetcher:
    """Asks for addresses, each host by its rules and at its pace."""

    def __init__(self, config: Config) -> None:
        proxies = (urlsplit(url).hostname for url in getproxies().values())
        self._guard = Guard([*config.allow_private, *(name for name in proxies if name)])
        self._config = config
        self._hosts: dict[str, _Host] = {}
        self._opener = urllib.request.build_opener(
            _NoRedirect(), _Http(self._guard), _Https(self._guard)
        )

    def get(self, url: str) -> Answer:
        """The answer to an address, after redirects. Raises NotFetched."""
        for _ in range(_MAX_REDIRECTS + 1):
            host = self._prepared(url)
            if not host.robots.is_known:
                raise NotFetched(f"{url}: robots.txt cannot be had")
            if not host.robots.allows(url):
                raise NotFetched(f"{url}: robots.txt forbids it")
            time.sleep(max(0.0, host.asked_at + self._delay(host) - time.monotonic()))
            answer = self._ask(url)
            host.asked_at = time.monotonic()
            if answer.status not in REDIRECTS:
                return answer
            try:
                url = canonical(answer.headers.get("location", ""), url)
            except BadURL as error:
                raise NotFetched(f"{url}: redirect: {error}") from error
        raise NotFetched(f"{url}: too many redirects")

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of the address's host names. Raises NotFetched."""
        robots = self._prepared(url).robots
        return list(robots.rules.sitemaps) if robots.rules is not None else []

    def _delay(self, host: _Host) -> float:
        return max(self._config.delay_seconds, host.robots.delay_seconds)

    def _prepared(self, url: str) -> _Host:
        name = host_of(url)
        if name not in self._hosts:
            self._hosts[name] = _Host(self._robots(f"{urlsplit(url).scheme}://{name}/robots.txt"))
        return self._hosts[name]

    def _robots(self, url: str) -> Robots:
        for _ in range(_MAX_REDIRECTS + 1):
            answer = self._ask(url)
            if answer.status not in REDIRECTS:
                text = decode_robots(answer.body) if answer.status == 200 else None
                return read_robots(answer.status, text, self._config.agent)
            try:
                url = canonical(answer.headers.get("location", ""), url)
            except BadURL:
                break
        return read_robots(404, None, self._config.agent)

    def _ask(self, url: str) -> Answer:
        """One request. Raises NotFetched where nothing comes."""
        headers = {"User-Agent": self._config.agent, "Accept": "text/html,*/*;q=0.5"}
        request = urllib.request.Request(url, headers=headers)
        try:
            self._guard.check_host(host_of(url))
            with self._opener.open(request, timeout=self._config.timeout_seconds) as came:
                return self._answer(url, came)
        except urllib.error.HTTPError as error:
            with error:
                return self._answer(url, error)
        except Refused as error:
            raise NotFetched(f"{url}: {error}") from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise NotFetched(f"{url}: {getattr(error, 'reason', error)}") from error

    def _answer(self, url: str, came: Any) -> Answer:
        limit = self._config.max_page_bytes
        headers = {name.lower(): value for name, value in came.headers.items()}
        return Answer(url=url, status=came.status, headers=headers, body=came.read(limit))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        """Leave redirects to ``Fetcher``."""


class _CheckedConnection(http.client.HTTPConnection):
    """Looks whom it has reached before it says anything."""

    def __init__(self, guard: Guard, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self._guard = guard

    def connect(self) -> None:
        """Connect. Raises PrivateAddress."""
        super().connect()
        self._guard.check_address(self.sock.getpeername()[0], self.host)


class _CheckedTlsConnection(http.client.HTTPSConnection):
    """The same for TLS."""

    def __init__(self, guard: Guard, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self._guard = guard

    def connect(self) -> None:
        """Connect. Raises PrivateAddress."""
        super().connect()
        self._guard.check_address(self.sock.getpeername()[0], self.host)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self._guard = guard

    def http_open(self, req: urllib.request.Request) -> Any:
        """Open a connection that checks whom it has reached."""
        return self.do_open(partial(_CheckedConnection, self._guard), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self._guard = guard

    def https_open(self, req: urllib.request.Request) -> Any:
        """Open a connection that checks whom it has reached."""
        return self.do_open(partial(_CheckedTlsConnection, self._guard), req)
