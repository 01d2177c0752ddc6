"""``terkait db copy``: everything into another database, of the other kind or the same."""

import click

from db.config import load_config
from db.copying.whole import CopiedTable, copy_database
from db.sql.addresses import database_address
from db.sql.session import Database, sqlite_file
from terkait.cli.output import json_option, note, print_json, print_table
from terkait.database import open_database
from terkait.errors import BadUsage

_SHOWN_DIGITS = 16


@click.command(short_help="Copy everything into another database.")
@click.option("--to", "url", required=True, metavar="URL", help="Where to; an empty database.")
@click.pass_context
@json_option
def copy(context: click.Context, url: str, as_json: bool) -> None:
    """Copy the database to another: from SQLite to PostgreSQL, back, or to one of its kind.

    The source is read as it is at one moment and may be in use; what is crawled meanwhile is
    not in the copy. At the end every table is counted and added up on both sides. A copy that
    was stopped (Ctrl-C) goes on when it is called again; until it is complete the target has no
    indexes and nothing else can use it. Ends with 1 where the two differ.

    \b
    Examples:
      terkait db copy --to postgresql+psycopg://user@host/news
      TERKAIT_DATABASE_URL=postgresql+psycopg://user@host/news \\
        terkait db copy --to sqlite:///news.db
    """
    source = open_database(load_config())
    try:
        target = _target(url)
        try:
            tables = _copied(source, target)
            _show(tables, target.shown, as_json=as_json)
        finally:
            target.close()
    finally:
        source.close()
    if not all(table.is_same for table in tables):
        context.exit(1)


def _copied(source: Database, target: Database) -> list[CopiedTable]:
    try:
        return copy_database(source, target, say=lambda what: note(f"copying: {what}"))
    except KeyboardInterrupt:
        note("stopped: the same command goes on where it was; nothing else can use the copy yet")
        raise


def _target(url: str) -> Database:
    try:
        config = load_config(database_url=database_address(url))
    except ValueError as error:
        raise BadUsage(f"--to: {error}") from error
    path = sqlite_file(config)
    if path is not None and not path.absolute().parent.is_dir():
        raise BadUsage(f"--to: there is no folder {path.absolute().parent}")
    return Database.of(config)


def _show(tables: list[CopiedTable], where: str, *, as_json: bool) -> None:
    differing = [table.name for table in tables if not table.is_same]
    if as_json:
        print_json(
            {
                "to": where,
                "is_same": not differing,
                "tables": [
                    {
                        "table": table.name,
                        "rows": table.source.rows,
                        "copied": table.target.rows,
                        "checksum": table.source.shown,
                        "checksum_of_copy": table.target.shown,
                    }
                    for table in tables
                ],
            }
        )
    else:
        print_table(
            ("table", "rows", "copied", "checksum", "same"),
            [
                (
                    table.name,
                    table.source.rows,
                    table.target.rows,
                    table.target.shown[:_SHOWN_DIGITS],
                    table.is_same,
                )
                for table in tables
            ],
        )
    if differing:
        note(f"{where} differs in {', '.join(differing)}: run the command again")
    else:
        rows = sum(table.target.rows for table in tables)
        note(f"{rows} rows copied to {where}, the same on both sides")
        note("set TERKAIT_DATABASE_URL to it to go on there")
