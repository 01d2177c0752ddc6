"""What a wrong follow costs: pages fetched for each related article, by what is followed.

    python bench/follow_cost.py [--articles 400] [--depth 3]

A news site on loopback, made here: each article has a related box of four, a most-read box of ten
that changes by section, a latest box of ten, menus and tags. Three walks from one article, with
real requests: what Terkait calls related; every link of the site that looks like an article; every
link of the site. An article counts as related if a chain of related boxes leads to it.
"""

import argparse
import random
import sys
import urllib.request
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urljoin, urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

from crawler.links.finder import related_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.url_shapes import is_article_path
from terkait.demo.loopback import LoopbackServer

SECTIONS = ("nasional", "dunia", "bisnis", "olahraga", "gaya")
RELATED, LISTED, PER_STORY = 4, 10, 20
TEXT = "Warga desa berjalan menuju jembatan baru yang dibuka pagi ini, kata petugas di lokasi. " * 6


def path_of(number: int) -> str:
    """The path of an article."""
    section = SECTIONS[number // PER_STORY % len(SECTIONS)]
    return f"/{section}/berita/{410_000 + number}/kabar-nomor-{number}-dari-desa-wening"


def story_of(number: int, articles: int) -> list[int]:
    """The articles of the same story, which its related box draws from."""
    first = number - number % PER_STORY
    return [n for n in range(first, min(first + PER_STORY, articles)) if n != number]


def html(number: int, articles: int) -> str:
    """An article's page."""
    rng = random.Random(number)
    section = random.Random(number // PER_STORY % len(SECTIONS))
    related = rng.sample(story_of(number, articles), RELATED)
    popular = section.sample(range(articles), LISTED)
    latest = range(articles - LISTED, articles)
    menu = "".join(f'<a href="/{name}">{name}</a>' for name in SECTIONS)
    tags = "".join(f'<a href="/tag/topik-{rng.randrange(200)}">Topik</a>' for _ in range(5))
    return f"""<html lang="id"><head><title>Kabar nomor {number}</title></head><body>
<nav>{menu}</nav><main><article><h1>Kabar nomor {number} dari desa</h1>
{f"<p>{TEXT}</p>" * 4}</article><p>{tags}</p>
<section><h2>Berita terkait</h2>{cards(related)}</section></main>
<aside><section><h2>Terpopuler</h2>{cards(popular)}</section>
<section><h2>Terbaru</h2>{cards(latest)}</section></aside></body></html>"""


def cards(numbers: Iterable[int]) -> str:
    """A list of links."""
    links = (f'<a href="{path_of(n)}">Kabar nomor {n} dari Desa Wening</a>' for n in numbers)
    return "".join(f'<div class="card"><h3>{link}</h3></div>' for link in links)


@contextmanager
def site(articles: int) -> Iterator[str]:
    """Serve the site; its base address."""
    pages = {path_of(n): html(n, articles).encode() for n in range(articles)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, b"<h1>Daftar</h1>")
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = LoopbackServer(Handler, "127.0.0.1", 0)
    server.start()
    yield server.base_url
    server.stop()


Links = Callable[[Document], list[str]]


def by_terkait(document: Document) -> list[str]:
    """What Terkait follows."""
    return [link.url for link in related_links(document)]


def by_site(document: Document) -> list[str]:
    """Every link of the same site."""
    own = document.page.url
    hrefs = (node.attributes.get("href") or "" for node in document.tree.css("a[href]"))
    found = (urljoin(own, href) for href in hrefs)
    return [url for url in found if urlsplit(url).netloc == urlsplit(own).netloc]


def by_shape(document: Document) -> list[str]:
    """Every link of the same site that looks like an article."""
    return [url for url in by_site(document) if is_article_path(urlsplit(url).path)]


def context(seed: str, links: Links, depth: int) -> set[str]:
    """The addresses that a walk of so many steps fetches."""
    seen, queue = {seed}, deque([(seed, 0)])
    while queue:
        url, steps = queue.popleft()
        with urllib.request.urlopen(url) as answer:
            page = FetchedPage(url=url, body=answer.read(), fetched_at=datetime.now(UTC))
        for target in links(Document(page)) if steps < depth else ():
            if target not in seen:
                seen.add(target)
                queue.append((target, steps + 1))
    return seen


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--depth", type=int, default=3)
    options = parser.parse_args()
    with site(options.articles) as base:
        story = {base + path_of(n) for n in [0, *story_of(0, options.articles)]}
        for name, links in (
            ("related links (Terkait)", by_terkait),
            ("links that look like articles", by_shape),
            ("all links of the site", by_site),
        ):
            fetched = context(base + path_of(0), links, options.depth)
            found = len(fetched & story)
            print(  # noqa: T201
                f"{name:30} {len(fetched):5} pages for {found:3} related articles: "
                f"{len(fetched) / found:6.2f} a related article"
            )


if __name__ == "__main__":
    main()
