"""What templates show of values: bounded, harmless, in the reader's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from db.queries.search.snippet import Snippet
from terkait.web.render import Pages, clip, href, marked, number, paragraphs, size

JAKARTA = Pages(ZoneInfo("Asia/Jakarta"))
NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)


def text_of(html: str) -> str:
    body = LexborHTMLParser(html).body
    return body.text() if body is not None else ""


def test_time_is_of_the_readers_zone_with_utc_beside_it() -> None:
    assert text_of(JAKARTA.when(NOON)) == "20 Aug 2026, 19:00 WIB 12:00 UTC"
    assert text_of(JAKARTA.short_when(NOON)) == "20 Aug 2026, 19:00 WIB"
    assert 'title="20 Aug 2026, 12:00 UTC"' in JAKARTA.short_when(NOON)


def test_utc_has_its_day_where_that_is_another() -> None:
    assert text_of(JAKARTA.when(NOON.replace(hour=18))).endswith("20 Aug, 18:00 UTC")


def test_in_utc_it_is_said_once() -> None:
    assert text_of(Pages(UTC).when(NOON)) == "20 Aug 2026, 12:00 UTC"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "unknown"),
        ("2026-08-20", "20 Aug 2026"),
        (date(2026, 8, 20), "20 Aug 2026"),
        ("2026-08-20T19:00", "20 Aug 2026, 19:00"),
        ("kemarin", "kemarin"),
        ("<b>soon</b>", "<b>soon</b>"),
    ],
)
def test_what_is_known_of_a_time_is_shown_and_no_more(value: str | None, shown: str) -> None:
    assert text_of(JAKARTA.when(value)) == shown


@given(st.text(max_size=80))
def test_any_text_in_place_of_a_time_is_text(value: str) -> None:
    assert LexborHTMLParser(str(JAKARTA.when(value))).css("body > :not(time, .none, .utc)") == []


@given(st.text(max_size=200), st.integers(2, 60))
def test_clipped_text_is_its_beginning(text: str, length: int) -> None:
    clipped = clip(text, length)
    assert len(clipped) <= length
    whole = clip(text, 10_000)
    assert clipped == whole or whole.startswith(clipped.removesuffix("…"))


def test_clipping_says_that_there_was_more() -> None:
    assert clip("satu dua tiga", 9) == "satu dua…"
    assert clip(None) == ""


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (999_999, "999.9 kB"),
        (1_000_000, "1.0 MB"),
        (2_500_000_000_000, "2500.0 GB"),
    ],
)
def test_size_is_said_in_the_unit_that_fits(count: int, shown: str) -> None:
    assert size(count) == shown


def test_numbers_have_commas_and_nothing_is_nothing() -> None:
    assert (number(1234567), number(0), number(None)) == ("1,234,567", "0", "")


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "data:text/html,x", " javascript:alert(1)", "//a.test", "", None),
        *("http://[::1", "vbscript:x", "file:///etc/passwd", "JAVASCRIPT:alert(1)"),
    ],
)
def test_only_web_addresses_can_be_clicked(url: str | None) -> None:
    assert href(url) == "#"


def test_web_address_stays_as_it_is() -> None:
    assert href("https://a.test/1?a=b&c") == "https://a.test/1?a=b&c"


@given(st.text(alphabet="ab <&>\"'", max_size=40), st.data())
def test_marks_stand_around_the_words_looked_for_and_nothing_else_is_markup(
    text: str, data: st.DataObject
) -> None:
    ends = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    marks = tuple(zip(ends[::2], ends[1::2], strict=False))
    html = str(marked(Snippet(text=text, marks=marks)))
    assert html.count("<") == 2 * len(marks)
    assert html.count("<mark>") == html.count("</mark>") == len(marks)


def test_body_is_cut_into_paragraphs() -> None:
    assert paragraphs("satu\n\ndua\nbaris\n\n\n\ntiga") == ["satu", "dua\nbaris", "tiga"]
    assert paragraphs("") == []
