"""Pages that send their reader elsewhere at once."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.refresh import MAX_WAIT_SECONDS, refresh_target

URL = "https://a.test/read/1"
THERE = "https://a.test/read/2"


def target(html: str = "", **headers: str) -> str | None:
    page = FetchedPage(
        url=URL, body=html.encode(), fetched_at=datetime(2026, 8, 20, tzinfo=UTC), headers=headers
    )
    return refresh_target(Document(page))


def meta(content: str, name: str = "refresh") -> str:
    return f"<head><meta http-equiv='{name}' content=\"{content}\"></head><p>x</p>"


@pytest.mark.parametrize(
    "content",
    [
        "0; url=/read/2",
        "0;URL='/read/2'",
        "0,/read/2",
        "0 url = /read/2",
        " 5.5 ; url=https://a.test/read/2 ",
        "0; url='/read/2' ; x",
    ],
)
def test_address_is_read_as_browsers_do(content: str) -> None:
    assert target(meta(content)) == THERE
    assert target(refresh=content) == THERE


def test_header_wins_over_the_element() -> None:
    assert target(meta("0; url=/read/3"), refresh="0; url=/read/2") == THERE


@pytest.mark.parametrize("content", ["0", "", "; url=/read/2", "soon; url=/read/2", "0; url=''"])
def test_what_names_no_address_leads_nowhere(content: str) -> None:
    assert target(meta(content)) is None


def test_page_that_shows_something_first_stays() -> None:
    assert target(meta(f"{MAX_WAIT_SECONDS}; url=/read/2")) == THERE
    assert target(meta(f"{MAX_WAIT_SECONDS + 1}; url=/read/2")) is None


def test_script_address_leads_nowhere() -> None:
    assert target(meta("0; url=javascript:alert(1)")) is None
    assert target(meta("0; url=mailto:a@a.test")) is None


def test_element_for_readers_without_scripts_is_not_meant() -> None:
    element = "<meta http-equiv=refresh content='0; url=/read/2'>"
    assert target(f"<head><noscript>{element}</noscript></head><p>x</p>") is None
    assert target(f"<p>x</p><noscript><div>{element}</div></noscript>") is None
    assert target(f"<p>x</p><div>{element}</div>") == THERE


def test_other_elements_are_passed_over_until_one_is_meant() -> None:
    page = meta("0; url=/read/9", "content-language") + meta("900; url=/read/9")
    assert target(page + meta("0; url=/read/2")) == THERE


@given(st.text(max_size=300))
def test_whatever_stands_there_leads_to_a_web_address_or_nowhere(content: str) -> None:
    found = target(refresh=content)
    assert found is None or found.startswith(("http://", "https://"))
