"""Full text: one row of words per article, and the articles that a query finds.

The words are cut in Python (``db.queries.tokens``), so that SQLite's FTS5 and PostgreSQL's
tsvector index the same words at the same places; both only have to split at spaces.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session

from db.dialect import chunks, is_sqlite
from db.models import Article, Text
from db.queries.conditions import Filters, hints_for, resolve
from db.queries.query import Phrase, Query, parse_query
from db.queries.snippet import Snippet, make_snippet, mark_words
from db.queries.tokens import words

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
#: matches are counted up to here
MAX_TOTAL = 1_000_000

Sort = Literal["relevance", "newest", "oldest", "changed"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "changed")

#: stands for a word that is not indexed; no query contains it
_FILLER = "\u00b7"
#: PostgreSQL's weights of the classes D, C, B, A
_WEIGHTS = f"{{{1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, 1.0}}"

_fts = table("article_words", column("rowid"), column("title"), column("body"))
_vectors = table("article_words", column("article_id"), column("words", TSVECTOR))


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
    #: the title with its marks
    heading: Snippet
    snippet: Snippet
    authors: tuple[str, ...] = ()
    page_type: str | None = None
    #: how many versions, and how many other articles have its text
    versions: int = 1
    copies: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPage:
    """A part of an answer."""

    hits: tuple[SearchHit, ...]
    #: how many articles the query finds; at most ``MAX_TOTAL``
    total: int
    #: what of the query could not be meant, and values that no article has
    hints: tuple[str, ...] = ()
    #: the newest article when the answer was made
    newest_id: int = 0

    @property
    def is_total_exact(self) -> bool:
        """False where there are more than were counted."""
        return self.total < MAX_TOTAL


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
    terms = [_fts_phrase(phrase) for phrase in query.wanted]
    terms += [f"({_fts_any(choice)})" for choice in query.choices]
    wanted = " AND ".join(terms)
    return f"({wanted}) NOT ({_fts_any(query.unwanted)})" if query.unwanted else wanted


def _fts_any(phrases: Iterable[Phrase]) -> str:
    return " OR ".join(_fts_phrase(phrase) for phrase in phrases)


def _fts_phrase(phrase: Phrase) -> str:
    within = "title : " if phrase.in_title else ""
    return f'{within}"{" ".join(phrase.words)}"' + (" *" if phrase.is_open else "")


def _ts_query(query: Query) -> str:
    """The query in PostgreSQL's language."""
    terms = [_ts_phrase(phrase) for phrase in query.wanted]
    terms += [f"({_ts_any(choice)})" for choice in query.choices]
    terms += [f"!{_ts_phrase(phrase)}" for phrase in query.unwanted]
    return " & ".join(terms)


def _ts_any(phrases: Iterable[Phrase]) -> str:
    return " | ".join(_ts_phrase(phrase) for phrase in phrases)


def _ts_phrase(phrase: Phrase) -> str:
    title = "A" if phrase.in_title else ""
    tails = [title] * (len(phrase.words) - 1) + [("*" if phrase.is_open else "") + title]
    parts = zip(phrase.words, tails, strict=True)
    chain = " <-> ".join(f"'{word}':{tail}" if tail else f"'{word}'" for word, tail in parts)
    return f"({chain})"


def matching_ids(session: Session, query: Query) -> Select[int]:
    """A select of the ids of all articles that have the words of the query."""
    return select(_key(session)).where(_matches(session, query))


def _key(session: Session) -> ColumnElement[int]:
    return _fts.c.rowid if is_sqlite(session) else _vectors.c.article_id


def _matches(session: Session, query: Query) -> ColumnElement[bool]:
    if is_sqlite(session):
        match = literal_column("article_words").op("MATCH", is_comparison=True)
        return match(bindparam(None, _fts_query(query), unique=True))
    return _vectors.c.words.op("@@", is_comparison=True)(_ts_bound(query))


def _ts_bound(query: Query) -> ColumnElement[str]:
    return cast(bindparam(None, _ts_query(query), unique=True), TSQUERY)


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
        words_of = _fts if is_sqlite(session) else _vectors
        found = select(*columns).select_from(words_of).where(_matches(session, self.query))
        return found.join(Article, Article.id == _key(session)).where(*self.conditions)

    def newest_first(self, session: Session) -> ColumnElement[int]:
        """An order that the index of words gives without sorting, where it is asked."""
        key = _key(session) if self.query.phrases else Article.id
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
    _plan_for_these_words(session)
    return Selection(
        query=query,
        conditions=(*filters.conditions(), *resolved.conditions),
        hints=(*query.notes, *resolved.hints),
    )


def search(
    session: Session,
    query: Query | str,
    filters: Filters | None = None,
    *,
    sort: Sort = "relevance",
    limit: int = 20,
    offset: int = 0,
) -> list[SearchHit]:
    """The articles that hold all that is wanted and nothing unwanted, best first.

    A query without a wanted word or field finds nothing. Any text is a safe query.
    """
    query = parse_query(query) if isinstance(query, str) else query
    if query.is_empty:
        return []
    chosen = select_articles(session, query, filters)
    return _sorted_hits(session, chosen, sort=sort, limit=limit, offset=offset)


def search_page(
    session: Session,
    query: Query | str,
    filters: Filters | None = None,
    *,
    sort: Sort = "relevance",
    limit: int = 20,
    offset: int = 0,
) -> SearchPage:
    """A part of the answer with its total; without words and fields all articles are meant."""
    filters = filters or Filters()
    newest = filters.newest_id or session.scalar(select(func.max(Article.id))) or 0
    chosen = select_articles(session, query, replace(filters, newest_id=newest))
    total = count_selected(session, chosen)
    hints = chosen.hints
    if not total:
        hints = (*hints, *hints_for(session, filters))
    return SearchPage(
        hits=tuple(_sorted_hits(session, chosen, sort=sort, limit=limit, offset=offset)),
        total=total,
        hints=tuple(dict.fromkeys(hints)),
        newest_id=newest,
    )


def count_selected(session: Session, chosen: Selection) -> int:
    """How many articles there are, counted up to ``MAX_TOTAL``."""
    some = chosen.select(session, literal_column("1").label("one")).limit(MAX_TOTAL).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _sorted_hits(
    session: Session, chosen: Selection, *, sort: Sort, limit: int, offset: int
) -> list[SearchHit]:
    if sort == "relevance" and chosen.query.phrases:
        ranked = _ranked(session, chosen).subquery()
        wanted = select(ranked.c.id, ranked.c.score).order_by(
            ranked.c.score.desc(), ranked.c.id.desc()
        )
    else:
        order = _ORDERS["newest" if sort == "relevance" else sort]
        wanted = chosen.select(session, Article.id, literal(0.0).label("score")).order_by(*order)
    rows = session.execute(wanted.limit(limit).offset(offset))
    return _hits(session, [(row.id, row.score) for row in rows], chosen.query)


#: what has no time comes last
_ORDERS: dict[Sort, tuple[ColumnElement[Any], ...]] = {
    "newest": (Article.published_at.desc().nulls_last(), Article.id.desc()),
    "oldest": (Article.published_at.asc().nulls_last(), Article.id.asc()),
    "changed": (Article.revisions.desc(), Article.id.desc()),
}


def _ranked(session: Session, chosen: Selection) -> Select[int, float]:
    """Ids and scores of the newest articles that the query and the filters leave."""
    if is_sqlite(session):
        # bm25 is smaller for better matches
        score: ColumnElement[float] = -func.bm25(literal_column("article_words"), TITLE_WEIGHT, 1.0)
    else:
        weights = text(f"'{_WEIGHTS}'::float4[]")
        score = func.ts_rank(weights, _vectors.c.words, _ts_bound(chosen.query))
    key = _key(session)
    found = chosen.select(session, key.label("id"), score.label("score"))
    return found.order_by(key.desc()).limit(MAX_RANKED)


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
    clusters = {one.cluster_id for one, _ in found.values() if one.cluster_id is not None}
    sizes = cluster_sizes(session, clusters)
    return [
        _hit(*found[key], score, query, copies=sizes.get(found[key][0].cluster_id or 0, 1) - 1)
        for key, score in scores
        if key in found
    ]


def cluster_sizes(session: Session, clusters: Collection[int]) -> dict[int, int]:
    """Cluster -> how many articles it has."""
    sizes: dict[int, int] = {}
    for some in chunks(sorted(clusters)):
        rows = session.execute(
            select(Article.cluster_id, func.count().label("articles"))
            .where(Article.cluster_id.in_(some))
            .group_by(Article.cluster_id)
        )
        sizes |= {row.cluster_id: row.articles for row in rows if row.cluster_id is not None}
    return sizes


def _hit(article: Article, body: str, score: float, query: Query, *, copies: int) -> SearchHit:
    return SearchHit(
        id=article.id,
        url=article.url,
        site=article.site,
        title=article.title,
        published=article.published,
        language=article.language,
        score=score,
        heading=mark_words(article.title or "", query),
        snippet=make_snippet(body, query),
        authors=tuple(article.authors),
        page_type=article.page_type,
        versions=article.revisions,
        copies=copies,
    )
