"""What an address says of what it leads to: an article of this site or of another, or none."""

import math
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from crawler.errors import BadURL
from crawler.page.article_addresses import identity_of_canonical
from crawler.page.url_shapes import (
    HEADLINE_WORDS,
    WORDS,
    article_strength,
    id_mark,
    is_listed_headline,
    is_same_article,
    words_of,
)
from crawler.page.urls import as_written, canonical, site_of

#: a longer address is looked at anew each time, as is one with letters that the canonical
#: spelling makes longer: what is kept takes 40 MB at most
MAX_KEPT_CHARS = 200
#: what an address has that is clearly an article's: an id, a date, digits among letters, a number
#: in the query; four words in a segment; letters of other scripts. Most links of a menu have none.
_CLEAR = re.compile(
    r"""[0-9\-_+,.\ %\x80-\U0010ffff](?:
        (?<=[0-9]) (?: \d{4} | \d[/_-] | [A-Za-z] | (?<=[A-Za-z]\d) | (?<==\d)\d\d )
      | (?<=[-_+,.\ ]) [^-_+,.\ /]*[-_+,.\ ] [^-_+,.\ /]*[-_+,.\ ]
      | (?<=[%\x80-\U0010ffff])
    )""",
    re.VERBOSE,
)
#: a page of another site whose slug has so many words may be an article
MIN_SLUG_WORDS = 3
#: so many days apart is more than a few
FEW_DAYS = 3
_DAY = re.compile(r"(?<!\d)(20[0-2]\d)[/_-]?(0[1-9]|1[0-2])[/_-]?([0-3]\d)?")
_NUMBER = re.compile(r"\d{5,12}")
_PLATFORMS = frozenset(WORDS["platforms"].split())
_SERVICE_HOSTS = frozenset(WORDS["service_hosts"].split())
_OFFICIAL_LABELS = frozenset(WORDS["official_labels"].split())
_NEWS_WORDS = frozenset(WORDS["news_words"].split())
_OFFERS = frozenset(WORDS["offers"].split())
#: of the page it is asked again for each link, and of links that stand on all pages of a site
_mark_of = lru_cache(maxsize=4_096)(id_mark)


@dataclass(frozen=True, kw_only=True)
class TargetAddress:
    """A canonical address and what it tells by itself, which is worked out when asked for.

    Most links of a page lead to sections, of which little is asked.
    """

    url: str
    host: str
    #: with the query, if any
    path: str
    #: how much it looks like one article's (``crawler.page.url_shapes.article_strength``)
    strength: int
    #: the folders above the page, and the last part of the path
    folders: tuple[str, ...]
    name: str
    #: the spelling to ask for, where the page writes another than ``url``
    written: str | None = None

    @cached_property
    def key(self) -> str:
        """Equal for two addresses of one article."""
        return identity_of_canonical(self.url)

    @cached_property
    def words(self) -> int:
        """How many the last part of the path has."""
        return words_of(self.name)

    @cached_property
    def shape(self) -> tuple[int, bool, bool, str]:
        """How deep, whether a headline, whether numbered, with which ending.

        Alike for all articles.
        """
        name = self.name
        return (
            self.depth,
            self.words >= HEADLINE_WORDS,
            sum(map(str.isdigit, name)) >= HEADLINE_WORDS,
            name.rpartition(".")[2] if "." in name[-6:] else "",
        )

    @cached_property
    def day(self) -> int:
        """The day in the path as a number that grows, 0 where there is none."""
        match = _DAY.search(self.path)
        return _day_number(match) if match else 0

    @cached_property
    def number(self) -> int:
        """The largest other number, 0 where there is none."""
        return max(map(int, _NUMBER.findall(_DAY.sub(" ", self.path))), default=0)

    @cached_property
    def offers(self) -> frozenset[str]:
        """The folders that hold goods, services, courses, tools and the like."""
        return _OFFERS.intersection(map(str.lower, self.folders))

    @cached_property
    def section(self) -> str:
        """The first folder, or ""."""
        return self.folders[0] if self.folders else ""

    @cached_property
    def depth(self) -> int:
        """Of the path, how many parts."""
        return len(self.folders) + bool(self.name)


def looked_at(href: str, base: str) -> TargetAddress | None:
    """What a link leads to; None where nobody publishes articles."""
    try:
        address = target_address(canonical(href, base))
        written = as_written(href, base)
    except BadURL:
        return None
    if written is not None:
        address = replace(address, written=written)
    return None if _is_service(address.host) else address


#: the menus of a site stand on all of its pages
looked_up = lru_cache(maxsize=16_384)(looked_at)


def target_address(url: str) -> TargetAddress:
    """What a canonical address tells by itself."""
    _, _, host, rest = url.split("/", 3)
    path = "/" + rest
    parts = [part for part in path.partition("?")[0].split("/") if part]
    return TargetAddress(
        url=url,
        host=host,
        path=path,
        strength=article_strength(path) or int(is_listed_headline(path)),
        folders=tuple(parts[:-1]),
        name=parts[-1] if parts else "",
    )


def _day_number(match: re.Match[str]) -> int:
    year, month, day = match.groups()
    return int(year) * 372 + int(month) * 31 + int(day or 15)


def shared_folders(there: TargetAddress, own: TargetAddress) -> int:
    """How many folders two addresses have in common, from the first on."""
    count = 0
    for a, b in zip(there.folders, own.folders, strict=False):
        if a != b:
            break
        count += 1
    return count


def is_offer(there: TargetAddress, own: TargetAddress) -> bool:
    """Whether a folder holds what is offered rather than told, and not the page itself, too."""
    return bool(there.offers) and not there.offers <= own.offers


def age_of(there: TargetAddress, own: TargetAddress) -> float:
    """Whether an article is older (below 0) or newer than the page, as days and numbers tell.

    0.5 on the same day, 0 where nothing tells.
    """
    if own.day and there.day:
        days = there.day - own.day
        if not days:
            return 0.5
        return math.copysign(2.0 if abs(days) > FEW_DAYS else 1.0, days)
    if own.number and there.number and len(str(own.number)) == len(str(there.number)):
        return 1.0 if there.number > own.number else -1.0
    return 0.0


def _is_beside(there: TargetAddress, own: TargetAddress) -> bool:
    """Whether an address lies in the folder of the page itself, whatever that is called."""
    return (
        there.host == own.host
        and len(own.folders) > 1
        and there.folders == own.folders
        and there.words > 0
        and not there.path.partition("?")[2]
    )


def is_article_url(url: str, own: str) -> bool:
    """Whether a canonical address looks like an article's, seen from the page at ``own``."""
    there = looked_at(url, url)
    return there is not None and there.strength >= 2 and _is_article(there, target_address(own))


def is_another(there: TargetAddress, own: TargetAddress) -> bool:
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
    return there.strength >= 2 or _is_news(there.host, there.path) or there.words >= MIN_SLUG_WORDS


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
    own_mark = _mark_of(own_path)
    return not own_mark or _mark_of(path) == own_mark


def _is_news(host: str, path: str) -> bool:
    words = {*host.split("."), *path.lower().split("/")[:-1]}
    return not words.isdisjoint(_NEWS_WORDS)
