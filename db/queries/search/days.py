"""Days in the reader's zone: from "2026-08" to moments, and from moments to days."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, and_, cast, func, or_, type_coerce
from sqlalchemy.orm import Session

from db.models import Article
from db.sql.dialect import is_sqlite
from db.terms.zones import in_zone

_SPAN = re.compile(r"(\d{1,5})([dhwmy])$")
_UNITS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365}
_PARTS = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$")
#: "2026-08-20": the day alone is known, and it is a day wherever the reader is
_DAY_CHARS = 10


def first_moment(text: str, zone: tzinfo, *, now: datetime) -> datetime:
    """Where "2026", "2026-08", "2026-08-20", "7d" (ago) or a time begins. Raises ValueError."""
    return _bounds(text, zone, now)[0]


def end_moment(text: str, zone: tzinfo, *, now: datetime) -> datetime:
    """The moment behind it: of a day the next day's first. Raises ValueError."""
    return _bounds(text, zone, now)[1]


def _bounds(text: str, zone: tzinfo, now: datetime) -> tuple[datetime, datetime]:
    text = text.strip()
    try:
        if span := _SPAN.match(text.lower()):
            at = now - timedelta(days=int(span[1]) * _UNITS[span[2]])
            return at, at
        if parts := _PARTS.match(text):
            first, behind = _calendar(parts)
            return _midnight(first, zone), _midnight(behind, zone)
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return moment.astimezone(UTC), moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no date; write it as 2026-08-20") from error


def _calendar(parts: re.Match[str]) -> tuple[date, date]:
    year, month, day = int(parts[1]), parts[2], parts[3]
    if day:
        first = date(year, int(month), int(day))
        return first, _days_after(first, 1)
    if month:
        first = date(year, int(month), 1)
        return first, _days_after(first, monthrange(year, int(month))[1])
    return date(year, 1, 1), _days_after(date(year, 12, 31), 1)


def _days_after(day: date, days: int) -> date:
    """So many days later; the last day that there is behind it."""
    return day + timedelta(days=min(days, (date.max - day).days))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def published_from(at: datetime, zone: tzinfo) -> ColumnElement[bool]:
    """Published at a moment or later, where a day alone is a day of the reader's zone."""
    first = in_zone(at, zone).date()
    day = first.isoformat()
    return and_(
        # a day alone is kept as its first minute in UTC
        Article.published_at >= min(at, _midnight(first, UTC)),
        or_(
            and_(~_is_day(), Article.published_at >= at),
            and_(_is_day(), func.substr(Article.published, 1, _DAY_CHARS) >= day),
        ),
    )


def published_before(at: datetime, zone: tzinfo) -> ColumnElement[bool]:
    """Published before a moment, where a day alone is a day of the reader's zone."""
    local = in_zone(at, zone)
    last = local.date() if local.time() == time() else _days_after(local.date(), 1)
    return and_(
        Article.published_at < max(at, _midnight(last, UTC)),
        or_(
            and_(~_is_day(), Article.published_at < at),
            and_(_is_day(), func.substr(Article.published, 1, _DAY_CHARS) < last.isoformat()),
        ),
    )


def _is_day() -> ColumnElement[bool]:
    return func.coalesce(func.length(Article.published), 0) == _DAY_CHARS


def day_counts(rows: Iterable[Any], zone: tzinfo) -> dict[date, int]:
    """Articles by day of the reader's zone; rows of ``bucket``, ``is_day``, ``articles``.

    The database counts by hours (minutes, where the zone is not whole hours away), so that the
    same rules of summer time hold on both databases.
    """
    counts: dict[date, int] = {}
    for row in rows:
        day = _day_of(row.bucket, bool(row.is_day), zone)
        if day is not None:
            counts[day] = counts.get(day, 0) + row.articles
    return dict(sorted(counts.items()))


def bucket_columns(session: Session, zone: tzinfo) -> tuple[ColumnElement[Any], ...]:
    """(bucket, is_day): what ``day_counts`` groups by."""
    chars = 13 if _is_whole_hours(zone) else 16
    if is_sqlite(session):
        # kept as text; the column's own type would read the piece back as a moment
        shown: ColumnElement[Any] = func.substr(type_coerce(Article.published_at, Text), 1, chars)
    else:
        utc = func.timezone("UTC", Article.published_at)
        shown = func.substr(func.to_char(utc, "YYYY-MM-DD HH24:MI"), 1, chars)
    return shown.label("bucket"), cast(_is_day(), Integer).label("is_day")


def _is_whole_hours(zone: tzinfo) -> bool:
    """True where the zone was always whole hours away from UTC in living memory."""
    moments: Iterable[datetime] = (
        datetime(year, month, 1, tzinfo=UTC) for year in range(1990, 2031, 4) for month in (1, 7)
    )
    offsets = (at.astimezone(zone).utcoffset() or timedelta() for at in moments)
    return all(offset % timedelta(hours=1) == timedelta() for offset in offsets)


def _day_of(bucket: str | None, is_day: bool, zone: tzinfo) -> date | None:
    if bucket is None:
        return None
    moment = datetime.fromisoformat(bucket if len(bucket) > 13 else f"{bucket}:00")
    if is_day:
        return moment.date()
    return in_zone(moment.replace(tzinfo=UTC), zone).date()
