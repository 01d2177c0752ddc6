"""The frontier: what is due, who has it, and where it goes from there.

A spider leases hosts and takes pages of those only, so that one host is walked by one spider at
a time. Leases run out: what a dead spider had becomes due again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from db.frontier import page_state
from db.frontier.expansion import queue
from db.frontier.suspects import as_suspect, give_up_deadly, not_to_blame
from db.models import Host, HostQueue, Page, Run
from db.sql.dialect import chunks, skip_locked
from db.terms.claims import Claim, HostState
from db.terms.states import State

#: how long a spider that is silent keeps what it has
LEASE = timedelta(seconds=60)
#: a host beside the one that is asked for
_OTHER = aliased(Host)
#: what a spider is told of a page
_CLAIMED = select(
    *(Page.id, Page.host_id, Page.url, Page.written_url, Page.depth, Page.attempts, Page.deaths),
    *(Page.visits, Page.role, Page.etag, Page.last_modified),
)


def lease_hosts(
    session: Session, *, run_id: int, owner: str, limit: int, now: datetime
) -> list[HostState]:
    """Lease up to ``limit`` more hosts on which the run has something due.

    A host that its spider left behind is asked when its delay has passed again: nobody knows
    when that spider asked it last.
    """
    free = (
        select(Host)
        .join(HostQueue, HostQueue.host_id == Host.id)
        .where(HostQueue.run_id == run_id, HostQueue.next_due_at <= now)
        .where(or_(Host.lease_until.is_(None), Host.lease_until < now, Host.lease_owner == owner))
        .where(_is_alone(owner, now))
        .order_by(HostQueue.next_due_at)
        .limit(limit)
    )
    hosts = session.scalars(skip_locked(session, free, of=Host)).all()
    for host in hosts:
        if host.lease_owner not in (None, owner):
            host.rest_until = _later(host.rest_until, now, host.delay_seconds)
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
            failures=host.failures,
            problem=host.problem,
            address=host.address,
            delay_seconds=host.delay_seconds,
        )
        for host in hosts
    ]


def _is_alone(owner: str, now: datetime) -> ColumnElement[bool]:
    """True for hosts whose IP address, where it counts, no other spider asks now."""
    return or_(
        Host.address.is_(None),
        ~exists().where(
            _OTHER.address == Host.address, _OTHER.lease_owner != owner, _OTHER.lease_until >= now
        ),
    )


def _later(rest_until: datetime | None, now: datetime, seconds: float) -> datetime:
    until = now + timedelta(seconds=seconds)
    return until if rest_until is None else max(rest_until, until)


def renew(session: Session, *, owner: str, now: datetime) -> None:
    """Keep what this spider has for another lease."""
    until = {"lease_until": now + LEASE}
    session.execute(update(Host).where(Host.lease_owner == owner).values(until))
    session.execute(
        update(Page).where(Page.state == State.LEASED, Page.lease_owner == owner).values(until)
    )


def held_pages(
    session: Session, owner: str, page_ids: Sequence[int], *columns: Any
) -> Sequence[Row[Any]]:
    """Those of the pages that this spider still has: id, depth and the columns asked for."""
    if not page_ids:
        return ()
    held = select(Page.id, Page.depth, *columns).where(
        Page.id.in_(page_ids), Page.state == State.LEASED, Page.lease_owner == owner
    )
    return session.execute(held).all()


def claim(
    session: Session,
    *,
    run_id: int,
    host_id: int,
    owner: str,
    limit: int,
    now: datetime,
) -> list[Claim]:
    """Take up to ``limit`` due pages of a leased host, the most wanted first.

    Fewer means that the host has no more now. ``settle`` notes what was taken.
    """
    due = (
        _CLAIMED.where(Page.run_id == run_id, Page.host_id == host_id, Page.state == State.DUE)
        .where(or_(Page.next_fetch_at.is_(None), Page.next_fetch_at <= now))
        .order_by(Page.priority, Page.id)
        .limit(limit)
    )
    pages = session.execute(skip_locked(session, due, of=Page)).all()
    page_state.to_leased(session, [page.id for page in pages], owner=owner, until=now + LEASE)
    return [_as_claim(page) for page in pages]


def _as_claim(page: Any) -> Claim:
    is_known = page.visits > 0
    return Claim(
        page_id=page.id,
        host_id=page.host_id,
        url=page.url,
        spelling=page.written_url,
        depth=page.depth,
        attempts=page.attempts,
        deaths=page.deaths,
        is_known=is_known,
        role=page.role,
        etag=page.etag if is_known else None,
        last_modified=page.last_modified if is_known else None,
    )


def settle(
    session: Session,
    *,
    run_id: int,
    owner: str,
    drained: Collection[int],
    claims: Sequence[Claim],
    max_pages: int,
    now: datetime,
) -> Sequence[Claim]:
    """Note what was taken from which hosts; what goes beyond the budget is due again.

    Called once, at the end: the rows that all spiders write are locked last and in one order.
    drained: hosts that had no more; max_pages: 0 for no limit. Returns the claims that stay.
    """
    for host_id in sorted(drained):
        _plan_host(session, run_id=run_id, host_id=host_id)
    if not claims:
        return claims
    total = session.scalar(
        update(Run)
        .where(Run.id == run_id)
        .values(claimed=Run.claimed + len(claims))
        .returning(Run.claimed)
    )
    over = min(len(claims), (total or 0) - max_pages) if max_pages else 0
    if over <= 0:
        return claims
    give_back(session, owner=owner, page_ids=[taken.page_id for taken in claims[-over:]], now=now)
    return claims[:-over]


def _plan_host(session: Session, *, run_id: int, host_id: int) -> None:
    """Set when the run has next something due on the host, from the pages themselves."""
    earliest = (
        select(func.min(Page.next_fetch_at))
        .where(Page.run_id == run_id, Page.host_id == host_id, Page.state == State.DUE)
        .scalar_subquery()
    )
    session.execute(
        update(HostQueue)
        .where(HostQueue.run_id == run_id, HostQueue.host_id == host_id)
        .values(next_due_at=earliest)
    )


def release_hosts(
    session: Session, *, owner: str, rests: Mapping[int, float], now: datetime
) -> None:
    """Give hosts back (id -> seconds until they may be asked again, as their pace says)."""
    hosts = session.scalars(
        select(Host).where(Host.id.in_(rests), Host.lease_owner == owner).order_by(Host.id)
    )
    for host in hosts:
        host.lease_owner = host.lease_until = None
        if rests[host.id] > 0:
            host.rest_until = _later(host.rest_until, now, rests[host.id])
            _rest_beside(session, host)
    session.flush()


def _rest_beside(session: Session, host: Host) -> None:
    """The other names on the host's IP address, where it counts, rest with it."""
    if host.address is None:
        return
    session.execute(
        update(Host)
        .where(Host.address == host.address, Host.lease_owner.is_(None))
        .where(or_(Host.rest_until.is_(None), Host.rest_until < host.rest_until))
        .values(rest_until=host.rest_until)
    )


def give_back(session: Session, *, owner: str, page_ids: Sequence[int], now: datetime) -> None:
    """Make claimed pages due again that were not asked for."""
    for chunk in chunks(page_ids):
        _return(
            session, session.execute(_leased(Page.id.in_(chunk), Page.lease_owner == owner)), now
        )


def reclaim(
    session: Session, *, now: datetime, owner: str | None = None, is_page_fault: bool = True
) -> int:
    """Make due again what spiders hold whose lease ran out, or all that ``owner`` holds.

    owner: a spider, or the program whose spiders (``owner/1``, ``owner/2`` ...) are meant.
    Returns how many pages. Their hosts become free as well, each when its delay has passed. Pages
    over which spiders die again and again are given up; is_page_fault: False where it is known that
    the spider ended for another reason.
    """
    gone = Page.lease_until < now
    if owner is not None:
        gone = or_(gone, _belongs(Page.lease_owner, owner))
    held = session.execute(_leased(gone)).all()
    pages = len(held)
    if not is_page_fault:
        _return(session, held, now, not_to_blame)
        held = []
    given_up = give_up_deadly(session, held, now)
    for row in held:
        if row.id in given_up:
            count_in_run(session, row.run_id, failed=1)
    _return(session, [row for row in held if row.id not in given_up], now, as_suspect)
    if owner is not None:
        for host in session.scalars(select(Host).where(_belongs(Host.lease_owner, owner))):
            host.rest_until = _later(host.rest_until, now, host.delay_seconds)
            host.lease_owner = host.lease_until = None
        session.flush()
    return pages


def _belongs(column: InstrumentedAttribute[str | None], owner: str) -> ColumnElement[bool]:
    return or_(column == owner, column.startswith(f"{owner}/", autoescape=True))


def _leased(*conditions: Any) -> Any:
    columns = select(Page.id, Page.run_id, Page.host_id, Page.deaths)
    return columns.where(Page.state == State.LEASED, *conditions).limit(100_000)


def _return(
    session: Session,
    held: Iterable[Row[Any]],
    now: datetime,
    columns: Callable[[Row[Any]], dict[str, Any]] = lambda row: {"id": row.id},
) -> None:
    rows = list(held)
    page_state.to_due(session, map(columns, rows))
    for run_id in {row.run_id for row in rows}:
        mine = [row for row in rows if row.run_id == run_id]
        queue(session, run_id, dict.fromkeys((row.host_id for row in mine), now))
        count_in_run(session, run_id, claimed=-len(mine))


def next_due_at(session: Session, *, run_id: int) -> datetime | None:
    """When the run has next something due on a host, None where nothing is left."""
    return session.scalar(select(func.min(HostQueue.next_due_at)).where(HostQueue.run_id == run_id))


def follow_clock(session: Session, *, run_id: int, seconds: float) -> None:
    """The machine's clock was set back: what the run plans comes as soon as it would have come."""
    by = timedelta(seconds=seconds)
    planned = (
        (Page, Page.next_fetch_at, (Page.run_id == run_id, Page.state == State.DUE)),
        (HostQueue, HostQueue.next_due_at, (HostQueue.run_id == run_id,)),
        (Host, Host.rest_until, (Host.id.in_(_hosts_of(run_id)),)),
    )
    for table, column, conditions in planned:
        rows = session.execute(
            select(*table.__table__.primary_key, column).where(column.is_not(None), *conditions)
        ).all()
        keys = [key.name for key in table.__table__.primary_key]
        moved = [
            dict(zip(keys, row[:-1], strict=True)) | {column.key: row[-1] - by} for row in rows
        ]
        if moved:
            session.execute(update(table), moved)


def _hosts_of(run_id: int) -> Any:
    return select(HostQueue.host_id).where(HostQueue.run_id == run_id)


def others_work(session: Session, *, run_id: int, owner: str, now: datetime) -> bool:
    """True while another spider has pages of the run, which may lead to more."""
    held = select(Page.id).where(
        Page.state == State.LEASED,
        Page.run_id == run_id,
        Page.lease_owner != owner,
        Page.lease_until >= now,
    )
    return session.scalar(held.limit(1)) is not None


def waiting(session: Session, *, silent_seconds: float, limit: int, now: datetime) -> list[int]:
    """Pages fetched but not read that nobody was told of for so long; marks them as told now."""
    cutoff = now - timedelta(seconds=silent_seconds)
    silent = (
        select(Page)
        .where(Page.state == State.FETCHED)
        .where(func.coalesce(Page.rung_at, Page.fetched_at) <= cutoff)
        .order_by(Page.id)
        .limit(limit)
    )
    pages = session.scalars(skip_locked(session, silent, of=Page)).all()
    for page in pages:
        page.rung_at = now
    return [page.id for page in pages]


def count_in_run(session: Session, run_id: int | None, **changes: int) -> None:
    """Add to the run's counts."""
    changed = {name: getattr(Run, name) + by for name, by in changes.items() if by}
    if changed and run_id is not None:
        session.execute(update(Run).where(Run.id == run_id).values(changed))
