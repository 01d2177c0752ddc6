"""What a search shows: the hits of a query, ranked or in order, and their total."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, literal, literal_column, select, text, union_all
from sqlalchemy.orm import Session

from db.models import Article, Text
from db.models.word_tables import VECTOR_WORDS
from db.queries.search.conditions import Filters, hints_for
from db.queries.search.full_text import article_key, ts_bound
from db.queries.search.query import Query, parse_query
from db.queries.search.selection import MAX_TOTAL, Selection, count_selected, select_articles
from db.queries.search.snippet import Snippet, make_snippet, mark_words
from db.sql.dialect import chunks, is_sqlite

#: a match in the title counts as much as this many in the body
TITLE_WEIGHT = 10.0
#: what is found by its stem alone scores so much less, which is below all that has the word
STEM_DISTANCE = 1_000.0
#: to look up one article in the index of words takes as long as to sort so many that it gave
WALKED = 60
#: of a query that finds more, the newest are ranked, so that the time stays bounded
MAX_RANKED = 2_000

Sort = Literal["relevance", "newest", "oldest", "changed"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "changed")

#: PostgreSQL's weights of the classes D, C, B, A
_WEIGHTS = f"{{{1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, {1 / TITLE_WEIGHT}, 1.0}}"


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
    # nothing is later than the newest: only a part after the first needs the limit
    newest = filters.newest_id or session.scalar(select(func.max(Article.id))) or 0
    chosen = select_articles(session, query, filters)
    total = count_selected(session, chosen)
    hints = chosen.hints
    if not total:
        hints = (*hints, *hints_for(session, filters))
    is_common = total * total > WALKED * (limit + offset) * newest
    hits = _sorted_hits(session, chosen, sort=sort, limit=limit, offset=offset, is_common=is_common)
    return SearchPage(
        hits=tuple(hits),
        total=total,
        hints=tuple(dict.fromkeys(hints)),
        newest_id=newest,
    )


def _sorted_hits(
    session: Session,
    chosen: Selection,
    *,
    sort: Sort,
    limit: int,
    offset: int,
    is_common: bool = False,
) -> list[SearchHit]:
    """is_common: so many articles have the words that the newest of all soon give enough."""
    if sort == "relevance" and chosen.query.phrases:
        wanted = _by_relevance(session, chosen)
    else:
        by = "newest" if sort == "relevance" else sort
        is_walked = is_common and by == "newest" and is_sqlite(session) and not chosen.conditions
        select_from = chosen.walk if is_walked and chosen.query.phrases else chosen.select
        columns = Article.id, literal(0.0).label("score")
        wanted = select_from(session, *columns).order_by(*_ORDERS[by])
    rows = session.execute(wanted.limit(limit).offset(offset))
    return _hits(session, [(row.id, row.score) for row in rows], chosen.query)


#: what has no time comes last
_ORDERS: dict[Sort, tuple[ColumnElement[Any], ...]] = {
    "newest": (Article.published_at.desc().nulls_last(), Article.id.desc()),
    "oldest": (Article.published_at.asc().nulls_last(), Article.id.asc()),
    "changed": (Article.revisions.desc(), Article.id.desc()),
}


def _by_relevance(session: Session, chosen: Selection) -> Select[int, float]:
    """What has the words themselves before what has their stems alone."""
    exact = replace(chosen, query=chosen.query.exact)
    ranked = _ranked(session, exact).subquery()
    selected = select(ranked.c.id, ranked.c.score)
    if exact.query != chosen.query:
        by_stem = _ranked(session, chosen).subquery()
        others = select(by_stem.c.id, (by_stem.c.score - STEM_DISTANCE).label("score"))
        both = union_all(
            selected, others.where(by_stem.c.id.not_in(select(ranked.c.id)))
        ).subquery()
        selected = select(both.c.id, both.c.score)
    return selected.order_by(
        selected.selected_columns.score.desc(), selected.selected_columns.id.desc()
    )


def _ranked(session: Session, chosen: Selection) -> Select[int, float]:
    """Ids and scores of the newest articles that the query and the filters leave."""
    if is_sqlite(session):
        # bm25 is smaller for better matches
        score: ColumnElement[float] = -func.bm25(literal_column("article_words"), TITLE_WEIGHT, 1.0)
    else:
        weights = text(f"'{_WEIGHTS}'::float4[]")
        score = func.ts_rank(weights, VECTOR_WORDS.c.words, ts_bound(chosen.query))
    key = article_key(session)
    selected = chosen.select(session, key.label("id"), score.label("score"), words_alone=True)
    if chosen.ids is not None:
        return selected  # few, and the index of words is quicker read from its beginning
    return selected.order_by(key.desc()).limit(MAX_RANKED)


def _hits(session: Session, scores: Sequence[tuple[int, float]], query: Query) -> list[SearchHit]:
    rows_of: dict[int, tuple[Article, str]] = {}
    for batch in chunks([key for key, _ in scores]):
        rows = session.execute(
            select(Article, Text.body)
            .join(Text, Text.id == Article.text_id)
            .where(Article.id.in_(batch))
        )
        rows_of |= {article.id: (article, body) for article, body in rows}
    clusters = {article.cluster_id for article, _ in rows_of.values() if article.cluster_id}
    sizes = cluster_sizes(session, clusters)
    return [
        _hit(*rows_of[key], score, query, copies=sizes.get(rows_of[key][0].cluster_id or 0, 1) - 1)
        for key, score in scores
        if key in rows_of
    ]


def cluster_sizes(session: Session, clusters: Collection[int]) -> dict[int, int]:
    """Cluster -> how many articles it has."""
    sizes: dict[int, int] = {}
    for batch in chunks(sorted(clusters)):
        rows = session.execute(
            select(Article.cluster_id, func.count().label("articles"))
            .where(Article.cluster_id.in_(batch))
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
