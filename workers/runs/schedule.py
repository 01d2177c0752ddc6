"""What beat rings for: the nightly crawl and the sweeper."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from db.config import Config, Nightly, Site
from db.sql.types import utc_now
from db.terms.errors import BadSettings

SWEEP = "workers.tasks.sweep"
NIGHTLY = "workers.tasks.nightly"
CRAWL_QUEUE = "terkait.crawl"
#: seconds between two looks at the schedule, and two sweeps
NIGHTLY_SECONDS = 20.0
SWEEP_SECONDS = 30.0
#: a page that waits longer to be read has lost its message
SILENT_SECONDS = 60.0
#: no change of clocks is longer: a look begins so far away, lest one of its moments be missed
_CLOCK_CHANGE = timedelta(hours=3)


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name. Raises BadSettings."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSettings(
            f"timezone: {name!r} is not known; write a name such as Asia/Jakarta"
        ) from error


def last_due(nightly: Nightly, site: Site, now: datetime) -> datetime | None:
    """The moment that the site's schedule last reached, in its zone; None: never in 50 years.

    A machine that slept through several moments has one to make up for. Raises BadSettings.
    """
    moments = _moments(nightly, site, now + _CLOCK_CHANGE, is_backward=True)
    return next((at for at in moments if _in_utc(at) <= now), None)


def next_due(nightly: Nightly, site: Site, now: datetime) -> datetime | None:
    """The moment that the site's schedule reaches next, in its zone; None: never in 50 years."""
    moments = _moments(nightly, site, now - _CLOCK_CHANGE, is_backward=False)
    return next((at for at in moments if _in_utc(at) > now), None)


def _moments(
    nightly: Nightly, site: Site, start: datetime, *, is_backward: bool
) -> Iterator[datetime]:
    """The schedule's moments from ``start`` on, as Debian's cron has them.

    A time of day that a change of clocks skips comes right after the change, one that it doubles
    comes once; schedules of every minute or hour (``*``) go by the time that passes.
    """
    local = start.astimezone(zone_of(site.timezone or nightly.timezone))
    try:
        return CronSim(site.schedule or _daily(nightly), local, reverse=is_backward)
    except (CronSimError, ValueError) as error:
        raise BadSettings(f"schedule {site.schedule!r}: {str(error).lower()}") from error


def _daily(nightly: Nightly) -> str:
    hour, minute = nightly.at.split(":")
    return f"{int(minute)} {int(hour)} * * *"


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)  # wall clocks are set back


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
