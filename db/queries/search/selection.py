"""The articles that words and filters leave, before they are fetched."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text
from sqlalchemy.orm import Session

from db.dialect import is_sqlite
from db.models import Article
from db.models.word_tables import FTS_WORDS, VECTOR_WORDS
from db.queries.search.conditions import Filters, resolve
from db.queries.search.match import article_key, matches, matching_ids
from db.queries.search.query import Query, parse_query

#: matches are counted up to here
MAX_TOTAL = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The articles that a query and filters leave, before they are fetched."""

    query: Query
    conditions: tuple[ColumnElement[bool], ...]
    hints: tuple[str, ...] = ()

    def select(self, session: Session, *columns: Any) -> Select[Any]:
        """Columns of ``articles``, or of the index of words, of all of them."""
        if not self.query.phrases:
            return select(*columns).select_from(Article).where(*self._all(session))
        words_of = FTS_WORDS if is_sqlite(session) else VECTOR_WORDS
        found = select(*columns).select_from(words_of).where(matches(session, self.query))
        return found.join(Article, Article.id == article_key(session)).where(*self.conditions)

    def newest_first(self, session: Session) -> ColumnElement[int]:
        """An order that the index of words gives without sorting, where it is asked."""
        key = article_key(session) if self.query.phrases else Article.id
        return key.desc()

    def _all(self, session: Session) -> tuple[ColumnElement[bool], ...]:
        if not self.query.unwanted:
            return self.conditions
        without = Query(choices=(self.query.unwanted,))
        return (*self.conditions, Article.id.not_in(matching_ids(session, without)))


def select_articles(
    session: Session, query: Query | str, filters: Filters | None = None
) -> Selection:
    """The articles that are meant; without words and fields all that the filters leave."""
    query = parse_query(query) if isinstance(query, str) else query
    filters = filters or Filters()
    resolved = resolve(session, query.conditions, filters.zone)
    plan_for_these_words(session)
    return Selection(
        query=query,
        conditions=(*filters.conditions(), *resolved.conditions),
        hints=(*query.notes, *resolved.hints),
    )


def count_selected(session: Session, chosen: Selection) -> int:
    """How many articles there are, counted up to ``MAX_TOTAL``."""
    some = chosen.select(session, literal_column("1").label("one")).limit(MAX_TOTAL).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def plan_for_these_words(session: Session) -> None:
    """Let PostgreSQL plan each query by its words: rare ones by the index, common by the newest."""
    if not is_sqlite(session):
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
