"""Connections: one that rested while the server took it away costs no error."""

import pytest
from sqlalchemy import text

import db.session
from db.errors import DatabaseUnreachable
from db.session import Database

_END = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :pid")
_PID = text("SELECT pg_backend_pid()")


def end_connections(database: Database) -> None:
    """End the connection that rests in the pool, from another."""
    with database.read() as session:
        pid = session.scalars(_PID).one()
    other = Database(database.url)
    with other.read() as session:
        session.execute(_END, {"pid": pid})
    other.close()


@pytest.mark.parametrize(("rest_seconds", "is_asked"), [(0.0, True), (3600.0, False)])
def test_only_a_connection_that_rested_is_asked_whether_it_is_there(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, rest_seconds: float, is_asked: bool
) -> None:
    monkeypatch.setattr(db.session, "REST_SECONDS", rest_seconds)
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
