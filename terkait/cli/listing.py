"""``terkait crawl --list``: the articles that a home page or a section links to."""

from collections.abc import Sequence
from typing import Any

from crawler.links.finder import explain_links
from crawler.page.document import Document
from crawler.page.profiles import profile_for
from db.config import Config
from db.frontier.pending import newest_copy
from db.queries.resolve import find_page, follow
from terkait.addresses import canonical_address
from terkait.cli.output import in_words, note, print_json_lines, print_table
from terkait.crawl_run import CrawlRequest, run_crawl
from terkait.database import open_database
from terkait.errors import NothingCrawled
from workers.ingest.parse import fetched_page


def list_articles(config: Config, urls: Sequence[str], *, as_json: bool) -> None:
    """Fetch the pages, and nothing that they lead to, and print their links to articles."""
    wanted = tuple(canonical_address(url) for url in urls)
    run_crawl(config, CrawlRequest(urls=wanted, depth=0, fresh=True), is_quiet=True)
    links: dict[str, dict[str, Any]] = {}
    for url in wanted:
        for link in _links(config, url):
            links.setdefault(link["url"], link)
    if as_json:
        print_json_lines(links.values())
    elif links:
        print_table(
            ("title", "address"), [(link["anchor"], link["url"]) for link in links.values()]
        )
    if links:
        note(
            in_words(len(links), "article")
            + "; `terkait crawl` with some of these addresses begins there"
        )
    else:
        note("no links to articles were found; `terkait sites check` shows all links of a page")


def _links(config: Config, url: str) -> list[dict[str, Any]]:
    database = open_database(config)
    try:
        with database.read() as session:
            page = find_page(session, url)
            pages = (page.id, follow(session, [page.id])[page.id].id) if page else ()
            copy = newest_copy(session, pages) if pages else None
    finally:
        database.close()
    if copy is None:
        raise NothingCrawled(f"{url} could not be fetched; `terkait explain {url}` says why")
    document = Document(fetched_page(copy))
    return [
        {
            "url": judged.link.url,
            "anchor": judged.link.anchor,
            "teaser": judged.link.teaser,
            "published": judged.link.published.iso() if judged.link.published else None,
        }
        for judged in explain_links(document, profile_for(document.page.url))
    ]
