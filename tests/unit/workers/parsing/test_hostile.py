"""Pages that nobody wrote in good faith are read without an exception, and in bounded work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.workers.parsing.pages import article, document
from workers.parsing.body.outline_builder import MAX_BLOCKS, MAX_DEPTH, outline_of

HOSTILE = {
    "nested blocks": b"<div>" * 100_000 + b"text of a page. " * 20,
    "nested headers": b"<header>" * 30_000 + b"text of a page. " * 20_000,
    "nested inline": b"<b>" * 100_000 + b"text",
    "nested tables": b"<table><tr><td>" * 20_000 + b"x",
    "one long line": b"<p>" + b"lorem ipsum dolor. " * 500_000,
    "many paragraphs": b"<p>abc def." * 400_000,
    "many breaks": b"a<br>" * 500_000,
    "only brackets": b"<" * 3_000_000,
    "huge attribute": b'<div class="' + b"article-body " * 100_000 + b'">x</div>',
    "NUL": b"\x00" * 10_000,
    "empty": b"",
    "deep JSON": b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>",
    "long title": b"<title>" + b"a - " * 300_000 + b"</title><h1>a - b</h1>",
    "spaced prose": b"<p>" + b". " * 200_000,
    "many authors": b'<meta name=author content="' + b"A B, " * 50_000 + b'">',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_page_raises(name: str) -> None:
    found = article(HOSTILE[name])
    assert found.title is None or name == "long title"
    assert found.published is None


@given(st.binary(max_size=3_000))
def test_no_bytes_raise(body: bytes) -> None:
    found = article(body)
    # "0jam lalu" may stand in any bytes
    assert found.published is None or found.evidence["published"] == "age on the page"


@given(st.text(alphabet="<>/=\"' abdhipt!-&;{}[]:0129", max_size=600))
def test_no_markup_raises(html: str) -> None:
    assert article(html) is not None


PIECES = (
    "<p>", "<li>", "<ul>", "</ul>", "<a href=/x>", "</a>", "<h1>", "<h2>", "<div class=related>",
    "</div>", "<article>", "<table><tr><td>", "<br>", "<time datetime=2024-13-45>", "<nav>",
    "<figure>", "<figcaption>", "<script type=application/ld+json>", '{"@type":"NewsArticle"', "}",
    "</script>", "By Jane Marlowe ", "3 May 2024 ", "A word. ", "Next ", "\u200b", "&nbsp;", "|",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_page_of_usual_elements_raises(html: str) -> None:
    assert article(html).url


def test_the_outline_of_a_deep_page_is_bounded() -> None:
    outline = outline_of(document(b"<div>" * 5_000 + b"text").tree)
    assert max(box.depth for box in outline.boxes) <= MAX_DEPTH


def test_the_outline_of_a_long_page_is_bounded() -> None:
    outline = outline_of(document(b"<p>text" * (MAX_BLOCKS + 100)).tree)
    assert len(outline.blocks) <= MAX_BLOCKS + 1
    assert all(last > first for first, last in zip(outline.firsts, outline.lasts, strict=True))
