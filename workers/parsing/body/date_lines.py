"""A line that is a date or an age and little else, whatever its day means."""

import re
from datetime import UTC, datetime

from crawler.page.dates.date_parser import Moment, parse_moment

MAX_CHARS = 40  # "Kamis, 4 Maret 2021 | 14:06 WIB"
DIGIT = re.compile(r"\d")

_NOW = datetime(2100, 1, 1, tzinfo=UTC)  # whether a line is a date does not hang on the hour


def stamp(text: str) -> Moment | None:
    """The moment that the line gives, of an age counted back from no real time; None for others."""
    if len(text) > MAX_CHARS or not DIGIT.search(text):
        return None
    return parse_moment(text, now=_NOW)


def is_date(text: str) -> bool:
    """Whether the line is a date."""
    moment = stamp(text)
    return moment is not None and not moment.is_age


def is_age(text: str) -> bool:
    """Whether the line is an age: "4 jam lalu"."""
    moment = stamp(text)
    return moment is not None and moment.is_age
