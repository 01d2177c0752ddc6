"""Which links of a page are related articles, and what is kept of each."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from gzip import decompress
from pathlib import Path

import pytest

from crawler.document import Document
from crawler.items import Page, RelatedLink
from crawler.related import find_links, related_links

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOST = "https://www.warta.example"
OWN = f"{HOST}/read/500001/harbour-opens-after-the-storm"
SENTENCE = "The harbour opened again on Sunday after three days of storm, the port master said. "
SHARED = Path(__file__).parents[3] / "shared"


def paragraph(text: str = "") -> str:
    return f"<p>{SENTENCE * 3}{text}</p>"


def link(number: int, text: str = "") -> str:
    title = text or f"A headline of some length {number}"
    return f'<a href="/read/{number}/a-headline-of-some-length">{title}</a>'


def cards(*numbers: int) -> str:
    return "".join(f"<div><h3>{link(n)}</h3><span>4 jam lalu</span></div>" for n in numbers)


def page(body: str, url: str = OWN, lang: str = "id") -> Document:
    html = f'<!doctype html><html lang="{lang}"><body>{body}</body></html>'
    return Document(Page(url=url, body=html.encode(), fetched_at=NOW))


def article(inside: str = "", after: str = "") -> Document:
    text = f"<h1>Harbour opens</h1>{paragraph()}{paragraph()}{inside}{paragraph()}{paragraph()}"
    return page(f"<main><article>{text}</article>{after}</main>")


def kinds(links: Iterable[RelatedLink]) -> dict[int, str]:
    return {int(link.url.split("/")[4]): link.kind for link in links}


@pytest.mark.parametrize(
    "heading", ["Berita terkait", "Related stories", "Mehr zum Thema", "関連記事"]
)
def test_a_box_after_the_article_is_related_by_its_heading(heading: str) -> None:
    document = article(after=f"<div><h2>{heading}</h2>{cards(1001, 1002)}</div>")
    assert kinds(find_links(document)) == {1001: "related", 1002: "related"}


@pytest.mark.parametrize("heading", ["Terpopuler", "Most read", "Neueste Artikel", "Sponsored"])
def test_a_box_for_all_readers_is_another_box(heading: str) -> None:
    document = article(after=f"<div><h2>{heading}</h2>{cards(1001, 1002)}</div>")
    assert kinds(find_links(document)) == {1001: "other", 1002: "other"}
    assert related_links(document) == ()


@pytest.mark.parametrize(
    "inside",
    [
        f"<p>Baca juga: {link(1001)}</p>",
        f"<p><strong>Read more:</strong> {link(1001)}</p>",
        f"<div><h4>Lire aussi</h4>{link(1001)}</div>",
        f"<p>{link(1001)}</p>",
    ],
)
def test_an_interruption_of_the_text_is_readmore(inside: str) -> None:
    assert kinds(find_links(article(inside=inside))) == {1001: "readmore"}


def test_a_link_in_a_sentence_is_inline() -> None:
    document = article(inside=paragraph(f"It was {link(1001, 'the worst storm')} in years."))
    assert kinds(find_links(document)) == {1001: "inline"}


def test_the_label_decides_not_the_container() -> None:
    boxes = f"<h2>Berita terkait</h2>{cards(1001)}<h2>Terpopuler</h2>{cards(1002)}"
    document = article(after=f'<div class="related">{boxes}</div>')
    assert kinds(find_links(document)) == {1001: "related", 1002: "other"}


def test_an_address_in_several_places_is_what_is_strongest() -> None:
    boxes = f"<div><h2>Popular</h2>{cards(1001)}</div><div><h2>Related</h2>{cards(1001)}</div>"
    assert kinds(find_links(article(after=boxes))) == {1001: "related"}


@pytest.mark.parametrize("own", [OWN, OWN + "?utm_source=x", OWN + "/amp", OWN + "#comments"])
def test_the_page_itself_is_not_among_its_links(own: str) -> None:
    box = f'<div><h2>Related</h2><a href="{own}">Harbour opens after the storm</a></div>'
    assert find_links(article(after=box)) == ()


@pytest.mark.parametrize("href", ["/tag/storm", "/", "/sport", "#top", "javascript:void(0)", ""])
def test_what_leads_to_no_article_is_not_among_the_links(href: str) -> None:
    box = f'<div><h2>Related</h2><a href="{href}">A headline of some length</a></div>'
    assert find_links(article(after=box)) == ()


def test_a_card_gives_title_teaser_and_time_without_its_labels() -> None:
    url = "/read/1001/a-headline-of-some-length"
    card = (
        f'<div><a href="{url}"><img alt="Ship"></a><h3><a href="{url}">Storm over</a></h3>'
        f"<span>4 jam lalu</span><p>The wind has dropped along the whole coast. "
        f'<a href="{url}">Baca Selengkapnya</a></p></div>'
    )
    (found,) = related_links(article(after=f"<div><h2>Berita terkait</h2>{card}</div>"))
    assert (found.anchor, found.box) == ("Storm over", "Berita terkait")
    assert found.teaser == "The wind has dropped along the whole coast."
    assert found.published == datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_related_links_are_numbered_in_document_order() -> None:
    boxes = f"<div><h2>Popular</h2>{cards(1)}</div><div><h2>Related</h2>{cards(3, 2)}</div>"
    document = article(inside=f"<p>Baca juga: {link(4)}</p>", after=boxes)
    assert [(link.position, *kinds([link])) for link in related_links(document)] == [
        (1, 4),
        (2, 3),
        (3, 2),
    ]


@pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="the seed pages are not beside the project"
)
def test_the_seed_pages_give_their_related_links() -> None:
    truths = map(json.loads, (SHARED / "seeds/related.jsonl").read_text().splitlines())
    pages = map(json.loads, (SHARED / "seeds/articles.jsonl").read_text().splitlines())
    for truth, row in zip(truths, pages, strict=True):
        body = decompress((SHARED / "seeds" / row["html"]).read_bytes())
        fetched_at = datetime.fromisoformat(row["crawl_date"])
        found = related_links(Document(Page(url=row["url"], body=body, fetched_at=fetched_at)))
        wanted = {(w["url"], w["kind"], w["box"]) for w in truth["links"] if w["kind"] != "other"}
        assert {(f.url, f.kind, f.box) for f in found} == wanted
