"""Reads times of day: 24 hours or 12 with a word for the half of the day, and their zones."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from crawler.page.dates.calendar import named_zone, words

MAX_WORDS = 3  # of a word for a part of the day: "de la tarde"
MAX_GLUED = 4  # letters of such a word before a time, in scripts without spaces
HALF = 12  # hours

_WORD = r"[^\W\d_]"
CLOCK = re.compile(
    r"(?<![\d.,/-])(?P<h>\d{1,2})(?:\s?[:hH]\s?|\.|[時时点시]\s?)(?P<m>\d{2})(?!\d)(?![.,]\d{3})"
    r"(?:[:.](?P<s>\d{2})(?:[.,]\d{1,9})?)?[分분]?"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
HALF_CLOCK = re.compile(r"(?<![\d:.])(?P<h>\d{1,2})\s?(?P<half>[ap]\.?\s?m)\b", re.IGNORECASE)
HOUR_SIGN = re.compile(r"(?<!\d)(?P<h>\d{1,2})\s?[時时点點시](?![\d間间간])")  # "午後3時"
COMPACT_CLOCK = re.compile(r"^(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)?")
_OFFSET = re.compile(
    r"\s*[(\[]?\s*(?P<name>UTC|GMT|Z)?\s?(?P<sign>[+\-−])(?P<h>\d{1,2}):?(?P<m>\d\d)?(?!\d)",
    re.IGNORECASE,
)
_ZONE_NAME = re.compile(rf"\s*(?:Uhr|น)?[\s,(\[|]*(?P<name>{_WORD}{{1,4}}(?:\.{_WORD})*)")
_EDGES = " .,()[]|·•-–"


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeOfDay:
    """A point in time on a day that is known."""

    at: datetime
    #: whether the text itself names the zone
    is_zoned: bool


def time_of_day(
    day: date, text: str, zone: tzinfo | None, language: str, *, may_be_compact: bool = False
) -> TimeOfDay | None:
    """The time that ``text`` (plain) gives beside a date; ``zone`` where it names none.

    ``may_be_compact``: whether "1705" at its beginning is a time.
    """
    match = CLOCK.search(text) or HALF_CLOCK.search(text)
    if match is None and not text.isascii():
        match = HOUR_SIGN.search(text)
    if match is None and may_be_compact:
        text = text.lstrip("T")
        match = COMPACT_CLOCK.match(text)
    if match is None:
        return None
    groups = match.groupdict()
    minute, second = int(groups.get("m") or 0), int(groups.get("s") or 0)
    hour, end = _hour_and_end(match, text, language)
    named = zone_after(text, end) or zone_after(text, match.end())
    try:
        at = datetime(
            day.year, day.month, day.day, hour, minute, second, tzinfo=named or zone or UTC
        )
    except ValueError:
        return None
    return TimeOfDay(at=whole_minutes(at), is_zoned=named is not None)


def whole_minutes(at: datetime) -> datetime:
    """The time without the seconds that an offset had before there were zones."""
    offset = at.utcoffset()
    if offset is None or not offset.total_seconds() % 60:
        return at
    modern = datetime(1970, 1, 1, tzinfo=at.tzinfo).utcoffset() or timedelta(0)
    return at.replace(tzinfo=timezone(modern))


def zone_after(text: str, end: int) -> tzinfo | None:
    """The zone that is named right after a time: "+07:00", "GMT+7", "WIB"."""
    if match := _OFFSET.match(text, end):
        hours, minutes = int(match["h"]), int(match["m"] or 0)
        if hours <= 14 and minutes < 60:
            offset = timedelta(hours=hours, minutes=minutes)
            return timezone(offset if match["sign"] == "+" else -offset)
    match = _ZONE_NAME.match(text, end)
    return named_zone(match["name"]) if match else None


def _hour_and_end(match: re.Match[str], text: str, language: str) -> tuple[int, int]:
    """The hour of 24, and where the time with its word for the half of the day ends."""
    hour, end = int(match["h"]), match.end()
    half = (match.groupdict().get("half") or "").lower()[:1]
    if hour > HALF:
        return hour, end
    if half:
        return hour % HALF + (HALF if half == "p" else 0), end
    part, size = _part_after(text[end:], language)
    part = part or _part_before(text[: match.start()], language)
    return (_hour_in(hour, part) if part else hour), end + size


def _part_after(text: str, language: str) -> tuple[tuple[int, int] | None, int]:
    """The hours of the part of the day named right after a time, and how long that name is."""
    tokens = text.split(maxsplit=MAX_WORDS)[:MAX_WORDS]
    for count in range(len(tokens), 0, -1):
        if part := _part(" ".join(tokens[:count]), language):
            last = tokens[count - 1]
            return part, text.index(last) + len(last)
    return None, 0


def _part_before(text: str, language: str) -> tuple[int, int] | None:
    tokens = text.strip(_EDGES).split()[-MAX_WORDS:]
    for first in range(len(tokens)):
        if part := _part(" ".join(tokens[first:]), language):
            return part
    last = tokens[-1] if tokens else ""
    if last.isascii():
        return None
    ends = (last[-size:] for size in range(min(MAX_GLUED, len(last)), 1, -1))
    return next((part for end in ends if (part := _part(end, language))), None)


def _part(name: str, language: str) -> tuple[int, int] | None:
    parts, key = words().parts, name.lower().strip(_EDGES)
    return parts.get(key) or parts.get(f"{language.partition('-')[0].lower()}|{key}")


def _hour_in(hour: int, part: tuple[int, int]) -> int:
    """Of the two hours of 24 that it can be the one in the part of the day, or nearer to it."""
    first, last = part
    middle, reach = (first + last) / 2, (last - first) / 2

    def distance(candidate: int) -> float:
        around = abs(candidate + 0.5 - middle) % 24
        return max(min(around, 24 - around) - reach, 0)

    return min(hour % HALF, hour % HALF + HALF, key=distance)
