"""Days that pages count in calendars of their own."""

from datetime import UTC, date, datetime

import pytest

from crawler.page.dates.date_parser import parse_moment
from crawler.page.dates.other_calendars import persian_day

NOW = datetime(2024, 5, 3, 10, 0, tzinfo=UTC)


def iso(text: str, language: str) -> str | None:
    moment = parse_moment(text, now=NOW, language=language)
    return moment.iso() if moment else None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("۱۴ اردیبهشت ۱۴۰۳ - ۱۰:۳۱", "fa", "2024-05-03T10:31:00+03:30"),
        ("تاریخ انتشار: جمعه ۱۴ ارديبهشت ماه ۱۴۰۳", "fa", "2024-05-03"),
        ("۱۴۰۳/۰۲/۱۴ ۱۰:۳۱", "fa", "2024-05-03T10:31:00+03:30"),
        ("1403-02-14", "fa", "2024-05-03"),
        ("۱۴ ثور ۱۴۰۳", "ps", "2024-05-03"),
        ("3 May 2024 - ۱۴ اردیبهشت ۱۴۰۳", "fa", "2024-05-03"),
        ("令和６年５月３日", "ja", "2024-05-03"),
        ("令和元年5月1日（水） 14:30", "ja", "2019-05-01T14:30:00+09:00"),
        ("平成30年4月1日", "ja", "2018-04-01"),
        ("R6.5.3", "ja", "2024-05-03"),
        ("中華民國113年05月03日", "zh-TW", "2024-05-03"),
        ("113-05-03", "zh-TW", "2024-05-03"),
        ("3 พ.ค. 67 14:30 น.", "th", "2024-05-03T14:30:00+07:00"),
        ("วันศุกร์ที่ 3 พฤษภาคม พ.ศ. 2567", "th", "2024-05-03"),
    ],
)
def test_days_of_other_calendars_are_those_of_ours(text: str, language: str, expected: str) -> None:
    assert iso(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1403/02/14", "en"),
        ("۳۱ مهر ۱۴۰۳", "fa"),  # a month of 30 days
        ("24 شوال 1445", "ar"),  # of the moon
        ("113-05-03", "en"),
        ("令和6年13月3日", "ja"),
    ],
)
def test_what_no_calendar_has_is_no_day(text: str, language: str) -> None:
    assert iso(text, language) is None


def test_leap_years_of_the_persian_calendar_have_a_day_more() -> None:
    assert persian_day(1399, 12, 30) == date(2021, 3, 20)
    assert persian_day(1400, 12, 30) is None
    assert persian_day(1403, 1, 1) == date(2024, 3, 20)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("3 במאי 2024, 12:30", "he", "2024-05-03T12:30:00+03:00"),
        ("3 ماي 2024", "ar", "2024-05-03"),
        ("12 غشت 2023", "ar", "2023-08-12"),
        ("১২ অগস্ট ২০২৩", "bn", "2023-08-12"),
        ("3 thg 5, 2024", "vi", "2024-05-03"),
        ("2024年5月3日(金)午後3時", "ja", "2024-05-03T15:00:00+09:00"),
        ("5月2日 20時30分", "ja", "2024-05-02T20:30:00+09:00"),
        ("Jumat 03-05-2024,14:20 WIB", "id", "2024-05-03T14:20:00+07:00"),
        ("Publié hier à 14h30", "fr", "2024-05-02T14:30:00+02:00"),
        ("Publié aujourd’hui à 08h30", "fr", "2024-05-03T08:30:00+02:00"),
    ],
)
def test_papers_spellings_of_days(text: str, language: str, expected: str) -> None:
    assert iso(text, language) == expected


def test_here_is_no_day_in_german_and_a_short_sentence_none_in_japanese() -> None:
    assert iso("Lesen Sie hier: 14:30", "de") is None
    assert iso("5月2日に港で大きな花火大会が開かれた", "ja") is None
