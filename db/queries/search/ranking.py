"""Ranks what a query found: BM25 on SQLite, PostgreSQL's own rank there.

Of very many the newest are ranked, so that the time stays bounded. SQLite's own BM25 looks at all
articles that have a word before it gives the first score; here they are counted up to a bound.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import log
from typing import Any, TypeVar

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from db.models import Article
from db.models.word_tables import FTS_WORDS, VECTOR_WORDS
from db.queries.search.full_text import matching_ids, ts_bound
from db.queries.search.query import Phrase, Query
from db.queries.search.selection import Selection, is_soon_found
from db.queries.search.word_probe import INDEXED_WORDS, WordTest, has_words, needles
from db.sql.dialect import chunks, is_one_of, is_sqlite, read_ids

#: of a query that finds more, the newest are ranked
MAX_RANKED = 1_000
#: of articles with a word that many have, so many are looked at for those that are ranked
_NEWEST_OF_MANY = 2 * MAX_RANKED
#: a match in the title counts as much as this many in the body
TITLE_WEIGHT = 10.0
#: what is found by its stem alone scores so much less, which is below all that has the word
STEM_DISTANCE = 1_000.0
#: BM25's usual constants: how soon more of a word says no more, and how much a long text loses
_SATURATION, _LENGTH = 1.2, 0.75
#: articles that filters leave: so many at most are looked at, so many are read at once, and so
#: many are looked at together
_MAX_LEFT, _LEFT_READ, _LEFT_AT_ONCE = 10_000, 2_500, 500
#: articles with a phrase are counted up to here
_MAX_FREQUENCY = 10_000

#: PostgreSQL's weights of the classes D, C, B, A
_WEIGHTS = f"{{{1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, 1.0}}"

#: a vector, unpacked: the words of an empty list get another weight
_UNPACKED = func.setweight(VECTOR_WORDS.c.words, text("'A'"), text("'{}'::text[]")).label("words")

Ranked = list[tuple[int, float]]
#: an article, its title and its body as they were indexed, with a space at either end
_Text = tuple[int, str, str]
_Row = TypeVar("_Row", _Text, tuple[int, float])


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
    if is_sqlite(session):
        return _bm25(session, _texts(session, wanted, chosen), wanted.query)
    vectors = select(VECTOR_WORDS.c.article_id, _UNPACKED)

    def look(ids: Sequence[int]) -> list[tuple[int, float]]:
        some = vectors.where(is_one_of(session, VECTOR_WORDS.c.article_id, ids))
        return _with_words(session, some, wanted.query)

    if chosen.is_led_by_filters:
        return dict(_newest_left(session, wanted, chosen, look))
    if chosen.is_walked and is_soon_found(session, chosen):
        if chosen.newest_id is not None:
            vectors = vectors.where(VECTOR_WORDS.c.article_id <= chosen.newest_id)
        vectors = vectors.order_by(VECTOR_WORDS.c.article_id.desc())
        return dict(_with_words(session, vectors, wanted.query, most=MAX_RANKED))
    return dict(look(_newest_with_words(session, wanted, chosen)))


def _newest_with_words(session: Session, wanted: Selection, chosen: Selection) -> Sequence[int]:
    """On PostgreSQL: the newest that have the words, as its index knows them.

    It knows no order: of words that many have, each row would be fetched before the newest are
    known. So they are first sought among as many of the newest articles as should have enough.
    """
    key = VECTOR_WORDS.c.article_id
    newest = wanted.select(session, key, words_alone=True)
    newest = newest.order_by((key + 0).desc()).limit(MAX_RANKED)
    if chosen.is_walked:
        last = chosen.newest_id or session.scalar(select(func.max(Article.id))) or 0
        first = last - _NEWEST_OF_MANY * last // chosen.with_words
        ids = session.scalars(newest.where(key > first)).all()
        if len(ids) == MAX_RANKED:
            return ids
    return session.scalars(newest).all()


def _with_words(
    session: Session, vectors: Select[Any], query: Query, most: int | None = None
) -> list[tuple[int, float]]:
    """On PostgreSQL: (article, score) of those that have the words, in the order of ``vectors``.

    Each vector is fetched and unpacked once, which is most of the time, and not once for the
    match and once for the score: OFFSET 0 keeps PostgreSQL from putting both where it unpacks.
    """
    unpacked = vectors.offset(0).subquery()
    has_words = unpacked.c.words.op("@@", is_comparison=True)(ts_bound(query))
    rows = select(unpacked.c.article_id, _rank(unpacked.c.words, query)).where(has_words)
    if most is not None:
        rows = rows.order_by(unpacked.c.article_id.desc()).limit(most)
    return [(row[0], row[1]) for row in session.execute(rows)]


def _rank(words: Any, query: Query) -> Any:
    return func.ts_rank(text(f"'{_WEIGHTS}'::float4[]"), words, ts_bound(query)).label("score")


def _texts(session: Session, wanted: Selection, chosen: Selection) -> list[_Text]:
    """On SQLite: the words of the newest that are wanted."""

    def read(ids: Sequence[int]) -> list[_Text]:
        rows = session.execute(
            select(INDEXED_WORDS).where(is_one_of(session, INDEXED_WORDS.c.id, ids))
        )
        return [(id_, f" {title} ", f" {body} ") for id_, title, body in rows]

    if not chosen.is_led_by_filters:
        newest = wanted.select(session, FTS_WORDS.c.rowid, words_alone=True)
        newest = newest.order_by(chosen.newest_first(session)).limit(MAX_RANKED)
        return read(read_ids(session, newest))

    has_all = WordTest(wanted.query).passes

    def look(ids: Sequence[int]) -> list[_Text]:
        return [row for row in read(ids) if has_all(row[1], row[2])]

    return _newest_left(session, wanted, chosen, look)


def _newest_left(
    session: Session,
    wanted: Selection,
    chosen: Selection,
    look: Callable[[Sequence[int]], list[_Row]],
) -> list[_Row]:
    """Of what the filters leave the newest that are enough, looked at some at a time, each once.

    ``look``: those of some articles that have the words, with their ids in front.
    """
    enough: list[_Row] = []
    looked_at = 0
    for some in _left(session, chosen):
        looked_at += len(some)
        enough += sorted(look(some), key=lambda row: -row[0])
        if len(enough) >= MAX_RANKED:
            return enough[:MAX_RANKED]
    if chosen.left is not None or looked_at < _MAX_LEFT:
        return enough
    walked = chosen.filtered(session, Article.id).where(has_words(session, wanted.query))
    return look(session.scalars(walked.order_by(Article.id.desc()).limit(MAX_RANKED)).all())


def _left(session: Session, chosen: Selection) -> Iterator[Sequence[int]]:
    """What the filters leave, the newest first, some at a time and up to a bound."""
    if chosen.left is not None:
        yield from chunks(chosen.left, _LEFT_AT_ONCE)
        return
    newest = chosen.filtered(session, Article.id).order_by(Article.id.desc()).limit(_LEFT_READ)
    ids = read_ids(session, newest)
    for _ in range(_MAX_LEFT // _LEFT_READ):
        yield from chunks(ids, _LEFT_AT_ONCE)
        if len(ids) < _LEFT_READ:
            return
        ids = read_ids(session, newest.where(Article.id < ids[-1]))


def _bm25(session: Session, texts: Sequence[_Text], query: Query) -> dict[int, float]:
    stored = session.scalar(select(func.max(Article.id))) or 1
    weights = [(needles(phrase), phrase.in_title) for phrase in query.phrases]
    rarities = [_rarity(session, phrase, stored) for phrase in query.phrases]
    mean = sum(len(body) - 2 for _, _, body in texts) / (len(texts) or 1) or 1
    scores: dict[int, float] = {}
    for id_, title, body in texts:
        slowness = _SATURATION * (1 - _LENGTH + _LENGTH * (len(body) - 2) / mean)
        score = 0.0
        for (spellings, in_title), rarity in zip(weights, rarities, strict=True):
            times = 0.0
            for spelling in spellings:
                times += title.count(spelling) * TITLE_WEIGHT
                times += 0 if in_title else body.count(spelling)
            score += rarity * times * (_SATURATION + 1) / (times + slowness)
        scores[id_] = score
    return scores


def _rarity(session: Session, phrase: Phrase, stored: int) -> float:
    ids = matching_ids(session, Query(wanted=(phrase,))).limit(_MAX_FREQUENCY).subquery()
    articles = session.scalar(select(func.count()).select_from(ids)) or 0
    return log(1 + (max(stored, articles) - articles + 0.5) / (articles + 0.5))
