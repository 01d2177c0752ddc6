"""Pages that wait to be read: begun, so that one that kills its reader is given up, and loaded."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import BindParameter, Row, Table, bindparam, func, select, update

from db.archiving.bodies import ArchivedBody, body_of
from db.frontier import page_state, visit_log
from db.frontier.further_pages import NO_MORE, NO_PLACE, Further, Place, place_of, places_of
from db.frontier.scope import Bounds, CrawlScope
from db.models import ArchivedPage, Article, Page, PageVisit, Run
from db.sql.session import Session
from db.terms.states import Reason, State, VisitOutcome, Why

logger = logging.getLogger(__name__)

#: beginnings without an end (a crash, a time limit) after which a page is given up
MAX_READS = 3
#: a page that cannot be read is fetched again then: the reader may have got better
_UNREADABLE_REST = timedelta(days=180)
#: whoever sees to the archive has until then: what is lost may be many pages
_LOST_REST = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedCopy:
    """A page as it was fetched once."""

    id: int
    #: the address that answered
    url: str
    status: int
    headers: Mapping[str, str]
    fetched_at: datetime
    body: ArchivedBody
    #: the run that fetched it
    run_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingPage:
    """A page that waits to be read, with the copies that are to be read."""

    page_id: int
    #: the address asked for
    url: str
    run_id: int | None
    depth: int
    copy: ArchivedCopy
    #: earlier looks, and on how many of them it had changed
    visits: int = 0
    changes: int = 0
    #: links that this fetch brought and that were not known
    new_links: int = 0
    #: the article that an earlier visit found there, and its headline
    article_id: int | None = None
    headline: str | None = None
    #: the article of an address that redirects there
    moved_from: int | None = None
    #: between two visits
    bounds: Bounds = CrawlScope().bounds
    #: the page on which its article begins, where this is a further one of it
    first_id: int | None = None
    #: the further pages of the article that begins here, and their copies
    further: Further = NO_MORE
    further_copies: tuple[ArchivedCopy, ...] = ()

    @property
    def bodies(self) -> tuple[ArchivedBody, ...]:
        """Those of its copies."""
        return (self.copy.body, *(copy.body for copy in self.further_copies))

    @property
    def is_whole(self) -> bool:
        """The article has no other page, as far as is known."""
        return self.first_id is None and not self.further.count


# the tables and statements made once: building them takes longer than the look-ups
_PAGES, _RUNS = cast(Table, Page.__table__), cast(Table, Run.__table__)
_ARCHIVE, _VISITS = cast(Table, ArchivedPage.__table__), cast(Table, PageVisit.__table__)
_ARTICLES = cast(Table, Article.__table__)
_COPY = (
    _ARCHIVE.c.id.label("archive_id"), _ARCHIVE.c.url.label("final_url"), _ARCHIVE.c.status,
    _ARCHIVE.c.headers, _ARCHIVE.c.fetched_at, _ARCHIVE.c.body,
    _ARCHIVE.c.place_id, _ARCHIVE.c.object_key, _ARCHIVE.c.run_id.label("fetched_by"),
)  # fmt: skip
_VISIT_DEPTH = (
    select(_VISITS.c.depth)
    .where(_VISITS.c.page_id == _PAGES.c.id, _VISITS.c.outcome == VisitOutcome.FETCHED.value)
    .order_by(_VISITS.c.id.desc())
    .limit(1)
    .correlate(_PAGES)
    .scalar_subquery()
    .label("visit_depth")
)
_ALIASES = _PAGES.alias("aliases")
_MOVED_FROM = (
    select(func.max(_ALIASES.c.article_id))
    .where(_ALIASES.c.alias_of_id == _PAGES.c.id, _ALIASES.c.reason == Reason.REDIRECT.value)
    .correlate(_PAGES)
    .scalar_subquery()
    .label("moved_from")
)
_WITH_PAGE = (
    select(
        _PAGES.c.id.label("page_id"), _PAGES.c.url, _PAGES.c.run_id, _PAGES.c.depth,
        _PAGES.c.visits, _PAGES.c.changes, _PAGES.c.new_links, _PAGES.c.article_id, *_COPY,
        _RUNS.c.rules, _ARTICLES.c.title.label("headline"), _VISIT_DEPTH, _MOVED_FROM,
    )
    .join_from(_PAGES, _ARCHIVE, _ARCHIVE.c.page_id == _PAGES.c.id)
    .outerjoin(_RUNS, _RUNS.c.id == _PAGES.c.run_id)
    .outerjoin(_ARTICLES, _ARTICLES.c.id == _PAGES.c.article_id)
)  # fmt: skip
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_NEWEST = (
    select(func.max(_ARCHIVE.c.id))
    .where(_ARCHIVE.c.page_id == _PAGES.c.id)
    .correlate(_PAGES)
    .scalar_subquery()
)
_NEWEST_OF = _WITH_PAGE.where(_PAGES.c.id.in_(_IDS), _ARCHIVE.c.id == _NEWEST)
_WAITING = _NEWEST_OF.where(_PAGES.c.state == State.FETCHED)
_BY_ARCHIVE_ID = _WITH_PAGE.where(_ARCHIVE.c.id == bindparam("archive_id"))
_UNREAD = select(_PAGES.c.id, _PAGES.c.reads, _PAGES.c.run_id).where(
    _PAGES.c.id.in_(_IDS), _PAGES.c.state == State.FETCHED
)
_BEGIN = update(_PAGES).where(_PAGES.c.id.in_(_IDS)).values(reads=_PAGES.c.reads + 1)
_HOLD = (
    select(_PAGES.c.id, _NEWEST.label("newest"))
    .where(_PAGES.c.id.in_(_IDS), _PAGES.c.state == State.FETCHED)
    .order_by(_PAGES.c.id)  # one order for all readers
    .with_for_update(of=_PAGES, key_share=True)  # links may refer to them meanwhile
)
_ADDED = ("read", "stored", "new_articles", "new_revisions", "failed", "unreadable")
_COUNT = (
    update(_RUNS)
    .where(_RUNS.c.id == bindparam("run"))
    .values({name: _RUNS.c[name] + bindparam(f"by_{name}") for name in _ADDED})
)


def begin(
    session: Session, page_ids: Collection[int], *, now: datetime, is_first: bool = True
) -> set[int]:
    """Count a beginning for those of the pages that may be read now; returns their ids.

    is_first: only pages that nobody has begun to read; the others are begun one at a time, so
    that a page that kills its reader takes none along.
    """
    connection = session.connection()
    rows = connection.execute(_UNREAD, {"ids": list(page_ids)}).all()
    for row in rows:
        if row.reads >= MAX_READS:
            _give_up(session, row.id, row.run_id, Why(Reason.READER_DIED), now)
    begun = {row.id for row in rows if row.reads < (1 if is_first else MAX_READS)}
    connection.execute(_BEGIN, {"ids": list(begun)})
    return begun


def load(session: Session, page_ids: Sequence[int]) -> list[PendingPage]:
    """Those of the pages that still wait, each as it was last fetched, in the order of the ids."""
    rows = session.connection().execute(_WAITING, {"ids": page_ids}).all()
    by_id = {row.page_id: row for row in rows}
    places = places_of(session, list(by_id))
    return [
        _pending(session, by_id[page_id], places.get(page_id, NO_PLACE))
        for page_id in page_ids
        if page_id in by_id
    ]


def load_newest(session: Session, page_id: int) -> PendingPage | None:
    """The page as it was last fetched, read or not; None where it is not in the archive."""
    row = session.connection().execute(_NEWEST_OF, {"ids": [page_id]}).first()
    return None if row is None else _pending(session, row, place_of(session, page_id))


def load_copy(session: Session, archive_id: int) -> PendingPage | None:
    """The page as it was in that copy; None where that is not in the archive."""
    row = session.connection().execute(_BY_ARCHIVE_ID, {"archive_id": archive_id}).first()
    return None if row is None else _pending(session, row, place_of(session, row.page_id))


def _pending(session: Session, row: Row[*tuple[Any, ...]], place: Place) -> PendingPage:
    first_id, further = place
    return PendingPage(
        page_id=row.page_id,
        url=row.url,
        run_id=row.run_id,
        depth=_depth(row),
        copy=_copy(session, row),
        visits=row.visits,
        changes=row.changes,
        new_links=row.new_links,
        article_id=row.article_id,
        headline=row.headline,
        moved_from=row.moved_from,
        bounds=(CrawlScope.of(row.rules) if row.rules else CrawlScope()).bounds,
        first_id=first_id,
        further=further,
        further_copies=_copies(session, further.archive_ids),
    )


def _depth(row: Row[*tuple[Any, ...]]) -> int:
    """From how far the run came that fetched it; the page may have passed to another since."""
    is_passed_on = row.fetched_by not in (None, row.run_id) and row.visit_depth is not None
    return int(row.visit_depth if is_passed_on else row.depth)


def _copy(session: Session, row: Row[*tuple[Any, ...]]) -> ArchivedCopy:
    return ArchivedCopy(
        id=row.archive_id,
        url=row.final_url,
        status=row.status,
        headers=row.headers,
        fetched_at=row.fetched_at,
        body=body_of(session, row),
        run_id=row.fetched_by,
    )


def _copies(session: Session, archive_ids: Sequence[int]) -> tuple[ArchivedCopy, ...]:
    """These copies, in the order of the ids."""
    if not archive_ids:
        return ()
    rows = session.connection().execute(select(*_COPY).where(_ARCHIVE.c.id.in_(archive_ids)))
    copies = {row.archive_id: _copy(session, row) for row in rows}
    return tuple(copies[archive_id] for archive_id in archive_ids)


def newest_copy(session: Session, page_ids: Collection[int]) -> ArchivedCopy | None:
    """The page, of these addresses, as it was last fetched; None where it is not in the archive."""
    newest = select(*_COPY).where(_ARCHIVE.c.page_id.in_(page_ids)).order_by(_ARCHIVE.c.id.desc())
    row = session.connection().execute(newest.limit(1)).first()
    return None if row is None else _copy(session, row)


def hold(session: Session, pages: Sequence[PendingPage]) -> set[int]:
    """The ids of those pages that still wait to be read as they were loaded; holds their rows."""
    copies = {page.page_id: page.copy.id for page in pages}
    held = session.connection().execute(_HOLD, {"ids": list(copies)}).all()
    return {row.id for row in held if row.newest == copies[row.id]}


def begin_anew(session: Session, page_id: int) -> None:
    """Let the page be read once more, by no fault of its own."""
    session.execute(update(Page).where(Page.id == page_id).values(reads=0))


def count_begun(session: Session, run_id: int) -> int:
    """How often readers have begun those pages of the run that still wait."""
    begun = select(func.coalesce(func.sum(Page.reads), 0)).where(
        Page.run_id == run_id, Page.state == State.FETCHED
    )
    return session.scalar(begun) or 0


def forgive(session: Session, page_ids: Collection[int]) -> None:
    """Take back the beginning of pages that could not be stored, by no fault of their own."""
    begun = update(Page).where(Page.id.in_(page_ids), Page.state == State.FETCHED, Page.reads > 0)
    session.execute(begun.values(reads=Page.reads - 1))


def forgive_begun(session: Session, run_id: int) -> None:
    """Take back the last beginning of the run's pages that wait: whoever read them was ended."""
    begun = update(Page).where(Page.run_id == run_id, Page.state == State.FETCHED, Page.reads > 0)
    session.execute(begun.values(reads=Page.reads - 1))


def put_back(session: Session, page_id: int) -> None:
    """Let a page that was read wait to be read once more."""
    page_state.to_fetched(session, [{"id": page_id}])


def give_up_lost(session: Session, page: PendingPage, problem: str, now: datetime) -> None:
    """Its archived copy is no more: nothing can be read, and soon it is fetched again."""
    if hold(session, [page]):
        logger.error("page %s has lost its archived copy: %s", page.page_id, problem)
        why = Why(Reason.COPY_LOST)
        _give_up(session, page.page_id, page.run_id, why, now, rest=_LOST_REST)


def _give_up(
    session: Session,
    page_id: int,
    run_id: int | None,
    why: Why,
    now: datetime,
    *,
    rest: timedelta = _UNREADABLE_REST,
) -> None:
    """The page cannot be read; after a rest it is fetched again."""
    row = {
        "id": page_id,
        "reason": why,
        "next_fetch_at": now + rest,
        "visits": 0,
        "changes": 0,
    }
    page_state.to_failed(session, [row])
    visit_log.end(session, page_id, VisitOutcome.FAILED, why=why)
    count_in_run(session, run_id, {"read": 1, "failed": 1})
    logger.warning("page %s is given up: %s", page_id, why)


def count_in_run(session: Session, run_id: int | None, counts: Mapping[str, int]) -> None:
    """Add to what readers count in the run."""
    if run_id is not None:
        added = {f"by_{name}": counts.get(name, 0) for name in _ADDED}
        session.connection().execute(_COUNT, added | {"run": run_id})
