"""Pages nested without end are parsed as browsers do: to a bounded depth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.page.nesting import (
    MAX_ATTRIBUTES,
    MAX_COPIES,
    MAX_DEPTH,
    MAX_TAGS,
    MAX_UNCLOSED,
    flattened,
)


def parsed(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(flattened(html.encode()))


def depth_of(tree: LexborHTMLParser) -> int:
    level: list[LexborNode] = [tree.body] if tree.body else []
    depth = 0
    while level:
        depth, level = depth + 1, [child for node in level for child in node.iter()]
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
        "<div></zz>" * 15_000,
        "<brx>" * 20_000,
        "<div><!--</div></div>-->" * 9_000,
        "<!--><div></zz><!---><!-- --!>" * 6_000,
    ],
    ids=lambda html: html[:20],
)
def test_deep_nesting_is_bounded(html: str) -> None:
    assert depth_of(parsed(html)) <= 4 * MAX_DEPTH + 10


def test_the_text_of_a_deep_page_is_kept() -> None:
    assert parsed("<div>a" * 20_000).text().count("a") == 20_000


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 400 + "x" + "</div>" * 400,
        "<p>one<br>two" * 10_000,
        "<ul>" + "<li>one" * 10_000 + "</ul>",
        "<div><img><p>x</div>" * 5_000,
        "a < b " * 5_000,
        '<p><b class="x">one</b><i class="y">two</i></p>' * 4_000,
    ],
    ids=lambda html: html[:20],
)
def test_what_is_long_but_not_deep_stays_as_it_is(html: str) -> None:
    assert flattened(html.encode()) == html.encode()


def sorts(count: int, tag: str = "b") -> str:
    return "".join(f"<{tag} id={n}>" for n in range(count))


@pytest.mark.parametrize(
    "html",
    [
        "".join(f"<p><b id={n}>x</p>" for n in range(9_000)),
        f"<p>{sorts(1_000)}</p>" + "<p>x" * 1_000,
        f"<p>{sorts(400, 'FONT')}{sorts(400, 'strong')}</p>" + "<p>x" * 5_000,
        "".join(f"<p><b id={n}><object></b></object></p>" for n in range(4_000)) + "<p>x" * 2_000,
    ],
    ids=["each", "before", "names", "object"],
)
def test_emphasis_that_is_never_closed_is_not_repeated_without_end(html: str) -> None:
    assert len(parsed(html).css("*")) <= 5 * MAX_COPIES


@given(st.binary(max_size=300), st.text(alphabet="<>/div pb=\"'!-", max_size=300))
def test_any_page_can_be_flattened(noise: bytes, text: str) -> None:
    html = (noise + text.encode()) * (MAX_UNCLOSED // 50)
    assert len(flattened(html)) <= len(html)


@pytest.mark.parametrize("pair", [b"<div></div>", b"<b></p>"])
def test_a_page_ends_after_more_tags_than_any_page_has(pair: bytes) -> None:
    assert flattened(pair * MAX_TAGS).count(b"<") <= MAX_TAGS
    assert flattened(pair * (MAX_TAGS // 2) + b"end").endswith(b"end")


def attributes(count: int) -> bytes:
    return b"<p>above</p><div " + b" ".join(b"a%d" % n for n in range(count)) + b">in</div>below"


def test_an_element_with_very_many_attributes_keeps_some_and_the_page_goes_on() -> None:
    tree = LexborHTMLParser(flattened(attributes(20_000)))
    assert len(tree.css("div")[0].attributes) <= MAX_ATTRIBUTES
    assert tree.body is not None
    assert tree.body.text() == "aboveinbelow"


def test_twice_as_many_attributes_are_no_more_for_the_parser() -> None:
    assert len(flattened(attributes(160_000))) < len(flattened(attributes(80_000))) * 1.1


def test_long_attributes_and_scripts_stay_as_they_are() -> None:
    html = b"<div data-x='" + b"a b " * 5_000 + b"'>x</div><script>" + b"var a = 1; " * 5_000
    assert flattened(html) == html
