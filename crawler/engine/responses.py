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
from db.states import Reason, Why
from db.types import utc_now

#: what is said of an error, and whether trying again may help
_ERRORS: tuple[tuple[type[BaseException], Reason, bool], ...] = (
    (DownloadTimeoutError, Reason.TIMEOUT, True),
    (DownloadConnectionRefusedError, Reason.CONNECTION_REFUSED, True),
    (CannotResolveHostError, Reason.UNKNOWN_HOST, False),
    (ResponseDataLossError, Reason.TRUNCATED, True),
    (DownloadCancelledError, Reason.TOO_LARGE, False),
)


def describe_error(failure: TwistedFailure) -> tuple[Why, bool]:
    """(why, may trying again help) of a request without an answer."""
    for cause in _causes(failure.value):
        if isinstance(cause, FetchForbidden):
            return cause.why, False
        for kind, reason, retry in _ERRORS:
            if isinstance(cause, kind):
                return Why(reason), retry
    return Why(Reason.NO_ANSWER, type(failure.value).__name__), True


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
    return sorted(causes, key=lambda cause: not isinstance(cause, PrivateAddress))


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
