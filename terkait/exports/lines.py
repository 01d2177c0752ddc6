"""Records as lines of JSON or CSV: for the command ``export`` and for the web page."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from db.terms.article_fields import KEYS
from terkait.cli.output import guarded, to_json

#: paragraphs are the body over again
CSV_COLUMNS = tuple(key for key in KEYS if key not in ("paragraphs", "not_article"))
#: lists of names are joined for people; what has parts of its own is JSON
_AS_JSON = ("evidence", "related")


def json_lines(records: Iterable[dict[str, Any]], *, is_ascii: bool | None = None) -> Iterator[str]:
    """A line of JSON for each record. ``is_ascii``: None: as standard output takes it."""
    for record in records:
        yield to_json(record, is_ascii=is_ascii) + "\n"


def csv_lines(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A heading and a line for each record; no cell is a formula."""
    yield csv_line(CSV_COLUMNS)
    for record in records:
        yield csv_line([_cell(key, record[key]) for key in CSV_COLUMNS])


def csv_line(cells: Iterable[object]) -> str:
    """One line, quoted where it must be."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _cell(key: str, value: object) -> object:
    if key in _AS_JSON:
        return to_json(value)
    if isinstance(value, list):
        return guarded("; ".join(str(part) for part in value))
    return guarded(value)


def table_lines(rows: Iterable[dict[str, object]]) -> Iterator[str]:
    """Any rows with the same keys as CSV."""
    heading: list[str] | None = None
    for row in rows:
        if heading is None:
            heading = list(row)
            yield csv_line(heading)
        yield csv_line([_plain_cell(row.get(name)) for name in heading])


def _plain_cell(value: object) -> object:
    if isinstance(value, list | tuple):
        value = "; ".join(part if isinstance(part, str) else to_json(part) for part in value)
    elif value is not None and not isinstance(value, str | int | float):
        value = to_json(value).strip('"')
    return guarded(value)
