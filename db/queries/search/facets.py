"""Of the articles that a query leaves: how many by site, language, author ..., and by day."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from db.models import Article
from db.queries.removals import gone_since, may_be_gone
from db.queries.search.conditions import Filters
from db.queries.search.days import bucket_columns, day_counts
from db.queries.search.query import Query
from db.queries.search.selection import among_newest, select_articles
from db.sql.dialect import is_sqlite

#: of a query that leaves more, the newest are counted, so that the time stays bounded
MAX_COUNTED = 10_000
#: the same for the days
MAX_COUNTED_DAYS = 50_000
#: values of a field that are listed
MAX_VALUES = 12

#: field of a query -> column; ``has``, ``is`` and ``missing`` are worked out
_SINGLE = {"site": "site", "section": "section", "language": "language", "type": "page_type"}
_SEVERAL = {"topic": "topics", "source": "sources", "author": "authors"}
#: what may be missing and is no field above
_MISSABLE = ("title", "published", "image")

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
    #: articles that were counted: all, or the newest
    counted: int
    is_cut: bool


def facets(session: Session, query: Query | str, filters: Filters | None = None) -> Facets:
    """Count the values of all fields, newest articles first where there are very many."""
    chosen = among_newest(session, select_articles(session, query, filters))
    columns = _columns(session)
    wanted = chosen.newest(session, *columns.values()).limit(MAX_COUNTED + 1)
    rows = session.execute(wanted).all()
    # a column at a time: that is ten times as quick as row by row
    values = dict(zip(columns, zip(*rows[:MAX_COUNTED], strict=True), strict=False))
    counts = _counts(values) if rows else {}
    if any(values.get("may_be_gone", ())):
        maybe = [
            key for key, is_so in zip(values["id"], values["may_be_gone"], strict=True) if is_so
        ]
        counts["is"] = +Counter(gone=len(gone_since(session, maybe)))
    return Facets(
        facets=tuple(_facet(name, counts[name]) for name in _ORDER if counts.get(name)),
        counted=min(len(rows), MAX_COUNTED),
        is_cut=len(rows) > MAX_COUNTED or chosen.looked_at > 0,
    )


#: the fields as they are shown
_ORDER = (*_SINGLE, *_SEVERAL, "has", "is", "missing", "run")


def _columns(session: Session) -> dict[str, ColumnElement[Any]]:
    """What is looked at of each article, by name."""
    columns: dict[str, Any] = {"id": Article.id, "run": Article.run_id}
    columns |= {name: getattr(Article, column) for name, column in _SINGLE.items()}
    columns |= {name: _as_text(session, column) for name, column in _SEVERAL.items()}
    columns |= {f"no {name}": func.coalesce(getattr(Article, name), "") == "" for name in _MISSABLE}
    columns["versions"] = Article.revisions > 1
    columns["copies"] = Article.cluster_id.is_not(None)
    columns["may_be_gone"] = may_be_gone()
    return {name: column.label(f"c{at}") for at, (name, column) in enumerate(columns.items())}


def _as_text(session: Session, name: str) -> ColumnElement[str]:
    """A list as its JSON, so that equal ones are read once."""
    column = getattr(Article, name)
    return type_coerce(column, Text) if is_sqlite(session) else cast(column, Text)


def _counts(values: Mapping[str, Sequence[Any]]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {
        name: _filled(Counter(values[name])) for name in (*_SINGLE, "run")
    }
    missing: Counter[str] = Counter({name: sum(values[f"no {name}"]) for name in _MISSABLE})
    for name, column in _SEVERAL.items():
        counts[name] = Counter()
        for shown, articles in Counter(values[name]).items():
            elements = {element.casefold(): element for element in json.loads(shown)}
            counts[name].update(dict.fromkeys(elements.values(), articles))
            missing[column] += 0 if elements else articles
        counts[name] = _written_alike(counts[name])
    for name in ("section", "language"):
        missing[name] = len(values[name]) - counts[name].total()
    counts["section"] = _written_alike(counts["section"])
    del missing["sources"]  # few articles credit anybody
    counts["missing"] = +missing
    counts["has"] = +Counter({name: sum(values[name]) for name in ("versions", "copies")})
    return counts


def _written_alike(counter: Counter[str]) -> Counter[str]:
    """``News``, ``NEWS`` and ``news`` as the commonest of them, as a query takes them for one.

    Of two as common, what is not in capitals alone is how a name is written.
    """
    forms: dict[str, str] = {}
    joined: Counter[str] = Counter()
    by_use = sorted(counter.items(), key=lambda item: (-item[1], item[0].isupper(), item[0]))
    for value, count in by_use:
        joined[forms.setdefault(value.casefold(), value)] += count
    return joined


def _filled(counter: Counter[Any]) -> Counter[str]:
    """What is there, as text."""
    return Counter({str(value): count for value, count in counter.items() if value})


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
    #: True where only the newest were counted, and how many; 0: all
    is_cut: bool = False
    newest: int = 0


def histogram(session: Session, query: Query | str, filters: Filters | None = None) -> Histogram:
    """Count articles by the day on which they were published."""
    filters = filters or Filters()
    chosen = among_newest(session, select_articles(session, query, filters))
    each = (
        chosen.newest(session, *bucket_columns(session, filters.zone))
        .limit(MAX_COUNTED_DAYS)
        .subquery()
    )
    rows = session.execute(
        select(each.c.bucket, each.c.is_day, func.count().label("articles")).group_by(
            each.c.bucket, each.c.is_day
        )
    ).all()
    is_full = sum(row.articles for row in rows) >= MAX_COUNTED_DAYS
    return Histogram(
        days=tuple(day_counts(rows, filters.zone).items()),
        undated=sum(row.articles for row in rows if row.bucket is None),
        is_cut=is_full or chosen.looked_at > 0,
        newest=MAX_COUNTED_DAYS if is_full else chosen.looked_at,
    )
