"""The schema of a database: bring it up to date, or say in what it differs from the program."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from db.errors import SchemaMismatch
from db.models import Base
from db.session import Database

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
#: any number, the same for all programs of this kind: one migrates, the others wait
_ADVISORY_LOCK = 7_365_117_241
#: full text tables are made by hand, each database in its own way
_FULL_TEXT_PREFIX = "article_words"


def is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """True for what the models describe: Alembic's ``include_object``."""
    return not (kind == "table" and (name or "").startswith(_FULL_TEXT_PREFIX))


@contextmanager
def migrating_connection(engine: Engine) -> Iterator[Connection]:
    """A connection on which tables may be rebuilt, while nobody else migrates.

    SQLite: foreign keys are off, since rebuilding a table would otherwise delete the rows
    that refer to it, and are checked before the commit. PostgreSQL: an advisory lock.
    """
    writer = engine.execution_options(terkait_writes=True)
    with writer.connect() as connection:
        if engine.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    yield connection
                    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
                    if broken is not None:
                        raise SchemaMismatch(f"a migration would leave a dangling row: {broken}")
            finally:
                driver.execute("PRAGMA foreign_keys = ON")
        else:
            with connection.begin():
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK}
                )
                yield connection


def _alembic(connection: Connection | None = None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision that this program was written for."""
    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    assert head is not None
    return head


def current_revision(database: Database) -> str | None:
    """The revision of the database, None where it is empty."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the schema up to date. Returns (revision before, revision after).

    Raises SchemaMismatch where the database is newer than the program.
    """
    before = current_revision(database)
    if before == newest_revision():
        return before, before
    _refuse_unknown(before)
    with migrating_connection(database.engine) as connection:
        command.upgrade(_alembic(connection), "head")
    return before, newest_revision()


def _refuse_unknown(revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaMismatch(
            f"the database has schema {revision}, which this version of Terkait does not know: "
            "it was written by a newer version; install that one"
        )


def require_current(database: Database) -> None:
    """Raise SchemaMismatch, naming the command to run, unless the schema is up to date."""
    revision = current_revision(database)
    if revision == newest_revision():
        return
    _refuse_unknown(revision)
    shown = database.engine.url.render_as_string(hide_password=True)
    state = "is empty" if revision is None else f"has schema {revision}"
    raise SchemaMismatch(
        f"the database {shown} {state}, this version needs {newest_revision()}: "
        "run `terkait db upgrade`"
    )


def differences(database: Database) -> list[str]:
    """What in the database is not as the models say, one line each; empty: nothing."""
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"include_object": is_ours, "compare_type": False}
        )
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]
