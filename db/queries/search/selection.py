"""The articles that words and filters leave, before they are fetched."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text
from sqlalchemy.orm import Session

from db.models import Article
from db.models.word_tables import FTS_WORDS, VECTOR_WORDS
from db.queries.search.conditions import Filters, resolve
from db.queries.search.full_text import KEY_AFTER_WORDS, article_key, matches, matching_ids
from db.queries.search.query import Query, parse_query
from db.sql.dialect import chunks, is_sqlite

#: matches are counted up to here
MAX_TOTAL = 1_000_000
#: articles with the words that are looked at one by one
FEW = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The articles that a query and filters leave, before they are fetched."""

    query: Query
    conditions: tuple[ColumnElement[bool], ...]
    hints: tuple[str, ...] = ()
    #: articles stored later are none of them
    newest_id: int | None = None
    #: more have the words than are looked at one by one
    has_many: bool = True
    #: all that are meant, where many have the words and the filters leave few
    ids: tuple[int, ...] | None = None

    def select(self, session: Session, *columns: Any, words_alone: bool = False) -> Select[Any]:
        """Columns of ``articles``, or of the index of words, of all of them.

        words_alone: the columns are of the index of words.
        """
        if self.ids is not None and not words_alone:
            return select(*columns).select_from(Article).where(Article.id.in_(self.ids))
        if not self.query.phrases:
            selected = select(*columns).select_from(Article).where(*self._all(session))
            return (
                selected if self.newest_id is None else selected.where(Article.id <= self.newest_id)
            )
        key = article_key(session)
        words_of = FTS_WORDS if is_sqlite(session) else VECTOR_WORDS
        selected = select(*columns).select_from(words_of).where(matches(session, self.query))
        if self.newest_id is not None:
            selected = selected.where(key <= self.newest_id)
        conditions = self.conditions
        if is_sqlite(session):
            key = KEY_AFTER_WORDS
            if self.ids is not None:
                return selected.where(key.in_(self.ids))
            if self.has_many and conditions:
                # what the filters leave is worked out once, and not looked up for each match
                conditions = (key.in_(select(Article.id).where(*conditions)),)
            if words_alone and (self.has_many or not conditions):
                return selected.where(*conditions)
        return selected.join(Article, Article.id == key).where(*conditions)

    def newest_first(self, session: Session) -> ColumnElement[int]:
        """An order that the index of words gives without sorting, where it is asked."""
        has_words = self.query.phrases and self.ids is None
        return (article_key(session) if has_words else Article.id).desc()

    def walk(self, session: Session, *columns: Any) -> Select[Any]:
        """Columns of ``articles``, of each whether it has the words: quick where most have them."""
        found = select(*columns).where(_has_words(session, self.query), *self.conditions)
        return found if self.newest_id is None else found.where(Article.id <= self.newest_id)

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
    chosen = Selection(
        query=query,
        conditions=(*filters.conditions(), *resolved.conditions),
        hints=(*query.notes, *resolved.hints),
        newest_id=filters.newest_id,
        has_many=_has_many(session, query),
    )
    is_narrowed = is_sqlite(session) and query.phrases and chosen.has_many and chosen.conditions
    return replace(chosen, ids=_few(session, chosen)) if is_narrowed else chosen


def _few(session: Session, chosen: Selection) -> tuple[int, ...] | None:
    """Those with the words of what the filters leave; None where they leave many."""
    left = session.scalars(select(Article.id).where(*chosen.conditions).limit(FEW + 1)).all()
    if len(left) > FEW:
        return None
    has_words = _has_words(session, chosen.query)
    ids: list[int] = []
    for some in chunks(left):
        ids += session.scalars(select(Article.id).where(Article.id.in_(some), has_words))
    return tuple(id_ for id_ in ids if chosen.newest_id is None or id_ <= chosen.newest_id)


def _has_words(session: Session, query: Query) -> ColumnElement[bool]:
    """Of an article: whether it has the words of the query."""
    return matching_ids(session, query).where(article_key(session) == Article.id).exists()


def _has_many(session: Session, query: Query) -> bool:
    """Whether so many articles have the words that the filters are worked out beforehand."""
    if not is_sqlite(session) or not query.phrases:
        return True
    first_ids = matching_ids(session, query).limit(FEW + 1).subquery()
    return (session.scalar(select(func.count()).select_from(first_ids)) or 0) > FEW


def count_selected(session: Session, chosen: Selection) -> int:
    """How many articles there are, counted up to ``MAX_TOTAL``."""
    if chosen.ids is not None:
        return len(chosen.ids)
    if not (chosen.query.phrases or chosen.query.unwanted or chosen.conditions):
        return min(_count_all(session, chosen.newest_id), MAX_TOTAL)
    one: ColumnElement[int] = literal_column("1").label("one")
    counted = chosen.select(session, one, words_alone=True).limit(MAX_TOTAL).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def _count_all(session: Session, newest_id: int | None) -> int:
    """All articles up to that one; those after it are few, and all are counted in no time."""
    everything = session.scalar(select(func.count()).select_from(Article)) or 0
    if newest_id is None:
        return everything
    later = select(func.count()).select_from(Article).where(Article.id > newest_id)
    return everything - (session.scalar(later) or 0)


def plan_for_these_words(session: Session) -> None:
    """Let PostgreSQL plan each query by its words: rare ones by the index, common by the newest."""
    if not is_sqlite(session):
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
