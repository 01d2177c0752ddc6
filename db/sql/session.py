"""Connections to the database: how SQLite and PostgreSQL are made to keep the same promises."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError
from sqlalchemy.orm import Session as Session

from db.config import Config
from db.objects.addresses import ObjectStores
from db.sql.driver_errors import translate
from db.sql.read_only_folder import open_where_only_read, refuse_if_changed
from db.terms.errors import BadSettings

#: how long a writer waits for another before it gives up
BUSY_TIMEOUT_SECONDS = 30
CONNECT_TIMEOUT_SECONDS = 5
#: between two looks whether another still writes, which takes some 20 us
_TURN_SECONDS = 0.002
#: a connection that nobody used for so long is asked whether it is still there
REST_SECONDS = 1.0
#: how it is called and asked for its version
_VERSIONS = {
    True: ("SQLite", "SELECT sqlite_version()"),
    False: ("PostgreSQL", "SHOW server_version"),
}
#: options of an engine's connections: what their transactions are for
_READS, _WRITES = "terkait_reads", "terkait_writes"
#: of ``Session.info``: the stores of archived bodies that do not lie in the database
OBJECTS = "objects"


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


def sort_on_disk(connection: Any, _record: Any = None) -> None:
    """Let SQLite sort in a file: an index of eight million rows takes half a gigabyte else.

    For a driver's connection that is in no transaction.
    """
    connection.execute("PRAGMA temp_store = FILE")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    only_reads = options.get(_READS, False)
    if connection.info.get(_READS, False) != only_reads:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if only_reads else 'OFF'}")
        connection.info[_READS] = only_reads
    if options.get(_WRITES):
        _begin_to_write(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    """Begin as soon as no other writes.

    SQLite's own wait looks the more seldom the longer it takes, up to ten times a second: readers
    and spider of a crawl together waited for a fifth of the time, and most of that for nobody.
    """
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    until = monotonic() + BUSY_TIMEOUT_SECONDS
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                sleep(_TURN_SECONDS)
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # whose error is told as any other
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, foreign keys, immediate writes) or PostgreSQL."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        open_where_only_read(engine)
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


def writing(engine: Engine) -> Engine:
    """The engine for transactions that write: on SQLite they wait for their turn at the start."""
    return engine.execution_options(**{_WRITES: True})


def reading(engine: Engine) -> Engine:
    """The engine for transactions that see one state of the database and cannot change it."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READS: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def sqlite_file(config: Config) -> Path | None:
    """The file of an SQLite database; None for a server. Raises BadSettings."""
    try:
        url = make_url(config.database)
    except ArgumentError as error:
        raise BadSettings(f"TERKAIT_DATABASE_URL: {error}") from error
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


class Database:
    """One database; made once per process and passed to whoever needs it."""

    def __init__(self, url: str, archive: str = "") -> None:
        """archive: where new bodies of archived pages go; a canonical address, "": into here."""
        self.url = url
        self.objects = ObjectStores(archive)
        self.engine = make_engine(url)
        self._reader = reading(self.engine)
        self._writer = writing(self.engine)

    @classmethod
    def of(cls, config: Config) -> "Database":
        """The database that the settings name. Raises BadSettings."""
        try:
            return cls(config.database, config.archive)
        except (ArgumentError, ValueError) as error:
            raise BadSettings(f"TERKAIT_DATABASE_URL: {error}") from error

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite."""
        return self.engine.dialect.name == "sqlite"

    @property
    def shown(self) -> str:
        """Its address without the password."""
        return self.engine.url.render_as_string(hide_password=True)

    def server_version(self) -> str:
        """SQLite or PostgreSQL, and which."""
        name, statement = _VERSIONS[self.is_sqlite]
        with self.read() as session:
            return f"{name} {session.scalar(text(statement)) or ''}"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and cannot change it."""
        with self._session(self._reader, is_write=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: commits at the end, rolls back on any error.

        Nothing is yielded to a caller from inside of one: on SQLite all other writers wait.
        """
        with self._session(self._writer, is_write=True) as session:
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _session(self, engine: Engine, *, is_write: bool) -> Iterator[Session]:
        stopped: BaseException | None = None
        try:
            with Session(engine) as session, session.begin() if is_write else nullcontext():
                session.info[OBJECTS] = self.objects
                try:
                    yield session
                except BaseException as error:
                    stopped = error
                    raise
                if self.is_sqlite and not is_write:
                    refuse_if_changed(session)
        except DBAPIError as error:
            if stopped is not None and not isinstance(stopped, DBAPIError):
                # a time limit that ended a statement in the middle: that the driver cannot roll
                # back then is no word about the database, and must not be taken for one
                raise stopped from error
            meant = translate(error, f"database {self.shown}", is_write=is_write)
            if meant is None:
                raise
            raise meant from error
