"""Ranks what a query found: BM25 on SQLite, PostgreSQL's own rank there.

Of very many the newest are ranked, so that the time stays bounded. SQLite's own BM25 looks at all
articles that have a word before it gives the first score; here they are counted up to a bound.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import log
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select, text
from sqlalchemy.orm import Session

from db.models import Article
from db.models.word_tables import VECTOR_WORDS
from db.queries.search.full_text import article_key, matches, matching_ids, ts_bound
from db.queries.search.query import Phrase, Query
from db.queries.search.selection import Selection
from db.queries.search.word_probe import INDEXED_WORDS, has_words, needles
from db.sql.dialect import chunks, is_sqlite, number_list

#: of a query that finds more, the newest are ranked
MAX_RANKED = 1_000
#: a match in the title counts as much as this many in the body
TITLE_WEIGHT = 10.0
#: what is found by its stem alone scores so much less, which is below all that has the word
STEM_DISTANCE = 1_000.0
#: BM25's usual constants: how soon more of a word says no more, and how much a long text loses
_SATURATION, _LENGTH = 1.2, 0.75
#: articles that filters leave: so many at most are taken, and so many are looked at together
_MAX_LEFT, _LEFT_AT_ONCE = 10_000, 1_500
#: articles with a phrase are counted up to here
_MAX_FREQUENCY = 10_000

#: PostgreSQL's weights of the classes D, C, B, A
_WEIGHTS = f"{{{1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, 1.0}}"

Ranked = list[tuple[int, float]]


def ranked(session: Session, chosen: Selection) -> Ranked:
    """(article, score), the best first: what has the words themselves, then what has stems."""
    exact = replace(chosen, query=chosen.query.exact)
    scores = _scored(session, exact, chosen)
    if len(scores) < MAX_RANKED and exact.query != chosen.query:
        for id_, score in _scored(session, chosen, chosen).items():
            scores.setdefault(id_, score - STEM_DISTANCE)
    return sorted(scores.items(), key=lambda item: (-item[1], -item[0]))


def _scored(session: Session, wanted: Selection, chosen: Selection) -> dict[int, float]:
    """The newest that are wanted."""
    if chosen.ids is None and chosen.is_led_by_filters:
        chosen = replace(chosen, ids=_newest_left(session, wanted, chosen))
    if is_sqlite(session):
        rows = session.scalars(_newest(session, wanted, chosen))
        return _bm25(session, rows.all(), wanted.query)
    weights = text(f"'{_WEIGHTS}'::float4[]")
    score = func.ts_rank(weights, VECTOR_WORDS.c.words, ts_bound(wanted.query)).label("score")
    newest = _newest(session, wanted, chosen, score)
    return {row[0]: row[1] for row in session.execute(newest)}


def _newest_left(session: Session, wanted: Selection, chosen: Selection) -> tuple[int, ...]:
    """Of what the filters leave the newest that are enough, looked at some at a time."""
    left = chosen.filtered(session, Article.id).order_by(Article.id.desc()).limit(_MAX_LEFT)
    ids = session.scalars(left).all()
    enough: list[int] = []
    for some in chunks(ids, _LEFT_AT_ONCE):
        part = replace(chosen, ids=tuple(some))
        enough += session.scalars(
            part.filtered(session, Article.id).where(has_words(session, wanted.query))
        )
        if len(enough) >= MAX_RANKED:
            return tuple(enough)
    if len(ids) < _MAX_LEFT:
        return tuple(enough)
    walked = chosen.filtered(session, Article.id).where(has_words(session, wanted.query))
    return tuple(session.scalars(walked.order_by(Article.id.desc()).limit(MAX_RANKED)))


def _newest(
    session: Session, wanted: Selection, chosen: Selection, *columns: ColumnElement[Any]
) -> Select[Any]:
    """Ids, and columns of PostgreSQL's index of words."""
    if not chosen.is_led_by_filters:
        key = article_key(session)
        selected = wanted.select(session, key, *columns, words_alone=True)
        return selected.order_by(key.desc()).limit(MAX_RANKED)
    selected = chosen.filtered(session, Article.id, *columns)
    if is_sqlite(session):
        selected = selected.where(has_words(session, wanted.query))
    else:
        selected = selected.join(VECTOR_WORDS, VECTOR_WORDS.c.article_id == Article.id)
        selected = selected.where(matches(session, wanted.query))
    return selected.order_by(Article.id.desc()).limit(MAX_RANKED)


def _bm25(session: Session, ids: Sequence[int], query: Query) -> dict[int, float]:
    stored = session.scalar(select(func.max(Article.id))) or 1
    weights = [(needles(phrase), phrase.in_title) for phrase in query.phrases]
    rarities = [_rarity(session, phrase, stored) for phrase in query.phrases]
    numbers: BindParameter[str] = bindparam(None, number_list(session, ids), unique=True)
    wanted = INDEXED_WORDS.c.id.in_(select(func.json_each(numbers).table_valued("value").c.value))
    texts = session.execute(select(INDEXED_WORDS).where(wanted)).all()
    mean = sum(len(body) for _, _, body in texts) / (len(texts) or 1) or 1
    scores: dict[int, float] = {}
    for id_, title, body in texts:
        title, padded = f" {title} ", f" {body} "
        slowness = _SATURATION * (1 - _LENGTH + _LENGTH * len(body) / mean)
        score = 0.0
        for (spellings, in_title), rarity in zip(weights, rarities, strict=True):
            times = 0.0
            for spelling in spellings:
                times += title.count(spelling) * TITLE_WEIGHT
                times += 0 if in_title else padded.count(spelling)
            score += rarity * times * (_SATURATION + 1) / (times + slowness)
        scores[id_] = score
    return scores


def _rarity(session: Session, phrase: Phrase, stored: int) -> float:
    ids = matching_ids(session, Query(wanted=(phrase,))).limit(_MAX_FREQUENCY).subquery()
    articles = session.scalar(select(func.count()).select_from(ids)) or 0
    return log(1 + (max(stored, articles) - articles + 0.5) / (articles + 0.5))
