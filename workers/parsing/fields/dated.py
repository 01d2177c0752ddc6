"""The page on which times are looked for, and how a time on it is read."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from crawler.page.dates.calendar import language_zone, words
from crawler.page.dates.date_parser import MAX_LENGTH, MONTH_FIRST, Moment, past_moment
from crawler.page.structured_data import JsonObject, StructuredData
from workers.parsing.body.outline import TextOutline

EARLIEST_YEAR = 1990

_URL_MONTH = re.compile(
    r"/(?P<year>(?:19|20)\d\d)[/-](?:(?P<number>0?[1-9]|1[0-2])|(?P<word>[^\W\d_]{3,12}))(?=[/-])"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """What reading a time needs to know of the page."""

    #: when the page was fetched, aware
    now: datetime
    timezone: tzinfo | None
    #: ISO 639-1, perhaps with region
    language: str | None
    #: year and month that the page's address has, as in "/2023/10/"
    month: tuple[int, int] | None = None

    def read(self, text: str) -> Moment | None:
        """The moment in the text, if it can be one of a publication."""
        return _read(self, text) if len(text) <= MAX_LENGTH else None

    @property
    def local(self) -> tzinfo | None:
        """The zone of the site or of its language's country, where that is known."""
        return self.timezone or language_zone(self.language)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """A page on which times are looked for."""

    data: StructuredData
    #: the JSON-LD object of the article, or None
    item: JsonObject | None
    outline: TextOutline
    url: str
    #: places of the headline, the first and the last paragraph among the outline's blocks
    title: int
    start: int
    end: int
    clock: Clock
    #: the page's HTML, in which scripts may tell a time
    text: str = ""


def month_in(url: str) -> tuple[int, int] | None:
    """Year and month of publication in an address: "/2023/10/" or "/2023/october/"."""
    for match in _URL_MONTH.finditer(url.lower()):
        month = words().months.get(match["word"] or "") or int(match["number"] or 0)
        if month:
            return int(match["year"]), month
    return None


@lru_cache(maxsize=256)  # the same lines are asked for the publication and for a change
def _read(clock: Clock, text: str) -> Moment | None:
    moment = _in_order(clock, text, clock.language)
    if moment and clock.month and (moment.day.year, moment.day.month) != clock.month:
        # "03/10/2023" at "/2023/10/": the address tells which number is the month
        turned = "en-gb" if clock.language in MONTH_FIRST else "en"
        other = _in_order(clock, text, turned)
        if other and (other.day.year, other.day.month) == clock.month:
            moment = other
    return moment if moment and moment.day.year >= EARLIEST_YEAR else None


def _in_order(clock: Clock, text: str, language: str | None) -> Moment | None:
    return past_moment(text, now=clock.now, timezone=clock.local, language=language)
