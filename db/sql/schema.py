"""The schema of a database: bring it up to date, or say in what it differs from the program.

Alembic, which takes 0.1 s to load, is loaded only where there is something to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

import migrations
from db.models.base import whole_metadata
from db.sql.driver_errors import translate
from db.sql.session import Database, sort_on_disk, writing
from db.terms.errors import SchemaMismatch

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

SCRIPTS = Path(migrations.__path__[0])
#: any number, the same for all programs of this kind: one migrates, the others wait
_ADVISORY_LOCK = 7_365_117_241
#: a table that the target of a copy has until it is complete (``db.copying``)
COPY_MARK = "terkait_copy"
_MARKED = {
    True: text(f"SELECT 1 FROM sqlite_master WHERE name = '{COPY_MARK}'"),
    False: text(f"SELECT 1 WHERE to_regclass('{COPY_MARK}') IS NOT NULL"),
}
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
    with writing(engine).connect() as connection:
        if engine.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert driver is not None
            sort_on_disk(driver)
            driver.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    yield connection
                    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
                    if broken is not None:
                        raise SchemaMismatch(f"a migration would leave a dangling row: {broken}")
            finally:
                driver.execute("PRAGMA foreign_keys = ON")
                driver.execute("PRAGMA temp_store = MEMORY")
        else:
            with connection.begin():
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK}
                )
                yield connection


def _alembic(connection: Connection | None = None) -> "AlembicConfig":
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision that this program was written for: 0001 of 0001_first_tables.py and so on."""
    return max(_revisions())


def _revisions() -> set[str]:
    return {file.name.partition("_")[0] for file in (SCRIPTS / "versions").glob("[0-9]*_*.py")}


def current_revision(database: Database) -> str | None:
    """The revision of the database, None where it is empty."""
    try:
        with database.read() as session:
            revision: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SchemaMismatch:
        return None  # there is no such table yet
    return revision


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the schema up to date. Returns (revision before, revision after).

    Raises SchemaMismatch where the database is newer than the program.
    """
    before = current_revision(database)
    if before == newest_revision():
        return before, before
    _refuse_unknown(before)
    from alembic import command

    try:
        with migrating_connection(database.engine) as connection:
            command.upgrade(_alembic(connection), "head")
    except DBAPIError as error:
        meant = translate(error, f"database {database.shown}", is_write=True)
        if meant is None or isinstance(meant, SchemaMismatch):
            raise  # a migration of ours is wrong
        raise meant from error
    return before, newest_revision()


def is_newer(revision: str | None) -> bool:
    """True for a revision that this program does not know."""
    return revision is not None and revision not in _revisions()


def _refuse_unknown(revision: str | None) -> None:
    if is_newer(revision):
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
    state = "is empty" if revision is None else f"has schema {revision}"
    raise SchemaMismatch(
        f"the database {database.shown} {state}, this version needs {newest_revision()}: "
        "run `terkait db upgrade`"
    )


def make_ready(database: Database, *, may_upgrade: bool) -> None:
    """Bring the schema up to date, or raise SchemaMismatch where that is not allowed.

    So it does for a database into which another is being copied.
    """
    if may_upgrade:
        upgrade(database)
    else:
        require_current(database)
    if is_unfinished_copy(database):
        raise SchemaMismatch(
            f"the database {database.shown} is an unfinished copy without indexes: call "
            "`terkait db copy` again until it is complete"
        )


def is_unfinished_copy(database: Database) -> bool:
    """True where ``terkait db copy`` has begun to fill it and has not come to its end."""
    with database.read() as session:
        return session.scalar(_MARKED[database.is_sqlite]) is not None


def differences(database: Database) -> list[str]:
    """What in the database is not as the models say, one line each; empty: nothing."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(),
            # SQLite keeps what a migration wrote: ``db.sql.schema_drift`` compares that
            opts={"include_object": is_ours, "compare_type": not database.is_sqlite},
        )
        return [str(difference) for difference in compare_metadata(context, whole_metadata())]
