"""Tries a site as its nights would ask for it: the rules, the lists, one article. Keeps nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from crawler.engine.discovery import discover, page_at
from crawler.engine.downloader.polite_client import Fetcher
from crawler.engine.downloader.robots import Robots
from crawler.engine.extract import listing_of
from crawler.errors import NoListing, NotFetched
from crawler.page.feeds import ListEntry
from crawler.page.items import FetchedPage

#: lists that are asked for, and pages until one is an article
_MAX_LISTS, _MAX_PAGES = 6, 4


@dataclass(frozen=True, kw_only=True, slots=True)
class TriedList:
    """A list that was asked for."""

    url: str
    #: feed, sitemap, section
    role: str
    #: what it lists
    entries: tuple[ListEntry, ...] = ()
    #: further lists that a sitemap index names; the newest of them was looked into
    lists: int = 0
    #: why there are no entries
    problem: str | None = None

    @property
    def newest(self) -> datetime | None:
        """The latest time that it gives."""
        return max((entry.at for entry in self.entries if entry.at), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteTrial:
    """What came of it."""

    #: host -> its rules
    robots: Mapping[str, Robots]
    lists: tuple[TriedList, ...]
    #: the first page that is an article, else the last that came
    page: FetchedPage | None
    #: address -> why it could not be had
    problems: Mapping[str, str]


async def try_address(
    fetcher: Fetcher, url: str, is_article: Callable[[FetchedPage], bool]
) -> SiteTrial:
    """Try a site that is known by one address. Raises NotFetched where that does not come."""
    discovered = await discover(fetcher, url)
    lists = dict.fromkeys(discovered.feeds, "feed") | dict.fromkeys(discovered.sitemaps, "sitemap")
    if is_article(discovered.page):
        tried = [await _list(fetcher, list_url, role) for list_url, role in _some(lists)]
        robots = fetcher.robots()
        return SiteTrial(robots=robots, lists=tuple(tried), page=discovered.page, problems={})
    return await try_site(fetcher, (), lists | {url: "section"}, is_article)


async def try_site(
    fetcher: Fetcher,
    seeds: Sequence[str],
    lists: Mapping[str, str],
    is_article: Callable[[FetchedPage], bool],
) -> SiteTrial:
    """Try a site that begins with these pages and lists (address -> role)."""
    tried = [await _list(fetcher, url, role) for url, role in _some(lists)]
    page: FetchedPage | None = None
    problems: dict[str, str] = {}
    for url in list(dict.fromkeys((*_in_turn(tried), *seeds)))[:_MAX_PAGES]:
        try:
            page = await page_at(fetcher, url)
        except NotFetched as error:
            problems[url] = str(error)
            continue
        if is_article(page):
            break
    return SiteTrial(robots=fetcher.robots(), lists=tuple(tried), page=page, problems=problems)


def _some(lists: Mapping[str, str]) -> list[tuple[str, str]]:
    return list(lists.items())[:_MAX_LISTS]


async def _list(fetcher: Fetcher, url: str, role: str) -> TriedList:
    try:
        page = await page_at(fetcher, url)
        listing = listing_of(page, role)
        count = len(listing.lists)
        if listing.lists:
            page = await page_at(fetcher, listing.lists[0].url)
            listing = listing_of(page, role)
    except (NotFetched, NoListing) as error:
        return TriedList(url=url, role=role, problem=str(error))
    problem = None if listing.entries else "it is empty"
    return TriedList(url=url, role=role, entries=listing.entries, lists=count, problem=problem)


def _in_turn(lists: Sequence[TriedList]) -> Iterator[str]:
    """The addresses of the entries: the first of each list, the second of each ..."""
    for entries in zip_longest(*(listing.entries[:_MAX_PAGES] for listing in lists)):
        yield from (entry.url for entry in entries if entry is not None)
