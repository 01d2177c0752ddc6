"""Nights go by the calendar that they are given, not by the machine's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.config import Config, Nightly, Site
from db.models import Run
from db.sql import schema
from db.sql.session import Database
from tests.web import HttpSite
from workers.runs.nightly import run_night

BEGIN = datetime(2026, 1, 10, 19, 30, tzinfo=UTC)


def test_each_night_of_the_calendar_has_one_run(
    tmp_path: Path, http_site: HttpSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/terkait.db"
    monkeypatch.setenv("TERKAIT_DATABASE_URL", url)
    database = Database(url)
    schema.upgrade(database)
    config = Config(
        data=tmp_path,
        database_url=url,
        broker_url="memory://",
        delay_seconds=0.0,
        min_free_bytes=0,
        allow_private=("127.0.0.0/8",),
        nightly=Nightly(at="02:00", timezone="Asia/Jakarta"),
        sites=(Site(name="x", seeds=(http_site.url("/tidak-ada"),)),),
    )

    def night(after: timedelta) -> list[Run]:
        return run_night(config, database, calendar=lambda: BEGIN + after)

    (first,) = night(timedelta())
    assert first.due_key == "x 2026-01-11T02:00:00+07:00"
    assert (first.started_at, first.finished_at) == (BEGIN, BEGIN)
    assert night(timedelta(hours=20)) == []
    (second,) = night(timedelta(hours=24))
    assert (second.due_key, second.started_at) == (
        "x 2026-01-12T02:00:00+07:00",
        BEGIN + timedelta(hours=24),
    )
    database.close()
