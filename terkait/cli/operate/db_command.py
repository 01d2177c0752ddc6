"""``terkait db``: migrations, and the schema against the program."""

import click

from db.articles.reindex import reindex as index_anew
from db.config import Config, load_config
from db.counting.counts import count_anew, wrong_counts
from db.counting.link_summary import keep_summary
from db.sql import schema
from db.sql.schema_drift import damage, drift
from db.sql.session import Database, sqlite_file
from terkait.cli.operate.db_archive import archive
from terkait.cli.operate.db_copy import copy
from terkait.cli.operate.db_prune import prune
from terkait.cli.output import json_option, note, print_json, print_line
from terkait.database import make_folder, open_database

#: articles after which the person is told how far it is
_SAID_EVERY = 10_000

_REPAIR = "keep a copy of the file; `sqlite3 FILE .recover` reads what is left of it into a new one"


@click.group(name="db")
def db() -> None:
    """Bring the schema up to date, compare it with the program, copy all, remove old pages.

    \b
    Examples:
      terkait db upgrade
      terkait db check
      terkait db copy --to postgresql+psycopg://user@host/news
      terkait db prune --archive-older-than 365
    """


db.add_command(archive)
db.add_command(copy)
db.add_command(prune)


@db.command(short_help="Bring the schema up to date.")
def upgrade() -> None:
    """Bring the schema up to date; makes the tables of an empty database.

    \b
    Example:
      TERKAIT_DATABASE_URL=postgresql+psycopg://user@host/news terkait db upgrade
    """
    config = load_config()
    database = _database(config)
    try:
        before, after = schema.upgrade(database)
    finally:
        database.close()
    if before == after:
        note(f"the schema is up to date ({after})")
    else:
        note(f"the schema was upgraded from {before or 'nothing'} to {after}")


@db.command(short_help="Index the words of every article anew.")
@json_option
def reindex(as_json: bool) -> None:
    """Index the words of every article anew, so that search finds all that it can today.

    Needed once after an upgrade that says so; articles that are read from then on have it
    anyway. Search goes on meanwhile, and a stop does no harm.

    \b
    Example:
      terkait db reindex
    """
    database = open_database(load_config())
    done = 0
    try:
        for done in index_anew(database):
            if done % _SAID_EVERY == 0:
                note(f"{done} articles")
    finally:
        database.close()
    if as_json:
        print_json({"articles": done})
    else:
        note(f"the words of {done} articles are indexed")


@db.command(short_help="Count anew what `terkait stats` says.")
def recount() -> None:
    """Count anew what `terkait stats` says, where `terkait db check` finds a count wrong.

    Who writes meanwhile waits: some seconds a million articles.

    \b
    Example:
      terkait db recount
    """
    database = open_database(load_config())
    try:
        with database.write() as session:
            count_anew(session)
        keep_summary(database, at_once=True)
    finally:
        database.close()
    note("all is counted anew")


def _database(config: Config) -> Database:
    if config.is_embedded_database:
        make_folder(config.data)
    return Database.of(config)


@db.command(short_help="Compare the schema and counts, look for damage.")
@click.pass_context
@json_option
def check(context: click.Context, as_json: bool) -> None:
    """Compare the schema with the program, look for damage and at each count of `terkait stats`.

    Ends with 1 on a difference.

    \b
    Examples:
      terkait db check
      terkait db check --json
    """
    config = load_config()
    path = sqlite_file(config)
    if path is not None and not path.exists():
        # looking must not make the file
        differences, revision = [f"there is no database {path}: run `terkait db upgrade`"], None
    else:
        revision, differences = _compare(config)
    if as_json:
        report = {"revision": revision, "newest": schema.newest_revision()}
        print_json(report | {"is_current": not differences, "differences": differences})
    else:
        for line in differences:
            print_line(line)
        if not differences:
            note(f"the schema matches the program ({revision})")
    context.exit(1 if differences else 0)


def _compare(config: Config) -> tuple[str | None, list[str]]:
    database = Database.of(config)
    try:
        broken = damage(database)
        if broken:
            return None, [*broken, _REPAIR]
        differences = drift(database)
        if not differences:
            with database.read() as session:
                differences = wrong_counts(session)
        return schema.current_revision(database), differences
    finally:
        database.close()
