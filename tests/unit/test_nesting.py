"""Pages nested without end are parsed as browsers do: to a bounded depth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.nesting import MAX_DEPTH, MAX_TAGS, MAX_UNCLOSED, flattened


def depth_of(html: str) -> int:
    node: LexborNode | None = LexborHTMLParser(html).body
    depth = 0
    while node is not None:
        depth, node = depth + 1, node.child
    return depth


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000,
        "<DIV class=a>" * 20_000,
        "<div>" * 20_000 + "</div>" * 20_000,
        "<ul><li>" * 20_000,
        "<h1><i>" * 20_000,
        "<x-box>" * 20_000,
        "<table><tr><td><div>" * 5_000,
    ],
    ids=lambda html: html[:20],
)
def test_deep_nesting_is_bounded(html: str) -> None:
    assert depth_of(flattened(html)) <= 4 * MAX_DEPTH + 10


def test_the_text_of_a_deep_page_is_kept() -> None:
    html = "<div>a" * 20_000
    assert LexborHTMLParser(flattened(html)).text().count("a") == 20_000


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 400 + "x" + "</div>" * 400,
        "<p>one<br>two" * 10_000,
        "<ul>" + "<li>one" * 10_000 + "</ul>",
        "<div><img><p>x</div>" * 5_000,
        "a < b " * 5_000,
    ],
    ids=lambda html: html[:20],
)
def test_what_is_long_but_not_deep_stays_as_it_is(html: str) -> None:
    assert flattened(html) == html


@given(st.text(alphabet="<>/div p=\"'!-", max_size=300))
def test_any_text_can_be_flattened(text: str) -> None:
    assert len(flattened(text * (MAX_UNCLOSED // 50))) <= len(text) * (MAX_UNCLOSED // 50)


@pytest.mark.parametrize("pair", ["<div></zz>", "<b></p>"])
def test_a_page_ends_after_more_tags_than_any_page_has(pair: str) -> None:
    assert flattened(pair * MAX_TAGS) == pair * (MAX_TAGS // 2)
    assert flattened(pair * (MAX_TAGS // 2) + "end").endswith("end")
