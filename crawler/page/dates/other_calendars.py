"""Days counted in other calendars than ours: Persian, Japanese eras, the Republic of China.

Texts are plain (``date_text``).  Days of the moon's calendar are left out: which day of ours
they are is told by sighting it, not by counting.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from crawler.page.dates.date_text import plain

PERSIAN_YEARS = range(1300, 1450)  # for which the rule of 33 years finds the leap years
NOWRUZ_1300 = date(1921, 3, 21)  # the first day of the year 1300
LONG_MONTHS = 6  # of 31 days, which are the first of the year
#: one year in 33 is leap four years after five, as the others are after four
CYCLE, LEAPS = 33, frozenset((1, 5, 9, 13, 17, 22, 26, 30))
#: what the years of an era are counted from
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民國": 1911, "民国": 1911,
        "r": 2018, "h": 1988, "s": 1925}  # fmt: skip
FIRST_YEAR = "元"

_PERSIAN_MONTHS = (
    ("فروردین", "حمل"), ("اردیبهشت", "ثور"), ("خرداد", "جوزا"), ("تیر", "سرطان"),
    ("مرداد", "اسد"), ("شهریور", "سنبله"), ("مهر", "میزان"), ("آبان", "عقرب"), ("آذر", "قوس"),
    ("دی", "جدی"), ("بهمن", "دلو"), ("اسفند", "حوت"),
)  # fmt: skip
_LETTERS = str.maketrans("يك", "یک")  # Arabic letters in place of the Persian ones
_MONTHS = {plain(name): number for number, names in enumerate(_PERSIAN_MONTHS, 1) for name in names}
_SOLAR = ("fa", "ps")  # a numeric date of the 14th century is of this calendar there alone
_PERSIAN = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})\s*(?P<w>{'|'.join(_MONTHS)})\s?(?:ماه)?[\s،,]*(?:سال\s)?"
    r"(?P<y>1[34]\d\d)(?!\d)"
)
_PERSIAN_NUMBERS = re.compile(
    r"(?<!\d)(?P<y>1[34]\d\d)(?P<sep>[/.-])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"
)
_ERA = re.compile(
    r"(?P<era>令和|平成|昭和|大正|民國|民国)\s?(?P<y>元|\d{1,3})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日?"
)
_SHORT_ERA = re.compile(
    r"(?<![^\W_])(?P<era>[RHS])\s?(?P<y>\d{1,2})(?P<sep>[./-])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"
)
_REPUBLIC = re.compile(
    r"(?<![\d./-])(?P<y>1\d\d)(?P<sep>[./-])(?P<m>\d\d)(?P=sep)(?P<d>\d\d)(?![\d./-])"
)


def days_elsewhere(text: str, language: str) -> Iterator[tuple[date, int, int]]:
    """Every day that the text counts so, with its place. ``language``: ISO 639-1, or ""."""
    if text.isascii():
        yield from _numbered(text, language)
        return
    for match in _ERA.finditer(text):
        yield from _at(_gregorian(ERAS[match["era"]], match), match)
    letters = text.translate(_LETTERS)
    for match in _PERSIAN.finditer(letters):
        yield from _at(persian_day(int(match["y"]), _MONTHS[match["w"]], int(match["d"])), match)
    yield from _numbered(text, language)


def _numbered(text: str, language: str) -> Iterator[tuple[date, int, int]]:
    if language.startswith(_SOLAR):
        for match in _PERSIAN_NUMBERS.finditer(text):
            yield from _at(persian_day(int(match["y"]), int(match["m"]), int(match["d"])), match)
    elif language.startswith("ja"):
        for match in _SHORT_ERA.finditer(text):
            yield from _at(_gregorian(ERAS[match["era"].lower()], match), match)
    elif language.startswith("zh"):
        for match in _REPUBLIC.finditer(text):
            yield from _at(_gregorian(ERAS["民國"], match), match)


def _at(day: date | None, match: re.Match[str]) -> Iterator[tuple[date, int, int]]:
    if day:
        yield day, *match.span()


def _gregorian(base: int, match: re.Match[str]) -> date | None:
    """The day of an era whose year 1 is the one after ``base``."""
    year = 1 if match["y"] == FIRST_YEAR else int(match["y"])
    try:
        return date(base + year, int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def persian_day(year: int, month: int, day: int) -> date | None:
    """The day of ours, or None where that calendar has none such."""
    if year not in PERSIAN_YEARS or not 1 <= month <= 12:
        return None
    is_leap = year % CYCLE in LEAPS
    last = 31 if month <= LONG_MONTHS else 30 if month < 12 or is_leap else 29
    if not 1 <= day <= last:
        return None
    before = sum(365 + (other % CYCLE in LEAPS) for other in range(PERSIAN_YEARS.start, year))
    months = 30 * (month - 1) + min(month - 1, LONG_MONTHS)
    return NOWRUZ_1300 + timedelta(days=before + months + day - 1)
