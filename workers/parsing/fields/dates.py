"""When the article was published and changed: claims weighed, dates of other things refused."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

from crawler.page.date_parser import MAX_LENGTH, Moment, parse_moment
from crawler.page.structured_data import JsonObject, StructuredData
from workers.parsing.body.outline import Beside, Block, TextOutline
from workers.parsing.body.regions import bit
from workers.parsing.candidates import Candidate, best
from workers.parsing.fields.metadata import texts
from workers.parsing.lexicon import lexicon

NEAR_TITLE = (12, 30)  # blocks before and after the title in which a date line stands
FAR_TITLE = 120  # blocks after the title, where the text begins no earlier
AFTER_TEXT = 8
LATEST = timedelta(days=1)  # after the fetch; what is later is not a publication
EARLIEST_YEAR = 1990
REBUILD = timedelta(minutes=1)  # a change so soon after is the same saving of the page
ZONES = timedelta(days=1)  # by which the same moment's day can differ between zones
WEST = timedelta(hours=12)  # that the westernmost zone is behind UTC
MAX_TIMES = 8  # time elements that are asked for the page's zone
SIGN = re.compile(r"\d[+-]\d\d:?\d\d$")  # of an offset at the end of a time
SENTENCE_ENDS = (".", "!", "?", "。")
MAX_LINE_WORDS = 8  # of a date line that ends like a sentence
DATE_LINE = "date line"
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
_PARTS = re.compile(r"\s*[|•·●⋅]\s*|\s[–—-]\s")
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


def published_of(page: Dated) -> Iterator[Candidate[Moment]]:
    """When the article was published: metadata, made exact or corrected by the date line."""
    claims = list(_claims(page, "datePublished", _PUBLISHED))
    line: Candidate[Moment] | None = None
    if claims:
        first = claims[0].value
        changed = best(modified_of(page))
        is_late = changed is None or not _is_before(first, changed.value)
        if is_late or first.at is None:
            line = _date_line(page)
        if is_late and line and line.where == DATE_LINE and _is_day_after(first, line.value):
            yield replace(line, why="metadata give the time of a change or of a move")
        elif first.at is None and (exact := _exact(first, [*claims[1:], line])):
            yield replace(exact, why="to the minute")
        elif first.at and (zone := _zone_of(page, first.at)):
            line = line or _date_line(page)
            at = first.at.astimezone(zone)
            if line and line.value.day == at.date() != first.day:
                moment = replace(first, day=at.date(), at=at)
                yield replace(claims[0], value=moment, why="in the zone of the page's other times")
        yield from claims
    if line := line or _date_line(page):
        yield line
    if stamp := _times(page):
        yield stamp
    match = _URL_DAY.search(page.url)
    day = page.clock.read("-".join(part.zfill(2) for part in match.groups())) if match else None
    if day:
        yield Candidate(value=day, where="address")


def modified_of(page: Dated) -> Iterator[Candidate[Moment]]:
    """When metadata say that the article was last changed."""
    return _claims(page, "dateModified", _MODIFIED)


def _is_before(first: Moment, second: Moment) -> bool:
    if first.at and second.at:
        is_same_clock = abs(_clock(second.at) - _clock(first.at)) <= REBUILD  # one zone is wrong
        return second.at - first.at > REBUILD and not is_same_clock
    return first.day < second.day


def _clock(at: datetime) -> datetime:
    """What clocks showed, without the zone."""
    return at.replace(tzinfo=None)


def _is_day_after(first: Moment, second: Moment) -> bool:
    """Whether the first is of a later day than the second in every zone."""
    if first.at:
        return (first.at.astimezone(UTC) - WEST).date() > second.day
    return first.day - second.day > ZONES


def _zone_of(page: Dated, at: datetime) -> tzinfo | None:
    """The zone of the first time element that has one, for a time that metadata have in UTC."""
    if at.utcoffset():
        return None
    for _, value in page.outline.times[:MAX_TIMES]:
        moment = page.clock.read(value) if SIGN.search(value) else None
        if moment and moment.at and moment.at.utcoffset():
            return moment.at.tzinfo
    return None


def _exact(day: Moment, others: Sequence[Candidate[Moment] | None]) -> Candidate[Moment] | None:
    """The first of the others that knows the minute of that day."""
    return next((c for c in others if c and c.value.at and c.value.day == day.day), None)


def _claims(page: Dated, key: str, names: Sequence[str]) -> Iterator[Candidate[Moment]]:
    data, item = page.data, page.item
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
        if moment := page.clock.read(text):
            yield Candidate(value=moment, where=where)


def _date_line(page: Dated) -> Candidate[Moment] | None:
    """The date that stands alone nearest to the headline, else right after the text."""
    before, after = NEAR_TITLE
    title, end, blocks = page.title, page.end, page.outline.blocks
    count = len(blocks)
    if not count:
        return None
    side = page.outline.marks_beside(blocks[min(title, count - 1)].box.index)
    second: Candidate[Moment] | None = None
    for places in (
        range(title, min(max(title + after, min(page.start, title + FAR_TITLE)), count)),
        range(title - 1, max(title - before, 0) - 1, -1),
        range(end, min(end + 1 + AFTER_TEXT, count)),  # the text's last line may be the date
    ):
        moment, other = _first_date([blocks[i] for i in places], side, page)
        second = second or other
        if moment:
            return Candidate(value=moment, where=DATE_LINE)
    return second


def _first_date(
    blocks: Sequence[Block], side: Beside, page: Dated
) -> tuple[Moment | None, Candidate[Moment] | None]:
    """The first date of publication, to the minute where the same day has that; second choice.

    Second choice are the date of a change and an age, which is a teaser's as often.
    """
    unwanted = bit("comment") | bit("related")
    below = unwanted | bit("foot")  # what stands before the text is no foot, whatever its name
    day: Moment | None = None
    second: Candidate[Moment] | None = None
    for block in blocks:
        marks = unwanted if block.index < page.start else below
        if not _may_be_date(block) or side[block.box.index] & marks:
            continue
        moment, is_update = _read_line(block, page.clock)
        if moment is None:
            continue
        if moment.is_age or is_update:
            where = "date of a change" if is_update else "age on the page"
            second = second or Candidate(value=moment, where=where)
        elif moment.at:
            return (moment if day is None or day.day == moment.day else day), second
        else:
            day = day or moment
    return day, second


def _may_be_date(block: Block) -> bool:
    """Whether the text can be a date line and is no sentence and no caption."""
    if len(block.text) > MAX_LENGTH or not DIGIT_RUN.search(block.text):
        return False
    if block.text.endswith(SENTENCE_ENDS) and len(block.text.split()) > MAX_LINE_WORDS:
        return False  # tells of a day, as in "On 4 February 2020 the first stone was laid."
    own = block.box.own
    return not own & bit("caption") or bool(own & bit("meta"))


def _read_line(block: Block, clock: Clock) -> tuple[Moment | None, bool]:
    """The date in a line and whether it is that of a change.

    What stands before a word for a change is the date of publication.
    """
    text = block.text
    match = _update_pattern().search(text)
    head = text[: match.start()] if match else ""
    if match and DIGIT_RUN.search(head) and (moment := clock.read(head)):
        return moment, False
    moment = clock.read(block.time) if block.time else None
    for part in () if moment else (text, *_PARTS.split(text)[1:]):
        if moment := clock.read(part):
            break
    return moment, match is not None


@cache
def _update_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, lexicon().labels["updated"])), re.IGNORECASE)


def _times(page: Dated) -> Candidate[Moment] | None:
    """The first time element with a machine-readable date outside of lists and comments."""
    unwanted = bit("comment") | bit("related") | bit("list")
    outline = page.outline
    if not outline.boxes:
        return None
    for place, value in outline.times:
        if not outline.boxes[place].own & unwanted and (moment := page.clock.read(value)):
            return Candidate(value=moment, where="time element")
    return None
