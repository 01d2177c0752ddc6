"""``terkait import``: pages from files, on the way of fetched ones."""

from datetime import datetime
from pathlib import Path

import click

from db.config import load_config
from db.runs import lifecycle
from db.sql.session import Session
from terkait.addresses import canonical_address
from terkait.cli.output import json_option, note, print_json
from terkait.database import open_database
from terkait.errors import BadUsage
from terkait.imports.pages import PageSource
from terkait.saved import from_manifest, parse_moment
from workers.ingest.importing import Fate, import_pages
from workers.watching.after_run import look_up_quietly

#: reasons that are named, and of each some files
_MAX_REASONS = 20


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--url", metavar="URL", help="Where a saved page was fetched from; for one file.")
@click.option(
    "--fetched",
    metavar="TIME",
    help="When saved pages were fetched; default: when the file was last changed.",
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="JSON lines with html (a file beside it), url, crawl_date.",
)
@json_option
def import_(
    files: tuple[Path, ...],
    url: str | None,
    fetched: str | None,
    manifest: Path | None,
    as_json: bool,
) -> None:
    """Take in WARC files, saved pages, or folders of both, as if they had been fetched.

    Each page is archived, read and compared with what is there; brought twice it changes
    nothing. Versions are kept in the order in which they were seen, so give the oldest file
    first. Nothing is fetched; what the pages link to waits for a crawl.

    \b
    Examples:
      terkait import crawl-2025.warc.gz crawl-2026.warc.gz
      terkait import saved-pages/
      terkait import page.html --url https://news.example/read/1 --fetched 2026-08-20
    """
    _check(files, url, manifest)
    config = load_config()
    source = PageSource(
        max_bytes=config.max_page_bytes,
        url=canonical_address(url) if url else None,
        fetched_at=_moment(fetched),
    )
    pages = source.of_saved(from_manifest(manifest)) if manifest else source.of_files(files)
    names = ", ".join(str(file) for file in files or (manifest,))
    database = open_database(config, create=True)
    try:
        report = import_pages(database, pages, source=names)
        with database.read() as session:
            run = _counts(session, report.run_id)
        look_up_quietly(config, database)
    finally:
        database.close()
    fates = {fate.value: count for fate, count in report.fates.items() if count}
    if as_json:
        refused = [
            {"file": file, "reason": why, "records": count}
            for (file, why), count in source.refused.items()
        ]
        print_json({"run": report.run_id, "pages": fates, **run, "refused": refused})
    else:
        _say(report.run_id, fates, run, source)
    if not report.fates:
        raise click.exceptions.Exit(1)


def _check(files: tuple[Path, ...], url: str | None, manifest: Path | None) -> None:
    """Raises BadUsage where the options do not go together, or a file is missing."""
    if bool(files) == bool(manifest):
        raise BadUsage("give the files to take in, or --manifest FILE")
    for file in (*files, *([manifest] if manifest else [])):
        if not file.exists():
            raise BadUsage(f"there is no file {file}")
    if url and (len(files) != 1 or files[0].is_dir()):
        raise BadUsage("--url goes with one file; write several addresses into a --manifest")


def _counts(session: Session, run_id: int) -> dict[str, int]:
    run = lifecycle.get(session, run_id)
    names = ("stored", "new_articles", "new_revisions", "unchanged")
    return {name: getattr(run, name) for name in names}


def _say(run_id: int, fates: dict[str, int], run: dict[str, int], source: PageSource) -> None:
    taken = fates.pop(Fate.TAKEN.value, 0)
    note(
        f"run {run_id}: {taken} pages taken in, {run['stored']} articles "
        f"({run['new_articles']} new, {run['new_revisions']} in a new version), "
        f"{run['unchanged']} unchanged"
    )
    for fate, count in fates.items():
        note(f"  {count} {fate}")
    for (file, why), count in source.refused.most_common(_MAX_REASONS):
        note(f"  not taken in: {file}: {why}" + (f" ({count} records)" if count > 1 else ""))
    more = len(source.refused) - _MAX_REASONS
    if more > 0:
        note(f"  and {more} more; --json names them all")


def _moment(text: str | None) -> datetime | None:
    try:
        return parse_moment(text) if text else None
    except ValueError as error:
        raise BadUsage(
            f"--fetched: {text!r} is not a time; write it as 2026-08-20T12:00+07:00"
        ) from error
