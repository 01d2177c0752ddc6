"""What an answer, or the lack of one, means for an address. Plain Python."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from db.terms.outcomes import Failed
from db.terms.states import Reason, Why

#: tries for one page within a run come after so many seconds, then four times as many
_RETRY_SECONDS = 1.0
#: until the next night, which may begin a little earlier than this one did
_NIGHT_SECONDS = 20 * 3_600.0
_HOUR_SECONDS = 3_600.0
#: no Retry-After is believed beyond this
_MAX_RETRY_AFTER_SECONDS = 3_600.0
_DEFAULT_RETRY_AFTER_SECONDS = 30.0

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: the host asks for patience
BUSY = frozenset({429, 503})
#: statuses with which a protection service may answer
MAY_BLOCK = frozenset({200, 202, 401, 403, 405, 429, 503})
_HTML = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")


def is_trouble(status: int) -> bool:
    """True for an answer that tells of trouble of the whole host, not of the page."""
    return (status >= 500 or status == 429) and status not in (501, 505)


def is_web_page(content_type: str) -> bool:
    """True for HTML and for answers that do not say what they are."""
    kind = content_type.partition(";")[0].strip().lower()
    return not kind or kind in _HTML


def failure_of_status(
    page_id: int, status: int, headers: Mapping[str, str], *, attempts: int, now: datetime
) -> Failed:
    """What a status other than 200 and the redirects means."""
    why = Why.http(status)
    if status in BUSY:
        wait = retry_after(headers.get("retry-after"), now)
        return Failed(
            page_id=page_id,
            why=why,
            status=status,
            retry_seconds=_DEFAULT_RETRY_AFTER_SECONDS if wait is None else wait,
            counts=False,
            rest_seconds=_HOUR_SECONDS,
        )
    if status >= 500 or status in (408, 425):
        return Failed(
            page_id=page_id,
            why=why,
            status=status,
            retry_seconds=retry_seconds(attempts),
            rest_seconds=_HOUR_SECONDS,
        )
    return Failed(page_id=page_id, why=why, status=status, rest_seconds=_NIGHT_SECONDS)


def blocked(page_id: int, who: str, status: int) -> Failed:
    """A page that is shown in place of the one asked for; it is never stored."""
    return Failed(
        page_id=page_id,
        why=Why(Reason.BLOCK_PAGE, who),
        status=status,
        rest_seconds=_NIGHT_SECONDS,
    )


def failure_of_error(page_id: int, why: Why, *, attempts: int, retry: bool) -> Failed:
    """What a request without an answer means; a later run tries at once."""
    return Failed(
        page_id=page_id, why=why, retry_seconds=retry_seconds(attempts) if retry else None
    )


def unusable(page_id: int, why: Why, status: int) -> Failed:
    """An answer that cannot be read as a page."""
    return Failed(page_id=page_id, why=why, status=status, rest_seconds=_NIGHT_SECONDS)


def retry_seconds(attempts: int) -> float:
    """The wait before the next try."""
    return float(_RETRY_SECONDS * 4**attempts)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, in either form, capped; None where unreadable."""
    if not value or not value.strip():
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _MAX_RETRY_AFTER_SECONDS)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), _MAX_RETRY_AFTER_SECONDS)
