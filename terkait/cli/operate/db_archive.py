"""``terkait db archive``: where the bodies of archived pages lie, and their move elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from db.archiving.moving import Moved, move_all
from db.archiving.places import claim_all, rooms
from db.config import load_config
from db.sql.session import Database
from terkait.cli.ask.stats_command import size
from terkait.cli.output import json_option, note, print_json, print_json_lines, print_table
from terkait.database import open_database

#: bodies after which the person is told how far it is
_SAID_EVERY = 5_000


@click.group(short_help="Show and move the bodies of archived pages.")
def archive() -> None:
    """Show where the bodies of archived pages lie, and move them where TERKAIT_ARCHIVE says.

    \b
    Examples:
      terkait db archive list
      TERKAIT_ARCHIVE=s3://news/pages terkait db archive move
    """


@contextmanager
def _opened() -> Iterator[Database]:
    database = open_database(load_config())
    try:
        yield database
    finally:
        database.close()


@archive.command(name="list")
@json_option
def show(as_json: bool) -> None:
    """Count the bodies of each place. Looks at every row of the archive.

    \b
    Example:
      terkait db archive list --json
    """
    with _opened() as database, database.read() as session:
        lines = rooms(session)
    if as_json:
        print_json_lines(
            {
                "place": room.place,
                "pages": room.pages,
                "bytes": room.bytes,
                "shared": room.is_shared,
            }
            for room in lines
        )
        return
    print_table(
        ("place", "pages", "size", "shared"),
        [(room.place, room.pages, size(room.bytes), room.is_shared) for room in lines],
    )


@archive.command(short_help="Move all bodies to where TERKAIT_ARCHIVE says.")
@click.pass_context
@json_option
def move(context: click.Context, as_json: bool) -> None:
    """Move all bodies to where TERKAIT_ARCHIVE says: a folder, S3, or back into the database.

    Crawls may go on meanwhile. A move that was stopped goes on when it is called again. Ends with
    1 where a body is lost or damaged; its row stays as it is.

    \b
    Examples:
      TERKAIT_ARCHIVE=/srv/pages terkait db archive move
      TERKAIT_ARCHIVE=database terkait db archive move
    """
    moved = Moved(total=0)
    with _opened() as database:
        told = 0
        for moved in move_all(database):
            if moved.pages - told >= _SAID_EVERY:
                told = moved.pages
                note(f"{moved.pages} of {moved.total} pages")
        is_file, is_out = database.is_sqlite, bool(database.objects.current)
    if as_json:
        print_json({"pages": moved.pages, "bytes": moved.bytes, "lost": moved.lost})
    else:
        note(f"{moved.pages} archived pages moved, {size(moved.bytes)} as packed")
        if moved.lost:
            note(f"{moved.lost} are lost or damaged where they lay; their rows are as before")
        if is_file and is_out and moved.pages:
            note("the file keeps its size: what comes next fills the space")
    context.exit(1 if moved.lost else 0)


@archive.command()
def claim() -> None:
    """Say that no other database names the objects of this one any more.

    After `terkait db copy` both databases name the same objects, so that neither removes any.
    When one of them is gone, the other claims them and may remove what it needs no more.

    \b
    Example:
      terkait db archive claim
    """
    with _opened() as database:
        count = claim_all(database)
    note(f"{count} places are this database's alone now")
