"""Fixtures: a data folder, both databases, Redis and web servers, all real."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from db.sql import schema
from db.sql.session import Database
from terkait.demo.server import DemoSite
from tests.object_server import S3Server
from tests.servers import PostgresServer, RedisServer, ReplayProxy
from tests.web import HttpSite

#: a busy machine is no fault of the code; pytest's own timeout ends what hangs
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

# hundreds of processes are started: each would compile the whole program for itself
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting and no proxy of whoever runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith(("TERKAIT_", "AWS_")) or name.lower() in PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture
def tmp_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, set as TERKAIT_DATA; the working folder has no ``terkait.toml``."""
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv("TERKAIT_DATA", str(data))
    monkeypatch.chdir(tmp_path)
    return data


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """An empty Redis server; ``kill()`` and ``start()`` it as you like."""
    with RedisServer() as server:
        yield server
        server.process.kill()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """``redis://...`` of an empty server."""
    return redis_server.url


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """The S3 server of this run."""
    with S3Server() as server:
        yield server


@pytest.fixture
def s3(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The same, its keys in the environment, where programs look for them."""
    for name, value in s3_server.KEYS.items():
        monkeypatch.setenv(name, value)
    return s3_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """``postgresql+psycopg://...`` of an empty database."""
    with postgres_server.database() as name:
        yield postgres_server.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, the test running once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the tables and no rows, the test running once on each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(request.getfixturevalue("postgres_template")) as name:
        yield server.url(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database with the tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "test.db"
    _make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database with the tables, to be copied."""
    with postgres_server.database() as name:
        _make_tables(postgres_server.url(name))
        yield name


def _make_tables(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()


@pytest.fixture
def http_site() -> Iterator[HttpSite]:
    """A web server on 127.0.0.1; fill its ``routes``."""
    with HttpSite() as site:
        yield site


@pytest.fixture
def http_sites() -> Iterator[list[HttpSite]]:
    """Three web servers on 127.0.0.1, 127.0.0.2 and 127.0.0.3."""
    with ExitStack() as stack:
        yield [stack.enter_context(HttpSite(f"127.0.0.{n}")) for n in (1, 2, 3)]


@pytest.fixture
def demo_site() -> Iterator[DemoSite]:
    """The fictional news site, without delay."""
    with DemoSite() as site:
        yield site


@pytest.fixture
def replay_proxy() -> Iterator[ReplayProxy]:
    """The proxy of recorded pages; skips where ../shared is missing."""
    with ReplayProxy() as proxy:
        yield proxy
