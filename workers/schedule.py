"""What beat rings for: the nightly crawl and the sweeper."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db.config import Config, Nightly
from db.errors import BadSettings

SWEEP = "workers.tasks.sweep"
NIGHTLY = "workers.tasks.nightly"
CRAWL_QUEUE = "terkait.crawl"
#: seconds between two looks at the schedule, and two sweeps
NIGHTLY_SECONDS = 20.0
SWEEP_SECONDS = 30.0
#: a page that waits longer to be read has lost its message
SILENT_SECONDS = 60.0


def zone_of(nightly: Nightly) -> ZoneInfo:
    """The zone of the schedule. Raises BadSettings."""
    try:
        return ZoneInfo(nightly.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSettings(f"nightly.timezone: unknown zone {nightly.timezone!r}") from error


def last_due(nightly: Nightly, now: datetime) -> datetime:
    """The scheduled moment that was last reached, in the zone of the schedule."""
    local = now.astimezone(zone_of(nightly))
    hour, minute = map(int, nightly.at.split(":"))
    due = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return due if due <= local else due - timedelta(days=1)


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
