"""Everything stored, article by article, in flat memory."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from db.archiving.bodies import COLUMNS, ArchivedBody, body_of, fetch_all
from db.models import ArchivedPage, Article, Page, Revision, Text
from db.objects.store import AT_ONCE
from db.queries.record import make_records
from db.queries.search.conditions import Filters
from db.queries.search.query import Query
from db.queries.search.selection import count_selected, select_articles
from db.sql.dialect import chunks, is_one_of

#: articles in memory at a time
BATCH = 200
#: archived pages of which what is to be known is in memory at a time
_PAGES = 100
#: ids that the database hands out at a time
_IDS = 5_000

#: ids of articles in order: eight bytes each, so that a million of them are no burden
Ids = Sequence[int]


def article_ids(
    session: Session,
    filters: Filters | None = None,
    query: Query | None = None,
    *,
    limit: int | None = None,
) -> Ids:
    """The ids of all articles that the filters and the query leave, the oldest first."""
    chosen = select_articles(session, query or Query(), filters)
    wanted = chosen.select(session, Article.id).order_by(Article.id).limit(limit)
    return array("q", session.scalars(wanted.execution_options(yield_per=_IDS)))


def export(
    session: Session, filters: Filters | None = None, query: Query | None = None
) -> Iterator[dict[str, Any]]:
    """The records of all articles that the filters and the query leave, oldest id first."""
    yield from records_of(session, article_ids(session, filters, query))


def records_of(session: Session, ids: Ids) -> Iterator[dict[str, Any]]:
    """The records of these articles."""
    for batch in chunks(ids, BATCH):
        wanted = select(Article).where(is_one_of(session, Article.id, batch)).order_by(Article.id)
        yield from make_records(session, session.scalars(wanted).all())
        session.expunge_all()


def count(session: Session, filters: Filters | None = None, query: Query | None = None) -> int:
    """How many records ``export`` will give."""
    return count_selected(session, select_articles(session, query or Query(), filters))


def versions_of(session: Session, ids: Ids) -> Iterator[dict[str, Any]]:
    """Every version of these articles with its text, article by article."""
    columns = (
        Revision.article_id.label("article"), Article.url, Revision.number, Revision.title,
        Revision.authors, Revision.published, Revision.modified, Text.body,
        Revision.seen_at.label("seen"),
    )  # fmt: skip
    for batch in chunks(ids, BATCH):
        wanted = (
            select(*columns)
            .join(Article, Article.id == Revision.article_id)
            .join(Text, Text.id == Revision.text_id)
            .where(is_one_of(session, Revision.article_id, batch))
            .order_by(Revision.article_id, Revision.number)
        )
        for row in session.execute(wanted):
            yield dict(row._mapping)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedCopy:
    """A page as it was fetched."""

    id: int
    #: the address that was asked for, and the one that answered
    asked: str
    url: str
    status: int
    headers: dict[str, str]
    fetched_at: datetime
    body: ArchivedBody
    #: of the body as it was; None: only some headers were kept
    sha256: bytes | None


def archived_ids(session: Session, ids: Ids | None) -> Iterator[int]:
    """What the archive has of these articles' addresses; None: all of it."""
    if ids is None:
        everything = select(ArchivedPage.id).order_by(ArchivedPage.id)
        yield from session.scalars(everything.execution_options(yield_per=_IDS))
        return
    for batch in chunks(ids, BATCH):
        of_articles = (
            select(ArchivedPage.id)
            .join(Page, Page.id == ArchivedPage.page_id)
            .where(Page.article_id.in_(batch))
            .order_by(ArchivedPage.id)
        )
        yield from session.scalars(of_articles)


def archived_copies(session: Session, ids: Ids) -> Iterator[ExportedCopy]:
    """These copies, in order; some bodies in memory at a time."""
    columns = (
        ArchivedPage.id, Page.url.label("asked"), ArchivedPage.url, ArchivedPage.status,
        ArchivedPage.headers, ArchivedPage.fetched_at, ArchivedPage.sha256, *COLUMNS,
    )  # fmt: skip
    for batch in chunks(ids, AT_ONCE):
        wanted = select(*columns).join(Page, Page.id == ArchivedPage.page_id)
        rows = session.execute(wanted.where(ArchivedPage.id.in_(batch)))
        copies = {row.id: _exported(session, row) for row in rows}
        fetch_all(copy.body for copy in copies.values())
        for key in batch:
            yield copies.pop(key)


def _exported(session: Session, row: Row[*tuple[Any, ...]]) -> ExportedCopy:
    return ExportedCopy(
        id=row.id,
        asked=row.asked,
        url=row.url,
        status=row.status,
        headers=row.headers,
        fetched_at=row.fetched_at,
        body=body_of(session, row),
        sha256=row.sha256,
    )


def count_whole(session: Session, ids: Ids) -> int:
    """Of how many of these copies all headers were kept."""
    whole = 0
    for batch in chunks(ids, _PAGES):
        wanted = select(ArchivedPage.id).where(
            ArchivedPage.id.in_(batch), ArchivedPage.sha256.is_not(None)
        )
        whole += len(session.scalars(wanted).all())
    return whole
