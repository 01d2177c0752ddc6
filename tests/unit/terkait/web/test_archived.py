"""Archived pages as the web page shows them: able to do nothing, whatever was archived."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from db.queries.visits import StoredPage
from db.terms.article_fields import KEYS
from terkait.web.archived import MAX_SOURCE_CHARS, inert_page, page_text

URL = "https://a.test/read/1"


def stored(html: str, url: str = URL) -> StoredPage:
    return StoredPage(
        id=1,
        url=url,
        page_url=url,
        at=datetime(2026, 8, 20, tzinfo=UTC),
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=html.encode(),
    )


def shown(html: str, **fields: object) -> str:
    record: dict[str, Any] = dict.fromkeys(KEYS, "")
    record |= {name: [] for name in ("topics", "sources", "authors", "paragraphs")} | fields
    return inert_page(stored(html, str(record["url"] or URL)), record)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<svg><script>alert(1)</script></svg>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<form action=https://evil.test><button>x</button></form>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=x.swf></object><embed src=x.swf>",
        "<meta http-equiv=refresh content='0;url=https://evil.test'>",
        "<base href=https://evil.test><link rel=stylesheet href=x.css>",
        "<div style=\"background:url('https://evil.test/t.gif')\">x</div>",
        "<style>@import 'https://evil.test/x.css';</style>",
        "<style>p { background: URL (x) }</style>",
        "<video src=x poster=y autoplay></video><audio src=x></audio>",
        "<input value=x autofocus onfocus=alert(1)>",
        "<math><mtext><script>alert(1)</script></mtext></math>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    ],
)
def test_nothing_that_runs_loads_or_leads_elsewhere_is_left(html: str) -> None:
    page = shown(f"<body><p>Isi.</p>{html}</body>")
    assert "Isi." in page
    for trace in ("alert(", "evil.test", "src=", "href=", "action=", "onerror", "x.css", "URL ("):
        assert trace not in page


_PIECES = st.sampled_from(
    [
        *(
            "<script",
            "</script>",
            "<p ",
            "onclick=x",
            " src=x",
            ">",
            "<style>",
            "</style>",
            "<svg>",
        ),
        *("'", '"', "<!--", "-->", "<noscript>", "</noscript>", "<template>", "<math>", "</title>"),
    ]
)


@given(st.lists(_PIECES, max_size=30))
def test_broken_markup_leaves_nothing_that_runs(pieces: list[str]) -> None:
    tree = LexborHTMLParser(shown("<body>" + "".join(pieces)))
    assert tree.css("script, iframe, object, embed, link, base, form button") == []
    for node in tree.css("body *"):
        assert not {"src", "href", "onclick"} & set(node.attributes)


def test_address_cannot_leave_the_title() -> None:
    page = shown("<p>x", url="https://a.test/</title><script>alert(1)</script>")
    assert "<script>" not in page


def test_what_was_read_is_outlined_with_its_field_and_nothing_else() -> None:
    page = shown(
        "<h1>Banjir  Surut</h1><p>Rani</p><time datetime=2026-08-20T05:00>pagi</time>"
        "<time datetime=2026-08-21>besok</time><p>Air turun.</p><p>Iklan.</p>",
        title="Banjir surut",
        authors=["Rani"],
        published="2026-08-20T05:00:00+07:00",
        paragraphs=["Air turun."],
    )
    marked = LexborHTMLParser(page).css("[style*=outline]")
    assert [(node.attributes["title"], node.text()) for node in marked] == [
        ("title", "Banjir  Surut"),
        ("authors", "Rani"),
        ("published", "pagi"),
        ("text", "Air turun."),
    ]


def test_harmless_style_stays_and_cannot_close_its_element() -> None:
    page = shown("<style>p { color: red }</style><p class=lead>x</p>")
    assert "p { color: red }" in page
    assert 'class="lead"' in page
    assert page.count("<style>") == page.count("</style>") == 1


def test_source_is_bounded_text() -> None:
    assert page_text(stored("<p>é</p>")) == "<p>é</p>"
    assert len(page_text(stored("x" * (MAX_SOURCE_CHARS + 9)))) == MAX_SOURCE_CHARS


def test_a_field_bears_its_name_once_and_no_page_gives_one_itself() -> None:
    page = shown(
        "<body><h1 data-field=text><b>Banjir surut</b></h1><p data-field=title>Air turun.</p>",
        title="Banjir surut",
        paragraphs=["Air turun."],
    )
    tree = LexborHTMLParser(page)
    assert [(node.tag, node.attributes["data-field"]) for node in tree.css("[data-field]")] == [
        ("h1", "title")
    ]
    assert [node.tag for node in tree.css("[style]")] == ["h1", "p"]
