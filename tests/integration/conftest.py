"""One database of each kind for a whole module, emptied after each test by taking it back."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from db.sql import schema
from db.sql.session import Database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database with the tables, each test module running on each kind."""
    if request.param == "sqlite":
        yield from _upgraded(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'test.db'}")
        return
    server = request.getfixturevalue("postgres_server")
    with server.database() as name:
        yield from _upgraded(server.url(name))


def _upgraded(url: str) -> Iterator[Database]:
    database = Database(url)
    schema.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def session(kept_database: Database) -> Iterator[Session]:
    """A session on empty tables; nothing that it writes is kept."""
    with kept_database.write() as session:
        yield session
        session.rollback()
