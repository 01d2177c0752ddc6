"""What a search shows: the hits of a query, ranked or in order, and their total."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Interval, func, literal, select
from sqlalchemy.orm import Session

from db.models import Article, Text
from db.queries.search.conditions import Filters, hints_for
from db.queries.search.query import Query, parse_query
from db.queries.search.ranking import MAX_RANKED, Ranked, ranked
from db.queries.search.selection import (
    MANY_STORED,
    MAX_TOTAL,
    MAX_TOTAL_OF_MANY,
    Selection,
    among_newest,
    count_selected,
    is_put_in_order,
    select_articles,
)
from db.queries.search.snippet import Snippet, make_snippet, mark_words
from db.sql.dialect import chunks, is_one_of

Sort = Literal["relevance", "newest", "oldest", "changed"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest", "changed")


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
    #: how many articles the query finds, or that there are so many at least
    total: int
    #: False where there are more than were counted
    is_total_exact: bool
    #: what of the query could not be meant, and values that no article has
    hints: tuple[str, ...] = ()
    #: the newest article when the answer was made
    newest_id: int = 0

    def goes_on_behind(self, behind: int) -> bool:
        """Whether there may be more after so many."""
        return bool(self.hits) and (behind < self.total or not self.is_total_exact)


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
    chosen = among_newest(session, select_articles(session, query, filters))
    wanted, _ = _wanted(session, chosen, sort=sort, limit=limit, offset=offset)
    return _hits(session, wanted, query)


def best_ids(session: Session, query: Query, *, limit: int) -> list[int]:
    """The articles that ``search`` would give, without what is shown of them."""
    chosen = among_newest(session, select_articles(session, query))
    return [id_ for id_, _ in ranked(session, chosen)[:limit]]


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
    chosen = among_newest(session, select_articles(session, query, filters))
    most = MAX_TOTAL if newest <= MANY_STORED else MAX_TOTAL_OF_MANY
    wanted, total = _wanted(session, chosen, sort=sort, limit=limit, offset=offset)
    if total is None:
        is_ranked = sort == "relevance" and chosen.query.phrases
        # so many were ranked that no more are counted in a library of many
        is_full = is_ranked and most <= MAX_RANKED
        total = most if is_full else count_selected(session, chosen, most=most)
    hints = chosen.hints
    if not total:
        hints = (*hints, *hints_for(session, filters))
    return SearchPage(
        hits=tuple(_hits(session, wanted, chosen.query)),
        total=total,
        is_total_exact=total < most and not chosen.looked_at,
        hints=tuple(dict.fromkeys(hints)),
        newest_id=newest,
    )


def _wanted(
    session: Session, chosen: Selection, *, sort: Sort, limit: int, offset: int
) -> tuple[Ranked, int | None]:
    """(article, score) of a part of the answer, and the total where it is known by that."""
    if sort == "relevance" and chosen.query.phrases:
        best = ranked(session, chosen)
        return best[offset : offset + limit], len(best) if len(best) < MAX_RANKED else None
    by = "newest" if sort == "relevance" else sort
    select_from = chosen.walk if chosen.is_walked else chosen.select
    wanted = select_from(session, Article.id).limit(limit).offset(offset)
    published: ColumnElement[Any] = Article.published_at.expression
    revisions: ColumnElement[Any] = Article.revisions.expression
    if is_put_in_order(session, chosen):
        # the same, but for the index
        published, revisions = published + literal(timedelta(0), Interval()), revisions + 0
    if by == "newest":
        # in an order that an index has; only behind all of them come those without a time
        dated = wanted.where(Article.published_at.is_not(None))
        order = published.desc(), Article.id.desc()
        ids = session.scalars(dated.order_by(*order)).all()
        if len(ids) == limit:
            return [(id_, 0.0) for id_ in ids], None
    # what has no time comes last
    orders: dict[Sort, tuple[ColumnElement[Any], ...]] = {
        "newest": (published.desc().nulls_last(), Article.id.desc()),
        "oldest": (published.asc().nulls_last(), Article.id.asc()),
        "changed": (revisions.desc(), Article.id.desc()),
    }
    return [(id_, 0.0) for id_ in session.scalars(wanted.order_by(*orders[by]))], None


#: of an article, without what takes time to make of a row
_SHOWN = (
    Article.id, Article.url, Article.site, Article.title, Article.published, Article.language,
    Article.authors, Article.page_type, Article.revisions, Article.cluster_id,
)  # fmt: skip


def _hits(session: Session, scores: Sequence[tuple[int, float]], query: Query) -> list[SearchHit]:
    rows_of: dict[int, Any] = {}
    for batch in chunks([key for key, _ in scores]):
        rows = session.execute(
            select(*_SHOWN, Text.body)
            .join(Text, Text.id == Article.text_id)
            .where(is_one_of(session, Article.id, batch))
        )
        rows_of |= {row.id: row for row in rows}
    clusters = {row.cluster_id for row in rows_of.values() if row.cluster_id}
    sizes = cluster_sizes(session, clusters)
    return [
        _hit(rows_of[key], score, query, copies=sizes.get(rows_of[key].cluster_id or 0, 1) - 1)
        for key, score in scores
        if key in rows_of
    ]


def cluster_sizes(session: Session, clusters: Collection[int]) -> dict[int, int]:
    """Cluster -> how many articles it has."""
    sizes: dict[int, int] = {}
    for batch in chunks(sorted(clusters)):
        rows = session.execute(
            select(Article.cluster_id, func.count().label("articles"))
            .where(is_one_of(session, Article.cluster_id, batch), Article.cluster_id.is_not(None))
            .group_by(Article.cluster_id)
        )
        sizes |= {row.cluster_id: row.articles for row in rows if row.cluster_id is not None}
    return sizes


def _hit(article: Any, score: float, query: Query, *, copies: int) -> SearchHit:
    return SearchHit(
        id=article.id,
        url=article.url,
        site=article.site,
        title=article.title,
        published=article.published,
        language=article.language,
        score=score,
        heading=mark_words(article.title or "", query),
        snippet=make_snippet(article.body, query),
        authors=tuple(article.authors),
        page_type=article.page_type,
        versions=article.revisions,
        copies=copies,
    )
