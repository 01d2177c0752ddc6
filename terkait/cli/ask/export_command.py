"""``terkait export``: all articles, or those that filters leave, as files for other programs."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from db.queries.export import BATCH, article_ids
from db.queries.search.conditions import Filters, hints_for
from db.queries.search.query import Query, parse_query
from terkait.cli.options import filter_options, make_filters, opened
from terkait.cli.output import json_option, note
from terkait.cli.whole_number import AtLeast
from terkait.errors import BadUsage
from terkait.exports.data_card import ExportedFile, write_card
from terkait.exports.formats import FORMATS, Format, format_of
from terkait.exports.writing import ExportJob, carry_out, resolved, without_card


@click.command()
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Else as FILE ends; jsonl without."
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
@click.option("--words", metavar="WORDS", help="Only articles that `search WORDS` finds.")
@filter_options
@click.option("--run", type=AtLeast(min=1), metavar="N", help="Seen first or last by that run.")
@click.option("--limit", type=AtLeast(min=1), metavar="N", help="At most N articles.")
@click.option(
    "--with",
    "tables",
    multiple=True,
    type=click.Choice(["links", "versions"]),
    help="Parquet: a further file with these.",
)
@json_option
def export(
    form: str | None,
    out: Path | None,
    words: str | None,
    site: str | None,
    since: str | None,
    until: str | None,
    language: str | None,
    run: int | None,
    limit: int | None,
    tables: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write every stored article, or those that filters leave; memory stays flat.

    The format follows the file's name: .jsonl, .csv, .parquet, .warc and .graphml, all but
    Parquet also packed (.jsonl.gz). A file appears when it is complete, and beside it
    datapackage.json says what it holds. WARC has the archived pages themselves; GraphML the
    articles and the links among them, for Gephi, yEd, networkx or igraph. --json is
    --format jsonl.

    \b
    Examples:
      terkait export | jq .title
      terkait export --out articles.csv --site news.example --since 2026-01-01
      terkait export --out articles.parquet --with links --with versions
      terkait export --out pages.warc.gz --words 'banjir has:versions' --limit 100
    """
    chosen = _format(form, out, as_json=as_json, tables=tables)
    filters = make_filters(site=site, since=since, until=until, language=language, run=run)
    query = _query(words)
    asked = _asked(words=words, site=site, since=since, until=until, language=language, run=run)
    with opened() as session:
        ids = article_ids(session, filters, query, limit=limit)
        if not ids:
            for hint in hints_for(session, filters):
                note(hint)
        job = ExportJob(
            ids=ids,
            format=chosen,
            out=out,
            tables=tuple(dict.fromkeys(tables)),
            is_everything=query is None and filters == Filters(zone=filters.zone) and not limit,
            asked={f"export-{name}": str(value) for name, value in asked.items()},
            watch=_watched if _is_watched(to_file=out is not None) else _unwatched,
        )
        files = carry_out(session, job)
    if out is not None and not without_card(files):
        _say(out, files, asked | ({"limit": limit} if limit else {}), chosen)


def _say(
    out: Path, files: Sequence[ExportedFile], asked: Mapping[str, object], form: Format
) -> None:
    """Write the card of what was exported, and tell the person."""
    card = write_card(resolved(files), asked)
    what = "records" if form.name == "warc" else "articles"
    note(f"{files[0].tally.rows} {what} written to {out}; {card.name} says what is in it")


def _format(form: str | None, out: Path | None, *, as_json: bool, tables: object) -> Format:
    chosen = format_of("jsonl" if as_json else form, out)
    if tables and (chosen.name != "parquet" or out is None):
        raise BadUsage("--with goes with Parquet files alone: name one with --out FILE.parquet")
    if chosen.is_binary and out is None and sys.stdout.isatty():
        raise BadUsage(f"{chosen.name} is nothing for a terminal; name a file with --out")
    return chosen


def _asked(**filters: object) -> dict[str, object]:
    return {name: value for name, value in filters.items() if value is not None}


def _query(words: str | None) -> Query | None:
    if words is None:
        return None
    query = parse_query(words)
    if query.is_empty:
        raise BadUsage("--words: give at least one word to search for")
    return query


def _is_watched(*, to_file: bool) -> bool:
    """Whether a person watches and the output goes elsewhere."""
    return sys.stderr.isatty() and (to_file or not sys.stdout.isatty())


def _unwatched(rows: Iterable[Any], _total: int) -> Iterator[Any]:
    yield from rows


def _watched(rows: Iterable[Any], total: int) -> Iterator[Any]:
    """The rows, with a moving count."""
    all_rows = iter(rows)
    with click.progressbar(length=total, label="Written", file=sys.stderr) as bar:
        while batch := list(islice(all_rows, BATCH)):
            yield from batch
            bar.update(len(batch))
