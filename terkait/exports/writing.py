"""Carries out an export: asks the database once for ids, then writes each file row by row."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from db.queries.export import (
    Ids,
    archived_copies,
    archived_ids,
    count_whole,
    records_of,
    versions_of,
)
from db.queries.graph.graphml import write_graphml
from db.queries.pageless_visits import pageless_visits
from db.sql.session import Session
from terkait.exports.data_card import ExportedFile, Tally
from terkait.exports.files import as_text, target
from terkait.exports.formats import Format
from terkait.exports.lines import CSV_COLUMNS, csv_lines, json_lines
from terkait.exports.tables import ARTICLES, LINKS, VERSIONS, Table, article_rows, link_rows

#: shows how far the writing is
Watch = Callable[[Iterable[Any], int], Iterator[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportJob:
    """What is to be written, and where."""

    ids: Ids
    format: Format
    out: Path | None
    #: further tables, a file each: links, versions
    tables: Sequence[str] = ()
    #: no filter: the archive's pages without an article belong to it as well
    is_everything: bool = False
    #: what was asked for, in words, for the file's own header
    asked: Mapping[str, str]
    watch: Watch


def carry_out(session: Session, job: ExportJob) -> list[ExportedFile]:
    """Write all files; what was written."""
    if job.format.name == "parquet":
        return [_parquet(session, job, name) for name in ("articles", *job.tables)]
    with target(job.out) as file:
        tally = _WRITERS[job.format.name](session, job, file)
    path = job.out or Path("-")
    return [ExportedFile(path=path, format=job.format.name, tally=tally)]


def _lines(session: Session, job: ExportJob, file: IO[bytes]) -> Tally:
    tally = Tally()
    records = tally.count(job.watch(records_of(session, job.ids), len(job.ids)))
    with as_text(file, is_packed=job.format.is_packed) as text:
        if job.format.name == "csv":
            text.writelines(csv_lines(records))
        else:
            text.writelines(json_lines(records, is_ascii=None if job.out is None else False))
    if job.format.name == "csv":
        tally.fields = CSV_COLUMNS
    return tally


def _graph(session: Session, job: ExportJob, file: IO[bytes]) -> Tally:
    with as_text(file, is_packed=job.format.is_packed) as text:
        return Tally(rows=write_graphml(session, text, job.ids))


def _warc(session: Session, job: ExportJob, file: IO[bytes]) -> Tally:
    from terkait.exports.warc import write_warc

    of_articles = None if job.is_everything else job.ids
    keys = array("q", archived_ids(session, of_articles))
    copies = job.watch(archived_copies(session, keys), len(keys))
    written = write_warc(
        copies,
        pageless_visits(session, of_articles),
        file,
        is_packed=job.format.is_packed,
        total=len(keys),
        whole=count_whole(session, keys),
        about=job.asked,
    )
    return Tally(rows=written)


_WRITERS: dict[str, Callable[[Session, ExportJob, IO[bytes]], Tally]] = {
    "jsonl": _lines,
    "csv": _lines,
    "graphml": _graph,
    "warc": _warc,
}


def _parquet(session: Session, job: ExportJob, name: str) -> ExportedFile:
    from terkait.exports.parquet import write_parquet

    table, rows = _table(session, job, name)
    out = job.out
    if out is not None and name != ARTICLES.name:
        out = out.with_name(f"{out.stem}.{name}{out.suffix}")
    tally = Tally()
    with target(out) as file:
        write_parquet(tally.count(rows), table, file)
    return ExportedFile(path=out or Path("-"), format="parquet", tally=tally, types=_types(table))


def _table(session: Session, job: ExportJob, name: str) -> tuple[Table, Iterable[Any]]:
    if name == VERSIONS.name:
        return VERSIONS, versions_of(session, job.ids)
    records = job.watch(records_of(session, job.ids), len(job.ids))
    if name == LINKS.name:
        return LINKS, link_rows(records)
    return ARTICLES, article_rows(records)


def _types(table: Table) -> dict[str, str]:
    """The column types in the words of the Data Package standard."""
    words = {"strings": "list", "json": "object"}
    return {name: words.get(kind, kind) for name, kind in table.columns.items()}


def without_card(files: Sequence[ExportedFile]) -> bool:
    """True where nothing was written that a card could stand beside."""
    return any(not file.path.is_file() for file in files)


def resolved(files: Sequence[ExportedFile]) -> list[ExportedFile]:
    """The files by their full paths."""
    return [replace(file, path=file.path.resolve()) for file in files]
