"""Connections to the database: how SQLite and PostgreSQL are made to keep the same promises."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session as Session

from db.config import Config
from db.errors import DatabaseUnreachable, DiskFull

#: how long a writer waits for another before it gives up
BUSY_TIMEOUT_SECONDS = 30
CONNECT_TIMEOUT_SECONDS = 5
#: a connection that nobody used for so long is asked whether it is still there
REST_SECONDS = 1.0
#: PostgreSQL: two wait for each other, or changed the same
_UNDONE = ("40P01", "40001")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions start too late to be safe (two readers that both go on
    # to write lose updates), so it is told to keep out and _begin_sqlite starts them.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
        "journal_size_limit = 67108864",
        # 32 MiB: an article touches some 30 pages, so that one commit in some 250 has to copy
        # them into the file and wait for the disk, and not one in 30
        "wal_autocheckpoint = 8000",
        "temp_store = MEMORY",
        "cache_size = -32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("terkait_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, foreign keys, immediate writes) or PostgreSQL."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        pool_size=4,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS, "application_name": "terkait"},
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_if_rested)
    return engine


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = monotonic()


def _ask_if_rested(connection: Any, record: Any, _proxy: Any) -> None:
    """Let a server that has gone meanwhile cost no error, and one that is there no time.

    The pool's own ping asks each time, which is a tenth of what an article takes.
    """
    if monotonic() - record.info.get("used_at", monotonic()) < REST_SECONDS:
        return
    import psycopg  # loaded by now; SQLite needs none of its 60 ms

    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as error:
        raise InvalidatePoolError from error


class Database:
    """One database; made once per process and passed to whoever needs it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._writer = self.engine.execution_options(terkait_writes=True)

    @classmethod
    def of(cls, config: Config) -> "Database":
        """The database that the settings name."""
        return cls(config.database)

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with _translated(self), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: commits at the end, rolls back on any error."""
        with _translated(self), Session(self._writer) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _translated(database: Database) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        message = str(error.orig or error).strip().splitlines()[0]
        if "disk is full" in message or "No space left" in message or "disk I/O" in message:
            raise DiskFull(
                f"the disk of the database is full ({message}): make room and run the command again"
            ) from error
        if getattr(error.orig, "sqlstate", None) in _UNDONE:
            raise DatabaseUnreachable(
                f"the database took back what another stood in the way of ({message}): do it again"
            ) from error
        shown = database.engine.url.render_as_string(hide_password=True)
        raise DatabaseUnreachable(f"database {shown}: {message}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnreachable(f"database: connection lost: {error.orig}") from error
        raise
