"""A small fictional article page, to put links and boxes of links on."""

from collections.abc import Iterable
from datetime import UTC, datetime

from crawler.links.finder import find_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage, RelatedLink

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOST = "https://www.warta.example"
OWN = f"{HOST}/read/500001/harbour-opens-after-the-storm"
SENTENCE = "The harbour opened again on Sunday after three days of storm, the port master said. "


def paragraph(text: str = "") -> str:
    return f"<p>{SENTENCE * 3}{text}</p>"


def link(number: int, text: str = "") -> str:
    title = text or f"A headline of some length {number}"
    return f'<a href="/read/{number}/a-headline-of-some-length">{title}</a>'


def cards(*numbers: int) -> str:
    return "".join(f"<div><h3>{link(n)}</h3><span>4 jam lalu</span></div>" for n in numbers)


def page(body: str, url: str = OWN, lang: str = "id") -> Document:
    html = f'<!doctype html><html lang="{lang}"><body>{body}</body></html>'
    return Document(FetchedPage(url=url, body=html.encode(), fetched_at=NOW))


def article(inside: str = "", after: str = "") -> Document:
    text = f"<h1>Harbour opens</h1>{paragraph()}{paragraph()}{inside}{paragraph()}{paragraph()}"
    return page(f"<main><article>{text}</article>{after}</main>")


def kinds_of(document: Document) -> set[str]:
    return {link.kind for link in find_links(document)}


def kinds(links: Iterable[RelatedLink]) -> dict[int, str]:
    return {int(link.url.split("/")[4]): link.kind for link in links}
