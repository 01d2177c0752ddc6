"""``terkait db prune``: removes old pages from the archive."""

from datetime import timedelta

import click

from db.archiving.sweeping import remove_objects, sweep
from db.config import load_config
from db.frontier.retention import Removed, remove_batch
from db.sql.session import Database
from db.sql.types import utc_now
from terkait.cli.ask.stats_command import size
from terkait.cli.output import json_option, note, print_json
from terkait.database import open_database
from terkait.errors import BadUsage


@click.command(short_help="Remove old pages from the archive.")
@click.option(
    "--archive-older-than",
    "days",
    type=click.IntRange(min=0, max=36_500),
    metavar="DAYS",
    help="Remove archived pages that were fetched longer ago.",
)
@click.option(
    "--orphans", is_flag=True, help="Remove objects in the archive's store that no row names."
)
@json_option
def prune(days: int | None, orphans: bool, as_json: bool) -> None:
    """Remove pages from the archive that were fetched long ago and have been read.

    Articles, versions, links and visits stay; `reparse`, `raw` and `export --format warc` have
    these pages no more. Pages that wait to be read, and those of articles that are spread over
    several pages, are kept. Crawls may go on meanwhile. Where TERKAIT_ARCHIVE puts them into
    objects, these go too when they are three days old; what a stop left of them goes with
    --orphans, which looks at every object.

    \b
    Examples:
      terkait db prune --archive-older-than 365
      terkait db prune --archive-older-than 90 --json
      terkait db prune --orphans
    """
    if days is None and not orphans:
        raise BadUsage("say what is to go: --archive-older-than DAYS, --orphans, or both")
    database = open_database(load_config())
    try:
        removed = Removed() if days is None else _remove(database, days)
        swept = _sweep(database) if orphans else None
        is_file = database.is_sqlite
    finally:
        database.close()
    if as_json:
        said = {"removed_pages": removed.copies, "removed_bytes": removed.bytes}
        print_json(said if swept is None else said | {"removed_orphans": swept})
        return
    if days is not None:
        note(f"{removed.copies} archived pages removed, {size(removed.bytes)} as packed")
    if swept is not None:
        note(f"{swept} objects removed that no row named; those of the last days are left")
    if is_file and removed.copies:
        note("the file keeps its size: what comes next fills the space")


def _remove(database: Database, days: int) -> Removed:
    now = utc_now()
    total = Removed()
    while True:
        with database.write() as session:
            batch = remove_batch(session, before=now - timedelta(days=days), after=total.last_id)
        if not batch.copies:
            return total
        remove_objects(database, batch.objects, now)
        total = Removed(
            copies=total.copies + batch.copies,
            bytes=total.bytes + batch.bytes,
            last_id=batch.last_id,
        )


def _sweep(database: Database) -> int:
    removed: dict[int, int] = {}
    for swept in sweep(database, utc_now()):
        if swept.place.is_shared:
            note(
                f"{swept.place.address} is passed over: another database names its objects; where "
                "that is gone, `terkait db archive claim`"
            )
        removed[swept.place.id] = swept.removed
    return sum(removed.values())
