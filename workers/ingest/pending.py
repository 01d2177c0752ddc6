"""Pages that wait to be read: begun, so that one that kills its reader is given up, and loaded."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from db.frontier import page_state
from db.frontier.further_pages import NO_MORE, Further, place_of
from db.frontier.scope import Bounds, CrawlScope
from db.models import ArchivedPage, Page, Run
from db.session import Database
from db.states import Reason, Why
from db.types import utc_now

logger = logging.getLogger(__name__)

#: beginnings without an end (a crash, a time limit) after which a page is given up
MAX_READS = 3
#: a page that cannot be read is fetched again then: the reader may have got better
_UNREADABLE_REST = timedelta(days=180)


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingPage:
    """A page out of the archive that waits to be read."""

    page_id: int
    #: the address asked for
    url: str
    run_id: int | None
    depth: int
    archive_id: int
    #: the address that answered
    final_url: str
    status: int
    headers: Mapping[str, str]
    fetched_at: datetime
    #: zstd
    body: bytes
    #: earlier looks, and on how many of them it had changed
    visits: int = 0
    changes: int = 0
    #: links that this fetch brought and that were not known
    new_links: int = 0
    #: between two visits
    bounds: Bounds = CrawlScope().bounds
    #: the page on which its article begins, where this is a further one of it
    first_id: int | None = None
    #: the further pages of the article that begins here
    further: Further = NO_MORE


# the tables and statements made once: building them takes longer than the look-ups
_PAGES, _RUNS = cast(Table, Page.__table__), cast(Table, Run.__table__)
_ARCHIVE = cast(Table, ArchivedPage.__table__)
_NEWEST = (
    select(
        _PAGES.c.id.label("page_id"), _PAGES.c.url, _PAGES.c.run_id, _PAGES.c.depth,
        _PAGES.c.visits, _PAGES.c.changes, _PAGES.c.new_links, _ARCHIVE.c.id.label("archive_id"),
        _ARCHIVE.c.url.label("final_url"), _ARCHIVE.c.status, _ARCHIVE.c.headers,
        _ARCHIVE.c.fetched_at, _ARCHIVE.c.body, _RUNS.c.rules,
    )
    .join_from(_PAGES, _ARCHIVE, _ARCHIVE.c.page_id == _PAGES.c.id)
    .outerjoin(_RUNS, _RUNS.c.id == _PAGES.c.run_id)
    .where(_PAGES.c.id == bindparam("page_id"), _PAGES.c.state == "fetched")
    .order_by(_ARCHIVE.c.id.desc())
    .limit(1)
)  # fmt: skip
_HOLD = (
    select(
        _PAGES.c.id,
        select(func.max(_ARCHIVE.c.id))
        .where(_ARCHIVE.c.page_id == bindparam("page_id"))
        .scalar_subquery()
        .label("newest"),
    )
    .where(_PAGES.c.id == bindparam("page_id"), _PAGES.c.state == "fetched")
    .with_for_update(of=_PAGES)
)
_ADDED = ("read", "stored", "new_articles", "new_revisions", "failed")
_COUNT = (
    update(_RUNS)
    .where(_RUNS.c.id == bindparam("run"))
    .values({name: _RUNS.c[name] + bindparam(f"by_{name}") for name in _ADDED})
)


def begin(database: Database, page_ids: Collection[int], *, is_first: bool = True) -> set[int]:
    """Count a beginning for those of the pages that may be read now; returns their ids.

    is_first: only pages that nobody has begun to read; the others are begun one at a time, so
    that a page that kills its reader takes none along.
    """
    with database.write() as session:
        rows = session.execute(
            select(Page.id, Page.reads, Page.run_id).where(
                Page.id.in_(page_ids), Page.state == "fetched"
            )
        ).all()
        for row in rows:
            if row.reads >= MAX_READS:
                give_up(session, row.id, row.run_id, Why(Reason.READER_DIED))
        begun = {row.id for row in rows if row.reads < (1 if is_first else MAX_READS)}
        session.execute(update(Page).where(Page.id.in_(begun)).values(reads=Page.reads + 1))
    return begun


def load(database: Database, page_id: int) -> PendingPage | None:
    """The page as it was last fetched; None where it does not wait any more."""
    with database.read() as session:
        row = session.connection().execute(_NEWEST, {"page_id": page_id}).first()
        if row is None:
            return None
        first_id, further = place_of(session, page_id)
    known = dict(row._mapping)
    rules = known.pop("rules")
    bounds = (CrawlScope.of(rules) if rules else CrawlScope()).bounds
    return PendingPage(**known, bounds=bounds, first_id=first_id, further=further)


def is_current(session: Session, waiting: PendingPage) -> bool:
    """True while the page still waits to be read as it was loaded; holds its row."""
    held = session.connection().execute(_HOLD, {"page_id": waiting.page_id}).first()
    return held is not None and held.newest == waiting.archive_id


def give_up(session: Session, page_id: int, run_id: int | None, why: Why) -> None:
    """The page cannot be read; after a long rest it is fetched again."""
    row = {
        "id": page_id,
        "reason": why,
        "next_fetch_at": utc_now() + _UNREADABLE_REST,
        "visits": 0,
        "changes": 0,
    }
    page_state.to_failed(session, [row])
    count(session, run_id, {"read": 1, "failed": 1})
    logger.warning("page %s is given up: %s", page_id, why)


def count(session: Session, run_id: int | None, counts: Mapping[str, int]) -> None:
    """Add to the counts of the run."""
    if run_id is not None:
        added = {f"by_{name}": counts.get(name, 0) for name in _ADDED}
        session.connection().execute(_COUNT, added | {"run": run_id})
