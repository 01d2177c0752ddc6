"""The page on which times are looked for, and how a time on it is read."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from crawler.page.calendar import language_zone
from crawler.page.date_parser import MAX_LENGTH, Moment, past_moment
from crawler.page.structured_data import JsonObject, StructuredData
from workers.parsing.body.outline import TextOutline

EARLIEST_YEAR = 1990


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """What reading a time needs to know of the page."""

    #: when the page was fetched, aware
    now: datetime
    timezone: tzinfo | None
    #: ISO 639-1, perhaps with region
    language: str | None

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


@lru_cache(maxsize=256)  # the same lines are asked for the publication and for a change
def _read(clock: Clock, text: str) -> Moment | None:
    moment = past_moment(text, now=clock.now, timezone=clock.timezone, language=clock.language)
    return moment if moment and moment.day.year >= EARLIEST_YEAR else None
