"""What a right crawl of the demo site finds, worked out from its content and not by crawling."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from terkait.demo.content import ARCHIVE_FOLDER, DemoArticle, DemoLink
from terkait.demo.site_addresses import Addresses
from terkait.demo.site_pages import INLINE


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedLink:
    """A link that is to be found on an article's page."""

    #: as it stands on the page
    url: str
    #: "related", "readmore" or "inline"
    kind: str
    #: heading of its box, or ""
    box: str
    anchor: str
    #: from 1, in document order
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What lies within some number of steps from the seed."""

    #: canonical address of each article -> the fewest steps to it; the seed has 0
    articles: Mapping[str, int]
    #: address -> HTTP status of what cannot be fetched
    failed: Mapping[str, int]
    #: another address -> canonical address of the article behind it (redirect, tracking, AMP)
    aliases: Mapping[str, str]
    #: addresses that robots.txt forbids
    disallowed: frozenset[str]
    #: addresses that answer well and are no articles
    not_articles: frozenset[str]


class Expected:
    """What a crawl from the seed that follows related, readmore and inline links finds."""

    def __init__(self, site: Addresses) -> None:
        self._site = site

    @property
    def seed_url(self) -> str:
        """Where the crawl begins."""
        return self._site.url(self._site.content.seed)

    @cached_property
    def copy_pair(self) -> tuple[str, str]:
        """The one article that stands on both hosts: the original's address and the copy's."""
        articles = self._site.content.articles.values()
        copy = next(article for article in articles if article.text_of)
        return self._site.url(copy.text_of), self._site.url(copy.key)

    @cached_property
    def unrelated(self) -> frozenset[str]:
        """Articles that only the popular boxes lead to: never to be fetched."""
        hosts = self._site.content.hosts.values()
        return frozenset(self._site.url(key) for host in hosts for key in host.popular)

    def links(self, url: str) -> tuple[ExpectedLink, ...]:
        """The links to be found on the article with this canonical address."""
        article = self._by_url[url]
        numbered = enumerate(_links(self._site, article), start=1)
        return tuple(
            ExpectedLink(
                url=self._site.url(key), kind=kind, box=box, anchor=anchor, position=position
            )
            for position, (key, kind, box, anchor) in numbered
        )

    def within(self, depth: int) -> Reach:
        """What is found in at most ``depth`` steps."""
        walk = _ExpectedCrawl(self._site, depth)
        walk.run()
        return Reach(
            articles=walk.articles,
            failed=walk.failed,
            aliases=walk.aliases,
            disallowed=frozenset(walk.disallowed),
            not_articles=frozenset(walk.not_articles),
        )

    @cached_property
    def _by_url(self) -> dict[str, DemoArticle]:
        return {self._site.url(key): a for key, a in self._site.content.articles.items()}


class _ExpectedCrawl:
    """One breadth-first walk over the content."""

    def __init__(self, site: Addresses, depth: int) -> None:
        self.site, self.depth = site, depth
        self.articles: dict[str, int] = {}
        self.failed: dict[str, int] = {}
        self.aliases: dict[str, str] = {}
        self.disallowed: set[str] = set()
        self.not_articles: set[str] = set()
        self.queue: deque[DemoArticle] = deque()

    def run(self) -> None:
        self._article(self.site.content.articles[self.site.content.seed], 0)
        while self.queue:
            article = self.queue.popleft()
            step = self.articles[self.site.url(article.key)] + 1
            if step > self.depth:
                continue
            for key, *_ in _links(self.site, article):
                thing = self.site.thing(key)
                if isinstance(thing, DemoArticle):
                    self._article(thing, step)
                else:
                    self._link(thing, step)

    def _article(self, article: DemoArticle, step: int) -> None:
        url = self.site.url(article.key)
        if article.status != 200:
            self.failed[url] = article.status
        elif article.folder == ARCHIVE_FOLDER:
            self.disallowed.add(url)
        elif url not in self.articles:
            self.articles[url] = step
            self.queue.append(article)

    def _link(self, link: DemoLink, step: int) -> None:
        url = self.site.url(link.key)
        if link.kind == "gone":
            self.failed[url] = 404
        elif link.kind == "index":
            self.not_articles.add(url)
        else:
            self.aliases[url] = self.site.url(link.target)
            self._article(self.site.content.articles[link.target], step)


def _links(site: Addresses, article: DemoArticle) -> Iterator[tuple[str, str, str, str]]:
    """Key, kind, box and anchor of an article's links, in document order."""
    for number, paragraph in enumerate(article.paragraphs, start=1):
        yield from ((key, "inline", "", words) for key, words in INLINE.findall(paragraph))
        if article.readmore and article.readmore.after == number:
            yield _titled(site, article.readmore.to, "readmore", "Baca juga")
    if article.editor_pick:
        yield _titled(site, article.editor_pick, "readmore", "Pilihan Editor")
    heading = site.content.hosts[article.host].related_heading
    for key in article.related:
        yield _titled(site, key, "related", heading)


def _titled(site: Addresses, key: str, kind: str, box: str) -> tuple[str, str, str, str]:
    return key, kind, box, site.titled(key).title
