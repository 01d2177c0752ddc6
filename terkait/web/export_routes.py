"""``/api/export``: all articles that a query leaves, in full, as a file."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from db.queries.export import article_ids
from db.queries.export import export as export_records
from db.queries.search.query import Query, parse_query
from terkait.exports.formats import Format
from terkait.exports.lines import csv_lines, json_lines
from terkait.exports.writing import ExportJob, carry_out
from terkait.web.app_state import Ours, Web
from terkait.web.parameters import Words

#: an export may take so long for each statement
EXPORT_SECONDS = 120.0
_PIECE = 256 * 1024

FileFormat = Literal["jsonl", "csv", "parquet", "warc", "graphml"]
_KINDS: dict[str, str] = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "warc": "application/warc",
    "graphml": "application/xml",
}

routes = APIRouter(prefix="/api", tags=["search"])


@routes.get("/export", summary="All articles that a query leaves, in full, as a file")
def whole(web: Ours, q: Words = "", format: FileFormat = "jsonl") -> Response:
    query = parse_query(q)
    stream = _lines(web, query, format) if format in ("jsonl", "csv") else _file(web, query, format)
    first = next(stream, b"")  # what is wrong with the question is said before the stream
    name = f"articles.{format}" + (".gz" if format == "warc" else "")
    return StreamingResponse(
        chain([first], stream),
        media_type=_KINDS[format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(web: Web, query: Query, form: str) -> Iterator[bytes]:
    with web.session(EXPORT_SECONDS) as session:
        records = export_records(session, web.filters(), query)
        lines = csv_lines(records) if form == "csv" else json_lines(records)
        yield from (line.encode("utf-8", "replace") for line in lines)


def _file(web: Web, query: Query, form: str) -> Iterator[bytes]:
    """What can be sent only when it is complete; written beside, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="terkait-export-") as folder:
        out = Path(folder) / "articles"
        with web.session(EXPORT_SECONDS) as session:
            job = ExportJob(
                ids=article_ids(session, web.filters(), query),
                format=Format(name=form, is_packed=form == "warc"),
                out=out,
                is_everything=query == Query(),
                asked={},
                watch=_unwatched,
            )
            carry_out(session, job)
        with out.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _unwatched(rows: Iterable[Any], _total: int) -> Iterator[Any]:
    yield from rows
