"""What waits to be fetched, what rests, and why addresses failed or were passed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.models import Host, Page
from db.sql.types import utc_now

#: addresses, hosts and reasons that are listed
MAX_LISTED = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingPage:
    """An address and where it stands."""

    id: int
    url: str
    state: str
    reason: str | None
    run: int | None
    depth: int
    status: int | None
    fetched_at: datetime | None
    next_fetch_at: datetime | None
    article_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingHost:
    """A server that is left alone, or held by a spider."""

    name: str
    site: str
    #: no request before this moment
    rest_until: datetime | None
    #: why it rests; how many times in a row it has, for requests that brought nothing
    problem: str | None
    failures: int
    #: seconds between two requests, as last used
    delay_seconds: float
    #: who walks it, and until when
    lease_owner: str | None
    lease_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontierState:
    """The frontier at one moment."""

    #: state -> addresses
    states: dict[str, int]
    #: due at a moment that has come, and later
    due_now: int
    #: pages that are done and have a next visit planned
    planned: int
    #: (state, reason, addresses), the most frequent first
    reasons: tuple[tuple[str, str, int], ...]
    hosts: tuple[RestingHost, ...]


def frontier(session: Session) -> FrontierState:
    """Count the addresses by state and reason; the hosts that rest or are held."""
    now = utc_now()
    pages = func.count().label("pages")
    states = session.execute(select(Page.state, pages).group_by(Page.state).order_by(Page.state))
    reasons = session.execute(
        select(Page.state, Page.reason, pages)
        .where(Page.reason.is_not(None), Page.state.in_(("failed", "skipped")))
        .group_by(Page.state, Page.reason)
        .order_by(pages.desc(), Page.state, Page.reason)
        .limit(MAX_LISTED)
    )
    due = (Page.state == "due", or_(Page.next_fetch_at.is_(None), Page.next_fetch_at <= now))
    planned = (Page.state.in_(("done", "failed")), Page.next_fetch_at.is_not(None))
    return FrontierState(
        states={row.state: row.pages for row in states},
        due_now=session.scalar(select(func.count()).select_from(Page).where(*due)) or 0,
        planned=session.scalar(select(func.count()).select_from(Page).where(*planned)) or 0,
        reasons=tuple((row.state, row.reason or "", row.pages) for row in reasons),
        hosts=tuple(resting_hosts(session, now)),
    )


def resting_hosts(session: Session, now: datetime) -> list[RestingHost]:
    """Hosts that rest, that a spider holds, or that have a problem."""
    rows = session.scalars(
        select(Host)
        .where(or_(Host.rest_until > now, Host.lease_until > now, Host.problem.is_not(None)))
        .order_by(Host.rest_until.desc().nulls_last(), Host.name)
        .limit(MAX_LISTED)
    )
    return [
        RestingHost(
            name=host.name,
            site=host.site,
            rest_until=host.rest_until,
            problem=host.problem,
            failures=host.failures,
            delay_seconds=host.delay_seconds,
            lease_owner=host.lease_owner,
            lease_until=host.lease_until,
        )
        for host in rows
    ]


#: what a list shows of an address
_WAITING = (
    Page.id, Page.url, Page.state, Page.reason, Page.run_id, Page.depth, Page.status,
    Page.fetched_at, Page.next_fetch_at, Page.article_id,
)  # fmt: skip


def list_pages(
    session: Session,
    *,
    state: str | None = None,
    reason: str | None = None,
    run: int | None = None,
    after: int = 0,
    limit: int = MAX_LISTED,
) -> list[WaitingPage]:
    """Addresses by id, those after ``after``."""
    wanted = select(*_WAITING).where(Page.id > after).order_by(Page.id).limit(limit)
    if state is not None:
        wanted = wanted.where(Page.state == state)
    if reason is not None:
        wanted = wanted.where(Page.reason == reason)
    if run is not None:
        wanted = wanted.where(Page.run_id == run)
    return _pages(session.execute(wanted).all())


def planned_pages(session: Session, *, limit: int = MAX_LISTED) -> list[WaitingPage]:
    """What is fetched next: due addresses and planned visits, the soonest first."""
    wanted = (
        select(*_WAITING)
        .where(Page.state.in_(("due", "done", "failed")), Page.next_fetch_at.is_not(None))
        .order_by(Page.next_fetch_at, Page.id)
        .limit(limit)
    )
    return _pages(session.execute(wanted).all())


def _pages(rows: Sequence[Any]) -> list[WaitingPage]:
    return [
        WaitingPage(
            id=row.id,
            url=row.url,
            state=row.state,
            reason=row.reason,
            run=row.run_id,
            depth=row.depth,
            status=row.status,
            fetched_at=row.fetched_at,
            next_fetch_at=row.next_fetch_at,
            article_id=row.article_id,
        )
        for row in rows
    ]
