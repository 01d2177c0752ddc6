"""Pages from files on the way of fetched ones: archived, their links kept, read, deduplicated."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from crawler.engine.batch import pages_by_site, prepare, put_away, sites_of, store
from crawler.engine.extract import Visit
from crawler.engine.page_pool import PagePool
from crawler.engine.site_layout import SiteLayouts
from crawler.page.items import FetchedPage, MovedPage
from crawler.page.urls import address_of
from db.frontier import imports, redirects
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.runs import lifecycle, ownership
from db.sql.session import Database
from db.sql.types import utc_now
from db.terms.claims import Claim
from db.terms.outcomes import Failed, Fetched, Outcome, Redirected
from workers.ingest.pipeline import ingest

#: pages in one commit
BATCH = 20
#: it takes that long at most until they are handed over
_LEASE = timedelta(minutes=5)
Brought = FetchedPage | MovedPage
#: what the pages lead to is for a later crawl
_SCOPE = CrawlScope(depth=0, max_pages=0)


class Fate(StrEnum):
    """What became of a page, in the words that the person is told."""

    TAKEN = "archived and read"
    ALIAS = "redirects, kept as other addresses of where they lead"
    KNOWN = "there already, or older than what is there"
    BUSY = "being crawled at the moment"
    ELSEWHERE = "sends its reader elsewhere"
    BROKEN = "cannot be looked into"
    FUTURE = "dated in the future"


@dataclass(kw_only=True, slots=True)
class ImportReport:
    """What came of an import."""

    run_id: int
    fates: Counter[Fate] = field(default_factory=Counter)

    def count(self, fate: Fate, pages: int) -> None:
        """Add pages that fared so."""
        if pages:
            self.fates[fate] += pages


def import_pages(database: Database, pages: Iterable[Brought], *, source: str) -> ImportReport:
    """Take in pages as a crawl run of its own, in their order; read each before the next batch.

    An address that comes again needs a later time than before: its versions are those that were
    seen, one after the other. Brought twice, a page changes nothing. Raises RunAlreadyActive.
    """
    owner = ownership.this_process()
    with database.write() as session:
        run_id, _ = lifecycle.begin(
            session, kind="import", seeds=(), rules=_SCOPE, owner=owner, now=utc_now()
        )
    report = ImportReport(run_id=run_id)
    layouts = SiteLayouts(database)
    is_complete = False
    pool = PagePool()
    try:
        for batch in _batches(pages):
            visits, moves = _split(database, batch, report)
            _keep(database, moves, report)
            prepared = prepare(visits, _SCOPE, layouts.of(sites_of(visits)), pool.extract)
            stored = put_away(database, prepared)
            _take_in(database, layouts, stored, report, owner=ownership.holder(owner, run_id))
        is_complete = True
    finally:
        pool.close()
        _end(database, run_id, source, is_complete=is_complete)
    return report


def _end(database: Database, run_id: int, source: str, *, is_complete: bool) -> None:
    with database.write() as session:
        if is_complete:
            lifecycle.finish(session, run_id, message=f"imported from {source}", now=utc_now())
        else:
            lifecycle.pause(session, run_id, "stopped", utc_now())


def _batches(pages: Iterable[Brought]) -> Iterator[list[Brought]]:
    """Some pages at a time, none of them twice."""
    batch: dict[str, Brought] = {}
    for page in pages:
        if len(batch) >= BATCH or page.url in batch:
            yield list(batch.values())
            batch.clear()
        batch[page.url] = page
    if batch:
        yield list(batch.values())


def _take_in(
    database: Database,
    layouts: SiteLayouts,
    prepared: Sequence[Outcome],
    report: ImportReport,
    *,
    owner: str,
) -> None:
    outcomes = [outcome for outcome in prepared if isinstance(outcome, Fetched)]
    report.count(Fate.ELSEWHERE, sum(isinstance(outcome, Redirected) for outcome in prepared))
    report.count(Fate.BROKEN, sum(isinstance(outcome, Failed) for outcome in prepared))
    now = utc_now()
    with database.write() as session:
        ids = [page.page_id for page in outcomes]
        imports.take(session, ids, run_id=report.run_id, owner=owner, until=now + _LEASE)
        waiting: list[int] = []
        for page in outcomes:
            # what had not changed was so at the time of its visit, not now
            context = CrawlContext(run_id=report.run_id, rules=_SCOPE, now=page.fetched_at)
            waiting += store(session, context, owner, [page])
        layouts.take_in(session, pages_by_site(outcomes), now)
        lifecycle.beat(session, report.run_id, now)
    report.count(Fate.TAKEN, len(outcomes))
    ingest(database, waiting)


def _keep(database: Database, moves: Sequence[tuple[MovedPage, int]], report: ImportReport) -> None:
    """Store where addresses led to."""
    if not moves:
        return
    led_to: list[int] = []
    with database.write() as session:
        for page, page_id in moves:
            context = CrawlContext(run_id=report.run_id, rules=_SCOPE, now=page.fetched_at)
            redirected = Redirected(
                page_id=page_id, target=address_of(page.target), status=page.status
            )
            led_to += redirects.record_only(session, context, [redirected])
    report.count(Fate.ALIAS, len(led_to))
    report.count(Fate.ELSEWHERE, len(moves) - len(led_to))
    ingest(database, led_to)


def _split(
    database: Database, pages: Sequence[Brought], report: ImportReport
) -> tuple[list[Visit], list[tuple[MovedPage, int]]]:
    """Those of the pages that bring something; and those that led elsewhere, with their rows."""
    with database.write() as session:
        rows = imports.look_up(session, [address_of(page.url) for page in pages])
    visits: list[Visit] = []
    moves: list[tuple[MovedPage, int]] = []
    for page in pages:
        row = rows[page.url]
        fate = _why_not(page, row)
        if fate is not None:
            report.count(fate, 1)
            continue
        if isinstance(page, MovedPage):
            moves.append((page, row.page_id))
            continue
        claim = Claim(
            page_id=row.page_id,
            host_id=row.host_id,
            url=page.url,
            depth=0,
            attempts=0,
            is_known=row.is_known,
        )
        visits.append(Visit(claim=claim, page=page))
    return visits, moves


def _why_not(page: Brought, row: imports.TakenPage) -> Fate | None:
    if page.fetched_at > utc_now():
        return Fate.FUTURE
    if row.is_busy:
        return Fate.BUSY
    if row.fetched_at is not None and page.fetched_at <= row.fetched_at:
        return Fate.KNOWN
    return None
