"""Dates as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.page.dates.date_parser import MAX_LENGTH, parse_moment, past_moment

JAKARTA = timezone(timedelta(hours=7))
NOW = datetime(2024, 5, 3, 10, 0, 30, tzinfo=JAKARTA)


def iso(text: str, language: str | None = None) -> str | None:
    moment = parse_moment(text, now=NOW, language=language)
    return moment.iso() if moment else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Minggu, 11 Juli 2021 17:00 WIB", "2021-07-11T17:00:00+07:00"),
        ("Kamis, 4 Maret 2021 | 14:06 WITA", "2021-03-04T14:06:00+08:00"),
        ("Ahad, 05 Agu 2023 - 09.30 WIT", "2023-08-05T09:30:00+09:00"),
        ("14.30 WIB, 11 Juli 2021", "2021-07-11T14:30:00+07:00"),
        ("2 Maret, 2021 | 18:00", "2021-03-02T18:00:00+07:00"),
        ("05/08/2023 09:00 WIB", "2023-08-05T09:00:00+07:00"),
        ("Diperbarui pada 3 Mei 2024", "2024-05-03"),
    ],
)
def test_indonesian_date_lines_are_read_with_their_zone(text: str, expected: str) -> None:
    assert iso(text, "id") == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("May 3, 2024 at 5:12 p.m. EDT", "en", "2024-05-03T17:12:00-04:00"),
        ("3rd May 2024 5.30pm BST", "en-GB", "2024-05-03T17:30:00+01:00"),
        ("3. Mai 2024, 14:30 Uhr", "de", "2024-05-03T14:30:00+02:00"),
        ("le 28 avril 2024 à 18h30", "fr", "2024-04-28T18:30:00+02:00"),
        ("29 de abril de 2024", "es", "2024-04-29"),
        ("Publicado em 29/04/2024 às 10h30 GMT-3", "pt", "2024-04-29T10:30:00-03:00"),
        ("29 aprile 2024, 8:05", "it", "2024-04-29T08:05:00+02:00"),
        ("2 mei 2024 om 9:15", "nl", "2024-05-02T09:15:00+02:00"),
        ("1. mai 2024 kl. 07.45", "no", "2024-05-01T07:45:00+02:00"),
        ("30.04.2024 12.05", "fi", "2024-04-30T12:05:00+03:00"),
        ("30 kwietnia 2024, 12:30", "pl", "2024-04-30T12:30:00+02:00"),
        ("29. dubna 2024 12:30", "cs", "2024-04-29T12:30:00+02:00"),
        ("2024. május 3. 12:30", "hu", "2024-05-03T12:30:00+02:00"),
        ("3 Μαΐου 2024", "el", "2024-05-03"),
        ("1 мая 2024, 12:30 МСК", "ru", "2024-05-01T12:30:00+03:00"),
        ("1 mayıs 2024 12:34", "tr", "2024-05-01T12:34:00+03:00"),
        ("2024 m. gegužės 3 d. 12:30", "lt", "2024-05-03T12:30:00+03:00"),
        ("2024. gada 2. maijs", "lv", "2024-05-02"),
        ("Thứ sáu, 3/5/2024, 08:00 (GMT+7)", "vi", "2024-05-03T08:00:00+07:00"),
        ("2 tháng 5, 2024", "vi", "2024-05-02"),
        ("3 พ.ค. 2567 12:30 น.", "th", "2024-05-03T12:30:00+07:00"),
        ("٣ مايو ٢٠٢٤", "ar", "2024-05-03"),
        ("2024年5月3日 17時05分", "ja", "2024-05-03T17:05:00+09:00"),
        ("2024년 5월 2일 오후 5:05", "ko", "2024-05-02T17:05:00+09:00"),
    ],
)
def test_dates_of_many_languages_are_read(text: str, language: str, expected: str) -> None:
    assert iso(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-07-11T17:00:00+07:00", "2021-07-11T17:00:00+07:00"),
        ("2021-07-11T10:00:00.123Z", "2021-07-11T10:00:00+00:00"),
        ("2021-07-11 10:00:00 +0700", "2021-07-11T10:00:00+07:00"),
        ("2021-07-11", "2021-07-11"),
        ("20210711", "2021-07-11"),
        ("1620000000", "2021-05-03T00:00:00+00:00"),
        ("1620000000123", "2021-05-03T00:00:00+00:00"),
        ("Tue, 30 Apr 2024 12:00:00 GMT", "2024-04-30T12:00:00+00:00"),
    ],
)
def test_machine_formats_are_read(text: str, expected: str) -> None:
    assert iso(text) == expected


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("4 jam lalu", timedelta(hours=4)),
        ("5 Menit Lalu", timedelta(minutes=5)),
        ("sejam yang lalu", timedelta(hours=1)),
        ("baru saja", timedelta(0)),
        ("1 hari lalu", timedelta(days=1)),
        ("Updated 2 hours ago", timedelta(hours=2)),
        ("vor 3 Stunden", timedelta(hours=3)),
        ("hace 5 minutos", timedelta(minutes=5)),
        ("il y a 2 jours", timedelta(days=2)),
        ("3 часа назад", timedelta(hours=3)),
        ("2時間前", timedelta(hours=2)),
    ],
)
def test_ages_are_counted_back_from_the_fetch(text: str, age: timedelta) -> None:
    moment = parse_moment(text, now=NOW)
    assert moment is not None
    assert moment.is_age
    assert moment.at == NOW - age


def test_yesterday_with_a_time_is_a_point_in_time() -> None:
    assert iso("Kemarin, 14:30 WIB", "id") == "2024-05-02T14:30:00+07:00"
    assert iso("kemarin", "id") == "2024-05-02"


def test_day_and_month_are_ordered_by_language() -> None:
    assert iso("5/8/2023", "en-US") == "2023-05-08"
    assert iso("5/8/2023", "en-GB") == "2023-08-05"
    assert iso("25/8/2023", "en-US") == "2023-08-25"
    assert iso("2023/8/5", "ja") == "2023-08-05"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17:00",
        "0000-00-00",
        "31/31/2024",
        "Perang Korea tahun 1950-1953",
        "Polisi menangkap 3 orang",
        "Harga naik Rp 7.000 per gram",
        "2 min read",
        "They say they may 5 times try it again",
        "Earphones Pro 3",
        "Home Hub (2nd Gen)",
        "AG1",
        "5 out of 5 stars",
        "4.30 avg rating",
        "1d ago · 3 min read",
        "Older versions: 13 / 12 / 11 / 10 / 9",
        "1.2.2024.3",
        "Presiden bertemu warga pada 11 Juli 2021 di sebuah lapangan yang luas di dekat pasar",
        "Minggu, 11 Juli 2021 " + "x" * MAX_LENGTH,
    ],
)
def test_what_is_no_date_line_is_refused(text: str) -> None:
    assert iso(text, "en") is None


def test_a_time_without_a_zone_is_read_in_the_given_one() -> None:
    moment = parse_moment("3 May 2024 09:00", now=NOW, timezone=JAKARTA, language="en")
    assert moment is not None
    assert moment.at == datetime(2024, 5, 3, 2, 0, tzinfo=UTC)
    assert not moment.is_zoned


def test_a_day_without_a_year_is_the_latest_possible() -> None:
    assert iso("Dec 24", "en") == "2023-12-24"
    assert iso("Apr 28", "en") == "2024-04-28"
    assert iso("Nov 18, 8:19 PM", "id") == "2023-11-18T20:19:00+07:00"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("5 gen", "it", "2024-01-05"),
        ("12 pro", "cs", "2023-12-12"),
        ("28 ago", "es", "2023-08-28"),
        ("Terbit 2 Mei", "id", "2024-05-02"),
        ("1. mai", "no", "2024-05-01"),
        ("3 Oktober", "en", "2023-10-03"),
    ],
)
def test_short_names_of_months_are_known_in_their_own_language(
    text: str, language: str, expected: str
) -> None:
    assert iso(text, language) == expected


@given(st.text(max_size=220))
def test_no_text_raises(text: str) -> None:
    moment = parse_moment(text, now=NOW, language="id")
    assert moment is None or moment.iso()


@given(st.integers(0, 1_700_000_000))
def test_iso_text_is_read_back_as_it_was(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, JAKARTA)
    assert iso(at.isoformat()) == at.isoformat()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("12 मार्च 2024", "hi", "2024-03-12"),
        ("12 मार्च 2024, शाम 6:45", "hi", "2024-03-12T18:45:00+05:30"),
        ("১২ মার্চ ২০২৪", "bn", "2024-03-12"),
        ("12 மார்ச் 2024", "ta", "2024-03-12"),
        ("12 มีนาคม 2567 เวลา 18:45 น.", "th", "2024-03-12T18:45:00+07:00"),
        ("12 మార్చి 2024", "te", "2024-03-12"),
        ("12 آذار 2024", "ar", "2024-03-12"),
    ],
)
def test_months_written_with_vowel_signs_are_read(text: str, language: str, expected: str) -> None:
    assert iso(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Sabtu, 9 Mac 2024 4:20 petang", "ms", "16:20"),
        ("9 Mac 2024 4:20 PTG", "ms", "16:20"),
        ("9 Maret 2024 12.10 malam WIB", "id", "00:10"),
        ("9 Maret 2024 1.10 siang", "id", "13:10"),
        ("9 مارس 2024 4:20 م", "ar", "16:20"),
        ("9 مارس 2024 4:20 صباحًا", "ar", "04:20"),
        ("9/3/2024 4:20 CH", "vi", "16:20"),
        ("2024年3月9日上午12:20", "zh", "00:20"),
        ("2024-03-09 오후 12:20", "ko", "12:20"),
        ("9 de marzo de 2024, 4:20 de la tarde", "es", "16:20"),
        ("9 mars 2024 à 11h20 du matin", "fr", "11:20"),
        ("9 марта 2024, 9:20 вечера", "ru", "21:20"),
        ("9 Mac 2024 16:20 petang", "ms", "16:20"),
    ],
)
def test_a_word_for_a_part_of_the_day_tells_the_hour(
    text: str, language: str, expected: str
) -> None:
    moment = parse_moment(text, now=NOW, language=language)
    assert moment is not None
    assert moment.at is not None
    assert f"{moment.at:%H:%M}" == expected


def test_offsets_are_whole_minutes_also_before_there_were_zones() -> None:
    assert iso("12 Maret 1905 08:00", "id") == "1905-03-12T08:00:00+07:00"


def test_what_lies_after_the_fetch_is_no_past_moment() -> None:
    assert past_moment("12 May 2024", now=NOW, language="en") is None
    assert past_moment("3 May 2024", now=NOW, language="en") is not None
