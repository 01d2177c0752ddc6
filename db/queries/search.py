"""Full text: one row of words per article, and the articles that a query finds.

The words are cut in Python (``db.queries.tokens``), so that SQLite's FTS5 and PostgreSQL's
tsvector index the same words at the same places; both only have to split at spaces.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session

from db.dialect import chunks, is_sqlite
from db.models import Article, Text
from db.queries.snippet import Snippet, make_snippet
from db.queries.tokens import Phrase, Query, parse_query, words

__all__ = [
    "Filters",
    "SearchHit",
    "index",
    "matching_ids",
    "parse_query",
    "remove",
    "search",
    "words",
]

#: PostgreSQL keeps no place beyond 16383 ...
MAX_PLACES = 16_383
#: ... and no more than 256 places of a word; what lies beyond is not indexed on either database
MAX_PLACES_OF_WORD = 256
#: a tsvector holds 1 MiB; each word costs its bytes, its place and some alignment
MAX_INDEX_BYTES = 900_000
BYTES_PER_PLACE = 8
#: a match in the title counts as much as this many in the body
TITLE_WEIGHT = 10.0
#: of a query that finds more, the newest are ranked, so that the time stays bounded
MAX_RANKED = 2_000

#: stands for a word that is not indexed; no query contains it
_FILLER = "\u00b7"
#: PostgreSQL's weights of the classes D, C, B, A
_WEIGHTS = f"{{{1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, 1.0}}"

_fts = table("article_words", column("rowid"), column("title"), column("body"))
_vectors = table("article_words", column("article_id"), column("words", TSVECTOR))


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Which articles are meant; None: all."""

    #: registered domain
    site: str | None = None
    #: host name, for a part of a site
    host: str | None = None
    #: published at this moment or later, aware
    since: datetime | None = None
    #: published before this moment, aware
    until: datetime | None = None
    #: ISO 639-1
    language: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions on ``articles``."""
        found: list[ColumnElement[bool]] = []
        if self.site is not None:
            found.append(Article.site == self.site)
        if self.host is not None:
            starts = (f"{scheme}://{self.host}/" for scheme in ("https", "http"))
            found.append(or_(*(Article.url.startswith(s, autoescape=True) for s in starts)))
        if self.since is not None:
            found.append(Article.published_at >= self.since)
        if self.until is not None:
            found.append(Article.published_at < self.until)
        if self.language is not None:
            found.append(Article.language == self.language)
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchHit:
    """An article that a query found."""

    id: int
    url: str
    site: str
    title: str | None
    published: str | None
    language: str | None
    #: larger is better; comparable within one answer only
    score: float
    snippet: Snippet


def index(session: Session, article_id: int, title: str | None, body: str) -> None:
    """Make an article findable by its words, in place of what was indexed of it before."""
    heading, rest = _indexed(words(title or ""), words(body))
    if is_sqlite(session):
        session.execute(
            text(
                "INSERT OR REPLACE INTO article_words (rowid, title, body)"
                " VALUES (:id, :title, :body)"
            ),
            {"id": article_id, "title": " ".join(heading), "body": " ".join(rest)},
        )
        return
    session.execute(
        text(
            "INSERT INTO article_words (article_id, words) VALUES (:id, CAST(:words AS tsvector))"
            " ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
        ),
        {"id": article_id, "words": _vector(heading, rest)},
    )


def remove(session: Session, article_id: int) -> None:
    """Forget the words of an article."""
    key = _fts.c.rowid if is_sqlite(session) else _vectors.c.article_id
    session.execute(delete(key.table).where(key == article_id))  # type: ignore[arg-type]


def _indexed(heading: list[str], rest: list[str]) -> tuple[list[str], list[str]]:
    """The words within the limits of both databases; a filler where one word comes too often."""
    counts: defaultdict[str, int] = defaultdict(int)
    kept: list[str] = []
    budget = MAX_INDEX_BYTES
    for word in (heading + rest)[: MAX_PLACES - 1]:
        budget -= len(word.encode()) + BYTES_PER_PLACE
        if budget < 0:
            break
        counts[word] += 1
        kept.append(word if counts[word] <= MAX_PLACES_OF_WORD else _FILLER)
    return kept[: len(heading)], kept[len(heading) :]


def _vector(heading: list[str], rest: list[str]) -> str:
    """A tsvector as text. Words hold letters and digits only, so that nothing needs escaping."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(heading, 1):
        places[word].append(f"{place}A")
    # one place stays free, so that no phrase begins in the title and ends in the body
    for place, word in enumerate(rest, len(heading) + 2):
        places[word].append(str(place))
    places.pop(_FILLER, None)
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def _fts_query(query: Query) -> str:
    """The query in FTS5's language."""
    wanted = " AND ".join(_fts_phrase(phrase) for phrase in query.wanted)
    if not query.unwanted:
        return wanted
    unwanted = " OR ".join(_fts_phrase(phrase) for phrase in query.unwanted)
    return f"({wanted}) NOT ({unwanted})"


def _fts_phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"' + ("*" if phrase.is_open else "")


def _ts_query(query: Query) -> str:
    """The query in PostgreSQL's language."""
    terms = [_ts_phrase(phrase) for phrase in query.wanted]
    terms += [f"!{_ts_phrase(phrase)}" for phrase in query.unwanted]
    return " & ".join(terms)


def _ts_phrase(phrase: Phrase) -> str:
    chain = " <-> ".join(f"'{word}'" for word in phrase.words)
    return f"({chain}{':*' if phrase.is_open else ''})"


def matching_ids(session: Session, query: Query) -> Select[int]:
    """A select of the ids of all articles that the query finds."""
    if is_sqlite(session):
        return select(_fts.c.rowid).where(_fts_matches(query))
    return select(_vectors.c.article_id).where(_vectors.c.words.op("@@")(_ts_bound(query)))


def _fts_matches(query: Query) -> ColumnElement[bool]:
    match = literal_column("article_words").op("MATCH", is_comparison=True)
    return match(bindparam(None, _fts_query(query), unique=True))


def _ts_bound(query: Query) -> ColumnElement[str]:
    return cast(bindparam(None, _ts_query(query), unique=True), TSQUERY)


def _ranked(session: Session, query: Query, filters: Filters) -> Select[int, float]:
    """Ids and scores of the newest articles that the query and the filters leave."""
    if is_sqlite(session):
        key: ColumnElement[int] = _fts.c.rowid
        # bm25 is smaller for better matches
        score: ColumnElement[float] = -func.bm25(literal_column("article_words"), TITLE_WEIGHT, 1.0)
        matches = _fts_matches(query)
    else:
        key = _vectors.c.article_id
        score = func.ts_rank(text(f"'{_WEIGHTS}'::float4[]"), _vectors.c.words, _ts_bound(query))
        matches = _vectors.c.words.op("@@")(_ts_bound(query))
    found = select(key.label("id"), score.label("score")).where(matches)
    if conditions := filters.conditions():
        found = found.join(Article, Article.id == key).where(*conditions)
    return found.order_by(key.desc()).limit(MAX_RANKED)


def search(
    session: Session,
    query: Query | str,
    filters: Filters | None = None,
    *,
    limit: int = 20,
    offset: int = 0,
) -> list[SearchHit]:
    """The articles that hold all wanted words and none of the unwanted, best first.

    A query without a wanted word finds nothing. Any text is a safe query.
    """
    query = parse_query(query) if isinstance(query, str) else query
    if not query.wanted:
        return []
    _plan_for_these_words(session)
    ranked = _ranked(session, query, filters or Filters()).subquery()
    best = (
        select(ranked.c.id, ranked.c.score)
        .order_by(ranked.c.score.desc(), ranked.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    scores = [(row.id, row.score) for row in session.execute(best)]
    return _hits(session, scores, query)


def _plan_for_these_words(session: Session) -> None:
    """Let PostgreSQL plan each query by its words: rare ones by the index, common by the newest."""
    if not is_sqlite(session):
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


def _hits(session: Session, scores: Sequence[tuple[int, float]], query: Query) -> list[SearchHit]:
    found: dict[int, tuple[Article, str]] = {}
    for some in chunks([key for key, _ in scores]):
        rows = session.execute(
            select(Article, Text.body)
            .join(Text, Text.id == Article.text_id)
            .where(Article.id.in_(some))
        )
        found |= {article.id: (article, body) for article, body in rows}
    return [_hit(*found[key], score, query) for key, score in scores if key in found]


def _hit(article: Article, body: str, score: float, query: Query) -> SearchHit:
    return SearchHit(
        id=article.id,
        url=article.url,
        site=article.site,
        title=article.title,
        published=article.published,
        language=article.language,
        score=score,
        snippet=make_snippet(body, query),
    )
