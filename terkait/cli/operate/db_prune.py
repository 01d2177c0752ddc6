"""``terkait db prune``: removes old pages from the archive."""

from datetime import timedelta

import click

from db.config import load_config
from db.frontier.retention import Removed, remove_batch
from db.sql.session import Database
from db.sql.types import utc_now
from terkait.cli.ask.stats_command import size
from terkait.cli.output import json_option, note, print_json
from terkait.database import open_database


@click.command()
@click.option(
    "--archive-older-than",
    "days",
    type=click.IntRange(min=0, max=36_500),
    required=True,
    metavar="DAYS",
    help="Remove archived pages that were fetched longer ago.",
)
@json_option
def prune(days: int, as_json: bool) -> None:
    """Remove pages from the archive that were fetched long ago and have been read.

    Articles, versions, links and visits stay; `reparse`, `raw` and `export --format warc` have
    these pages no more. Pages that wait to be read, and those of articles that are spread over
    several pages, are kept. Crawls may go on meanwhile.

    \b
    Examples:
      terkait db prune --archive-older-than 365
      terkait db prune --archive-older-than 90 --json
    """
    database = open_database(load_config())
    try:
        removed = _remove(database, days)
        is_file = database.is_sqlite
    finally:
        database.close()
    if as_json:
        print_json({"removed_pages": removed.copies, "removed_bytes": removed.bytes})
        return
    note(f"{removed.copies} archived pages removed, {size(removed.bytes)} as packed")
    if is_file and removed.copies:
        note("the file keeps its size: what comes next fills the space")


def _remove(database: Database, days: int) -> Removed:
    before = utc_now() - timedelta(days=days)
    total = Removed()
    while True:
        with database.write() as session:
            batch = remove_batch(session, before=before, after=total.last_id)
        if not batch.copies:
            return total
        total = Removed(
            copies=total.copies + batch.copies,
            bytes=total.bytes + batch.bytes,
            last_id=batch.last_id,
        )
