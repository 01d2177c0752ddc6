"""A run's walk over the links that are in the database: what becomes due, what is passed over.

Pages that are known and not yet due are walked through without a request, so that a run goes
on where an earlier one stopped, and a page that turns out to be nearer to the seed than first
thought passes that on to what it links to.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session, aliased

from db.frontier import further_pages, page_state
from db.frontier.budgets import Account, spend, spent
from db.frontier.scope import CrawlScope, priority_of
from db.models import Host, HostQueue, Link, Page
from db.sql.dialect import chunks, insert_into
from db.terms.states import Reason, State, Why

#: found, but nobody has asked for it yet
_UNTOUCHED = (State.SKIPPED, State.DUE)
#: its links are in the database
_HAS_LINKS = (State.FETCHED, State.DONE)
#: what limits the pages of a site, and of a host
_BUDGETS = {"site": Reason.SITE_BUDGET, "host": Reason.HOST_BUDGET}

# made once: to make it takes as long as to ask it
_TARGET = aliased(Page)
_LINKS = (
    select(
        *(Link.id, Link.source_id, Link.target_id, Link.kind, Link.unfollowed),
        *(Link.first_run_id, Link.last_run_id, Link.published_at),
        *(_TARGET.state, _TARGET.reason, Host.site),
    )
    .join(_TARGET, _TARGET.id == Link.target_id)
    .join(Host, Host.id == _TARGET.host_id)
    .where(Link.source_id.in_(bindparam("sources", expanding=True)))
    .order_by(Link.source_id, Link.position)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlContext:
    """A run and its rules, as the walk needs them."""

    run_id: int
    rules: CrawlScope
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A page that the run wants, and from how far."""

    depth: int
    priority: int
    #: a seed is fetched even where it failed before and its time has not come
    is_seed: bool = False


def enqueue(session: Session, context: CrawlContext, candidates: Mapping[int, Candidate]) -> None:
    """Put these pages (by id) into the run, and all that known links lead to from there."""
    while candidates:
        sources = _take_in(session, context, candidates)
        candidates = _follow(session, context, sources)


def expand(session: Session, context: CrawlContext, depths: Mapping[int, int]) -> None:
    """Follow the stored links of these pages (id -> depth)."""
    enqueue(session, context, _follow(session, context, depths))


def _take_in(
    session: Session, context: CrawlContext, candidates: Mapping[int, Candidate]
) -> dict[int, int]:
    """Make due what is to be fetched; return id -> depth of what can be walked through."""
    due: list[dict[str, Any]] = []
    hosts: set[int] = set()
    passed: list[dict[str, Any]] = []
    through: dict[int, int] = {}
    for page in _within_budget(session, context, candidates):
        candidate = candidates[page.id]
        nearer = {"id": page.id, "run_id": context.run_id, "depth": candidate.depth}
        if _is_to_fetch(page, context, candidate):
            due.append(nearer | _as_due(page, context, candidate))
            hosts.add(page.host_id)
        elif page.state != State.FAILED:  # one that failed and rests is an earlier run's
            passed.append(nearer)
            if page.state in _HAS_LINKS:
                through[page.id] = candidate.depth
    page_state.to_due(session, due)
    if passed:
        session.execute(update(Page), passed)
    queue(session, context.run_id, dict.fromkeys(hosts, context.now))
    return through


def _as_due(page: Row[Any], context: CrawlContext, candidate: Candidate) -> dict[str, Any]:
    # it stands if nothing changed; and what could not be read is read even where it is the same
    is_kept = page.state == State.DONE or _is_unreadable(page.reason)
    kept = page.reason if is_kept else None
    change = {"reason": kept, "priority": candidate.priority}
    if page.state == State.DUE and page.run_id == context.run_id:
        return change | {"attempts": page.attempts, "next_fetch_at": page.next_fetch_at}
    return change | {"attempts": 0, "next_fetch_at": context.now}


def _is_unreadable(reason: str | None) -> bool:
    return reason is not None and Why.parse(reason).reason is Reason.UNREADABLE


def _within_budget(
    session: Session, context: CrawlContext, candidates: Mapping[int, Candidate]
) -> list[Row[Any]]:
    """The pages that this wish concerns, without those that the budgets exclude."""
    pages = [
        page
        for page in _pages(session, candidates)
        if _is_within(page, context, candidates[page.id])
        and _is_news(page, context, candidates[page.id])
    ]
    limits = context.rules.limits
    if not limits:
        return pages
    pages.sort(key=lambda page: candidates[page.id].priority)
    accounts = {page.id: [(scope, getattr(page, scope)) for scope in limits] for page in pages}
    before = spent(session, context.run_id, {name for own in accounts.values() for name in own})
    asked: Counter[Account] = Counter()
    kept: list[Row[Any]] = []
    refused: dict[int, Reason] = {}
    for page in pages:
        if _is_newly_due(page, context, candidates[page.id]):
            own = accounts[page.id]
            full = [name[0] for name in own if before.get(name, 0) + asked[name] >= limits[name[0]]]
            if full:
                refused[page.id] = _BUDGETS[full[0]]
                continue
            asked.update(own)
        kept.append(page)
    spend(session, context.run_id, asked)
    page_state.skipped_because(session, refused)
    return kept


def _is_newly_due(page: Row[Any], context: CrawlContext, candidate: Candidate) -> bool:
    """Whether the run has yet to ask for it."""
    is_due = page.state == State.DUE and page.run_id == context.run_id
    return not is_due and _is_to_fetch(page, context, candidate)


def _is_within(page: Row[Any], context: CrawlContext, candidate: Candidate) -> bool:
    """False for a page off the run's sites, whatever led there: a redirect that was followed once.

    A list may lie elsewhere; what it lists passes this rule as well.
    """
    sites = context.rules.sites
    return candidate.is_seed or page.role is not None or not sites or page.site in sites


def _is_news(page: Row[Any], context: CrawlContext, candidate: Candidate) -> bool:
    """False where the run has the page at least as near already, or another has it in hand."""
    if page.run_id == context.run_id:
        return bool(page.depth > candidate.depth or page.state == State.SKIPPED)
    is_free: bool = page.state != State.LEASED
    return is_free


def _is_to_fetch(page: Row[Any], context: CrawlContext, candidate: Candidate) -> bool:
    if page.state in _UNTOUCHED:
        return True
    if page.run_id == context.run_id or page.state in (State.LEASED, State.FETCHED):
        return False
    if context.rules.fresh or (candidate.is_seed and page.state == State.FAILED):
        # a redirect may lead elsewhere by now; other further addresses were never asked for
        return page.alias_of_id is None or candidate.is_seed or page.reason == Reason.REDIRECT
    return page.next_fetch_at is not None and page.next_fetch_at <= context.now


def _pages(session: Session, ids: Iterable[int]) -> list[Row[Any]]:
    columns = (
        Page.id,
        Page.host_id,
        Page.state,
        Page.reason,
        Page.run_id,
        Page.depth,
        Page.priority,
        Page.attempts,
        Page.next_fetch_at,
        Page.alias_of_id,
        Page.role,
        Host.site,
        Host.name.label("host"),
    )
    rows: list[Row[Any]] = []
    for chunk in chunks(sorted(ids)):
        statement = select(*columns).join(Host, Host.id == Page.host_id).where(Page.id.in_(chunk))
        rows += session.execute(statement.order_by(Page.id))
    return rows


def _follow(
    session: Session, context: CrawlContext, depths: Mapping[int, int]
) -> dict[int, Candidate]:
    """The pages that the links of these pages lead to, as far as the rules allow."""
    candidates: dict[int, Candidate] = {}
    verdicts: list[dict[str, Any]] = []
    refused: dict[int, Reason] = {}
    for link in _links(session, depths):
        depth = depths[link.source_id] + 1
        refusal = context.rules.refusal(kind=link.kind, depth=depth, site=link.site)
        if refusal != link.unfollowed and _is_to_note(link, refusal, context.run_id):
            verdicts.append({"id": link.id, "unfollowed": refusal})
        if refusal is None:
            age = context.now - link.published_at if link.published_at else None
            _add_candidate(candidates, link.target_id, depth, priority_of(link.kind, depth, age))
        elif link.state == State.SKIPPED and _is_to_refuse(link, refusal, context.run_id):
            refused[link.target_id] = refusal
    page_state.skipped_because(session, refused)
    if verdicts:
        session.execute(update(Link), verdicts)
    for source, other in (*_aliases(session, depths), *further_pages.after(session, depths)):
        _add_candidate(candidates, other, depths[source], priority_of("related", depths[source]))
    return candidates


def _is_to_note(link: Row[Any], refusal: Reason | None, run_id: int) -> bool:
    """Whether what the run makes of a link is kept: a run that walks by changes no record.

    It does where it follows the link, has seen it itself, or is the first to come by; a link that
    was followed once stays so.
    """
    if refusal is None or link.unfollowed == Reason.FOUND_BY_REPARSE:
        return True
    is_seen = link.last_run_id == run_id
    return bool(is_seen and (link.unfollowed is not None or link.first_run_id == run_id))


def _is_to_refuse(link: Row[Any], refusal: Reason, run_id: int) -> bool:
    """Whether this is why the link's target is skipped; for a run that walks by it is not."""
    is_open = link.reason in (None, Reason.FOUND_BY_REPARSE.value)
    return bool(link.reason != refusal and (is_open or link.last_run_id == run_id))


def _add_candidate(
    candidates: dict[int, Candidate], page_id: int, depth: int, priority: int
) -> None:
    nearest = candidates.get(page_id)
    if nearest is None or (depth, priority) < (nearest.depth, nearest.priority):
        candidates[page_id] = Candidate(depth=depth, priority=priority)


def _links(session: Session, sources: Iterable[int]) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    for chunk in chunks(sorted(sources)):
        rows += session.execute(_LINKS, {"sources": chunk})
    return rows


def _aliases(session: Session, sources: Iterable[int]) -> list[tuple[int, int]]:
    aliases: list[tuple[int, int]] = []
    for chunk in chunks(sorted(sources)):
        rows = session.execute(
            select(Page.id, Page.alias_of_id).where(
                Page.id.in_(chunk), Page.alias_of_id.is_not(None)
            )
        )
        aliases += [(source, alias) for source, alias in rows if alias is not None]
    return aliases


def queue(session: Session, run_id: int, due: Mapping[int, datetime]) -> None:
    """Note that these hosts (id -> moment) have something due in the run."""
    if not due:
        return
    insert = insert_into(session, HostQueue)
    statement = insert.on_conflict_do_update(
        index_elements=["run_id", "host_id"],
        set_={"next_due_at": insert.excluded.next_due_at},
        where=(HostQueue.next_due_at.is_(None))
        | (HostQueue.next_due_at > insert.excluded.next_due_at),
    )
    rows = [
        {"run_id": run_id, "host_id": host, "next_due_at": at} for host, at in sorted(due.items())
    ]
    session.execute(statement, rows)
