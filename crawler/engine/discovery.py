"""Finds the feeds and sitemaps of a site: as it names them, or where they usually are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.engine.block_pages import blocked_by
from crawler.engine.downloader.polite_client import Fetcher
from crawler.errors import BadURL, NoListing, NotFetched
from crawler.page.document import Document
from crawler.page.feeds import Listing, read_listing
from crawler.page.items import FetchedPage
from crawler.page.urls import canonical, same_site
from db.terms.states import Reason, Why

#: feeds and sitemaps that are looked at
_MAX_FEEDS, _MAX_SITEMAPS = 4, 6
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
#: where they are on many sites that do not name them
_USUAL_FEEDS = ("/feed", "/rss.xml")
_USUAL_SITEMAPS = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml")


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundLists:
    """What a site offers for finding its news."""

    #: the address that was asked for, as it came
    page: FetchedPage
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]


async def discover(fetcher: Fetcher, url: str) -> FoundLists:
    """Look at the page and at what it and robots.txt name. Raises NotFetched."""
    page = await page_at(fetcher, url)
    named = named_feeds(Document(page))
    feeds = await _listings(fetcher, named or _beside(url, _USUAL_FEEDS), _MAX_FEEDS)
    named_sitemaps = _own(url, fetcher.sitemaps(url))
    sitemaps = await _listings(
        fetcher, named_sitemaps or _beside(url, _USUAL_SITEMAPS), _MAX_SITEMAPS
    )
    return FoundLists(
        page=page,
        feeds=tuple(address for address, listing in feeds if listing.entries),
        sitemaps=best_sitemaps(sitemaps),
    )


async def page_at(fetcher: Fetcher, url: str) -> FetchedPage:
    """A page that can be read. Raises NotFetched for any other answer."""
    page = await fetcher.get(url)
    who = blocked_by(page.headers, page.body)
    if page.status != 200 or who is not None:
        raise NotFetched(f"{url}: {Why(Reason.BLOCK_PAGE, who) if who else Why.http(page.status)}")
    return page


def named_feeds(document: Document) -> list[str]:
    """The feeds that a page names in its head, on its own site."""
    feeds = []
    for node in document.tree.css('link[rel~="alternate"][href]'):
        kind = (node.attributes.get("type") or "").lower()
        url = document.absolute(node.attributes.get("href") or "")
        # the comments on one article are no news
        if kind in _FEED_TYPES and url and "comment" not in url.lower():
            feeds.append(url)
    return _own(document.page.url, feeds)


def best_sitemaps(sitemaps: Sequence[tuple[str, Listing]]) -> tuple[str, ...]:
    """Those for news where there are any, else all that list something."""
    useful = [(url, listing) for url, listing in sitemaps if listing.entries or listing.lists]
    news = tuple(url for url, listing in useful if listing.is_news or "news" in url.lower())
    return news or tuple(url for url, _ in useful)


def _own(url: str, others: Iterable[str]) -> list[str]:
    """The canonical addresses of those on the same site, each once."""
    listings: dict[str, None] = {}
    for other in others:
        try:
            address = canonical(other, url)
        except BadURL:
            continue
        if same_site(address, url):
            listings[address] = None
    return list(listings)


def _beside(url: str, paths: Iterable[str]) -> list[str]:
    return [canonical(path, url) for path in paths]


async def _listings(fetcher: Fetcher, urls: Sequence[str], most: int) -> list[tuple[str, Listing]]:
    """Those of the addresses that hold a list."""
    listings = []
    for url in urls[:most]:
        try:
            page = await fetcher.get(url)
            if page.status == 200:
                listings.append((url, read_listing(page.body, page.url)))
        except (NotFetched, NoListing):
            continue
    return listings
