"""Databases of each kind: one for a test, and one for a whole module, emptied by taking it back."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from db.objects.addresses import canonical
from db.sql.session import Database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database with the tables, each test module running on each kind."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("kept") / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        with closing(Database(f"sqlite:///{file}")) as database:
            yield database
        return
    server = request.getfixturevalue("postgres_server")
    with (
        server.database(request.getfixturevalue("postgres_template")) as name,
        closing(Database(server.url(name))) as database,
    ):
        yield database


@pytest.fixture
def session(kept_database: Database) -> Iterator[Session]:
    """A session on empty tables; nothing that it writes is kept."""
    with kept_database.write() as session:
        yield session
        session.rollback()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of its own with the tables, each test running on each kind."""
    with closing(Database(database_url)) as database:
        yield database


@pytest.fixture(params=["sqlite and folder", "postgresql and s3"])
def database_beside_archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database whose archive lies elsewhere."""
    if request.param == "sqlite and folder":
        file = tmp_path / "test.db"
        file.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        with closing(Database(f"sqlite:///{file}", canonical(str(tmp_path / "pages")))) as opened:
            yield opened
        return
    server, s3 = request.getfixturevalue("postgres_server"), request.getfixturevalue("s3")
    with (
        server.database(request.getfixturevalue("postgres_template")) as name,
        closing(Database(server.url(name), canonical(s3.address(tmp_path.name)))) as opened,
    ):
        yield opened


@pytest.fixture
def in_folder(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database whose archive lies in the folder ``pages``."""
    file = tmp_path / "test.db"
    file.write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{file}", canonical(str(tmp_path / "pages")))) as opened:
        yield opened
