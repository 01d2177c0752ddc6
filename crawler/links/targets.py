"""The links of a page that lead to other articles, judged by their addresses."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.links.outline import Outline
from crawler.shapes import WORDS, article_strength, id_mark, is_same_article
from crawler.urls import BadURL, canonical, host_of, identity_of_canonical, site_of

#: pages with more links than this are no articles; the rest are not looked at
MAX_LINKS = 3_000
#: so many of them to articles; the largest front page seen has 600
MAX_TARGETS = 800
#: a card has at most so many links to its article (picture, title, "read more" ...)
MAX_LINKS_OF_CARD = 8

#: what every article's address has of: two digits, four words, letters of other scripts
_HINT = re.compile(r"\d\D*\d|%|[^\x00-\x7f]|(?:[-_+,. ][^-_+,. ]*){2}[-_+,. ]")

_PLATFORMS = frozenset(WORDS["platforms"].split())
_SERVICE_HOSTS = frozenset(WORDS["service_hosts"].split())
_OFFICIAL_LABELS = frozenset(WORDS["official_labels"].split())
_NEWS_WORDS = frozenset(WORDS["news_words"].split())


@dataclass(kw_only=True, slots=True)
class Targets:
    """Links to other articles in document order (lists of equal length)."""

    #: positions in the outline
    places: list[int] = field(default_factory=list)
    #: canonical addresses
    urls: list[str] = field(default_factory=list)
    #: identities: equal for two addresses of one article
    keys: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.places)

    def between(self, start: int, end: int) -> range:
        """The numbers of the links at positions from ``start`` to before ``end``."""
        return range(bisect_left(self.places, start), bisect_left(self.places, end))

    def is_single(self, start: int, end: int) -> bool:
        """Whether few links stand in a range of positions, all to one article."""
        found = self.between(start, end)
        return len(found) <= MAX_LINKS_OF_CARD and len({self.keys[n] for n in found}) <= 1


def targets_of(outline: Outline, *, own: str, base: str) -> Targets:
    """The links to articles other than the page's own; both addresses canonical."""
    targets = Targets()
    seen: dict[str, tuple[str, str] | None] = {"": None}
    own_key = identity_of_canonical(own)
    places = [at for at, tag in enumerate(outline.tags) if tag == "a"]
    for at in places[:MAX_LINKS]:
        href = outline.attribute(at, "href")
        if href not in seen:
            seen[href] = _address(href, base, own, own_key)
        if (address := seen[href]) is not None:
            targets.places.append(at)
            targets.urls.append(address[0])
            targets.keys.append(address[1])
            if len(targets) >= MAX_TARGETS:
                break
    return targets


def _address(href: str, base: str, own: str, own_key: str) -> tuple[str, str] | None:
    """Canonical address and identity of what a link leads to, None if to no other article."""
    if not _HINT.search(href, href.find("/", 8) if href.startswith("http") else 0):
        return None
    try:
        url = canonical(href, base)
    except BadURL:
        return None
    if not is_article_url(url, own):
        return None
    key = identity_of_canonical(url)
    host, _, path = key.partition("/")
    own_host, _, own_path = own_key.partition("/")
    is_own = key == own_key or (host == own_host and is_same_article("/" + path, "/" + own_path))
    return None if is_own else (url, key)


def is_article_url(url: str, own: str) -> bool:
    """Whether a canonical address looks like an article's, seen from the page at ``own``.

    Another site must show more: every site has pages, few have news.
    """
    path = _path(url)
    strength = article_strength(path)
    if strength < 2:
        return False
    host, own_host = host_of(url), host_of(own)
    if _is_service(host):
        return False
    if host == own_host:
        return _has_same_mark(path, _path(own))
    if _brand(host) == _brand(own_host):
        return True
    return not _is_official(host) and (strength == 3 or _is_news(host, path))


def is_home(url: str, own: str) -> bool:
    """Whether an address is the publisher's own, on any of its domains."""
    host, own_host = host_of(url), host_of(own)
    return host == own_host or _brand(host) == _brand(own_host)


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


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
    own_mark = id_mark(own_path)
    return not own_mark or id_mark(path) == own_mark


def _is_news(host: str, path: str) -> bool:
    words = {*host.split("."), *path.lower().split("/")[:-1]}
    return not words.isdisjoint(_NEWS_WORDS)
