"""Of the articles that a query leaves: how many by site, language, author ..., and by day."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from db.models import Article
from db.queries.removals import gone_since, may_be_gone
from db.queries.search.conditions import Filters
from db.queries.search.days import bucket_columns, day_counts
from db.queries.search.query import Query
from db.queries.search.selection import select_articles

#: of a query that leaves more, the newest are counted, so that the time stays bounded
MAX_COUNTED = 10_000
#: the same for the days
MAX_COUNTED_DAYS = 50_000
#: values of a field that are listed
MAX_VALUES = 12

#: field of a query -> column; ``has``, ``is`` and ``missing`` are worked out
_SINGLE = {"site": "site", "section": "section", "language": "language", "type": "page_type"}
_SEVERAL = {"topic": "topics", "source": "sources", "author": "authors"}
_MISSABLE = ("title", "authors", "published", "language", "section", "topics", "image")

#: a longer value is no name of anything, and is counted among the others
MAX_VALUE_CHARS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """A field and its values, the most frequent first."""

    #: as a query names it
    name: str
    #: (value, articles)
    values: tuple[tuple[str, int], ...]
    #: how many other values there are
    others: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Facets:
    """The fields of what a query leaves."""

    facets: tuple[Facet, ...]
    #: articles that were counted: all, or the newest ``MAX_COUNTED``
    counted: int
    is_cut: bool


def facets(session: Session, query: Query | str, filters: Filters | None = None) -> Facets:
    """Count the values of all fields, newest articles first where there are very many."""
    chosen = select_articles(session, query, filters)
    columns: list[Any] = [Article.id, Article.run_id, Article.revisions, Article.cluster_id]
    columns += [getattr(Article, name) for name in (*_SINGLE.values(), *_SEVERAL.values())]
    columns += [Article.title, Article.published, Article.image, may_be_gone().label("may_be_gone")]
    newest = chosen.newest_first(session)
    wanted = chosen.select(session, *columns).order_by(newest).limit(MAX_COUNTED + 1)
    rows = session.execute(wanted).all()
    counts = _counts(rows[:MAX_COUNTED])
    counts["is"]["gone"] = len(gone_since(session, [row.id for row in rows if row.may_be_gone]))
    counts["is"] = +counts["is"]
    return Facets(
        facets=tuple(_facet(name, counter) for name, counter in counts.items() if counter),
        counted=min(len(rows), MAX_COUNTED),
        is_cut=len(rows) > MAX_COUNTED,
    )


def _counts(rows: Iterable[Row[Any]]) -> dict[str, Counter[str]]:
    names = (*_SINGLE, *_SEVERAL, "has", "is", "missing", "run")
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for row in rows:
        for name, column in _SINGLE.items():
            if value := getattr(row, column):
                counts[name][value] += 1
        for name, column in _SEVERAL.items():
            counts[name].update(set(getattr(row, column)))
        counts["has"].update(_has(row))
        counts["missing"].update(name for name in _MISSABLE if not getattr(row, name))
        if row.run_id is not None:
            counts["run"][str(row.run_id)] += 1
    return counts


def _has(row: Row[Any]) -> Iterator[str]:
    if row.revisions > 1:
        yield "versions"
    if row.cluster_id is not None:
        yield "copies"


def _facet(name: str, counter: Counter[str]) -> Facet:
    largest = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    if name == "run":
        largest = sorted(counter.items(), key=lambda item: -int(item[0]))
    values = tuple(item for item in largest if len(item[0]) <= MAX_VALUE_CHARS)[:MAX_VALUES]
    return Facet(name=name, values=values, others=max(0, len(largest) - len(values)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Histogram:
    """Articles by day of the reader's zone."""

    #: days with articles, the first one first
    days: tuple[tuple[date, int], ...]
    #: articles without a time of publication
    undated: int
    #: True where only the newest ``MAX_COUNTED_DAYS`` were counted
    is_cut: bool = False


def histogram(session: Session, query: Query | str, filters: Filters | None = None) -> Histogram:
    """Count articles by the day on which they were published."""
    filters = filters or Filters()
    chosen = select_articles(session, query, filters)
    newest = chosen.newest_first(session)
    each = (
        chosen.select(session, *bucket_columns(session, filters.zone))
        .order_by(newest)
        .limit(MAX_COUNTED_DAYS)
        .subquery()
    )
    rows = session.execute(
        select(each.c.bucket, each.c.is_day, func.count().label("articles")).group_by(
            each.c.bucket, each.c.is_day
        )
    ).all()
    return Histogram(
        days=tuple(day_counts(rows, filters.zone).items()),
        undated=sum(row.articles for row in rows if row.bucket is None),
        is_cut=sum(row.articles for row in rows) >= MAX_COUNTED_DAYS,
    )
