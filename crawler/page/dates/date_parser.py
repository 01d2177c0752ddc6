"""Reads dates, times and ages as people write them; knows nothing of pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from crawler.page.dates.calendar import language_zone, words
from crawler.page.dates.date_text import plain
from crawler.page.dates.other_calendars import days_elsewhere
from crawler.page.dates.time_of_day import CLOCK, time_of_day, whole_minutes

MAX_LENGTH = 200  # characters; longer text is prose, not a date
MAX_OTHER_LETTERS = 40  # letters beside the date, as in "Diperbarui oleh Redaksi pada"
MAX_OTHER_LETTERS_NO_YEAR = 14  # "Updated May 5", but not "They may 5 times"
#: papers of any language have English names of months
COMMON_LANGUAGE = "en"
MAX_AGE_LABEL = 24  # characters before an age, as in "Dipublikasikan 4 jam lalu"
EARLIEST_YEAR = 1900
LATEST = timedelta(days=1)  # after the fetch, by which clocks and zones can be wrong
BUDDHIST_YEARS = range(2440, 2640)  # Thai pages count years from 543 BC
MAX_LABEL_WORDS = 3  # before a word for a day, as in "Mis à jour hier à 14h30"
MAX_OTHER_SIGNS = 6  # beside a month and a day without a year, in scripts without spaces

MONTH_FIRST = ("en", "en-us", "fil")  # 5/8/2026 is the 8th of May there
_WORD = r"[^\W\d_]"
_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"(?:(?:[T,]\s?|\s+)(?=\d\d?:?\d\d)(?P<rest>.*))?",
    re.DOTALL,
)
_WHOLE_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_COMPACT = re.compile(r"^(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:T?(?P<rest>\d{4,6}.*))?$")
_CJK = re.compile(r"(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일号號]?")
_CJK_NO_YEAR = re.compile(r"(?<!\d)(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]")
_NUMERIC = re.compile(
    r"(?<![\d:])(?P<a>\d{4}|\d{1,2})(?P<sep>\s?[./-]\s?)(?P<b>\d{1,2})(?P=sep)"
    r"(?P<c>\d{4}|\d{2}|(?<=\d{4}.\d.)\d|(?<=\d{4}.\d\d.)\d)(?![\d:])"
)
_CHAINED = re.compile(r"\d\s?[./-]\s?$")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|[oa](?=\s)|°|e)?[\s.,\-/]*"
    rf"(?:(?:de|d|of|ng|ta|tháng)['’\s]\s*)?(?P<w>{_WORD}[^\W\d_.'’]*(?:\s?\.{_WORD}+)?)"
    r"[\s.,\-/']*(?:(?:de|del|of|г)\s+|[พค]\.?ศ\.?\s?)?(?P<y>\d{4}|\d{2}(?![\d:.]))?"
)
_MONTH_DAY = re.compile(
    rf"(?<!{_WORD})(?P<w>{_WORD}[^\W\d_.'’]*)[\s.\-/]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
    r"(?![:]\d)[\s.,\-]*(?P<y>\d{4})?"
)
_YEAR_MONTH_DAY = re.compile(  # Lithuanian, Hungarian
    rf"(?<!\d)(?P<y>\d{{4}})[\s.,]*(?:m\.)?\s*(?P<w>{_WORD}{{3,}})\.?\s*(?P<d>\d{{1,2}})"
)
_YEAR_DAY_MONTH = re.compile(  # Latvian
    rf"(?<!\d)(?P<y>\d{{4}})\.?\s*gada\s+(?P<d>\d{{1,2}})\.?\s*(?P<w>{_WORD}{{3,}})"
)
_WORDED = (_YEAR_MONTH_DAY, _YEAR_DAY_MONTH, _DAY_MONTH, _MONTH_DAY)
_VIETNAMESE = re.compile(
    r"(?P<d>\d{1,2})\s+(?:tháng|thg)\s+(?P<m>\d{1,2}),?\s+(?:năm\s+)?(?P<y>\d{4})"
)
_AGE = re.compile(r"^(?P<before>[^\d]{0,40})(?P<n>\d{1,4})(?P<after>[^\d]{0,40})$")
_EPOCH = re.compile(r"^\s*(\d{10}|\d{13})(?:\.\d+)?\s*$")
_LETTERS = re.compile(_WORD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A day, or a point in time where the text gives a time of day."""

    #: the day as written
    day: date
    #: the same with time of day and zone, aware; None where the day alone is known
    at: datetime | None = None
    #: whether the text itself names the zone (else it came from the caller or the language)
    is_zoned: bool = False
    #: whether it was counted back from now ("4 jam lalu"), so only as exact as its unit
    is_age: bool = False

    def iso(self) -> str:
        """ISO 8601: "2021-07-11T17:00:00+07:00", or "2021-07-11"."""
        return self.at.isoformat(timespec="seconds") if self.at else self.day.isoformat()


def parse_moment(
    text: str, *, now: datetime, timezone: tzinfo | None = None, language: str | None = None
) -> Moment | None:
    """The moment that ``text`` states, or None if it is something else than a date.

    ``now`` (aware) is when the page was fetched: ages are counted back from it.  A time of
    day without a zone is read in ``timezone``, else in the zone of the language's country,
    else in UTC.  ``language`` (ISO 639-1, perhaps with region) orders day and month in
    5/8/2026.
    """
    if len(text) > MAX_LENGTH:
        return None
    if _WHOLE_ISO.fullmatch(text) and (moment := _whole(text, now)):
        return moment
    text = plain(text)
    zone = timezone or language_zone(language)
    if not any(map(str.isdigit, text)):
        return _phrase(text, now, zone)
    if match := _EPOCH.match(text):
        return _epoch(match.group(1), zone, now)
    age = _AGE.match(text)
    if age and (moment := _age(age, now, zone)):
        return moment
    for day, start, end in _days(text, language or "", now):
        if _is_bare(text, start, end):
            return _with_clock(day, text, (start, end), zone, language or "")
    return _named_day(text, now, zone, language or "")


def past_moment(
    text: str, *, now: datetime, timezone: tzinfo | None = None, language: str | None = None
) -> Moment | None:
    """The same; None where it lies after the fetch, since nothing is published then."""
    moment = parse_moment(text, now=now, timezone=timezone, language=language)
    if moment is None:
        return None
    at = moment.at or datetime.combine(moment.day, time(), UTC)
    return moment if at <= now + LATEST else None


def _whole(text: str, now: datetime) -> Moment | None:
    """What machines mostly write, so that nothing else need be tried."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not EARLIEST_YEAR <= at.year <= now.year + 1:
        return None
    return Moment(day=at.date(), at=at, is_zoned=True)


def _phrase(text: str, now: datetime, zone: tzinfo | None) -> Moment | None:
    folded = text.lower().strip(" .")
    if (seconds := words().phrases.get(folded)) is not None:
        return _back(now, seconds, zone)
    days = words().days.get(folded)
    # a short lone word is more often a label or another language's word ("hier")
    if days is None or (folded.isascii() and len(folded) <= 4):
        return None
    return Moment(day=(_local(now, zone) - timedelta(days=days)).date(), is_age=True)


def _local(now: datetime, zone: tzinfo | None) -> datetime:
    return now.astimezone(zone) if zone else now


def _back(now: datetime, seconds: int, zone: tzinfo | None) -> Moment | None:
    try:
        at = _local(now - timedelta(seconds=seconds), zone).replace(microsecond=0)
    except OverflowError:
        return None
    at = whole_minutes(at)
    return Moment(day=at.date(), at=at, is_zoned=True, is_age=True)


def _age(match: re.Match[str], now: datetime, zone: tzinfo | None) -> Moment | None:
    before = match["before"].lower().strip(" .,|·•-(")
    after = match["after"].lower().strip(" .,|·•-)")
    seconds = words().ago.get(f"{before}|{after}")
    if seconds is None and len(before) <= MAX_AGE_LABEL:
        seconds = words().ago.get(f"|{after}")
    return None if seconds is None else _back(now, seconds * int(match["n"]), zone)


def _named_day(text: str, now: datetime, zone: tzinfo | None, language: str) -> Moment | None:
    """ "Kemarin, 14:30 WIB": a word for a day and a time."""
    clock = CLOCK.search(text)
    if clock is None:
        return None
    days = _days_back(text[: clock.start()].lower().replace("’", "'"), language)
    if days is None:
        return None
    day = (_local(now, zone) - timedelta(days=days)).date()
    return _with_clock(day, text, (0, clock.start()), zone, language)


def _days_back(head: str, language: str) -> int | None:
    """What a word for a day says, perhaps behind a label and before one word more.

    "hier" is yesterday in French and "here" in German.
    """
    if (days := words().days.get(head.strip(" ,.|-–·@"))) is not None:
        return days
    heads = [word.strip(",.|-–·@:") for word in head.split()]
    for first in range(min(len(heads), MAX_LABEL_WORDS + 1)):
        for last in (len(heads), len(heads) - 1):
            word = " ".join(heads[first:last])
            is_other = first > 0 and word == "hier" and language.startswith("de")
            if not is_other and (days := words().days.get(word)) is not None:
                return days
    return None


def _epoch(digits: str, zone: tzinfo | None, now: datetime) -> Moment | None:
    seconds = int(digits[:10])
    at = datetime.fromtimestamp(seconds, UTC).astimezone(zone or UTC)
    if at.year < 1990 or at > now + timedelta(days=366):
        return None
    return Moment(day=at.date(), at=at, is_zoned=True)


def _days(text: str, language: str, now: datetime) -> Iterator[tuple[date, int, int]]:
    """Every day that is written in the text, with its place, surest notation first."""
    for pattern in (_ISO, _COMPACT, _CJK, _VIETNAMESE):
        for match in pattern.finditer(text):
            if day := _day(match["y"], match["m"], match["d"], now):
                yield day, match.start(), match.end("d")
    yield from days_elsewhere(text, language.lower())
    yield from _worded(text, language, now)
    for match in _NUMERIC.finditer(text):
        is_chained = _CHAINED.search(text, 0, match.start()) or _goes_on(text, match)
        if not is_chained and (day := _numeric(match, language.lower(), now)):
            yield day, *match.span()
    for match in () if text.isascii() else _CJK_NO_YEAR.finditer(text):
        is_alone = _other_letters(text, *match.span()) <= MAX_OTHER_SIGNS
        if is_alone and (day := _day(None, match["m"], match["d"], now)):
            yield day, *match.span()


def _worded(text: str, language: str, now: datetime) -> Iterator[tuple[date, int, int]]:
    months = words().months
    lower = text.lower()
    if len(lower) != len(text):  # "İ" becomes two letters; then the places would not agree
        lower = text
    for pattern in _WORDED:
        start = 0
        while match := pattern.search(lower, start):
            month = months.get(match["w"].replace(" ", ""))
            start = match.end("w")
            is_stray = not match["y"] and _is_stray(text, match, language)
            if month and not is_stray and (day := _day(_full_year(match), month, match["d"], now)):
                yield day, match.start(), match.end("y" if match["y"] else "d")


def _full_year(match: re.Match[str]) -> str | None:
    """The year; two digits behind a Thai month count as Thai years do."""
    year, month = match["y"], match["w"]
    return f"25{year}" if year and len(year) == 2 and "ก" <= month[0] <= "ฮ" else year


def _is_stray(text: str, match: re.Match[str], language: str) -> bool:
    """Whether a day without year is no date but a name with a number: "AirPods Pro 3", "2nd Gen".

    December is "pro" in Czech and January "gen" in Italian, and no such thing elsewhere.
    """
    if _other_letters(text, *match.span()) > MAX_OTHER_LETTERS_NO_YEAR:
        return True
    languages = words().short_months.get(match["w"].strip("."))
    own = language.partition("-")[0].lower() or COMMON_LANGUAGE
    return languages is not None and not {own, COMMON_LANGUAGE} & set(languages.split())


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether more numbers follow in the same manner: "13 / 12 / 11 / 10" are versions."""
    end = match.end() + len(match["sep"])
    return text[match.end() : end] == match["sep"] and text[end : end + 1].isdigit()


def _numeric(match: re.Match[str], language: str, now: datetime) -> date | None:
    a, b, c = match["a"], match["b"], match["c"]
    if len(a) == 4:
        return _day(a, b, c, now)
    if len(c) == 2 and language[:2] in ("zh", "ja", "ko", "hu", "lt") and int(a) > 12:
        return _day(a, b, c, now)
    month_first = match["sep"].strip() != "." and language in MONTH_FIRST
    first, second = (b, a) if month_first else (a, b)
    return _day(c, second, first, now) or _day(c, first, second, now)


def _day(
    year: str | None, month: str | int, number: str | int | None, now: datetime
) -> date | None:
    """The day, or None where there is none such; a missing year is the latest possible one."""
    if not number:
        return None
    y = int(year) if year else now.year
    if year and len(year) == 2:
        y += 2000 if y <= now.year % 100 + 1 else 1900
    if y in BUDDHIST_YEARS:
        y -= 543
    if not EARLIEST_YEAR <= y <= now.year + 1:
        return None
    try:
        day = date(y, int(month), int(number))
        if not year and day > now.date() + timedelta(days=1):
            day = day.replace(year=y - 1)
    except ValueError:
        return None
    return day


def _is_bare(text: str, start: int, end: int) -> bool:
    """Whether little but the date stands in the text: it is a date line, not a sentence."""
    return _other_letters(text, start, end) <= MAX_OTHER_LETTERS


def _other_letters(text: str, start: int, end: int) -> int:
    return len(_LETTERS.findall(text, end)) + len(_LETTERS.findall(text, 0, start))


def _with_clock(
    day: date, text: str, place: tuple[int, int], zone: tzinfo | None, language: str
) -> Moment:
    """Adds the time of day that stands after the date at ``place``, else before it."""
    start, end = place
    after, before = text[end:].removeprefix(","), text[:start]
    is_glued = after[:1] in ("T", "")
    clock = time_of_day(day, after, zone, language, may_be_compact=is_glued)
    clock = clock or time_of_day(day, before, zone, language)
    return Moment(day=day, at=clock.at, is_zoned=clock.is_zoned) if clock else Moment(day=day)
