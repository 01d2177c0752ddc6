"""When the nightly crawl was last due."""

from datetime import UTC, datetime, timedelta

import pytest

from db.config import Config, Nightly, Site
from db.terms.errors import BadSettings
from workers.runs.nightly import check_sites
from workers.runs.schedule import beat_schedule, last_due, next_due, zone_of

SITE = Site(name="a", seeds=("https://a.test/",))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 8, 20, 19, 0, tzinfo=UTC), "2026-08-21T02:00:00+07:00"),
        (datetime(2026, 8, 20, 18, 59, tzinfo=UTC), "2026-08-20T02:00:00+07:00"),
    ],
)
def test_moment_is_that_of_the_zone(now: datetime, due: str) -> None:
    nightly = Nightly(at="02:00", timezone="Asia/Jakarta")
    assert last_due(nightly, SITE, now) == datetime.fromisoformat(due)


def test_change_of_clocks_moves_the_moment_not_the_time_of_day() -> None:
    nightly = Nightly(at="04:00", timezone="Europe/Berlin")
    before = last_due(nightly, SITE, datetime(2026, 10, 24, 12, tzinfo=UTC))
    after = last_due(nightly, SITE, datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert before is not None
    assert after is not None
    assert (before.hour, after.hour) == (4, 4)
    assert (after.astimezone(UTC) - before.astimezone(UTC)).total_seconds() == 25 * 3600


@pytest.mark.parametrize(
    ("cron", "due"),
    [
        ("*/30 5-22 * * *", "2026-08-20T17:30:00+07:00"),
        ("15 3 * * 1", "2026-08-17T03:15:00+07:00"),
        ("0 0 1 1 *", "2026-01-01T00:00:00+07:00"),
        ("59 23 29 2 *", "2024-02-29T23:59:00+07:00"),
    ],
)
def test_site_has_a_schedule_of_its_own(cron: str, due: str) -> None:
    site = Site(name="a", feeds=("https://a.test/feed",), schedule=cron, timezone="Asia/Jakarta")
    now = datetime(2026, 8, 20, 10, 59, tzinfo=UTC)
    assert last_due(Nightly(timezone="UTC"), site, now) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("cron", "due"),
    [
        ("0 2 13 * 5", "2026-08-21T02:00:00+07:00"),  # a Friday comes before the next 13th
        ("0 2 21 * 1", "2026-08-21T02:00:00+07:00"),
        ("0 2 */2 * 5", "2026-08-21T02:00:00+07:00"),  # with a star both must be so
        ("0 2 * * sun", "2026-08-23T02:00:00+07:00"),
        ("0 2 * * 7", "2026-08-23T02:00:00+07:00"),
        ("0 2 1 jan *", "2027-01-01T02:00:00+07:00"),
    ],
)
def test_days_are_joined_as_cron_does(cron: str, due: str) -> None:
    site = Site(name="a", seeds=("https://a.test/",), schedule=cron, timezone="Asia/Jakarta")
    now = datetime(2026, 8, 20, 10, 59, tzinfo=UTC)
    assert next_due(Nightly(), site, now) == datetime.fromisoformat(due)


def reached_in_berlin(cron: str, start: datetime, hours: int) -> list[str]:
    """What becomes due in those hours, looked at now and then, in UTC."""
    site = Site(name="a", seeds=("https://a.test/",), schedule=cron, timezone="Europe/Berlin")
    reached = set()
    for look in (start + timedelta(minutes=minute) for minute in range(0, hours * 60, 10)):
        due, ahead = last_due(Nightly(), site, look), next_due(Nightly(), site, look)
        assert due is not None
        assert ahead is not None
        assert due.astimezone(UTC) <= look < ahead.astimezone(UTC)
        reached.add(due.astimezone(UTC))
    return [at.strftime("%H:%M") for at in sorted(reached) if at >= start]


@pytest.mark.parametrize(
    ("cron", "due"),
    [
        ("30 2 * * *", ["01:00"]),  # there is no 02:30 that day: right after the change
        ("0 4 * * *", ["02:00"]),
        ("0 * * * *", ["00:00", "01:00", "02:00", "03:00"]),
    ],
)
def test_time_that_a_change_of_clocks_skips_comes_after_it(cron: str, due: list[str]) -> None:
    assert reached_in_berlin(cron, datetime(2026, 3, 29, 0, 0, tzinfo=UTC), 4) == due


@pytest.mark.parametrize(
    ("cron", "due"),
    [
        ("30 2 * * *", ["00:30"]),  # 02:30 comes twice that night
        ("0 * * * *", ["00:00", "01:00", "02:00"]),
    ],
)
def test_time_that_a_change_of_clocks_doubles_comes_once(cron: str, due: list[str]) -> None:
    assert reached_in_berlin(cron, datetime(2026, 10, 25, 0, 0, tzinfo=UTC), 3) == due


def test_sleep_through_many_moments_leaves_one_to_make_up_for() -> None:
    site = Site(name="a", seeds=("https://a.test/",), schedule="0 * * * *")
    woken = datetime(2026, 8, 20, 10, 5, tzinfo=UTC)
    moments = {last_due(Nightly(), site, woken + timedelta(minutes=n)) for n in range(50)}
    assert len(moments) == 1


@pytest.mark.parametrize(
    ("cron", "due"),
    [
        ("", "2026-08-21T02:00:00+07:00"),
        ("*/30 5-22 * * *", "2026-08-20T18:00:00+07:00"),
        ("59 17 * * *", "2026-08-21T17:59:00+07:00"),
        ("59 23 29 2 *", "2028-02-29T23:59:00+07:00"),
    ],
)
def test_next_moment_is_after_now(cron: str, due: str) -> None:
    site = Site(name="a", seeds=("https://a.test/",), schedule=cron, timezone="Asia/Jakarta")
    now = datetime(2026, 8, 20, 10, 59, tzinfo=UTC)
    assert next_due(Nightly(at="02:00"), site, now) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    "schedule",
    [
        "99 2 * * *",
        "0 2 31 2 *",
        "a b c d e",
        "0 22-2 * * *",
        "0 " + "9" * 5_000 + " * * *",
    ],
)
def test_schedule_that_cannot_be_is_a_fault_of_the_settings(schedule: str) -> None:
    site = Site(name="a", seeds=("https://a.test/",), schedule=schedule)
    with pytest.raises(BadSettings, match="schedule"):
        last_due(Nightly(), site, datetime(2026, 8, 20, tzinfo=UTC))


def test_unknown_zone_is_a_fault_of_the_settings() -> None:
    with pytest.raises(BadSettings, match="Mars"):
        zone_of("Mars/Olympus")


def test_every_task_that_beat_rings_for_exists() -> None:
    from workers.app import app

    app.loader.import_default_modules()
    for entry in beat_schedule(Config()).values():
        assert entry["task"] in app.tasks


def test_address_that_cannot_be_is_a_fault_of_the_settings() -> None:
    site = Site(name="a", seeds=("https://a.test/",), feeds=("javascript:alert(1)",))
    with pytest.raises(BadSettings, match="javascript"):
        check_sites(Config(sites=(site,)))
