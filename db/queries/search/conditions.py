"""Which articles are meant: filters, and the fields of a query, as conditions on ``articles``."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal_column, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.counting.counts import Counted, amounts
from db.models import Article, Cluster, Link, Page, Run
from db.queries.removals import is_gone
from db.queries.search.days import end_moment, first_moment, published_before, published_from
from db.queries.search.query import FIELDS, Condition
from db.sql.dialect import is_sqlite
from db.sql.types import utc_now
from db.terms.tokens import words

#: values of a field that one term may stand for
MAX_VALUES = 400
#: values of a field that are looked through
MAX_DISTINCT = 200_000
#: with a sign that keeps SQLite from going by their index
_LOOKED_AT: tuple[ColumnElement[Any], ...] = (
    literal_column("+articles.site"),
    literal_column("+articles.language"),
)
#: values proposed for one that nothing has
MAX_PROPOSED = 3


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
    #: the crawl run that last saw it
    run: int | None = None
    #: zone in which an article with a day alone has its day
    zone: tzinfo = UTC
    #: articles stored later are passed over, so that pages of an answer do not move
    newest_id: int | None = None

    def conditions(self, *, by_time: bool = False) -> list[ColumnElement[bool]]:
        """As conditions on ``articles``, but for ``newest_id``.

        by_time: no index of sites or languages is to be gone by on SQLite.
        """
        clauses = [*self.equal_to(by_time=by_time), *self.published()]
        if self.host is not None:
            clauses.append(_on_host(self.host))
        if self.run is not None:
            clauses.append(or_(Article.run_id == self.run, Article.first_run_id == self.run))
        return clauses

    def equal_to(self, *, by_time: bool = False) -> list[ColumnElement[bool]]:
        """The conditions on columns that have an index of their own."""
        site, language = _LOOKED_AT if by_time else (Article.site, Article.language)
        values = ((site, self.site), (language, self.language))
        return [column == value for column, value in values if value is not None]

    def published(self) -> list[ColumnElement[bool]]:
        """The conditions on the time."""
        clauses = []
        if self.since is not None:
            clauses.append(published_from(self.since, self.zone))
        if self.until is not None:
            clauses.append(published_before(self.until, self.zone))
        return clauses


def _on_host(host: str) -> ColumnElement[bool]:
    starts = (f"{scheme}://{host}/" for scheme in ("https", "http"))
    return or_(*(Article.url.startswith(start, autoescape=True) for start in starts))


@dataclass(slots=True)
class Resolved:
    """The fields of a query as conditions, and what to say where a value leads nowhere."""

    conditions: list[ColumnElement[bool]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


def resolve(session: Session, terms: Iterable[Condition], zone: tzinfo) -> Resolved:
    """The conditions of a query's fields."""
    resolver = _Resolver(session, zone)
    resolved = Resolved()
    for term in terms:
        each = [resolver.condition(term.name, value) for value in term.values]
        # "not in English" holds for what has no language, too
        either = func.coalesce(or_(*each), false())
        resolved.conditions.append(not_(either) if term.is_negative else or_(*each))
    resolved.hints = resolver.hints
    return resolved


def hints_for(session: Session, filters: Filters) -> list[str]:
    """What to say of filter values that no article has: did you mean another?"""
    resolver = _Resolver(session, filters.zone)
    asked = {
        "site": filters.host or filters.site,
        "language": filters.language,
        "run": None if filters.run is None else str(filters.run),
    }
    for name, value in asked.items():
        if value is not None:
            resolver.condition(name, value)
    return resolver.hints


class _Resolver:
    """Values as people write them against the values that there are."""

    def __init__(self, session: Session, zone: tzinfo) -> None:
        self._session = session
        self._zone = zone
        self.hints: list[str] = []

    def condition(self, name: str, value: str) -> ColumnElement[bool]:
        """What the value says; false where nothing has it."""
        if name in _LISTS:
            return self._in_list(name, _LISTS[name], value)
        if name in _TEXTS:
            return self._in_texts(name, _TEXTS[name], value)
        if name == "site":
            return self._site(value)
        if name in ("since", "until"):
            return self._moment(name, value)
        if name == "run":
            return self._run(value)
        return self._word(name, value)

    def _site(self, value: str) -> ColumnElement[bool]:
        wanted = value.lower().removeprefix("https://").removeprefix("http://").split("/")[0]
        sites = self._distinct(Article.site)
        own = wanted if wanted in sites else wanted.removeprefix("www.")
        if own in sites:
            return Article.site == own
        if any(wanted.endswith(f".{site}") for site in sites):
            return _on_host(wanted)
        self._propose("site", value, sites)
        return false()

    def _in_texts(
        self, name: str, column: InstrumentedAttribute[Any], value: str
    ) -> ColumnElement[bool]:
        if name == "language":
            value = value.lower().replace("_", "-").split("-")[0]
        matches = self._matching(name, value, self._distinct(column))
        return column.in_(matches) if matches else false()

    def _in_list(
        self, name: str, column: InstrumentedAttribute[Any], value: str
    ) -> ColumnElement[bool]:
        each = _elements(self._session, column)
        distinct = select(each.c.value).select_from(Article).join(each, _always()).distinct()
        values = list(self._session.scalars(distinct.limit(MAX_DISTINCT)))
        matches = self._matching(name, value, values)
        if not matches:
            return false()
        own = _elements(self._session, column)
        return exists(
            select(own.c.value).select_from(own).where(own.c.value.in_(matches)).correlate(Article)
        )

    def _matching(self, name: str, value: str, values: Sequence[str]) -> list[str]:
        """The values that hold these words beside each other; ``=value``: no others with them."""
        if value.startswith("="):
            wanted_whole = value[1:].casefold()
            matches = [text for text in values if text and text.casefold() == wanted_whole]
        else:
            wanted = words(value)
            matches = [text for text in values if text and _holds(words(text), wanted)]
        if not matches:
            self._propose(name, value, values)
        elif len(matches) > MAX_VALUES:
            self.hints.append(f"{name}:{value} stands for more than {MAX_VALUES} values")
        matches.sort(key=lambda text: (len(text), text))
        return matches[:MAX_VALUES]

    def _distinct(self, column: InstrumentedAttribute[Any]) -> list[str]:
        if counted := _COUNTED.get(column.key):
            # a million articles need not be looked through for some hundred sites
            return sorted(value for value in amounts(self._session).get(counted, ()) if value)
        rows = select(column).where(column.is_not(None)).distinct().limit(MAX_DISTINCT)
        return [str(value) for value in self._session.scalars(rows)]

    def _propose(self, name: str, value: str, values: Sequence[str]) -> None:
        wanted = value.casefold()
        near = [text for text in values if text and wanted in text.casefold()]
        near += difflib.get_close_matches(value, [v for v in values if v], n=MAX_PROPOSED)
        proposed = list(dict.fromkeys(near))[:MAX_PROPOSED]
        also = f": did you mean {' or '.join(proposed)}?" if proposed else ""
        self.hints.append(f"no article has {name} {value!r}{also}")

    def _moment(self, name: str, value: str) -> ColumnElement[bool]:
        try:
            if name == "since":
                at = first_moment(value, self._zone, now=utc_now())
                return published_from(at, self._zone)
            at = end_moment(value, self._zone, now=utc_now())
            return published_before(at, self._zone)
        except ValueError as error:
            self.hints.append(f"{name}: {error}")
            return false()

    def _run(self, value: str) -> ColumnElement[bool]:
        if not (value.isdecimal() and len(value) < 19):
            self.hints.append(f"run: {value!r} is no number; `terkait runs` lists them")
            return false()
        run_id = int(value)
        if self._session.get(Run, run_id) is None:
            self.hints.append(f"there is no run {run_id}; `terkait runs` lists them")
        return or_(Article.run_id == run_id, Article.first_run_id == run_id)

    def _word(self, name: str, value: str) -> ColumnElement[bool]:
        meanings = {"has": _HAS, "is": _IS, "missing": _MISSING}[name]
        make = meanings.get(value.lower())
        if make is None:
            self.hints.append(f"{name}: knows {FIELDS[name]}, not {value!r}")
            return false()
        return make(self._session)


def _holds(text: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the words stand in the text beside each other."""
    count = len(wanted)
    return bool(count) and any(
        list(text[at : at + count]) == list(wanted) for at in range(len(text) - count + 1)
    )


def _always() -> ColumnElement[bool]:
    return Article.id == Article.id


def _elements(session: Session, column: InstrumentedAttribute[Any]) -> Any:
    """The values of a list column as rows."""
    if is_sqlite(session):
        return func.json_each(column).table_valued("value").alias()
    return func.jsonb_array_elements_text(column).table_valued("value").alias()


def _is_empty_list(session: Session, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    length = func.json_array_length if is_sqlite(session) else func.jsonb_array_length
    return length(column) == 0


def _has_links(_session: Session) -> ColumnElement[bool]:
    return exists().where(Page.article_id == Article.id, Link.source_id == Page.id)


def _is_original(_session: Session) -> ColumnElement[bool]:
    return exists().where(Cluster.id == Article.cluster_id, Cluster.original_id == Article.id)


def _is_copy(session: Session) -> ColumnElement[bool]:
    return and_(Article.cluster_id.is_not(None), not_(_is_original(session)))


#: columns whose values are counted as they come
_COUNTED = {"site": Counted.SITE, "language": Counted.LANGUAGE}
_LISTS = {"author": Article.authors, "source": Article.sources, "topic": Article.topics}
_TEXTS = {"language": Article.language, "section": Article.section, "type": Article.page_type}
_Make = Callable[[Session], ColumnElement[bool]]
_HAS: dict[str, _Make] = {
    "versions": lambda _: Article.revisions > 1,
    "copies": lambda _: Article.cluster_id.is_not(None),
    "links": _has_links,
}
_IS: dict[str, _Make] = {
    "gone": lambda _: is_gone(),
    "copy": _is_copy,
    "original": _is_original,
    "paywalled": lambda _: Article.paywalled.is_(True),
}
_MISSING: dict[str, _Make] = {
    "title": lambda _: Article.title.is_(None),
    "published": lambda _: Article.published.is_(None),
    "language": lambda _: Article.language.is_(None),
    "section": lambda _: Article.section.is_(None),
    "image": lambda _: Article.image.is_(None),
    "authors": lambda session: _is_empty_list(session, Article.authors),
    "topics": lambda session: _is_empty_list(session, Article.topics),
    "sources": lambda session: _is_empty_list(session, Article.sources),
}
