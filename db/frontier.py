"""The frontier: what is due, who has it, and where it goes from there.

A spider leases hosts and takes pages of those only, so that one host is walked by one spider at
a time. Leases run out: what a dead spider had becomes due again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.orm import Session

from db.dialect import chunks, skip_locked
from db.models import Host, HostQueue, Page, Run
from db.walk import queue

#: how long a spider that is silent keeps what it has
LEASE = timedelta(seconds=60)
#: requests for one page before it counts as failed
MAX_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class HostState:
    """A leased host and what is remembered of it."""

    id: int
    name: str
    #: no request before this moment
    rest_until: datetime | None
    #: HTTP status of robots.txt, None where it was never fetched
    robots_status: int | None
    robots_body: str | None
    #: robots.txt is to be fetched again after this moment
    robots_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A page that this spider is to fetch."""

    page_id: int
    host_id: int
    url: str
    depth: int
    attempts: int


def lease_hosts(
    session: Session, *, run_id: int, owner: str, limit: int, now: datetime
) -> list[HostState]:
    """Lease up to ``limit`` more hosts on which the run has something due."""
    free = (
        select(Host)
        .join(HostQueue, HostQueue.host_id == Host.id)
        .where(HostQueue.run_id == run_id, HostQueue.next_due_at <= now)
        .where(or_(Host.lease_until.is_(None), Host.lease_until < now, Host.lease_owner == owner))
        .order_by(HostQueue.next_due_at)
        .limit(limit)
    )
    hosts = session.scalars(skip_locked(session, free, of=Host)).all()
    for host in hosts:
        host.lease_owner, host.lease_until = owner, now + LEASE
    session.flush()
    return [
        HostState(
            id=host.id,
            name=host.name,
            rest_until=host.rest_until,
            robots_status=host.robots_status,
            robots_body=host.robots_body,
            robots_until=host.robots_until,
        )
        for host in hosts
    ]


def renew(session: Session, *, owner: str, now: datetime) -> None:
    """Keep what this spider has for another lease."""
    until = {"lease_until": now + LEASE}
    session.execute(update(Host).where(Host.lease_owner == owner).values(until))
    session.execute(
        update(Page).where(Page.state == "leased", Page.lease_owner == owner).values(until)
    )


def claim(
    session: Session,
    *,
    run_id: int,
    host_id: int,
    owner: str,
    limit: int,
    now: datetime,
) -> list[Claim]:
    """Take up to ``limit`` due pages of a leased host, the most wanted first."""
    due = (
        select(Page)
        .where(Page.run_id == run_id, Page.host_id == host_id, Page.state == "due")
        .where(or_(Page.next_fetch_at.is_(None), Page.next_fetch_at <= now))
        .order_by(Page.priority, Page.id)
        .limit(limit)
    )
    pages = session.scalars(skip_locked(session, due, of=Page)).all()
    for page in pages:
        page.state, page.lease_owner, page.lease_until = "leased", owner, now + LEASE
    session.flush()
    if len(pages) < limit:
        _plan_host(session, run_id=run_id, host_id=host_id)
    _count(session, run_id, claimed=len(pages))
    return [
        Claim(
            page_id=page.id,
            host_id=page.host_id,
            url=page.url,
            depth=page.depth,
            attempts=page.attempts,
        )
        for page in pages
    ]


def _plan_host(session: Session, *, run_id: int, host_id: int) -> None:
    """Set when the run has next something due on the host, from the pages themselves."""
    earliest = (
        select(func.min(Page.next_fetch_at))
        .where(Page.run_id == run_id, Page.host_id == host_id, Page.state == "due")
        .scalar_subquery()
    )
    session.execute(
        update(HostQueue)
        .where(HostQueue.run_id == run_id, HostQueue.host_id == host_id)
        .values(next_due_at=earliest)
    )


def release_hosts(session: Session, *, owner: str, host_ids: Collection[int]) -> None:
    """Give hosts back."""
    session.execute(
        update(Host)
        .where(Host.id.in_(host_ids), Host.lease_owner == owner)
        .values(lease_owner=None, lease_until=None)
    )


def give_back(session: Session, *, owner: str, page_ids: Sequence[int], now: datetime) -> None:
    """Make claimed pages due again that were not asked for."""
    for some in chunks(page_ids):
        _return(
            session, session.execute(_leased(Page.id.in_(some), Page.lease_owner == owner)), now
        )


def reclaim(session: Session, *, now: datetime, owner: str | None = None) -> int:
    """Make due again what spiders hold whose lease ran out, or all that ``owner`` holds.

    Returns how many pages. Hosts of ``owner`` become free as well.
    """
    gone = (
        Page.lease_until < now
        if owner is None
        else or_(Page.lease_until < now, Page.lease_owner == owner)
    )
    count = _return(session, session.execute(_leased(gone)), now)
    if owner is not None:
        session.execute(
            update(Host).where(Host.lease_owner == owner).values(lease_owner=None, lease_until=None)
        )
    return count


def _leased(*conditions: Any) -> Any:
    columns = select(Page.id, Page.run_id, Page.host_id)
    return columns.where(Page.state == "leased", *conditions).limit(100_000)


def _return(session: Session, found: Any, now: datetime) -> int:
    rows: list[Row[Any]] = list(found)
    freed = {"state": "due", "lease_owner": None, "lease_until": None}
    if rows:
        session.execute(update(Page), [{"id": row.id, **freed} for row in rows])
    for run_id in {row.run_id for row in rows}:
        mine = [row for row in rows if row.run_id == run_id]
        queue(session, run_id, dict.fromkeys((row.host_id for row in mine), now))
        _count(session, run_id, claimed=-len(mine))
    return len(rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
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


def fail(
    session: Session, *, run_id: int, owner: str, failures: Sequence[Failure], now: datetime
) -> None:
    """Record failed requests: due again later, or ``failed`` with the reason."""
    by_id = {failure.page_id: failure for failure in failures}
    pages = session.scalars(
        select(Page).where(Page.id.in_(by_id), Page.state == "leased", Page.lease_owner == owner)
    ).all()
    again: dict[int, datetime] = {}
    for page in pages:
        failure = by_id[page.id]
        page.lease_owner = page.lease_until = None
        page.reason, page.status = failure.reason, failure.status
        page.attempts += failure.counts
        retry = failure.retry_seconds
        if retry is not None and page.attempts < MAX_ATTEMPTS:
            page.state, page.next_fetch_at = "due", now + timedelta(seconds=retry)
            again[page.host_id] = min(
                again.get(page.host_id, page.next_fetch_at), page.next_fetch_at
            )
        else:
            page.state = "failed"
            page.next_fetch_at = now + timedelta(seconds=failure.rest_seconds)
    session.flush()
    queue(session, run_id, again)
    given_up = sum(page.state == "failed" for page in pages)
    _count(session, run_id, claimed=given_up - len(pages), failed=given_up)


def refuse(session: Session, *, run_id: int, owner: str, refused: dict[int, str]) -> None:
    """Record pages (id -> reason) that may not be fetched, such as by robots.txt."""
    columns = {"state": "skipped", "lease_owner": None, "lease_until": None}
    held = session.scalars(
        select(Page.id).where(
            Page.id.in_(refused), Page.state == "leased", Page.lease_owner == owner
        )
    ).all()
    if held:
        rows = [{"id": id_, "reason": refused[id_], **columns} for id_ in held]
        session.execute(update(Page), rows)
        _count(session, run_id, claimed=-len(held))


def next_due_at(session: Session, *, run_id: int) -> datetime | None:
    """When the run has next something due on a host, None where nothing is left."""
    return session.scalar(select(func.min(HostQueue.next_due_at)).where(HostQueue.run_id == run_id))


def waiting(session: Session, *, silent_seconds: float, limit: int, now: datetime) -> list[int]:
    """Pages fetched but not read that nobody was told of for so long; marks them as told now."""
    cutoff = now - timedelta(seconds=silent_seconds)
    found = (
        select(Page)
        .where(Page.state == "fetched")
        .where(func.coalesce(Page.rung_at, Page.fetched_at) <= cutoff)
        .order_by(Page.id)
        .limit(limit)
    )
    pages = session.scalars(skip_locked(session, found, of=Page)).all()
    for page in pages:
        page.rung_at = now
    return [page.id for page in pages]


def _count(session: Session, run_id: int | None, **changes: int) -> None:
    changed = {name: getattr(Run, name) + by for name, by in changes.items() if by}
    if changed and run_id is not None:
        session.execute(update(Run).where(Run.id == run_id).values(changed))
