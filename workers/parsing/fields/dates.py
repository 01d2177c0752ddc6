"""When the article was published and changed: claims weighed, dates of other things refused."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from crawler.page.dates.date_parser import Moment
from workers.parsing.body.regions import bit
from workers.parsing.candidates import FieldCandidate, best
from workers.parsing.fields.dated import Dated
from workers.parsing.fields.metadata import texts
from workers.parsing.fields.shown_dates import DATE_LINE, ShownDates, labelled_date

REBUILD = timedelta(minutes=1)  # a change so soon after is the same saving of the page
ZONES = timedelta(days=1)  # by which the same moment's day can differ between zones
WEST = timedelta(hours=12)  # that the westernmost zone is behind UTC
MAX_TIMES = 8  # time elements that are asked for the page's zone
SIGN = re.compile(r"\d[+-]\d\d:?\d\d$")  # of an offset at the end of a time
MAX_CLAIMS = 200  # of other objects in JSON-LD
MAX_SCRIPTED = 400  # places in a page's HTML where a time may stand
MAX_STAMP = 80  # characters of such a place
PUBLISH = "ubli"  # inside of "published", "Publish_Date", "publication_date"
OF_META = re.compile(rf"meta (?!datepublished$).*{PUBLISH}")
MIN_DIGITS = 5  # of a date in a title

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
_TITLE_PARTS = re.compile(r"\s[|–—-]\s")
_WHEN = r"[-_.:]?(?:date|time|on|at)(?![a-z])"
_LIKE_PUBLISHED = re.compile(rf"(?<![a-z])(?:publi(?:sh|sh?ed|cation)|pub|issued?|posted){_WHEN}")
_LIKE_MODIFIED = re.compile(rf"(?<![a-z])(?:modif(?:ied|ication)|updated?|revis(?:ed|ion)){_WHEN}")
#: "/2019/12/10/" and "/2019-12-10-ferry", but not the number of things in "/2019/12/10-places"
_URL_DAY = re.compile(
    r"/((?:19|20)\d\d)(?:(/)|([-.])|)(\d\d?)(?(2)/|(?(3)[-.]|))(\d\d?)(?=/|$|(?(2)$|[-.]))"
)
_SCRIPTED = re.compile(
    r"(?<![a-z])(?:date_?|first_?)?publi(?:shed|sh|cation)_?(?:date|time|at|on)?"
    r"""["']?\s*[:=]\s*(?:&quot;|\\?["'])(\d{4}-\d\d-\d\d[^"'&<>\\]{0,20})""",
    re.IGNORECASE,
)


def published_of(page: Dated, shown: Callable[[], ShownDates]) -> Iterator[FieldCandidate[Moment]]:
    """When the article was published: metadata, made exact or corrected by the date line.

    shown: gives the dates that the page shows, which are asked for where metadata do not do.
    """
    claims = list(_claims(page, "datePublished", _PUBLISHED, _LIKE_PUBLISHED))
    if claims:
        if _needs_line(page, claims[0].value):
            yield from _corrected(page, claims, shown())
        yield from claims
    if line := shown().published:
        yield line
    if stamp := _times(page):
        yield stamp
    yield from _elsewhere(page)
    if not claims and (line := labelled_date(page)):
        yield line
    if not claims and (told := _scripted(page)):
        yield told


def modified_of(page: Dated, shown: Callable[[], ShownDates]) -> Iterator[FieldCandidate[Moment]]:
    """When metadata say that the article was last changed, else when the page does."""
    yield from _claimed_changes(page)
    if changed := shown().changed:
        yield changed


def _claimed_changes(page: Dated) -> Iterator[FieldCandidate[Moment]]:
    return _claims(page, "dateModified", _MODIFIED, _LIKE_MODIFIED)


def _needs_line(page: Dated, first: Moment) -> bool:
    """Whether a date line could say more than the metadata do."""
    if first.at is None or not first.at.utcoffset():
        return True
    changed = best(_claimed_changes(page))
    if changed is None or not _is_before(first, changed.value):
        return True  # it may be the time of a change
    local = page.clock.local
    return local is not None and first.at.astimezone(local).utcoffset() != first.at.utcoffset()


def _corrected(
    page: Dated, claims: Sequence[FieldCandidate[Moment]], shown: ShownDates
) -> Iterator[FieldCandidate[Moment]]:
    """The first claim made exact or corrected by what the page shows."""
    first, line = claims[0].value, shown.published
    changed = best(_claimed_changes(page))
    is_late = changed is None or not _is_before(first, changed.value)
    if is_late and changed and (told := _earlier(claims)):
        yield replace(told, why="the first claim is the time of a change")
    if is_late and line and line.where == DATE_LINE and _is_day_after(first, line.value):
        yield replace(line, why="metadata give the time of a change or of a move")
    elif first.at is None and (exact := _exact(first, [*claims[1:], line])):
        yield replace(exact, why="to the minute")
    elif first.at and (at := _local(page, first.at, line)):
        moment = replace(first, day=at.date(), at=at)
        yield replace(claims[0], value=moment, why="in the zone of the page's other times")


def _earlier(claims: Sequence[FieldCandidate[Moment]]) -> FieldCandidate[Moment] | None:
    """The first meta element of the head that names an earlier day than the first claim.

    Microdata ("datepublished") and other objects of JSON-LD are as often of another article.
    """
    first = claims[0].value
    metas = (claim for claim in claims[1:] if OF_META.match(claim.where))
    return next((claim for claim in metas if _is_day_after(first, claim.value)), None)


def _local(page: Dated, at: datetime, line: FieldCandidate[Moment] | None) -> datetime | None:
    """A time of metadata in the zone in which the page shows it; None where it is as it is."""
    shown = line.value if line and not line.value.is_age else None
    local = page.clock.local
    if shown and shown.at and shown.at.utcoffset() != at.utcoffset():
        if abs(shown.at - at) < REBUILD:
            is_local = not at.utcoffset() and (
                shown.day != at.date() or (shown.is_zoned and local is not None)
            )
            return at.astimezone(shown.at.tzinfo) if is_local else None
        # a page that names its zone beside the same clock shows that metadata name a wrong one
        is_same_clock = abs(_clock(shown.at) - _clock(at)) < REBUILD
        if is_same_clock and (shown.is_zoned or (at.utcoffset() and local)):
            return at.replace(tzinfo=shown.at.tzinfo)
    zone = None if at.utcoffset() else _zone_of(page)
    if zone and shown and shown.day == at.astimezone(zone).date() != at.date():
        return at.astimezone(zone)
    return None


def _elsewhere(page: Dated) -> Iterator[FieldCandidate[Moment]]:
    """Days that nothing better tells: in the address, in the window's title."""
    match = _URL_DAY.search(page.url)
    day = (
        page.clock.read("-".join(part.zfill(2) for part in match.group(1, 4, 5))) if match else None
    )
    if day:
        yield FieldCandidate(value=day, where="address")
    for part in _TITLE_PARTS.split(page.data.title)[1:]:
        if sum(map(str.isdigit, part)) >= MIN_DIGITS and (moment := page.clock.read(part)):
            yield FieldCandidate(value=moment, where="title element")


def _scripted(page: Dated) -> FieldCandidate[Moment] | None:
    """The one day of publication that scripts name; several are those of other articles."""
    stamps: list[str] = []
    at = -1
    for _ in range(MAX_SCRIPTED):
        # looking for the word alone takes a hundredth of the time that the pattern takes
        at = page.text.find(PUBLISH, at + 1)
        if at < 0:
            break
        match = _SCRIPTED.search(page.text, max(at - len("first_p"), 0), at + MAX_STAMP)
        stamps += [match[1]] if match else []
    if len({stamp[:10] for stamp in stamps}) != 1:
        return None
    moment = page.clock.read(max(stamps, key=len))
    return FieldCandidate(value=moment, where="script") if moment else None


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


def _zone_of(page: Dated) -> tzinfo | None:
    """The zone of the first time element that has one."""
    for _, value in page.outline.times[:MAX_TIMES]:
        moment = page.clock.read(value) if SIGN.search(value) else None
        if moment and moment.at and moment.at.utcoffset():
            return moment.at.tzinfo
    return None


def _exact(
    day: Moment, others: Sequence[FieldCandidate[Moment] | None]
) -> FieldCandidate[Moment] | None:
    """The first of the others that knows the minute of that day."""
    return next((c for c in others if c and c.value.at and c.value.day == day.day), None)


def _claims(
    page: Dated, key: str, names: Sequence[str], like: re.Pattern[str]
) -> Iterator[FieldCandidate[Moment]]:
    for where, text in _stated(page, key, names, like):
        if moment := page.clock.read(text):
            yield FieldCandidate(value=moment, where=where)


def _stated(
    page: Dated, key: str, names: Sequence[str], like: re.Pattern[str]
) -> Iterator[tuple[str, str]]:
    """Where metadata state a time, and the time as written; the likeliest first."""
    data, item, known = page.data, page.item, frozenset(names)
    others = (o for o in data.objects if o is not item and key in o)
    return chain(
        (("json-ld", t) for t in (_stamps(item.get(key)) if item else ())),
        ((f"meta {name}", t) for name in names for t in data.meta.get(name, ())),
        (("microdata", t) for t in data.properties.get(key.lower(), ())[:1]),
        (
            ("json-ld page", t)
            for other in islice(others, MAX_CLAIMS)
            if "comment" not in str(other.get("@type")).lower()
            for t in _stamps(other.get(key))
        ),
        (
            (f"meta {name}", t)
            for name in data.meta
            if name not in known and _is_like(like, name)
            for t in data.meta[name]
        ),
    )


@lru_cache(maxsize=2_000)  # pages use the same names again and again
def _is_like(like: re.Pattern[str], name: str) -> bool:
    return like.search(name) is not None


def _stamps(value: Any) -> list[str]:
    """The times in a JSON value; a number counts seconds or milliseconds."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [f"{value:.0f}"]
    return texts(value)


def _times(page: Dated) -> FieldCandidate[Moment] | None:
    """The first time element with a machine-readable date outside of lists and comments."""
    unwanted = bit("comment") | bit("related") | bit("list")
    outline = page.outline
    if not outline.boxes:
        return None
    for place, value in outline.times:
        if not outline.boxes[place].own & unwanted and (moment := page.clock.read(value)):
            return FieldCandidate(value=moment, where="time element")
    return None
