"""Requests that brought no page: again later, given up, refused, or gone for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.frontier.expansion import queue
from db.frontier.leases import count_in_run
from db.models import Page

#: requests for one page before it counts as failed
MAX_ATTEMPTS = 3
#: a page that is not there is looked at again the next night, then after a month, then never
_SECOND_LOOK = timedelta(hours=20)
_THIRD_LOOK = timedelta(days=30)
_GONE = (404, 410)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """A request that brought no page."""

    page_id: int
    #: short and constant, e.g. "http 404", "timeout"
    reason: str
    status: int | None = None
    #: seconds until the next try; None: not again in this run
    retry_seconds: float | None = None
    #: the address is kept as it was asked for: no attempt is counted (Retry-After, robots.txt)
    counts: bool = True
    #: not before this long may a later run try it again
    rest_seconds: float = 0.0
    #: False: it was given up without a request, which costs nothing of the budget
    was_asked: bool = True


def fail(
    session: Session, *, run_id: int, owner: str, failures: Sequence[Failed], now: datetime
) -> None:
    """Record failed requests: due again later, or ``failed`` with the reason."""
    if not failures:
        return
    by_id = {failure.page_id: failure for failure in failures}
    pages = session.scalars(
        select(Page).where(Page.id.in_(by_id), Page.state == "leased", Page.lease_owner == owner)
    ).all()
    again: dict[int, datetime] = {}
    for page in pages:
        _record(page, by_id[page.id], now)
        if page.state == "due" and page.next_fetch_at is not None:
            again[page.host_id] = min(
                again.get(page.host_id, page.next_fetch_at), page.next_fetch_at
            )
    session.flush()
    queue(session, run_id, again)
    given_up = [page for page in pages if page.state == "failed"]
    spent = sum(by_id[page.id].was_asked for page in given_up)
    count_in_run(session, run_id, claimed=spent - len(pages), failed=len(given_up))


def _record(page: Page, failure: Failed, now: datetime) -> None:
    page.lease_owner = page.lease_until = None
    page.reason, page.status = failure.reason, failure.status
    page.attempts += failure.counts
    retry = failure.retry_seconds
    if retry is not None and page.attempts < MAX_ATTEMPTS:
        page.state, page.next_fetch_at = "due", now + timedelta(seconds=retry)
        return
    page.state = "failed"
    page.next_fetch_at = now + timedelta(seconds=failure.rest_seconds)
    if failure.status in _GONE:
        _miss(page, now)


def _miss(page: Page, now: datetime) -> None:
    """A page that is not there is gone when a second look says so too; nothing is deleted."""
    page.missing += 1
    if page.missing == 1:
        page.next_fetch_at = now + _SECOND_LOOK
        return
    page.gone_at = page.gone_at or now
    page.next_fetch_at = now + _THIRD_LOOK if page.missing == 2 else None


def refuse(session: Session, *, run_id: int, owner: str, refused: dict[int, str]) -> None:
    """Record pages (id -> reason) that may not be fetched, such as by robots.txt."""
    if not refused:
        return
    columns = {"state": "skipped", "lease_owner": None, "lease_until": None}
    held = session.scalars(
        select(Page.id).where(
            Page.id.in_(refused), Page.state == "leased", Page.lease_owner == owner
        )
    ).all()
    if held:
        rows = [{"id": id_, "reason": refused[id_], **columns} for id_ in held]
        session.execute(update(Page), rows)
        count_in_run(session, run_id, claimed=-len(held))
