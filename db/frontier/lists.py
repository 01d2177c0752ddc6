"""Feeds, sitemaps and section pages: what of their entries a run wants."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.frontier import page_state, visit_log
from db.frontier.expansion import Candidate, CrawlContext, enqueue
from db.frontier.leases import count_in_run, held_pages
from db.frontier.page_rows import ensure_pages, page_ids
from db.models import Page
from db.sql.dialect import chunks
from db.terms.outcomes import Line, Listed
from db.terms.states import Reason, State, VisitOutcome, Why

#: an entry of a sitemap that is older is no news
_MAX_AGE = timedelta(days=3)
#: entries without a time, and lists in a list, that a run takes from one list
_MAX_UNDATED, _MAX_LISTS = 500, 20
#: entries of one list that get a row in one run, and that are wanted in it: they are many when the
#: list is new, and the next runs take the rest
_MAX_NEW, _MAX_WANTED = 5_000, 5_000
#: lists in lists in lists ...
_MAX_LEVELS = 4
#: entries of a list that are asked for alike early; the groups of the first 500 stay apart, and all
#: of them come before links
_GROUP, _GROUPS = 6, 90


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
        left = listed.left + _want_pages(session, context, entries, row.id)
        left += _want_lists(session, context, fresh(listed.lists, context.now), row)
        if left:
            why = Why(Reason.LIST_IN_PARTS, str(left))
            # an answer "not modified" would not bring the rest
            rest = {"reason": why, "etag": None, "last_modified": None}
            page_state.to_done(session, [{"id": row.id} | rest])
    count_in_run(session, context.run_id, fetched=len(rows))


def fresh(lines: Sequence[Line], now: datetime) -> list[Line]:
    """The lines that are news by their time, and then those that have none."""
    dated = [line for line in lines if line[1] is not None and now - line[1] <= _MAX_AGE]
    return [*dated, *(line for line in lines if line[1] is None)]


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
) -> int:
    """Want what is unknown, due, or changed since it was fetched as the list says.

    The first of the list are asked for first. Of those without a time, and of very many, a run
    takes some, and the next run others; returns how many are left to that.
    """
    times = {address.url: at for address, at in lines}
    ids = _rows(session, lines, found_on, Reason.LISTED_LATER)
    wanted, changed = _wanted(session, context.now, ids, times)
    all_wanted = set(wanted)
    undated = [ids[url] for url, at in times.items() if at is None and url in ids]
    later = [id_ for id_ in undated if id_ in all_wanted][_MAX_UNDATED:]
    for chunk in chunks(changed):
        session.execute(update(Page).where(Page.id.in_(chunk)).values(next_fetch_at=context.now))
    depth = min(1, context.rules.depth)
    now = all_wanted - set(later)
    listed = dict.fromkeys(ids[url] for url in times if url in ids)
    ranked = [id_ for id_ in listed if id_ in now]
    enqueue(
        session,
        context,
        {
            id_: Candidate(depth=depth, priority=depth + min(rank // _GROUP, _GROUPS))
            for rank, id_ in enumerate(ranked[:_MAX_WANTED])
        },
    )
    return len(later) + len(ranked[_MAX_WANTED:]) + len(times) - len(ids)


def _rows(
    session: Session, lines: Sequence[Line], found_on: int, reason: Reason | None = None
) -> dict[str, int]:
    """Address -> id, of those that are known and of as many others as get a row in one run."""
    ids = page_ids(session, [address.url for address, _ in lines])
    strangers = [address for address, _ in lines if address.url not in ids][:_MAX_NEW]
    origin = {address.url: found_on for address in strangers}
    return ids | ensure_pages(session, strangers, reason=reason, found_on=origin)


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


def _want_lists(session: Session, context: CrawlContext, lines: Sequence[Line], parent: Any) -> int:
    """A sitemap index leads to sitemaps, and to further indexes, some levels deep.

    Those that are news come first, then those that were asked for least lately. Returns how many
    are left to the next runs.
    """
    if not lines or parent.depth >= _MAX_LEVELS:
        return len(lines)
    ids = _rows(session, lines, parent.id)
    asked: dict[int, datetime | None] = {}
    for chunk in chunks(sorted(ids.values())):
        rows = session.execute(select(Page.id, Page.fetched_at).where(Page.id.in_(chunk)))
        asked.update((row.id, row.fetched_at) for row in rows)

    def turn(line: Line) -> tuple[bool, datetime]:
        long_ago = datetime.min.replace(tzinfo=UTC)
        return line[1] is None, long_ago if line[1] else asked[ids[line[0].url]] or long_ago

    wanted_lines = [line for line in lines if line[0].url in ids]
    chosen = [ids[address.url] for address, _ in sorted(wanted_lines, key=turn)[:_MAX_LISTS]]
    look_at(session, context, dict.fromkeys(chosen, "sitemap"), depth=parent.depth + 1)
    return len(lines) - len(chosen)


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
