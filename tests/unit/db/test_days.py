"""Days and spans in the reader's zone, as moments."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.queries.search.days import (
    day_counts,
    end_moment,
    first_moment,
    published_before,
    published_from,
)
from db.terms.zones import day_alone, in_zone

NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("Asia/Jakarta", "Europe/Berlin", "America/New_York", "UTC")]
JAKARTA = ZONES[0]


def bounds(text: str, zone: ZoneInfo = JAKARTA) -> tuple[str, str]:
    first, end = first_moment(text, zone, now=NOW), end_moment(text, zone, now=NOW)
    return first.isoformat(), end.isoformat()


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2026", "2025-12-31T17:00:00+00:00", "2026-12-31T17:00:00+00:00"),
        ("2026-08", "2026-07-31T17:00:00+00:00", "2026-08-31T17:00:00+00:00"),
        ("2026-12", "2026-11-30T17:00:00+00:00", "2026-12-31T17:00:00+00:00"),
        ("2026-8-5", "2026-08-04T17:00:00+00:00", "2026-08-05T17:00:00+00:00"),
        (" 2026-08-20 ", "2026-08-19T17:00:00+00:00", "2026-08-20T17:00:00+00:00"),
    ],
)
def test_year_month_and_day_reach_from_midnight_to_midnight(
    text: str, first: str, end: str
) -> None:
    assert bounds(text) == (first, end)


@pytest.mark.parametrize(
    ("text", "ago"),
    [("12h", timedelta(hours=12)), ("7d", timedelta(days=7)), ("2W", timedelta(weeks=2))],
)
def test_span_is_a_moment_so_long_ago(text: str, ago: timedelta) -> None:
    assert first_moment(text, JAKARTA, now=NOW) == NOW - ago
    assert end_moment(text, JAKARTA, now=NOW) == NOW - ago


def test_time_is_a_moment_and_without_an_offset_one_of_the_readers_zone() -> None:
    assert first_moment("2026-08-20T12:00", JAKARTA, now=NOW).hour == 5
    assert first_moment("2026-08-20T12:00+01:00", JAKARTA, now=NOW).hour == 11


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13", "2026-02-30", "0000", "999999d", "10000", "20", "7x", "2026/08/20"],
)
def test_what_is_no_date_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match="is no date; write it as"):
        end_moment(text, JAKARTA, now=NOW)


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.sampled_from(ZONES))
def test_day_ends_where_the_next_begins_also_when_clocks_change(day: date, zone: ZoneInfo) -> None:
    end = end_moment(day.isoformat(), zone, now=NOW)
    assert end == first_moment((day + timedelta(days=1)).isoformat(), zone, now=NOW)
    hours = (end - first_moment(day.isoformat(), zone, now=NOW)) / timedelta(hours=1)
    assert hours in (23, 24, 25)


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.sampled_from(ZONES))
def test_month_and_year_hold_each_of_their_days(day: date, zone: ZoneInfo) -> None:
    for wide in (f"{day:%Y-%m}", f"{day:%Y}"):
        assert first_moment(wide, zone, now=NOW) <= first_moment(f"{day}", zone, now=NOW)
        assert end_moment(wide, zone, now=NOW) >= end_moment(f"{day}", zone, now=NOW)


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_is_refused_as_none(text: str) -> None:
    try:
        first, end = first_moment(text, JAKARTA, now=NOW), end_moment(text, JAKARTA, now=NOW)
    except ValueError as error:
        first, end, said = NOW, NOW, str(error)
    else:
        said = "is no date"
    assert first <= end
    assert first.tzinfo is not None
    assert "is no date" in said


def row(bucket: str | None, articles: int, *, is_day: bool = False) -> SimpleNamespace:
    return SimpleNamespace(bucket=bucket, is_day=is_day, articles=articles)


def test_articles_are_counted_by_days_of_the_readers_zone() -> None:
    rows = [
        row("2026-08-20 16", 2),
        row("2026-08-20 17", 3),
        row("2026-08-20 00", 5, is_day=True),
        row(None, 7),
        row("2026-08-19 17", 1),
    ]
    assert list(day_counts(rows, JAKARTA).items()) == [
        (date(2026, 8, 20), 8),
        (date(2026, 8, 21), 3),
    ]


def test_day_alone_is_that_day_wherever_the_reader_is() -> None:
    rows = [row("2026-08-20 00", 1, is_day=True), row("2026-08-20 00", 2)]
    counts = day_counts(rows, ZoneInfo("America/New_York"))
    assert counts == {date(2026, 8, 19): 2, date(2026, 8, 20): 1}


def test_zone_with_half_an_hour_is_counted_by_minutes() -> None:
    rows = [row("2026-08-20 18:29", 1), row("2026-08-20 18:30", 2)]
    counts = day_counts(rows, ZoneInfo("Asia/Kolkata"))
    assert list(counts.items()) == [(date(2026, 8, 20), 1), (date(2026, 8, 21), 2)]


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31"])
def test_last_day_that_there_is_has_an_end(text: str) -> None:
    assert end_moment(text, JAKARTA, now=NOW).year == 9999


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", ["0001-01-01T00:00Z", "9999-12-31T23:59Z"])
def test_either_end_of_the_calendar_is_a_time_in_every_zone(text: str, zone: ZoneInfo) -> None:
    at = first_moment(text, zone, now=NOW)
    assert abs(in_zone(at, zone) - at) == timedelta()
    published_from(at, zone)
    published_before(at, zone)
    row = SimpleNamespace(bucket=f"{at:%Y-%m-%d %H}".rjust(13, "0"), is_day=False, articles=1)
    assert sum(day_counts([row], zone).values()) == 1


def test_first_minute_in_utc_is_shown_as_the_day_that_it_stands_for() -> None:
    assert day_alone(datetime(2026, 8, 20, tzinfo=UTC)) == date(2026, 8, 20)
    assert day_alone(NOW) == NOW
    assert day_alone(None) is None
