"""The articles that words and filters leave, before they are fetched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isqrt
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    UnaryExpression,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Session

from db.counting.counts import Counted, amounts
from db.models import Article
from db.models.word_tables import FTS_WORDS, VECTOR_WORDS
from db.queries.search.conditions import Filters, resolve
from db.queries.search.full_text import (
    KEY_AFTER_WORDS,
    article_key,
    explained,
    matches,
    matching_ids,
)
from db.queries.search.query import Query, parse_query
from db.queries.search.word_probe import has_words
from db.sql.dialect import is_one_of, is_sqlite, read_ids

#: matches are counted up to here, in a library of few articles and of many
MAX_TOTAL, MAX_TOTAL_OF_MANY = 1_000_000, 1_000
#: a library of more articles has many
MANY_STORED = 50_000
#: articles with the words that are looked at one by one
FEW = 2_000
#: articles that the filters leave and that are looked at one by one: SQLite is nearer to them
FEW_LEFT, FEW_LEFT_ON_SERVER = 8_000, 2_000
#: articles of a time: where fewer are, these are looked at first on SQLite
FEW_OF_TIME = 5_000
#: words that more articles have are looked for in the newest that the filters leave
COMMON = 20_000
#: PostgreSQL finds the newest with a word one by one where it is in more than one of so many
SHARE_WALKED = 4
#: and counts them sooner one by one, up to a bound, where it is in more than one of so many
SHARE_COUNTED = 10
#: ... and finds the first in an order by an index of that one by one, where it is in more than one
#: of so many; of a word that it has no figures of it expects one in 200, and there may be less
SHARE_IN_ORDER = 150
#: articles that a page of an answer has
OF_A_PAGE = 20
#: articles in which a phrase of frequent words is looked for on PostgreSQL
MAX_LOOKED = 8_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The articles that a query and filters leave, before they are fetched."""

    query: Query
    conditions: tuple[ColumnElement[bool], ...]
    hints: tuple[str, ...] = ()
    #: articles stored later are none of them
    newest_id: int | None = None
    #: all that the filters leave, whatever their words, where many have the words and these are
    #: few; the newest first
    left: tuple[int, ...] | None = None
    #: so many have the words, and the filters leave so many, that some are soon found one by one
    is_walked: bool = False
    #: how many articles have the words, about, where that was looked up
    with_words: int = 0
    #: so many, the newest that the filters leave, are looked at alone (``among_newest``); 0: all
    looked_at: int = 0

    def select(self, session: Session, *columns: Any, words_alone: bool = False) -> Select[Any]:
        """Columns of ``articles``, or of the index of words, of all of them.

        words_alone: the columns are of the index of words.
        """
        if self.left is not None:
            return self.walk(session, *columns)
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
            if self.is_walked and conditions:
                # what the filters leave is worked out once, and not looked up for each match
                conditions = (key.in_(select(Article.id).where(*conditions)),)
            if words_alone and self.is_walked:
                return selected.where(*conditions)
        if words_alone and not conditions:
            return selected
        return selected.join(Article, Article.id == key).where(*conditions)

    @property
    def is_led_by_filters(self) -> bool:
        """The newest are found among what the filters leave, not among what has the words."""
        return self.left is not None or (self.is_walked and bool(self.conditions))

    def newest(self, session: Session, *columns: Any) -> Select[Any]:
        """Columns of ``articles`` of all of them, the newest first, without sorting very many."""
        if self.is_led_by_filters or not self.query.phrases:
            select_from = self.walk if self.is_led_by_filters else self.select
            return select_from(session, *columns).order_by(Article.id.desc())
        return self.select(session, *columns).order_by(self.newest_first(session))

    def newest_first(self, session: Session) -> UnaryExpression[int]:
        """The order of the index of words in which the newest come first.

        Where few have the words, PostgreSQL is not to look at one article after the other, the
        newest first, until so many are found as there are not.
        """
        key = article_key(session)
        return (key if self.is_walked or is_sqlite(session) else key + 0).desc()

    def walk(self, session: Session, *columns: Any) -> Select[Any]:
        """Columns of ``articles``, of each whether it has the words: quick where most have them."""
        return self.filtered(session, *columns).where(has_words(session, self.query))

    def filtered(self, session: Session, *columns: Any) -> Select[Any]:
        """Columns of ``articles``, of all that the filters leave, whatever their words."""
        if self.left is not None:
            return select(*columns).where(is_one_of(session, Article.id, self.left))
        left = select(*columns).select_from(Article).where(*self.conditions)
        return left if self.newest_id is None else left.where(Article.id <= self.newest_id)

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
    chosen = Selection(
        query=query,
        conditions=(
            *filters.conditions(by_time=_is_led_by_time(session, filters)),
            *resolved.conditions,
        ),
        hints=(*query.notes, *resolved.hints),
        newest_id=filters.newest_id,
    )
    return _with_plan(session, chosen) if query.phrases else chosen


def _is_led_by_time(session: Session, filters: Filters) -> bool:
    """Whether fewer articles are of the time than of the site or language.

    SQLite does not know, and would look up the time of all that are of these.
    """
    others = filters.equal_to()
    if not is_sqlite(session) or filters.since is None or not others:
        return False
    of_time = _count_up_to(session, filters.published(), most=FEW_OF_TIME)
    if of_time == FEW_OF_TIME:
        return False
    return all(_count_up_to(session, [other], most=of_time + 1) > of_time for other in others)


def _count_up_to(session: Session, conditions: Sequence[ColumnElement[bool]], *, most: int) -> int:
    rows: Select[Any] = (
        select(literal_column("1").label("one")).select_from(Article).where(*conditions)
    )
    return session.scalar(select(func.count()).select_from(rows.limit(most).subquery())) or 0


def _with_plan(session: Session, chosen: Selection) -> Selection:
    """Say what is to be looked at first: the words, or what the filters leave."""
    if not is_sqlite(session):
        session.execute(_PLAN_BY_WORDS)
    articles = _with_words(session, chosen.query)
    if articles <= FEW:
        return chosen
    is_common = articles > COMMON
    if not chosen.conditions:
        return replace(chosen, is_walked=is_common, with_words=articles)
    left = _few_left(session, chosen)
    known = 0 if is_common else articles
    return replace(chosen, left=left, is_walked=is_common and left is None, with_words=known)


def _has_phrase(query: Query) -> bool:
    return any(len(phrase.words) > 1 for phrase in query.phrases)


def is_soon_found(session: Session, chosen: Selection) -> bool:
    """Whether PostgreSQL finds some that have the words sooner one by one than by its index."""
    if _has_phrase(chosen.query):
        return True  # the index knows words alone: all that have them would be unpacked
    return _is_frequent(session, chosen, SHARE_WALKED)


def is_put_in_order(session: Session, chosen: Selection) -> bool:
    """Whether PostgreSQL is to find all that have the words, and then put them in order.

    Few have them. By an index of the order it would look at one article after the other, whether
    it has the words, until so many are found as there are hardly any.
    """
    if is_sqlite(session) or not chosen.query.phrases:
        return False
    if chosen.is_walked or chosen.left is not None:
        return False
    if not chosen.with_words:
        return True
    if _is_frequent(session, chosen, SHARE_IN_ORDER):
        return False
    # so many are put in order as quickly as those of a page are found one by one
    stored = session.scalar(select(func.max(Article.id))) or 0
    few = isqrt(stored * OF_A_PAGE)
    return _count_with_words(session, chosen.query, most=few) < few


def _is_frequent(session: Session, chosen: Selection, share: int = SHARE_COUNTED) -> bool:
    """Whether more than one in so many articles has the words."""
    return chosen.with_words * share > (session.scalar(select(func.max(Article.id))) or 0)


def among_newest(session: Session, chosen: Selection) -> Selection:
    """The same, but of a phrase of frequent words on PostgreSQL among the newest alone.

    Its index does not know what stands beside what. Where the words are frequent and hardly ever
    stand together, all articles would be unpacked.
    """
    if not chosen.is_walked or is_sqlite(session) or not _has_phrase(chosen.query):
        return chosen
    newest = chosen.filtered(session, Article.id).order_by(Article.id.desc())
    oldest = session.scalar(newest.offset(MAX_LOOKED - 1).limit(1))
    if oldest is None:
        return chosen
    hint = f"frequent words in quotes: looked for among the newest {MAX_LOOKED} articles alone"
    return replace(
        chosen,
        conditions=(*chosen.conditions, Article.id >= oldest),
        hints=(*chosen.hints, hint),
        looked_at=MAX_LOOKED,
    )


def _few_left(session: Session, chosen: Selection) -> tuple[int, ...] | None:
    """What the filters leave, the newest first; None where that is many."""
    most = FEW_LEFT if is_sqlite(session) else FEW_LEFT_ON_SERVER
    left = read_ids(session, select(Article.id).where(*chosen.conditions).limit(most + 1))
    if len(left) > most:
        return None
    newest_id = chosen.newest_id or max(left, default=0)
    return tuple(sorted((id_ for id_ in left if id_ <= newest_id), reverse=True))


def _with_words(session: Session, query: Query) -> int:
    """How many articles have the words: counted up to a bound, or as PostgreSQL estimates it."""
    if is_sqlite(session):
        return _count_with_words(session, query, most=COMMON + 1)
    plan = session.scalar(explained(session, query))
    return int(plan[0]["Plan"]["Plan Rows"])


def _count_with_words(session: Session, query: Query, *, most: int) -> int:
    first_ids = matching_ids(session, query).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(first_ids)) or 0


def count_selected(session: Session, chosen: Selection, *, most: int = MAX_TOTAL) -> int:
    """How many articles there are, counted up to ``most``."""
    if not (chosen.query.phrases or chosen.query.unwanted or chosen.conditions):
        return min(_count_all(session, chosen.newest_id), most)
    one: ColumnElement[int] = literal_column("1").label("one")
    if chosen.is_led_by_filters and (most < MAX_TOTAL or chosen.left is not None):
        counted = chosen.newest(session, one).limit(most).subquery()
    elif chosen.is_walked and not is_sqlite(session) and _is_frequent(session, chosen):
        # enough are soon counted, and the index would tell all that have the words first
        counted = chosen.walk(session, one).limit(most).subquery()
    else:
        counted = chosen.select(session, one, words_alone=True).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def _count_all(session: Session, newest_id: int | None) -> int:
    """All articles up to that one; those after it are few, and all have been counted."""
    everything = sum(amounts(session).get(Counted.SITE, {}).values())
    if newest_id is None:
        return everything
    later = select(func.count()).select_from(Article).where(Article.id > newest_id)
    return everything - (session.scalar(later) or 0)


#: PostgreSQL does not reckon with what it takes to unpack the words of an article: it is to plan
#: each query by its words, and to look at all articles only where nothing else can be done
_PLAN_BY_WORDS = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true)"
)
