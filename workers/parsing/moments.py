"""When the article was published and changed: claims weighed, dates of other things refused."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from crawler.dates import MAX_LENGTH, Moment, parse_moment
from crawler.structured import JsonObject, StructuredData
from workers.parsing.lexicon import lexicon
from workers.parsing.metadata import texts
from workers.parsing.outline import Beside, Block, Outline
from workers.parsing.regions import bit

NEAR_TITLE = (12, 30)  # blocks before and after the title in which a date line stands
AFTER_TEXT = 8
LATEST = timedelta(days=1)  # after the fetch; what is later is not a publication
EARLIEST_YEAR = 1990
SENTENCE_ENDS = (".", "!", "?", "。")
MAX_LINE_WORDS = 8  # of a date line that ends like a sentence
DIGIT_RUN = re.compile(r"\d")

_PUBLISHED = ("article:published_time", "article:published", "og:published_time", "datepublished",
              "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "pubdate",
              "publishdate", "publish-date", "publish_date", "published_at", "publication_date",
              "content_publisheddate", "dc.date.issued", "dcterms.issued", "dcterms.created",
              "dc.date", "dc.date.created", "date", "article.published",
              "citation_date", "citation_publication_date", "bt:pubdate", "created",
              "article_date_original", "og:pubdate", "originalpublicationdate", "displaydate",
              "ptime")  # fmt: skip
_MODIFIED = ("article:modified_time", "article:modified", "og:updated_time", "datemodified",
             "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "revised",
             "modified", "article.updated", "mtime")  # fmt: skip
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/\-.]?(\d{1,2})[/\-.]?(\d{1,2})(?=[/\-.])")


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
        if len(text) > MAX_LENGTH:
            return None
        moment = parse_moment(text, now=self.now, timezone=self.timezone, language=self.language)
        if moment is None or moment.day.year < EARLIEST_YEAR:
            return None
        latest = self.now + LATEST
        if (moment.at or datetime(*moment.day.timetuple()[:3], tzinfo=UTC)) > latest:
            return None
        return moment


def published_of(
    data: StructuredData,
    item: JsonObject | None,
    outline: Outline,
    *,
    url: str,
    title: int,
    end: int,
    clock: Clock,
) -> tuple[Moment | None, str]:
    """When the article was published and where that was found."""
    claims = list(_claims(data, item, "datePublished", _PUBLISHED, clock))
    line = _date_line(outline, title, end, clock)
    if claims:
        moment, where = claims[0]
        for other, there in claims[1:]:
            if moment.at is None and other.at is not None and other.day == moment.day:
                return other, there
        if moment.at is None and line and line.at and line.day == moment.day:
            return line, "date line"
        return moment, where
    if line:
        return line, "date line"
    if stamp := _times(outline, clock):
        return stamp, "time element"
    match = _URL_DAY.search(url)
    day = clock.read("-".join(part.zfill(2) for part in match.groups())) if match else None
    return (day, "address") if day else (None, "")


def modified_of(
    data: StructuredData, item: JsonObject | None, clock: Clock
) -> tuple[Moment | None, str]:
    """When metadata say that the article was last changed."""
    for moment, where in _claims(data, item, "dateModified", _MODIFIED, clock):
        return moment, where
    return None, ""


def _claims(
    data: StructuredData, item: JsonObject | None, key: str, names: Sequence[str], clock: Clock
) -> Iterator[tuple[Moment, str]]:
    values = [("json-ld", t) for t in (texts(item.get(key)) if item else [])]
    values += [(f"meta {name}", t) for name in names for t in data.meta.get(name, ())]
    values += [("microdata", t) for t in data.properties.get(key.lower(), ())[:1]]
    values += [
        ("json-ld page", t)
        for other in data.objects
        if other is not item and "comment" not in str(other.get("@type")).lower()
        for t in texts(other.get(key))
    ]
    for where, text in values:
        if moment := clock.read(text):
            yield moment, where


def _date_line(outline: Outline, title: int, end: int, clock: Clock) -> Moment | None:
    """The date that stands alone nearest to the headline, else right after the text."""
    before, after = NEAR_TITLE
    count = len(outline.blocks)
    if not count:
        return None
    side = outline.marks_beside(outline.blocks[min(title, count - 1)].box.index)
    second: Moment | None = None
    for places in (
        range(title, min(title + after, count)),
        range(title - 1, max(title - before, 0) - 1, -1),
        range(end + 1, min(end + 1 + AFTER_TEXT, count)),
    ):
        moment, other = _first_date([outline.blocks[i] for i in places], side, clock)
        second = second or other
        if moment:
            return moment
    return second


def _first_date(
    blocks: Sequence[Block], side: Beside, clock: Clock
) -> tuple[Moment | None, Moment | None]:
    """The first date of publication, to the minute where the same day has that; second choice.

    Second choice are the date of a change and an age, which is a teaser's as often.
    """
    unwanted = bit("comment") | bit("related") | bit("foot")
    day: Moment | None = None
    second: Moment | None = None
    for block in blocks:
        own = block.box.own
        if side[block.box.index] & unwanted or not DIGIT_RUN.search(block.text):
            continue
        if block.text.endswith(SENTENCE_ENDS) and len(block.text.split()) > MAX_LINE_WORDS:
            continue  # tells of a day, as in "On 4 February 2020 the first stone was laid."
        if own & bit("caption") and not own & bit("meta"):
            continue
        moment = (clock.read(block.time) if block.time else None) or clock.read(block.text)
        if moment is None:
            continue
        if moment.is_age or _is_update(block.text):
            second = second or moment
        elif moment.at:
            return (moment if day is None or day.day == moment.day else day), second
        else:
            day = day or moment
    return day, second


def _is_update(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in lexicon().labels["updated"])


def _times(outline: Outline, clock: Clock) -> Moment | None:
    """The first time element with a machine-readable date outside of lists and comments."""
    unwanted = bit("comment") | bit("related") | bit("list")
    if not outline.boxes:
        return None
    for place, value in outline.times:
        if not outline.boxes[place].own & unwanted and (moment := clock.read(value)):
            return moment
    return None
