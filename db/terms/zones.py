"""Time zones by name, the machine's own where none is named."""

import os
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LOCALTIME = Path("/etc/localtime")


def zone_named(name: str) -> tzinfo:
    """That IANA zone; "": the machine's, UTC where it does not say. Raises ValueError."""
    try:
        return ZoneInfo(name or _machine_zone())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        if not name:
            return UTC
        raise ValueError(f"there is no zone {name!r}; write it as Asia/Jakarta") from error


def _machine_zone() -> str:
    named = os.environ.get("TZ", "").removeprefix(":")
    if named:
        return named
    target = _LOCALTIME.resolve().as_posix()
    return target.partition("/zoneinfo/")[2] or "UTC"


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The moment there; as it is where the calendar ends before, in the years 1 and 9999."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def day_alone(published_at: datetime | None) -> datetime | date | None:
    """The day alone where only that is known: it is kept as its first minute in UTC."""
    if published_at is None or published_at.astimezone(UTC).time() != time():
        return published_at
    return published_at.astimezone(UTC).date()
