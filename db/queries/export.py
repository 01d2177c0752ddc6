"""Everything stored, article by article, in flat memory."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.dialect import chunks
from db.models import Article
from db.queries.record import make_records
from db.queries.search import Filters, matching_ids
from db.queries.tokens import Query

#: articles in memory at a time
BATCH = 200


def export(
    session: Session, filters: Filters | None = None, query: Query | None = None
) -> Iterator[dict[str, Any]]:
    """The records of all articles that the filters and the query leave, oldest id first."""
    wanted = select(Article).where(*(filters or Filters()).conditions()).order_by(Article.id)
    batches = _all(session, wanted) if query is None else _matching(session, wanted, query)
    for articles in batches:
        yield from make_records(session, articles)
        session.expunge_all()


def _all(session: Session, wanted: Select[Article]) -> Iterator[Sequence[Article]]:
    # by key, not by offset or one long cursor: each step is as quick as the first, and
    # nothing is held open that a writer of the same database would have to wait for
    last = 0
    while some := session.scalars(wanted.where(Article.id > last).limit(BATCH)).all():
        last = some[-1].id
        yield some


def _matching(
    session: Session, wanted: Select[Article], query: Query
) -> Iterator[Sequence[Article]]:
    ids = array("q", sorted(session.scalars(matching_ids(session, query))))
    for some in chunks(ids, BATCH):
        yield session.scalars(wanted.where(Article.id.in_(some))).all()


def count(session: Session, filters: Filters | None = None, query: Query | None = None) -> int:
    """How many records ``export`` will give."""
    wanted = select(func.count()).select_from(Article)
    if query is not None:
        wanted = wanted.where(Article.id.in_(matching_ids(session, query)))
    return session.scalar(wanted.where(*(filters or Filters()).conditions())) or 0
