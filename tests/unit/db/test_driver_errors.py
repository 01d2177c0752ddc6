"""What an error of a driver means; on SQLite the errors are real ones."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError

from db.sql.driver_errors import translate
from db.terms.errors import (
    DatabaseDamaged,
    DatabaseUnreachable,
    DiskFull,
    RetryableError,
    TerkaitError,
    TransactionConflict,
)


def locked(path: Path) -> None:
    with closing(sqlite3.connect(path)) as first, closing(sqlite3.connect(path)) as second:
        second.execute("PRAGMA busy_timeout = 0")
        first.execute("BEGIN IMMEDIATE")
        second.execute("BEGIN IMMEDIATE")


def no_database(path: Path) -> None:
    path.write_bytes(b"this is a text, and it is long enough to be taken for a header. " * 20)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT * FROM notes")


def full(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text BLOB)")
        connection.execute("PRAGMA max_page_count = 3")
        connection.execute("INSERT INTO notes VALUES (zeroblob(100000))")


def no_folder(path: Path) -> None:
    with closing(sqlite3.connect(path / "missing" / "news.db")) as connection:
        connection.execute("SELECT 1")


def no_column(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT nothing FROM sqlite_master")


def write_where_reading_was_promised(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("INSERT INTO notes VALUES ('x')")


def raised(act: Callable[[Path], None], path: Path) -> DBAPIError:
    with pytest.raises(sqlite3.Error) as caught:
        act(path)
    return OperationalError("SELECT 1", {}, caught.value)


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (locked, TransactionConflict),
        (no_database, DatabaseDamaged),
        (full, DiskFull),
        (no_folder, DatabaseUnreachable),
    ],
)
def test_trouble_with_an_sqlite_file_is_told_by_its_kind(
    act: Callable[[Path], None], kind: type[TerkaitError], tmp_path: Path
) -> None:
    path = tmp_path if act is no_folder else tmp_path / "news.db"
    error = translate(raised(act, path), "news.db", is_write=True)
    assert type(error) is kind
    assert "news.db" in str(error)


@pytest.mark.parametrize("act", [no_column, write_where_reading_was_promised])
def test_bug_of_ours_is_no_trouble_with_the_database(
    act: Callable[[Path], None], tmp_path: Path
) -> None:
    assert translate(raised(act, tmp_path / "news.db"), "news.db", is_write=False) is None


def test_file_that_may_not_be_written_is_unreachable_for_a_writer_alone(tmp_path: Path) -> None:
    error = raised(write_where_reading_was_promised, tmp_path / "news.db")
    assert isinstance(translate(error, "news.db", is_write=True), DatabaseUnreachable)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (errors.SerializationFailure, TransactionConflict),
        (errors.DeadlockDetected, TransactionConflict),
        (errors.LockNotAvailable, TransactionConflict),
        (errors.DiskFull, DiskFull),
        (errors.TooManyConnections, DatabaseUnreachable),
        (errors.AdminShutdown, DatabaseUnreachable),
        (errors.CannotConnectNow, DatabaseUnreachable),
        (errors.InvalidPassword, DatabaseUnreachable),
        (errors.InvalidCatalogName, DatabaseUnreachable),
        (psycopg.OperationalError, DatabaseUnreachable),
    ],
)
def test_trouble_with_a_postgresql_server_is_told_by_its_kind(
    cause: type[psycopg.Error], kind: type[TerkaitError]
) -> None:
    error = translate(OperationalError("SELECT 1", {}, cause("no")), "news on db1", is_write=True)
    assert type(error) is kind
    assert "news on db1" in str(error)


@pytest.mark.parametrize(
    ("wrapper", "cause"),
    [
        (ProgrammingError, errors.UndefinedColumn),
        (ProgrammingError, errors.SyntaxError),
        (InterfaceError, psycopg.InterfaceError),
        (OperationalError, errors.QueryCanceled.__mro__[1]),
    ],
)
def test_bug_of_ours_on_postgresql_is_none_of_the_server(
    wrapper: type[DBAPIError], cause: type[psycopg.Error]
) -> None:
    error = wrapper("SELECT 1", {}, cause("no"))
    expected = DatabaseUnreachable if cause is psycopg.OperationalError else type(None)
    assert isinstance(translate(error, "news", is_write=True), expected)


def test_lost_connection_is_unreachable_whatever_the_driver_calls_it() -> None:
    error = InterfaceError("SELECT 1", {}, psycopg.InterfaceError("closed"))
    error.connection_invalidated = True
    assert isinstance(translate(error, "news", is_write=False), DatabaseUnreachable)


def test_message_is_one_line_and_what_can_be_done_again_is_told_apart() -> None:
    cause = errors.DeadlockDetected("deadlock\nDETAIL: process 1 waits\nHINT: see the log")
    error = translate(OperationalError("UPDATE", {}, cause), "news", is_write=True)
    assert isinstance(error, RetryableError)
    assert "\n" not in str(error)
    assert "DETAIL" not in str(error)


def test_database_that_may_only_be_read_is_said_with_what_to_do(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "news.db")) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")

    def write(path: Path) -> None:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.execute("INSERT INTO notes VALUES ('x')")

    error = translate(raised(write, tmp_path / "news.db"), "news.db", is_write=True)
    assert isinstance(error, DatabaseUnreachable)
    assert "get the right to write in its folder, or copy the folder" in str(error)
