"""Of a run that did not go well, people are told; of one that went well nobody is."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db.config import load_config
from db.models import Run
from db.runs.usual import MIN_RUNS
from db.sql import schema
from db.sql.session import Database
from db.sql.types import utc_now
from tests.rows import add_run
from tests.web import HttpSite
from workers.runs import notify

VERDICTS = [("ok", False), ("nothing due", False), ("unreachable", True), ("blocked", True)]


SITE = "a\nBcc: x@y.test"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/terkait.db")
    schema.upgrade(database)
    yield database
    database.close()


def run(database: Database, verdict: str = "ok", **values: object) -> Run:
    """A run of the site that ended now."""
    now = utc_now()
    columns = {"kind": "nightly", "new_articles": 9, "links": 50, "started_at": now} | values
    with database.write() as session:
        run = add_run(
            session, site=SITE, verdict=verdict, message="http 403", state="finished",
            finished_at=columns["started_at"], **columns,
        )  # fmt: skip
        session.flush()
        session.refresh(run)
        session.expunge(run)
    return run


class Inbox:
    """A command to be told by, and what it was told."""

    def __init__(self, folder: Path) -> None:
        script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
        (folder / "tell.py").write_text(script)
        self._told = folder / "told"
        self.command = f"{sys.executable} {folder}/tell.py {self._told}"

    def report(self) -> dict[str, Any]:
        """What it was told; {} where it was told nothing."""
        return json.loads(self._told.read_text()) if self._told.exists() else {}


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


@pytest.mark.parametrize(("verdict", "is_told"), VERDICTS)
def test_command_gets_the_report_of_a_bad_run(
    verdict: str, is_told: bool, database: Database, inbox: Inbox
) -> None:
    notify.tell(load_config(notify_command=inbox.command), database, run(database, verdict))
    assert inbox.report().get("verdict") == (verdict if is_told else None)


def test_half_of_what_is_usual_is_told_though_all_went_well(
    database: Database, inbox: Inbox
) -> None:
    config = load_config(notify_command=inbox.command)
    for _ in range(MIN_RUNS):
        notify.tell(config, database, run(database, links=50))
    assert inbox.report() == {}
    notify.tell(config, database, run(database, links=20))
    assert inbox.report()["problems"] == ["only 20 links in boxes where 50 are usual"]


def test_nothing_new_for_long_is_told(database: Database, inbox: Inbox) -> None:
    config = load_config(notify_command=inbox.command, notify_hours=48)
    run(database, started_at=utc_now() - timedelta(hours=50), new_articles=1)
    notify.tell(load_config(notify_command=inbox.command), database, run(database, new_articles=0))
    assert inbox.report() == {}
    notify.tell(config, database, run(database, new_articles=0))
    assert inbox.report()["problems"] == ["nothing new was stored for 50 hours"]
    assert inbox.report()["verdict"] == "ok"


def test_web_hook_gets_the_report(http_site: HttpSite, database: Database) -> None:
    notify.tell(
        load_config(notify_url=http_site.url("/hook")), database, run(database, "unreachable")
    )
    assert [(asked.method, asked.path) for asked in http_site.log] == [("POST", "/hook")]


def test_nobody_to_tell_and_a_way_that_fails_are_no_error(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    dead = run(database, "unreachable")
    notify.tell(load_config(), database, dead)
    notify.tell(load_config(notify_command="/no/such/program"), database, dead)
    assert "nobody could be told" in caplog.text
