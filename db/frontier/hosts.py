"""What is remembered of hosts, and how much waits to be read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.models import Host, HostQueue, Page, Run
from db.sql.dialect import lock
from db.terms.states import State

#: resting hosts that are listed
_MAX_RESTING = 1_000


def keep_robots(
    session: Session, host_id: int, *, status: int | None, body: str | None, until: datetime
) -> None:
    """Keep what robots.txt said, to be asked again after ``until``."""
    values = {"robots_status": status, "robots_body": body, "robots_until": until}
    session.execute(update(Host).where(Host.id == host_id).values(values))


def rest(session: Session, host_id: int, *, until: datetime, problem: str | None) -> None:
    """Let no spider ask the host before this moment.

    problem: the host failed again and again; None: it asked for the rest itself.
    """
    values: dict[str, object] = {"rest_until": until}
    if problem is not None:
        values |= {"problem": problem, "failures": Host.failures + 1}
    later = (Host.rest_until.is_(None)) | (Host.rest_until < until)
    session.execute(update(Host).where(Host.id == host_id, later).values(values))


def recover(session: Session, host_id: int) -> None:
    """The host answers again."""
    session.execute(update(Host).where(Host.id == host_id).values(failures=0, problem=None))


@dataclass(frozen=True, kw_only=True, slots=True)
class Resting:
    """A host that is left alone for a while since it failed again and again."""

    site: str
    name: str
    until: datetime
    problem: str


def resting(session: Session, now: datetime) -> list[Resting]:
    """The hosts that rest now for their failures, by name."""
    rows = session.execute(
        select(Host.site, Host.name, Host.rest_until, Host.problem)
        .where(Host.rest_until > now, Host.problem.is_not(None))
        .order_by(Host.name)
        .limit(_MAX_RESTING)
    )
    return [
        Resting(site=row.site, name=row.name, until=row.rest_until, problem=row.problem)
        for row in rows
    ]


def keep_delay(session: Session, host_id: int, seconds: float) -> None:
    """Keep the pace in use, for whoever finds the host left behind."""
    session.execute(update(Host).where(Host.id == host_id).values(delay_seconds=seconds))


def settle_at(session: Session, host_id: int, address: str, *, owner: str, now: datetime) -> bool:
    """Keep a host's IP address. False, and the host is free, where another spider is there."""
    lock(session, [address.encode()])
    others = select(Host.id).where(
        Host.address == address,
        Host.id != host_id,
        Host.lease_owner != owner,
        Host.lease_until >= now,
    )
    is_free = session.scalar(others.limit(1)) is None
    values: dict[str, object] = {"address": address}
    if not is_free:
        values |= {"lease_owner": None, "lease_until": None}
    session.execute(update(Host).where(Host.id == host_id).values(values))
    return is_free


def wanted_elsewhere(
    session: Session, host_ids: Collection[int], *, run_id: int, now: datetime
) -> set[int]:
    """Those of these hosts on which, or beside which on their IP address, another run waits.

    A spider that kept them would hold up that run, and both for ever where each has what the
    other waits for.
    """
    others = session.scalars(select(Run.id).where(Run.state == "running", Run.id != run_id)).all()
    if not host_ids or not others:
        return set()
    beside = aliased(Host)
    is_there = or_(
        beside.id == Host.id, and_(Host.address.is_not(None), beside.address == Host.address)
    )
    waits = exists().where(
        HostQueue.run_id.in_(others), HostQueue.host_id == beside.id, HostQueue.next_due_at <= now
    )
    wanted = select(Host.id).where(Host.id.in_(host_ids), exists().where(is_there, waits))
    return set(session.scalars(wanted))


def count_unread(session: Session, *, limit: int) -> int:
    """Pages fetched and not yet read, counted up to the limit."""
    unread = select(Page.id).where(Page.state == State.FETCHED).limit(limit).subquery()
    return session.scalar(select(func.count()).select_from(unread)) or 0
