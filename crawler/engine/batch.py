"""How a batch of outcomes becomes rows: what needs no database first, then all in one commit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from crawler.engine.extract import BoxVerdicts, Visit
from crawler.engine.page_pool import Job
from crawler.page.urls import site_of
from db.archiving import places
from db.frontier import archive, failures, hosts, lists, redirects, revisits
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.sql.retry import patiently
from db.sql.session import Database, Session
from db.terms.outcomes import (
    Failed,
    Fetched,
    HostRest,
    Listed,
    Outcome,
    Redirected,
    Refused,
    SeenPage,
    Unchanged,
)

T = TypeVar("T")


def prepare(
    batch: Sequence[Visit | Outcome],
    rules: CrawlScope,
    box_verdicts: Mapping[str, BoxVerdicts],
    extract: Callable[[Sequence[Job]], list[Outcome]],
) -> list[Outcome]:
    """Do what needs no database: find links, compress, read lists.

    box_verdicts: site -> what is known of the boxes on its pages; extract: looks into pages.
    """
    jobs = [
        Job(
            visit=item,
            sites=rules.sites,
            box_verdicts=box_verdicts.get(site_of(item.page.url), BoxVerdicts()),
        )
        for item in batch
        if isinstance(item, Visit)
    ]
    extracted = iter(extract(jobs))
    return [next(extracted) if isinstance(item, Visit) else item for item in batch]


def sites_of(batch: Sequence[Visit | Outcome]) -> set[str]:
    """The sites of the pages that came."""
    return {site_of(item.page.url) for item in batch if isinstance(item, Visit)}


def pages_by_site(outcomes: Sequence[Outcome]) -> dict[str, list[SeenPage]]:
    """Site -> its pages that came, with their boxes."""
    pages: dict[str, list[SeenPage]] = {}
    for page in _of(outcomes, Fetched):
        seen = SeenPage(url=page.url, boxes=page.boxes)
        pages.setdefault(site_of(page.url), []).append(seen)
    return pages


def put_away(database: Database, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Put the bodies of new pages where the archive lies, before the rows that name them.

    What is as it was before is not kept again.
    """
    pages = _of(outcomes, Fetched)
    if not database.objects.current or not pages:
        return list(outcomes)
    known = [page for page in pages if page.is_known]
    same = patiently(lambda: _same(database, known)) if known else set()
    new = [page for page in pages if page.page_id not in same]
    put = {page.page_id: page for page in places.put_away(database, new)}
    return [
        put.get(outcome.page_id, outcome) if isinstance(outcome, Fetched) else outcome
        for outcome in outcomes
    ]


def _same(database: Database, pages: Sequence[Fetched]) -> set[int]:
    with database.read() as session:
        return archive.same_as_before(session, pages)


def store(
    session: Session, context: CrawlContext, owner: str, outcomes: Sequence[Outcome]
) -> list[int]:
    """Store outcomes. Returns the ids of the pages that wait to be read now."""
    pages = _of(outcomes, Fetched)
    same = archive.same_as_before(session, [page for page in pages if page.is_known])
    ids = archive.hand_over(
        session, context, owner, [page for page in pages if page.page_id not in same]
    )
    unchanged = [_unchanged(page) for page in pages if page.page_id in same]
    revisits.confirm(session, context, owner, [*_of(outcomes, Unchanged), *unchanged])
    lists.take_in(session, context, owner, _of(outcomes, Listed))
    redirects.redirect(session, context, owner, _of(outcomes, Redirected))
    failed, refused = _of(outcomes, Failed), _of(outcomes, Refused)
    failures.fail(session, run_id=context.run_id, owner=owner, failures=failed, now=context.now)
    failures.refuse(session, run_id=context.run_id, owner=owner, refused=refused, now=context.now)
    for rest in _of(outcomes, HostRest):
        _store_rest(session, rest, context.now)
    return ids


def _of(outcomes: Sequence[Outcome], kind: type[T]) -> list[T]:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def _store_rest(session: Session, rest: HostRest, now: datetime) -> None:
    if rest.rest_seconds is None:
        hosts.recover(session, rest.host_id)
        return
    until = now + timedelta(seconds=rest.rest_seconds)
    problem = str(rest.problem) if rest.problem is not None else None
    hosts.rest(session, rest.host_id, until=until, problem=problem)


def _unchanged(page: Fetched) -> Unchanged:
    """A page with the bytes that it had."""
    return Unchanged(
        page_id=page.page_id,
        status=page.status,
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
    )
