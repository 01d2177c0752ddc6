"""The tables of an export with typed columns: articles, their links, their versions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from terkait.cli.output import to_json

Kind = Literal["integer", "number", "string", "boolean", "datetime", "strings", "json"]
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A name, and its columns with what they hold."""

    name: str
    columns: Mapping[str, Kind]


ARTICLES = Table(
    name="articles",
    columns={
        "id": "integer", "url": "string", "aliases": "strings", "site": "string",
        "title": "string", "authors": "strings", "published": "string",
        "published_at": "datetime", "modified": "string", "modified_at": "datetime",
        "language": "string", "dateline": "string", "body": "string", "sources": "strings",
        "topics": "strings", "section": "string", "image": "string", "paywalled": "boolean",
        "page_type": "string", "run": "integer", "depth": "integer", "first_seen": "datetime",
        "last_fetched": "datetime", "revisions": "integer", "cluster": "integer",
        "copy_of": "string", "evidence": "json",
    },
)  # fmt: skip
LINKS = Table(
    name="links",
    columns={
        "article": "integer", "from": "string", "to": "string", "kind": "string",
        "box": "string", "anchor": "string", "position": "integer", "teaser": "string",
        "published": "datetime",
    },
)  # fmt: skip
VERSIONS = Table(
    name="versions",
    columns={
        "article": "integer", "url": "string", "number": "integer", "title": "string",
        "authors": "strings", "published": "string", "modified": "string", "body": "string",
        "seen": "datetime",
    },
)  # fmt: skip


def article_rows(records: Iterable[Row]) -> Iterator[Row]:
    """Records as rows of ``ARTICLES``: times as the page gives them, and as moments."""
    for record in records:
        moments = {f"{key}_at": record[key] for key in ("published", "modified")}
        yield {**record, **moments}


def link_rows(records: Iterable[Row]) -> Iterator[Row]:
    """The related links of records, a row each."""
    for record in records:
        for link in record["related"]:
            yield {**link, "article": record["id"], "from": record["url"], "to": link["url"]}


def typed(row: Row, table: Table) -> list[Any]:
    """The cells of a row in the order of the columns."""
    return [_CELLS[kind](row.get(name)) for name, kind in table.columns.items()]


def _moment(value: Any) -> datetime | None:
    """A moment in UTC; None for a day alone, which is none."""
    if isinstance(value, str):
        if "T" not in value:
            return None
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def _as_is(value: Any) -> Any:
    return value


def _texts(value: Any) -> list[str]:
    return [str(part) for part in value or ()]


def _json(value: Any) -> str | None:
    return None if value is None else to_json(value, is_ascii=False)


_CELLS: Mapping[Kind, Callable[[Any], Any]] = {
    "integer": _as_is,
    "number": _as_is,
    "string": _as_is,
    "boolean": _as_is,
    "datetime": _moment,
    "strings": _texts,
    "json": _json,
}
