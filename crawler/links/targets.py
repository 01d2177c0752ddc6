"""The links of a page that lead to other articles, judged by their addresses."""

import math
import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice

from selectolax.lexbor import LexborNode

from crawler.errors import BadURL
from crawler.page.tree import MENU, PageTree
from crawler.page.url_shapes import (
    HEADLINE_WORDS,
    WORDS,
    article_strength,
    id_mark,
    is_listed_headline,
    is_same_article,
    words_of,
)
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

#: what every article's address has of: digits; two words in a segment; letters of other scripts
_HINT = re.compile(r"[^A-Za-z./:?=&#~]")
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
#: a page below a folder
_DEEP = re.compile(r"[^/]/[^/]")
#: a page of another site whose slug has so many words may be an article
MIN_SLUG_WORDS = 3
#: a link whose text is as long as a headline's (characters) may hide an article behind a number
MIN_TITLE_CHARS = 25

#: a shorter text in a list is the name of a section, unless its address is clearly an article's;
#: in a sentence so many characters stand around it
MIN_NAME_CHARS = 20
#: a link to a part of the page is the tab of a box where its text is no longer
MAX_ANCHOR_CHARS = 45
#: so many days apart is more than a few
FEW_DAYS = 3
_DAY = re.compile(r"(?<!\d)(20[0-2]\d)[/_-]?(0[1-9]|1[0-2])[/_-]?([0-3]\d)?")
_NUMBER = re.compile(r"\d{5,12}")

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
    #: the folders above the page, and the last part of the path
    folders: tuple[str, ...]
    name: str
    #: words in the last part of the path
    words: int
    #: how deep, whether a headline, whether numbered, with which ending: alike for all articles
    shape: tuple[int, bool, bool, str]
    #: the day in the path as a number that grows, and the largest other number; 0: none
    day: int
    number: int

    #: the first folder, or ""
    section: str
    #: of the path, how many parts
    depth: int


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
    #: what each address tells by itself
    addresses: list[TargetAddress] = field(default_factory=list)
    #: beside these: positions of the links to parts of the page itself, and the ids of the parts
    anchors: list[tuple[int, str]] = field(default_factory=list)

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
class TargetReader:
    """Tells what the links of one page lead to."""

    #: the page's own address
    page: TargetAddress
    #: what relative links are resolved against, and those that name their path in full
    base: str
    root: str
    #: what was told; None: to no article, or to the page itself
    known: dict[str, TargetAddress | None]

    def read(self, href: str, *, is_title: bool = False) -> TargetAddress | None:
        """The article that a link leads to; a title may lead to one whatever the address."""
        known = self.known
        if href in known:
            return known[href]
        start = href.find("/", 8) if href.startswith("http") else 0
        if not (_HINT.search(href, start) or (is_title and _DEEP.search(href, start))):
            return None
        look = _looked_up if len(href) <= MAX_KEPT_CHARS and href.isascii() else _looked_at
        is_rooted = href[0] == "/" or href.startswith(_WITH_HOST)
        there = look(href, self.root if is_rooted else self.base)
        if there is not None and (
            (not there.strength and not _is_beside(there, self.page))
            or not _is_another(there, self.page)
        ):
            there = None
        known[href] = there
        return there


def reader_of(*, own: str, base: str) -> TargetReader:
    """A reader for the page at ``own``; both addresses canonical."""
    return TargetReader(page=_address(own), base=base, root=_root(base), known={"": None})


def targets_of(outline: PageTree, reader: TargetReader) -> Targets:
    """The links to articles other than the page's own."""
    found: list[tuple[int, TargetAddress]] = []
    anchors: list[tuple[int, str]] = []
    nodes, read = outline.nodes, reader.read
    chars, starts, ends = outline.chars, outline.text_starts, outline.text_ends
    for at in outline.links[:MAX_LINKS]:
        size = chars[ends[at]] - chars[starts[at]]
        href = nodes[at].attrs.get("href") or ""
        if href[:1] == "#":
            if size <= MAX_ANCHOR_CHARS:
                anchors.append((at, href[1:]))
            continue
        target = read(href, is_title=size >= MIN_TITLE_CHARS)
        if target is None:
            continue
        if target.strength < 2 and 0 < size < MIN_NAME_CHARS and not _is_in_text(outline, at):
            continue
        found.append((at, target))
    found = list(_without_sections(outline, found, reader.page))
    if len(found) > MAX_TARGETS:  # what looks least like an article goes first
        found = [link for link in found if link[1].strength >= 2][:MAX_TARGETS]
    return Targets(
        places=[at for at, _ in found],
        urls=[target.url for _, target in found],
        keys=[target.key for _, target in found],
        are_home=[_is_home(target.host, reader.page.host) for _, target in found],
        addresses=[target for _, target in found],
        anchors=anchors,
    )


def _without_sections(
    outline: PageTree, found: Sequence[tuple[int, TargetAddress]], own: TargetAddress
) -> Iterator[tuple[int, TargetAddress]]:
    """Leave out what holds others of the page: a folder of articles' addresses is a section."""
    folders = {
        (there.host, there.folders[:depth])
        for there in (own, *(there for _, there in found if there.strength >= 2))
        for depth in range(1, there.depth)
    }
    for at, there in found:
        is_folder = (there.host, (*there.folders, there.name)) in folders
        if not is_folder or outline.length(at) >= MIN_TITLE_CHARS:
            yield at, there


def _is_in_text(outline: PageTree, at: int) -> bool:
    """Whether more text stands around a link than other links."""
    block = outline.blocks[at]
    return outline.length(block) - outline.linked(block) >= MIN_NAME_CHARS


def only_in_menus(
    outline: PageTree, reader: TargetReader, targets: Targets
) -> dict[str, tuple[str, LexborNode]]:
    """By identity, the address and the link of the articles that only menus lead to.

    What is told of a menu's link is its address alone, so that has to be clear.
    """
    menus = (outline.nodes[at].css("a") for at, tag in enumerate(outline.tags) if tag == MENU)
    elsewhere = frozenset(targets.keys)
    found: dict[str, tuple[str, LexborNode]] = {}
    for link in islice(chain.from_iterable(menus), MAX_LINKS):
        href = link.attrs.get("href") or ""
        if not _CLEAR.search(href, href.find("/", 8) if href.startswith("http") else 0):
            continue
        target = reader.read(href)
        if target is not None and target.strength >= 2 and target.key not in elsewhere:
            found.setdefault(target.key, (target.url, link))
    return found


def _root(base: str) -> str:
    """What addresses that name their path in full are resolved against, one for all pages."""
    return base[: base.index("/", 8) + 1]


def _looked_at(href: str, base: str) -> TargetAddress | None:
    """What a link leads to; None where nobody publishes articles."""
    try:
        address = _address(canonical(href, base))
    except BadURL:
        return None
    return None if _is_service(address.host) else address


#: the menus of a site stand on all of its pages
_looked_up = lru_cache(maxsize=16_384)(_looked_at)


def _address(url: str) -> TargetAddress:
    """What a canonical address tells by itself."""
    _, _, host, rest = url.split("/", 3)
    path = "/" + rest
    parts = [part for part in path.partition("?")[0].split("/") if part]
    last = parts[-1] if parts else ""
    words = words_of(last)
    day = _DAY.search(path)
    numbers = _NUMBER.findall(_DAY.sub(" ", path))
    return TargetAddress(
        url=url,
        key=identity_of_canonical(url),
        host=host,
        path=path,
        strength=article_strength(path) or int(is_listed_headline(path)),
        folders=tuple(parts[:-1]),
        name=last,
        section=parts[0] if len(parts) > 1 else "",
        depth=len(parts),
        words=words,
        shape=(
            len(parts),
            words >= HEADLINE_WORDS,
            sum(map(str.isdigit, last)) >= HEADLINE_WORDS,
            last.rpartition(".")[2] if "." in last[-6:] else "",
        ),
        day=_day_number(day) if day else 0,
        number=max(map(int, numbers), default=0),
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
    there = _looked_at(url, url)
    return there is not None and there.strength >= 2 and _is_article(there, _address(own))


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
    own_mark = _mark_of_page(own_path)
    return not own_mark or id_mark(path) == own_mark


#: of all links of a page it is asked again
_mark_of_page = lru_cache(maxsize=16)(id_mark)


def _is_news(host: str, path: str) -> bool:
    words = {*host.split("."), *path.lower().split("/")[:-1]}
    return not words.isdisjoint(_NEWS_WORDS)
