"""What beat rings for: the nightly crawl and the sweeper."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from celery.schedules import ParseException, crontab

from db.config import Config, Nightly, Site
from db.errors import BadSettings
from db.types import utc_now

SWEEP = "workers.tasks.sweep"
NIGHTLY = "workers.tasks.nightly"
CRAWL_QUEUE = "terkait.crawl"
#: seconds between two looks at the schedule, and two sweeps
NIGHTLY_SECONDS = 20.0
SWEEP_SECONDS = 30.0
#: a page that waits longer to be read has lost its message
SILENT_SECONDS = 60.0
#: a schedule is looked back so far: the 29th of February comes within it, leap years aside
_MAX_DAYS = 366 * 8


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name. Raises BadSettings."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSettings(f"timezone: unknown zone {name!r}") from error


def last_due(nightly: Nightly, site: Site, now: datetime) -> datetime | None:
    """The moment that the site's schedule last reached, in its zone; None: never in a year.

    A machine that slept through several moments has one to make up for. Raises BadSettings.
    """
    local = now.astimezone(zone_of(site.timezone or nightly.timezone))
    cron = _cron(site.schedule) if site.schedule else _daily(nightly)
    for days in range(_MAX_DAYS):
        moments = _on(local.date() - timedelta(days=days), cron, local)
        reached = [at for at in moments if _in_utc(at) <= _in_utc(now)]
        if reached:
            return max(reached, key=_in_utc)
    return None


def next_due(nightly: Nightly, site: Site, now: datetime) -> datetime | None:
    """The moment that the site's schedule reaches next, in its zone; None: never in years."""
    local = now.astimezone(zone_of(site.timezone or nightly.timezone))
    cron = _cron(site.schedule) if site.schedule else _daily(nightly)
    for days in range(_MAX_DAYS):
        moments = _on(local.date() + timedelta(days=days), cron, local)
        ahead = [at for at in moments if _in_utc(at) > _in_utc(now)]
        if ahead:
            return min(ahead, key=_in_utc)
    return None


def _on(day: date, cron: Any, local: datetime) -> Iterator[datetime]:
    """The day's moments in the zone of ``local``."""
    if (
        day.month in cron.month_of_year
        and day.day in cron.day_of_month
        and day.isoweekday() % 7 in cron.day_of_week
    ):
        for hour in cron.hour:
            for minute in cron.minute:
                yield datetime.combine(day, time(hour, minute), local.tzinfo)


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)  # wall clocks are set back


def _cron(text: str) -> Any:
    try:
        return crontab.from_string(text)
    except (ParseException, ValueError) as error:
        raise BadSettings(f"schedule {text!r}: {error}") from error


def _daily(nightly: Nightly) -> Any:
    hour, minute = nightly.at.split(":")
    return crontab(hour=hour, minute=minute)


def check_schedules(config: Config) -> None:
    """Raise BadSettings where a zone or a schedule of the settings cannot be understood."""
    zone_of(config.nightly.timezone)
    for site in config.sites:
        last_due(config.nightly, site, utc_now())


def beat_schedule(config: Config) -> dict[str, Any]:
    """Celery beat's table. The nightly task looks itself whether its moment has come.

    It is rung all the time, so that a machine that slept at the scheduled hour catches up
    once; the run's key in the database lets one of all those through.
    """
    return {
        "sweep": {"task": SWEEP, "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}},
        "nightly": {
            "task": NIGHTLY,
            "schedule": NIGHTLY_SECONDS,
            "options": {"expires": NIGHTLY_SECONDS, "queue": CRAWL_QUEUE},
        },
    }
