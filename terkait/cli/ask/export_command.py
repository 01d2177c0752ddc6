"""``terkait export``: all articles, or those that filters leave, as JSON lines, CSV or a graph."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import click

from db.errors import DiskFull
from db.queries.export import BATCH, count
from db.queries.export import export as records_of
from db.queries.graph.graphml import write_graphml
from db.queries.search.conditions import Filters
from db.queries.search.query import Query, parse_query
from db.session import Session
from terkait.cli.options import filter_options, make_filters, opened
from terkait.cli.output import json_option, note
from terkait.errors import BadUsage, OutputUnusable
from terkait.exports import csv_lines, json_lines

Records = Iterator[dict[str, Any]]


@click.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "graphml"]), default="jsonl")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
@click.option("--words", metavar="WORDS", help="Only articles that `search WORDS` finds.")
@filter_options
@json_option
def export(
    form: str,
    out: Path | None,
    words: str | None,
    site: str | None,
    since: str | None,
    until: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Write every stored article, or those that filters leave; memory stays flat.

    A file given with --out appears when it is complete. --json is --format jsonl. GraphML holds
    the articles and the related links among them, for Gephi, yEd, networkx or igraph.

    \b
    Examples:
      terkait export --format jsonl | gzip > articles.jsonl.gz
      terkait export --format csv --site news.example --since 2026-01-01 --out articles.csv
      terkait export --format graphml --out articles.graphml
    """
    form = "jsonl" if as_json else form
    filters = make_filters(site=site, since=since, until=until, language=language)
    query = _query(words)
    if form == "graphml" and query is not None:
        raise BadUsage("--words does not go with --format graphml; use the other filters")
    with opened() as session, _target(out) as file:
        if form == "graphml":
            written = write_graphml(session, file, filters)
        else:
            records = _watched(session, filters, query, to_file=out is not None)
            lines = csv_lines(records) if form == "csv" else json_lines(records)
            written = _write(lines, file, heading=int(form == "csv"))
    if out is not None:
        note(f"{written} articles written to {out}")


def _query(words: str | None) -> Query | None:
    if words is None:
        return None
    query = parse_query(words)
    if query.is_empty:
        raise BadUsage("--words: give at least one word to search for")
    return query


def _write(lines: Iterator[str], file: TextIO, *, heading: int) -> int:
    """Write the lines; how many records they are."""
    written = 0
    for written, line in enumerate(lines, 1):  # noqa: B007
        file.write(line)
    return max(0, written - heading)


@contextmanager
def _target(out: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that takes its name when it is complete."""
    if out is None or str(out) == "-":
        yield sys.stdout
        return
    if not out.name or out.is_dir():
        raise BadUsage(f"--out: {str(out)!r} is not a file; name a file to write to")
    try:
        with _in_place(out) if _is_device(out) else _renamed(out.resolve()) as file:
            yield file
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(
                f"{out}: the disk is full; free some space, or write to another disk"
            ) from error
        raise OutputUnusable(f"{out} cannot be written: {error.strerror}") from error


def _is_device(out: Path) -> bool:
    """True for /dev/null, a pipe and the like: written to, never replaced."""
    return out.exists() and not out.is_file()


def _in_place(out: Path) -> TextIO:
    return out.open("w", encoding="utf-8", newline="")


@contextmanager
def _renamed(out: Path) -> Iterator[TextIO]:
    """A file beside ``out`` that takes its place at the end; gone after an error."""
    partial = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _watched(session: Session, filters: Filters, query: Query | None, *, to_file: bool) -> Records:
    """The records, with a moving count where a person watches and the output is elsewhere."""
    records = records_of(session, filters, query)
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not to_file):
        yield from records
        return
    total = count(session, filters, query)
    with click.progressbar(length=total, label="Articles", file=sys.stderr) as bar:
        while some := list(islice(records, BATCH)):
            yield from some
            bar.update(len(some))
