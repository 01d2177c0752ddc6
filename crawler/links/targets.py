"""The links of a page that lead to other articles, judged by their addresses."""

import re
import sys
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice

from selectolax.lexbor import LexborNode

from crawler.errors import BadURL
from crawler.page.tree import MENU, PageTree
from crawler.page.url_shapes import WORDS, article_strength, id_mark, is_same_article
from crawler.page.urls import canonical, identity_of_canonical, site_of

#: pages with more links than this are no articles; the rest are not looked at
MAX_LINKS = 3_000
#: so many of them to articles; the largest front page seen has 600
MAX_TARGETS = 800
#: a card has at most so many links to its article (picture, title, "read more" ...)
MAX_LINKS_OF_CARD = 8
#: a longer address is looked at anew each time, as is one with letters that the canonical
#: spelling makes longer: what is kept takes 40 MB at most
MAX_KEPT_CHARS = 200

#: what every article's address has of: an id, a date, digits among letters, a number in the
#: query; four words in a segment; letters of other scripts. Most links of a menu have none.
_HINT = re.compile(
    r"""[0-9\-_+,.\ %\x80-\U0010ffff](?:
        (?<=[0-9]) (?: \d{4} | \d[/_-] | [A-Za-z] | (?<=[A-Za-z]\d) | (?<==\d)\d\d )
      | (?<=[-_+,.\ ]) [^-_+,.\ /]*[-_+,.\ ] [^-_+,.\ /]*[-_+,.\ ]
      | (?<=[%\x80-\U0010ffff])
    )""",
    re.VERBOSE,
)

#: how a link begins that names its host
_WITH_HOST = ("http:", "https:")

_PLATFORMS = frozenset(WORDS["platforms"].split())
_SERVICE_HOSTS = frozenset(WORDS["service_hosts"].split())
_OFFICIAL_LABELS = frozenset(WORDS["official_labels"].split())
_NEWS_WORDS = frozenset(WORDS["news_words"].split())


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetAddress:
    """A canonical address and what it tells by itself."""

    url: str
    #: equal for two addresses of one article
    key: str
    host: str
    #: with the query, if any
    path: str
    #: how much it looks like one article's (``crawler.page.url_shapes.article_strength``)
    strength: int


@dataclass(kw_only=True, slots=True)
class Targets:
    """Links to other articles in document order (lists of equal length)."""

    #: positions in the outline
    places: list[int] = field(default_factory=list)
    #: canonical addresses
    urls: list[str] = field(default_factory=list)
    #: identities: equal for two addresses of one article
    keys: list[str] = field(default_factory=list)
    #: whether the address is the publisher's own, on any of its domains
    are_home: list[bool] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.places)

    def between(self, start: int, end: int) -> range:
        """The numbers of the links at positions from ``start`` to before ``end``."""
        return range(bisect_left(self.places, start), bisect_left(self.places, end))

    def neighbours(self, number: int) -> tuple[int, int]:
        """The positions of the nearest links before and after one that lead elsewhere.

        -1 and ``sys.maxsize`` where there is none. Of links to one article in a row so many are
        passed over as a card may have.
        """
        places, keys = self.places, self.keys
        key, first, last = keys[number], number - 1, number + 1
        while first >= 0 and keys[first] == key and number - first < MAX_LINKS_OF_CARD:
            first -= 1
        while last < len(keys) and keys[last] == key and last - number < MAX_LINKS_OF_CARD:
            last += 1
        return (
            places[first] if first >= 0 else -1,
            places[last] if last < len(places) else sys.maxsize,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Tells what the links of one page lead to."""

    #: the page's own address
    page: TargetAddress
    #: what relative links are resolved against, and those that name their path in full
    base: str
    root: str
    #: what was told; None: to no article, or to the page itself
    known: dict[str, TargetAddress | None]

    def read(self, link: LexborNode) -> TargetAddress | None:
        """The article that a link leads to."""
        href = link.attrs.get("href") or ""
        known = self.known
        if href in known:
            return known[href]
        look = _looked_up if len(href) <= MAX_KEPT_CHARS and href.isascii() else _looked_at
        is_rooted = href[0] == "/" or href.startswith(_WITH_HOST)
        there = look(href, self.root if is_rooted else self.base)
        if there is not None and not _is_another(there, self.page):
            there = None
        known[href] = there
        return there


def reader_of(*, own: str, base: str) -> Reader:
    """A reader for the page at ``own``; both addresses canonical."""
    return Reader(page=_address(own), base=base, root=_root(base), known={"": None})


def targets_of(outline: PageTree, reader: Reader) -> Targets:
    """The links to articles other than the page's own."""
    targets = Targets()
    nodes, read = outline.nodes, reader.read
    for at in outline.links[:MAX_LINKS]:
        if (target := read(nodes[at])) is not None:
            targets.places.append(at)
            targets.urls.append(target.url)
            targets.keys.append(target.key)
            targets.are_home.append(_is_home(target.host, reader.page.host))
            if len(targets) >= MAX_TARGETS:
                break
    return targets


def only_in_menus(
    outline: PageTree, reader: Reader, targets: Targets
) -> dict[str, tuple[str, LexborNode]]:
    """By identity, the address and the link of what only menus lead to."""
    menus = (outline.nodes[at].css("a") for at, tag in enumerate(outline.tags) if tag == MENU)
    elsewhere = frozenset(targets.keys)
    found: dict[str, tuple[str, LexborNode]] = {}
    for link in islice(chain.from_iterable(menus), MAX_LINKS):
        if (target := reader.read(link)) and target.key not in elsewhere:
            found.setdefault(target.key, (target.url, link))
    return found


def _root(base: str) -> str:
    """What addresses that name their path in full are resolved against, one for all pages."""
    return base[: base.index("/", 8) + 1]


def _looked_at(href: str, base: str) -> TargetAddress | None:
    """What a link leads to; None where its address cannot be an article's."""
    if not _HINT.search(href, href.find("/", 8) if href.startswith("http") else 0):
        return None
    try:
        address = _address(canonical(href, base))
    except BadURL:
        return None
    is_article = address.strength >= 2 and not _is_service(address.host)
    return address if is_article else None


#: the menus of a site stand on all of its pages
_looked_up = lru_cache(maxsize=16_384)(_looked_at)


def _address(url: str) -> TargetAddress:
    """What a canonical address tells by itself."""
    _, _, host, rest = url.split("/", 3)
    return TargetAddress(
        url=url,
        key=identity_of_canonical(url),
        host=host,
        path="/" + rest,
        strength=article_strength("/" + rest),
    )


def is_article_url(url: str, own: str) -> bool:
    """Whether a canonical address looks like an article's, seen from the page at ``own``."""
    there = _looked_at(url, url)
    return there is not None and _is_article(there, _address(own))


def _is_another(there: TargetAddress, own: TargetAddress) -> bool:
    """Whether it is an article, and not the page itself."""
    if there.key == own.key or not _is_article(there, own):
        return False
    host, _, path = there.key.partition("/")
    own_host, _, own_path = own.key.partition("/")
    return host != own_host or not is_same_article("/" + path, "/" + own_path)


def _is_article(there: TargetAddress, own: TargetAddress) -> bool:
    """Whether what may be an article is one, seen from a page.

    Another site must show more: every site has pages, few have news.
    """
    if there.host == own.host:
        return _has_same_mark(there.path, own.path)
    if _brand(there.host) == _brand(own.host):
        return True
    if _is_official(there.host):
        return False
    return there.strength == 3 or _is_news(there.host, there.path)


def _is_home(host: str, own_host: str) -> bool:
    return host == own_host or _brand(host) == _brand(own_host)


@lru_cache(maxsize=4_096)
def _is_service(host: str) -> bool:
    """Whether a host is a platform of posts, goods or services."""
    site = site_of(f"https://{host}/")
    return site in _PLATFORMS or host.split(".", 1)[0] in _SERVICE_HOSTS


@lru_cache(maxsize=4_096)
def _brand(host: str) -> str:
    """The name in a registered domain: "bbc" of bbc.co.uk and bbc.com."""
    return site_of(f"https://{host}/").split(".", 1)[0]


def _is_official(host: str) -> bool:
    """Whether a host is a government's or a university's."""
    *_, second, top = ("", *host.split("."))
    return top in _OFFICIAL_LABELS or (len(top) == 2 and second in _OFFICIAL_LABELS)


def _has_same_mark(path: str, own_path: str) -> bool:
    """Where the letters before the ids differ, the link is to another sort of page."""
    own_mark = _mark_of_page(own_path)
    return not own_mark or id_mark(path) == own_mark


#: of all links of a page it is asked again
_mark_of_page = lru_cache(maxsize=16)(id_mark)


def _is_news(host: str, path: str) -> bool:
    words = {*host.split("."), *path.lower().split("/")[:-1]}
    return not words.isdisjoint(_NEWS_WORDS)
