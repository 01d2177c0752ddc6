"""Scrapy's answers, and why there is none, in words and values of ours."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.errors import FetchForbidden, PrivateAddress
from crawler.page.items import FetchedPage
from db.types import utc_now

#: what is said of an error, and whether trying again may help
_ERRORS: tuple[tuple[type[BaseException], str, bool], ...] = (
    (DownloadTimeoutError, "timeout", True),
    (DownloadConnectionRefusedError, "connection refused", True),
    (CannotResolveHostError, "unknown host", False),
    (ResponseDataLossError, "truncated", True),
    (DownloadCancelledError, "too large", False),
)


def describe_error(failure: TwistedFailure) -> tuple[str, bool]:
    """(reason, may trying again help) of a request without an answer."""
    for cause in _causes(failure.value):
        if isinstance(cause, FetchForbidden):
            return str(cause), False
        for kind, reason, retry in _ERRORS:
            if isinstance(cause, kind):
                return reason, retry
    return f"no answer: {type(failure.value).__name__}", True


def _causes(error: BaseException | None) -> list[BaseException]:
    """The error and those that led to it; Twisted keeps some in ``reasons``."""
    found: list[BaseException] = []
    queue = [error]
    while queue and len(found) < 20:
        one = queue.pop(0)
        if one is None:
            continue
        found.append(one)
        queue += [one.__cause__, one.__context__]
        queue += [reason.value for reason in getattr(one, "reasons", None) or ()]
    return sorted(found, key=lambda one: not isinstance(one, PrivateAddress))


def headers_of(response: Response) -> dict[str, str]:
    """The headers, names in lower case."""
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")[:2_000]
        for name, values in response.headers.items()
    }


def page_of(response: Response) -> FetchedPage:
    """The answer, with all of its headers."""
    return FetchedPage(
        url=response.url,
        body=response.body,
        fetched_at=utc_now(),
        status=response.status,
        headers=headers_of(response),
    )
