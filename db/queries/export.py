"""Everything stored, article by article, in flat memory."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.dialect import chunks
from db.models import Article
from db.queries.record import make_records
from db.queries.search.conditions import Filters
from db.queries.search.query import Query
from db.queries.search.selection import Selection, count_selected, select_articles

#: articles in memory at a time
BATCH = 200


def export(
    session: Session, filters: Filters | None = None, query: Query | None = None
) -> Iterator[dict[str, Any]]:
    """The records of all articles that the filters and the query leave, oldest id first."""
    chosen = select_articles(session, query or Query(), filters)
    wanted = select(Article).where(*chosen.conditions).order_by(Article.id)
    if chosen.query.phrases or chosen.query.unwanted:
        batches = _matching(session, chosen)
    else:
        batches = _all(session, wanted)
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


def _matching(session: Session, chosen: Selection) -> Iterator[Sequence[Article]]:
    ids = array("q", sorted(session.scalars(chosen.select(session, Article.id))))
    for some in chunks(ids, BATCH):
        yield session.scalars(
            select(Article).where(Article.id.in_(some)).order_by(Article.id)
        ).all()


def count(session: Session, filters: Filters | None = None, query: Query | None = None) -> int:
    """How many records ``export`` will give."""
    return count_selected(session, select_articles(session, query or Query(), filters))
