"""Whoever carries out a run waits for a database that is away, and replaces silent readers."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

import db.sql.retry
from db.config import Config
from db.frontier import leases
from db.models import Page
from db.sql import schema
from db.sql.session import Database
from db.sql.types import utc_now
from db.terms.errors import DatabaseUnreachable
from tests.rows import add_page, add_run
from tests.servers import PostgresServer
from workers.runs import processes, supervisor
from workers.runs.supervisor import RunHooks, RunSupervisor


def supervised(database: Database, data: Path, hooks: RunHooks) -> RunSupervisor:
    """A run with a page that waits to be read; its spiders have come to their end."""
    schema.upgrade(database)
    with database.write() as session:
        run = add_run(session, state="running", verdict=None, finished_at=None)
        add_page(session, "https://a.test/1", state="fetched", run_id=run.id)
        run_id = run.id
    config = Config(data=data, broker_url="memory://")
    return RunSupervisor(database, config, run_id=run_id, owner="me:1", watch=hooks)


def test_readers_that_live_and_read_nothing_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[str] = []
    database = Database(f"sqlite:///{tmp_path}/terkait.db")
    run = supervised(database, tmp_path, RunHooks(replace_readers=lambda: replaced.append("again")))
    monkeypatch.setattr(supervisor, "_SILENT_SECONDS", 0.0)
    for _ in range(2):
        assert run.goes_on()
    assert replaced == []
    monkeypatch.setattr(supervisor, "_IDLE_SECONDS", 0.0)
    assert run.goes_on()
    assert replaced == ["again"]
    run.close()
    database.close()


def test_readers_that_are_ended_with_their_run_blame_no_page(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/terkait.db")
    hooks = RunHooks(should_stop=lambda: True, end_readers=lambda: True)
    run = supervised(database, tmp_path, hooks)
    with database.write() as session:
        (page,) = session.scalars(select(Page)).all()
        page.reads = 1
    assert not run.goes_on()
    assert run.end().message == "stopped"
    with database.read() as session:
        (page,) = session.scalars(select(Page)).all()
        assert (page.state, page.reads) == ("fetched", 0)
    run.close()
    database.close()


def test_what_a_server_forgets_of_a_spider_that_has_ended_is_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path}/terkait.db")
    run = supervised(database, tmp_path, RunHooks())
    with database.write() as session:
        (page,) = session.scalars(select(Page)).all()
        page.state, page.lease_owner = "leased", f"me:1/{page.run_id}/1"
        page.lease_until = utc_now() + leases.LEASE
        page_id = page.id
    ended = subprocess.Popen([sys.executable, "-c", ""])
    monkeypatch.setattr(processes, "start", lambda *_a, **_n: ended)
    run.start()
    ended.wait()
    started: list[str] = []
    monkeypatch.setattr(processes, "start", lambda *_a, **_n: started.append("again") or ended)
    assert run.goes_on()
    assert started == ["again"]
    with database.read() as session:
        page = session.get_one(Page, page_id)
        assert (page.state, page.deaths) == ("due", 0)
        assert leases.next_due_at(session, run_id=page.run_id or 0) is not None
    run.close()
    database.close()


def test_database_that_restarts_ends_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.sql.retry, "WAITS_SECONDS", ())
    with PostgresServer() as server, server.database() as name:
        database = Database(server.url(name))
        run = supervised(database, tmp_path, RunHooks())
        assert run.goes_on()
        server.stop()
        for _ in range(3):
            assert run.goes_on()
        server.start()
        assert run.goes_on()
        server.stop()
        monkeypatch.setattr(supervisor, "_AWAY_SECONDS", 0.0)
        with pytest.raises(DatabaseUnreachable):
            [run.goes_on() for _ in range(2)]
        server.start()
        run.close()
        database.close()
