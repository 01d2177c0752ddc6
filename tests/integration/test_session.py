"""Connections keep their promises on both databases, and an error says what it is."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import db.sql.session
from db.sql.driver import ask
from db.sql.session import Database, Session
from db.terms.errors import (
    DatabaseDamaged,
    DatabaseUnreachable,
    SchemaMismatch,
    TransactionConflict,
)

_END = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :pid")
_COUNT = text("SELECT count(*) FROM notes")
_PID = text("SELECT pg_backend_pid()")


def end_connections(database: Database) -> None:
    """End the connection that rests in the pool, from another."""
    with database.read() as session:
        pid = session.scalars(_PID).one()
    other = Database(database.url)
    with other.read() as session:
        session.execute(_END, {"pid": pid})
    other.close()


def ask_after_the_end(session: Session, url: str) -> None:
    """Let another end the session's connection, and ask then."""
    ((pid,),) = ask(session, "SELECT pg_backend_pid()", {})
    other = Database(url)
    with other.read() as ender:
        ender.execute(_END, {"pid": pid})
    other.close()
    ask(session, "SELECT 1", {})


@pytest.mark.parametrize(("rest_seconds", "is_asked"), [(0.0, True), (3600.0, False)])
def test_only_a_connection_that_rested_is_asked_whether_it_is_there(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, rest_seconds: float, is_asked: bool
) -> None:
    monkeypatch.setattr(db.sql.session, "REST_SECONDS", rest_seconds)
    database = Database(postgres_url)
    end_connections(database)
    for attempt in range(2):  # the one that is lost is not used twice
        try:
            with database.read() as session:
                session.execute(_PID)
            assert is_asked or attempt == 1
        except DatabaseUnreachable:
            assert (is_asked, attempt) == (False, 0)
    database.close()


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    with database.write() as session:
        session.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)"))
    yield database
    database.close()


def note(database: Database, id_: int) -> None:
    with database.write() as session:
        session.execute(text("INSERT INTO notes (id) VALUES (:id)"), {"id": id_})


def test_nothing_is_written_while_reading(database: Database) -> None:
    note(database, 1)
    for statement in ("DELETE FROM notes", "INSERT INTO notes (id) VALUES (2)", "DROP TABLE notes"):
        with pytest.raises(DBAPIError, match=r"read-?only"), database.read() as session:
            session.execute(text(statement))
    note(database, 2)  # the same connection may write again
    with database.read() as session:
        assert session.scalars(_COUNT).one() == 2


def test_a_reader_sees_one_state(database: Database) -> None:
    with database.read() as session:
        before = session.scalars(_COUNT).one()
        note(database, 1)
        assert session.scalars(_COUNT).one() == before == 0
    with database.read() as session:
        assert session.scalars(_COUNT).one() == 1


def test_a_missing_column_is_a_bug_and_not_a_lost_connection(database: Database) -> None:
    for transaction in (database.read, database.write):
        with pytest.raises(DBAPIError), transaction() as session:
            session.execute(text("SELECT wrong FROM notes"))


def test_a_missing_table_is_a_wrong_schema(database: Database) -> None:
    for transaction in (database.read, database.write):
        with pytest.raises(SchemaMismatch, match=r"nowhere.*db check"), transaction() as session:
            session.execute(text("SELECT 1 FROM nowhere"))


def test_what_the_driver_is_asked_itself_fails_as_anything_else(database: Database) -> None:
    for error, statement in ((SchemaMismatch, "SELECT 1 FROM nowhere"), (DBAPIError, "SELECT x")):
        for transaction in (database.read, database.write):
            with pytest.raises(error), transaction() as session:
                ask(session, statement, {})
    with database.write() as session:
        assert ask(session, "INSERT INTO notes (id) VALUES (1)", {}) == []
        assert ask(session, "SELECT id FROM notes", {}) == [(1,)]


def test_a_connection_lost_while_the_driver_is_asked_is_used_no_more(postgres_url: str) -> None:
    database = Database(postgres_url)
    with pytest.raises(DatabaseUnreachable), database.write() as session:
        ask_after_the_end(session, database.url)
    with database.write() as session:
        assert ask(session, "SELECT 1", {}) == [(1,)]
    database.close()


def test_a_locked_sqlite_is_a_conflict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    with database.read() as session:
        session.execute(text("SELECT 1"))
    monkeypatch.setattr(db.sql.session, "BUSY_TIMEOUT_SECONDS", 0)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransactionConflict, match="locked"), database.write() as session:
        session.execute(text("SELECT 1"))
    other.close()
    database.close()


def test_a_writer_has_its_turn_on_sqlite_when_the_other_is_done(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    with database.write() as session:
        session.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)"))
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO notes (id) VALUES (1)")
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(note, database, 2)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.05)
        other.execute("COMMIT")
        waiting.result(timeout=20)
    with database.write() as session:
        assert session.scalars(_COUNT).one() == 2
        # what waits inside of a transaction does so as long as ever
        assert session.scalar(text("PRAGMA busy_timeout")) == 30_000
    other.close()
    database.close()


def test_two_that_change_the_same_are_a_conflict(postgres_url: str) -> None:
    """Each holds what the other asks for: the server takes one of them back."""
    database, started = Database(postgres_url), Barrier(2)
    with database.write() as session:
        session.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)"))
    for id_ in (1, 2):
        note(database, id_)

    def change(*ids: int) -> str:
        try:
            with database.write() as session:
                for id_ in ids:
                    session.execute(text("UPDATE notes SET body = 'x' WHERE id = :id"), {"id": id_})
                    if id_ == ids[0]:
                        started.wait(timeout=20)
        except TransactionConflict:
            return "conflict"
        return "done"

    with ThreadPoolExecutor() as pool:
        results = [pool.submit(change, *ids) for ids in ((1, 2), (2, 1))]
        assert sorted(result.result() for result in results) == ["conflict", "done"]
    database.close()


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody@127.0.0.1:1/nothing"]
)
def test_a_database_that_is_not_there_is_unreachable(url: str) -> None:
    database = Database(url)
    with pytest.raises(DatabaseUnreachable, match=r"nowhere|refused"), database.read() as session:
        session.execute(text("SELECT 1"))


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "test.db"
    file.write_bytes(b"no database " * 500)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(DatabaseDamaged, match="not a database"), database.read() as session:
        session.execute(text("SELECT 1"))
    database.close()
