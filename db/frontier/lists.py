"""Feeds, sitemaps and section pages: what of their entries a run wants."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.dialect import chunks
from db.frontier import page_state, visit_log
from db.frontier.expansion import Candidate, CrawlContext, enqueue
from db.frontier.leases import count_in_run, held_pages
from db.frontier.page_rows import ensure_pages
from db.models import Page
from db.outcomes import Line, Listed
from db.states import Reason, State, VisitOutcome

#: an entry of a sitemap that is older is no news
_MAX_AGE = timedelta(days=3)
#: entries without a time, and lists in a list, that are taken from one list
_MAX_UNDATED, _MAX_LISTS = 500, 20


def take_in(session: Session, context: CrawlContext, owner: str, lists: Sequence[Listed]) -> None:
    """Let what is new or due on these lists enter the run; the lists themselves are done."""
    by_id = {listed.page_id: listed for listed in lists}
    rows = held_pages(session, owner, list(by_id), Page.role)
    if not rows:
        return
    page_state.to_done(session, [_done(by_id[row.id], context.now) for row in rows])
    visit_log.note(
        session,
        (
            {
                "page_id": row.id,
                "run_id": context.run_id,
                "at": context.now,
                "outcome": VisitOutcome.LISTED.value,
                "status": by_id[row.id].status,
                "depth": row.depth,
            }
            for row in rows
        ),
    )
    for row in rows:
        listed = by_id[row.id]
        entries = fresh(listed.entries, context.now) if row.role == "sitemap" else listed.entries
        _want_pages(session, context, entries, row.id)
        _want_lists(session, context, fresh(listed.lists, context.now)[:_MAX_LISTS], row)
    count_in_run(session, context.run_id, fetched=len(rows))


def fresh(lines: Sequence[Line], now: datetime) -> list[Line]:
    """The lines that are news by their time, and the first of those that have none."""
    dated = [line for line in lines if line[1] is not None and now - line[1] <= _MAX_AGE]
    return [*dated, *[line for line in lines if line[1] is None][:_MAX_UNDATED]]


def _done(listed: Listed, now: datetime) -> dict[str, Any]:
    """A list is asked for again by each run, and by nobody else."""
    return {
        "id": listed.page_id,
        "reason": Reason.LIST,
        "status": listed.status,
        "fetched_at": now,
        "next_fetch_at": None,
        "visits": 1,
        "missing": 0,
        "gone_at": None,
        "etag": listed.etag,
        "last_modified": listed.last_modified,
    }


def _want_pages(
    session: Session, context: CrawlContext, lines: Sequence[Line], found_on: int
) -> None:
    """Want what is unknown, due, or changed since it was fetched as the list says."""
    times = {address.url: at for address, at in lines}
    ids = ensure_pages(
        session,
        [address for address, _ in lines],
        found_on=dict.fromkeys(times, found_on),
    )
    wanted, changed = _wanted(session, context.now, ids, times)
    for chunk in chunks(changed):
        session.execute(update(Page).where(Page.id.in_(chunk)).values(next_fetch_at=context.now))
    depth = min(1, context.rules.depth)
    enqueue(session, context, {id_: Candidate(depth=depth, priority=depth) for id_ in wanted})


def _wanted(
    session: Session, now: datetime, ids: Mapping[str, int], times: Mapping[str, datetime | None]
) -> tuple[list[int], list[int]]:
    """(ids to be wanted, those of them that are not due by themselves)."""
    wanted: list[int] = []
    changed: list[int] = []
    columns = (Page.id, Page.url, Page.state, Page.next_fetch_at, Page.fetched_at, Page.role)
    for chunk in chunks(sorted(ids.values())):
        for row in session.execute(select(*columns).where(Page.id.in_(chunk))):
            if row.role is not None:
                continue
            at = times.get(row.url)
            is_newer = at is not None and row.fetched_at is not None and row.fetched_at < at <= now
            if row.state in (State.SKIPPED, State.DUE):
                wanted.append(row.id)
            elif row.state == State.DONE and is_newer:
                wanted.append(row.id)
                changed.append(row.id)
            elif row.next_fetch_at is not None and row.next_fetch_at <= now:
                wanted.append(row.id)
    return wanted, changed


def _want_lists(
    session: Session, context: CrawlContext, lines: Sequence[Line], parent: Any
) -> None:
    """A sitemap index leads to sitemaps; those lead to no further ones."""
    if not lines or parent.depth > 0:
        return
    ids = ensure_pages(
        session,
        [address for address, _ in lines],
        found_on={address.url: parent.id for address, _ in lines},
    )
    look_at(session, context, dict.fromkeys(ids.values(), "sitemap"), depth=1)


def look_at(
    session: Session, context: CrawlContext, roles: Mapping[int, str], *, depth: int = 0
) -> None:
    """Let the run ask for these lists (page id -> role), whenever they were asked for last."""
    for role in sorted(set(roles.values())):
        ids = [id_ for id_, own in roles.items() if own == role]
        session.execute(
            update(Page)
            .where(Page.id.in_(ids), Page.state.not_in((State.LEASED, State.FETCHED)))
            .values(role=role, next_fetch_at=context.now)
        )
    enqueue(session, context, {id_: Candidate(depth=depth, priority=-1) for id_ in roles})
