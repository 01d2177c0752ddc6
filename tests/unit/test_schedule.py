"""When the nightly crawl was last due."""

from datetime import UTC, datetime

import pytest

from db.config import Config, Nightly
from db.errors import BadSettings
from workers.schedule import beat_schedule, last_due, zone_of


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 8, 20, 19, 0, tzinfo=UTC), "2026-08-21T02:00:00+07:00"),
        (datetime(2026, 8, 20, 18, 59, tzinfo=UTC), "2026-08-20T02:00:00+07:00"),
    ],
)
def test_moment_is_that_of_the_zone(now: datetime, due: str) -> None:
    nightly = Nightly(at="02:00", timezone="Asia/Jakarta")
    assert last_due(nightly, now).isoformat() == due


def test_change_of_clocks_moves_the_moment_not_the_time_of_day() -> None:
    nightly = Nightly(at="04:00", timezone="Europe/Berlin")
    before = last_due(nightly, datetime(2026, 10, 24, 12, tzinfo=UTC))
    after = last_due(nightly, datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert (before.hour, after.hour) == (4, 4)
    assert (after.astimezone(UTC) - before.astimezone(UTC)).total_seconds() == 25 * 3600


def test_unknown_zone_is_a_fault_of_the_settings() -> None:
    with pytest.raises(BadSettings, match="Mars"):
        zone_of(Nightly(timezone="Mars/Olympus"))


def test_every_task_that_beat_rings_for_exists() -> None:
    from workers.app import app

    app.loader.import_default_modules()
    for entry in beat_schedule(Config()).values():
        assert entry["task"] in app.tasks
