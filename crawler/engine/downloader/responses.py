"""Scrapy's answers, and why there is none, in words and values of ours."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.web._newclient import ParseError

from crawler.engine.downloader.resolver import GuardedResolver
from crawler.errors import HeadersTooLong
from crawler.page.items import FetchedPage
from db.sql.types import storable, utc_now
from db.terms.states import Reason, Why

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
#: printable ASCII: anything else is no cookie, or an attempt to write a header of its own
_COOKIE = re.compile(r"[!-:<-~]*")
_MAX_COOKIES, _MAX_COOKIE_CHARS = 20, 4_000
#: what is said of an error, and whether trying again may help; the most telling first
_ERRORS: tuple[tuple[type[BaseException], Reason, bool], ...] = (
    (HeadersTooLong, Reason.HEADERS_TOO_LONG, False),
    (DownloadTimeoutError, Reason.TIMEOUT, True),
    (DownloadConnectionRefusedError, Reason.CONNECTION_REFUSED, True),
    (CannotResolveHostError, Reason.UNKNOWN_HOST, False),
    (ResponseDataLossError, Reason.TRUNCATED, True),
    (DownloadCancelledError, Reason.TOO_LARGE, False),
    (SSL.Error, Reason.TLS, False),
    (VerificationError, Reason.TLS, False),
    (ParseError, Reason.NOT_HTTP, True),
    (ConnectionClosed, Reason.CONNECTION_CLOSED, True),
    (ConnectError, Reason.NO_CONNECTION, True),
)


def describe_error(error: BaseException, url: str) -> tuple[Why, bool]:
    """(why, may trying again help) of a request for this address without an answer."""
    causes = _causes(error)
    for kind, reason, retry in _ERRORS:
        if any(isinstance(cause, kind) for cause in causes):
            return _refused_name(url) or Why(reason), retry
    return Why(Reason.NO_ANSWER, type(error).__name__), True


def _refused_name(url: str) -> Why | None:
    """The private address that the name led to, where it was refused when it was resolved."""
    from twisted.internet import reactor

    resolver = getattr(reactor, "nameResolver", None)
    if not isinstance(resolver, GuardedResolver):
        return None
    address = resolver.refused_address(urlsplit(url).hostname or "")
    return None if address is None else Why(Reason.PRIVATE_ADDRESS, address)


def _causes(error: BaseException | None) -> list[BaseException]:
    """The error and those that led to it; Twisted keeps some in ``reasons``."""
    causes: list[BaseException] = []
    queue = [error]
    while queue and len(causes) < 20:
        cause = queue.pop(0)
        if cause is None:
            continue
        causes.append(cause)
        queue += [cause.__cause__, cause.__context__]
        queue += [failure.value for failure in getattr(cause, "reasons", None) or ()]
    return causes


def location_of(response: Response) -> str:
    """Where a redirect leads, as browsers read it: the first value, its raw bytes escaped."""
    values = response.headers.getlist("Location")
    raw = values[0] if values else b""
    return _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], raw).decode("ascii")


def cookies_after(response: Response, cookies: str) -> str:
    """The Cookie header for where an answer leads: what was sent, and what it sets."""
    jar = dict(pair.partition("=")[::2] for pair in cookies.split("; ") if "=" in pair)
    for value in response.headers.getlist("Set-Cookie"):
        name, mark, content = value.decode("latin-1").partition(";")[0].partition("=")
        if mark and _COOKIE.fullmatch(name.strip() + content.strip()):
            jar[name.strip()] = content.strip()
    kept = [f"{name}={content}" for name, content in list(jar.items())[:_MAX_COOKIES]]
    return "; ".join(kept)[:_MAX_COOKIE_CHARS]


def headers_of(response: Response) -> dict[str, str]:
    """The headers, names in lower case; what no database stores is replaced."""
    return {
        storable(name.decode("latin-1").lower()): storable(
            _joined(name, values).decode("latin-1")[:2_000]
        )
        for name, values in response.headers.items()
    }


def _joined(name: bytes, values: Sequence[bytes]) -> bytes:
    """Several headers of one name as one; of content types the last that is one counts.

    Cookies may hold commas, and nothing else may stand between them than a new line.
    """
    if name.lower() == b"content-type":
        return next((value for value in reversed(values) if b"/" in value), b"")
    return (b"\n" if name.lower() == b"set-cookie" else b", ").join(values)


def page_of(response: Response) -> FetchedPage:
    """The answer, with all of its headers."""
    return FetchedPage(
        url=response.url,
        body=response.body,
        fetched_at=utc_now(),
        status=response.status,
        headers=headers_of(response),
    )
