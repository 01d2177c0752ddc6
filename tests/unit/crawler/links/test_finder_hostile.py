"""Pages made to break the link finder: bounded work, no exception, no bad address."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.links import target_address, targets
from crawler.links.finder import explain_links, find_links, related_links
from crawler.links.targets import MAX_TARGETS
from crawler.page.document import Document
from crawler.page.items import FetchedPage, RelatedLink
from crawler.page.tree import MAX_ELEMENTS, outline_of

OWN = "https://www.warta.example/read/500001/harbour-opens-after-the-storm"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LINK = '<a href="/read/%d/a-headline-of-some-length">A headline of some length</a>'
TEXT = "<p>" + "The harbour opened again on Sunday after three days of storm. " * 4 + "</p>"


def links_of(html: str | bytes, url: str = OWN) -> tuple[RelatedLink, ...]:
    body = html if isinstance(html, bytes) else html.encode("utf-8", errors="replace")
    return find_links(Document(FetchedPage(url=url, body=body, fetched_at=NOW)))


HOSTILE = {
    "nested blocks": "<div>" * 100_000 + LINK % 1,
    "nested inline": "<b><i>" * 50_000 + LINK % 1,
    "nested links": "<p><a href=x>" * 50_000,
    "nested spans with links": ("<span>" + LINK % 1) * 50_000,
    "many links": "".join(f"<li>{LINK % n}</li>" for n in range(50_000)),
    "one link many times": LINK % 1 * 50_000,
    "many labels": "<h2>Related</h2>" * 50_000 + LINK % 1,
    "labels and links": "".join(f"<h2>Related</h2>{LINK % n}" for n in range(20_000)),
    "paragraphs": (TEXT + f"<p>Baca juga: {LINK % 1}</p>") * 5_000,
    "links in one paragraph": "<p>" + "".join(f"and {LINK % n} " for n in range(20_000)),
    "spans in one link": '<a href="/read/1/a-b-c-d-e">' + "<span>x</span>" * 50_000 + "</a>",
    "one line": "<p>" + "word " * 2_000_000,
    "line breaks": "<div>" + "word word word<br>" * 100_000,
    "long address": '<a href="/' + "a-" * 1_000_000 + '">A headline of some length</a>',
    "long class": '<div class="' + "related-" * 100_000 + f'">{TEXT * 4}{LINK % 1}</div>',
    "unclosed state": '<script type="application/json">{"related":[' + "[" * 100_000,
    "large state": '<script type="application/json">{"related":[' + "{}," * 100_000 + "{}]}",
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_work_is_bounded_however_large_the_page(html: str) -> None:
    document = Document(FetchedPage(url=OWN, body=html.encode(), fetched_at=NOW))
    assert len(outline_of(document.tree)) <= MAX_ELEMENTS
    assert len(find_links(document)) <= MAX_TARGETS


def test_the_place_of_a_box_is_short_however_long_its_class_names_are() -> None:
    page = FetchedPage(url=OWN, body=HOSTILE["long class"].encode(), fetched_at=NOW)
    assert all(len(found.place) < 3_000 for found in explain_links(Document(page)))


@pytest.mark.parametrize(
    "html", ["", " ", "<!-- -->", "<html></html>", "\x00", "<frameset>", "text"]
)
def test_a_page_without_a_body_has_no_links(html: str) -> None:
    assert links_of(html) == ()


@pytest.mark.parametrize("url", ["", "about:blank", "ftp://a.example/", "http://["])
def test_a_page_without_an_address_has_no_links(url: str) -> None:
    assert links_of(TEXT * 4 + LINK % 1, url=url) == ()


BAD_HREFS = [
    "javascript:alert('/read/1/a-headline-of-some-length')",
    "data:text/html,/read/1/a-headline-of-some-length",
    "mailto:a-b-c-d-e-12345@warta.example",
    "http://[/read/1/a-headline-of-some-length",
    "http://a:99999/read/1/a-headline-of-some-length",
    "http://a:b/read/1/a-headline-of-some-length",
    "http:///read/1/a-headline-of-some-length",
    "http://xn--\u2028/read/1/a-headline-of-some-length",
    "//",
    "#read/1/a-headline-of-some-length",
    "/files/a-headline-of-some-length.pdf",
    "/read/1/" + "a-headline-" * 400,
]


@pytest.mark.parametrize("href", BAD_HREFS, ids=lambda href: href[:30])
def test_a_bad_address_is_left_out(href: str) -> None:
    html = f'{TEXT}<p><a href="{href}">A headline of some length</a></p>{TEXT}{LINK % 1}{TEXT}'
    assert [link.url for link in links_of(html)] == [
        "https://www.warta.example/read/1/a-headline-of-some-length"
    ]


@pytest.mark.parametrize("base", ["http://[", "javascript:0", "", "  ", "http://a:99999/"])
def test_a_broken_base_is_ignored(base: str) -> None:
    html = f'<head><base href="{base}"></head>{TEXT * 3}{LINK % 1}'
    assert [link.url for link in links_of(html)] == [
        "https://www.warta.example/read/1/a-headline-of-some-length"
    ]


def test_a_good_base_is_used() -> None:
    html = f'<head><base href="https://m.warta.example/x/"></head>{TEXT * 3}{LINK % 1}'
    (link,) = links_of(html)
    assert link.url == "https://m.warta.example/read/1/a-headline-of-some-length"


def test_a_base_without_an_address_gives_way_to_one_that_has_it() -> None:
    html = f'<base target="_top"><base href="https://m.warta.example/">{TEXT * 3}{LINK % 1}'
    assert [link.url for link in links_of(html)] == [
        "https://m.warta.example/read/1/a-headline-of-some-length"
    ]


@pytest.mark.parametrize("letter", ["x", "\N{GRINNING FACE}", "é"])
def test_long_addresses_are_not_kept_in_memory(letter: str) -> None:
    before = target_address.looked_up.cache_info().currsize
    links_of(TEXT + f'<nav><a href="/read/2/a-b-c-d-e-{letter * 400}">A headline</a></nav>')
    links_of(TEXT + f'<a href="/read/1/a-b-c-d-e-{letter * 400}">A headline</a>')
    links_of(TEXT + f'<a href="https://{letter * 400}@a.example/b-c-d-e-f">A headline</a>')
    assert target_address.looked_up.cache_info().currsize == before
    assert all(len(href) < 400 for href in targets._told_clear | targets._told_unclear)


def test_what_is_told_of_a_menus_links_is_begun_anew_where_it_is_much() -> None:
    for page in range(3):
        menu = "".join(f'<a href="/kanal/{page}{n}">Kanal</a>' for n in range(2_900))
        links_of(f"{TEXT}<nav>{menu}</nav>")
    kept = len(targets._told_clear) + len(targets._told_unclear)
    assert 2_900 <= kept <= targets.MENU_LINKS_KEPT + targets.MAX_LINKS


def test_an_international_host_is_spelled_in_ascii() -> None:
    html = f'{TEXT}<p><a href="https://bücher.example/news/2026/a-b-c-d-e">A b c d e</a></p>{TEXT}'
    (link,) = links_of(html)
    assert link.url == "https://xn--bcher-kva.example/news/2026/a-b-c-d-e"


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<div>", "</div>", "<ul>", "<li>", "<nav>", "<article>", "</article>"),
        *("<h2>", "</h2>", "<h1>", "<span>", "<figure>", "<aside>", "<a href>", "</a>", "<br>"),
        *("Related", "Baca juga: ", "Terpopuler", "4 jam lalu", "Read more", TEXT, LINK % 1),
        *(LINK % 2, LINK % 3, '<a href="/read/4/a-b-c-d-e" rel=next></a>', "<table><td>"),
        *('<div class="related">', '<a href="http://[">', "<script>", "</script>", "<!--", "\x00"),
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(st.lists(PIECES, max_size=40))
def test_any_page_gives_each_address_once_and_in_order(pieces: list[str]) -> None:
    found = links_of("".join(pieces))
    assert [link.position for link in found] == list(range(1, len(found) + 1))
    assert len({link.url for link in found}) == len(found)
    assert all(link.url.startswith("https://www.warta.example/read/") for link in found)


@given(st.lists(PIECES, max_size=30))
def test_related_links_are_the_positive_ones_of_all(pieces: list[str]) -> None:
    document = Document(FetchedPage(url=OWN, body="".join(pieces).encode(), fetched_at=NOW))
    wanted = [link.url for link in find_links(document) if link.kind != "other"]
    assert [link.url for link in related_links(document)] == wanted


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page(body: bytes) -> None:
    assert isinstance(links_of(body), tuple)
