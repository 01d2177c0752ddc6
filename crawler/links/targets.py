"""The links of a page that lead to other articles, judged by their addresses."""

import re
import sys
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from operator import itemgetter

from selectolax.lexbor import LexborNode

from crawler.links.prose import FIRST_WIDE
from crawler.links.short_titles import under_related_labels
from crawler.links.target_address import (
    _CLEAR,
    MAX_KEPT_CHARS,
    TargetAddress,
    _is_beside,
    _is_home,
    is_another,
    looked_at,
    looked_up,
    target_address,
)
from crawler.page.tree import MENU, PageTree

#: pages with more links than this are no articles; the rest are not looked at
MAX_LINKS = 3_000
#: so many of them to articles; the largest front page seen has 600
MAX_TARGETS = 800
#: a card has at most so many links to its article (picture, title, "read more" ...)
MAX_LINKS_OF_CARD = 8

#: what every article's address has of: digits; two words in a segment; letters of other scripts
_HINT = re.compile(r"[^A-Za-z./:?=&#~]")
#: a page below a folder
_DEEP = re.compile(r"[^/]/[^/]")
#: a link whose text is as long as a headline's (characters) may hide an article behind a number
MIN_TITLE_CHARS = 25

#: a shorter text in a list is the name of a section, unless its address is clearly an article's;
#: in a sentence so many characters stand around it
MIN_NAME_CHARS = 20
#: a link to a part of the page is the tab of a box where its text is no longer
MAX_ANCHOR_CHARS = 45

#: of links as they are written, so many are told apart once
MENU_LINKS_KEPT = 8_192

#: how a link begins that names its host
_WITH_HOST = ("http:", "https:")


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
        addresses = self.known
        if href in addresses:
            return addresses[href]
        start = href.find("/", 8) if href.startswith("http") else 0
        if not (_HINT.search(href, start) or (is_title and _DEEP.search(href, start))):
            return None
        look = looked_up if len(href) <= MAX_KEPT_CHARS and href.isascii() else looked_at
        is_rooted = href[0] == "/" or href.startswith(_WITH_HOST)
        there = look(href, self.root if is_rooted else self.base)
        if there is not None and (
            (not there.strength and not _is_beside(there, self.page))
            or not is_another(there, self.page)
        ):
            there = None
        addresses[href] = there
        return there


def reader_of(*, own: str, base: str) -> TargetReader:
    """A reader for the page at ``own``; both addresses canonical."""
    return TargetReader(page=target_address(own), base=base, root=_root(base), known={"": None})


def targets_of(outline: PageTree, reader: TargetReader) -> Targets:
    """The links to articles other than the page's own."""
    links: list[tuple[int, TargetAddress]] = []
    short: list[tuple[int, TargetAddress]] = []
    anchors: list[tuple[int, str]] = []
    nodes, read, pieces = outline.nodes, reader.read, outline.pieces
    chars, starts, ends = outline.chars, outline.text_starts, outline.text_ends
    for at in outline.links[:MAX_LINKS]:
        size = chars[ends[at]] - chars[starts[at]]
        if 0 < size < MIN_TITLE_CHARS and pieces[starts[at]][0] >= FIRST_WIDE:
            size *= 2
        href = nodes[at].attrs.get("href") or ""
        if href[:1] == "#":
            if size <= MAX_ANCHOR_CHARS:
                anchors.append((at, href[1:]))
            continue
        target = read(href, is_title=size >= MIN_TITLE_CHARS)
        if target is None:
            continue
        if target.strength < 2 and 0 < size < MIN_NAME_CHARS and not _is_in_text(outline, at):
            short.append((at, target))
        else:
            links.append((at, target))
    if short:
        links = _with_short_titles(outline, links, short)
    links = list(_without_sections(outline, links, reader.page))
    if len(links) > MAX_TARGETS:  # what looks least like an article goes first
        links = [link for link in links if link[1].strength >= 2][:MAX_TARGETS]
    return Targets(
        places=[at for at, _ in links],
        urls=[target.url for _, target in links],
        keys=[target.key for _, target in links],
        are_home=[_is_home(target.host, reader.page.host) for _, target in links],
        addresses=[target for _, target in links],
        anchors=anchors,
    )


def _with_short_titles(
    outline: PageTree,
    links: Sequence[tuple[int, TargetAddress]],
    short: Sequence[tuple[int, TargetAddress]],
) -> list[tuple[int, TargetAddress]]:
    """The links with those of short titles that stand in boxes which call themselves related."""
    every = sorted((*links, *short), key=itemgetter(0))
    places = {at for at, _ in short}
    named = set(under_related_labels(outline, [(at, there.key) for at, there in every], places))
    return [link for link in every if link[0] not in places or link[0] in named]


def _without_sections(
    outline: PageTree, links: Sequence[tuple[int, TargetAddress]], own: TargetAddress
) -> Iterator[tuple[int, TargetAddress]]:
    """Leave out what holds others of the page: a folder of articles' addresses is a section."""
    folders = {
        (there.host, there.folders[:depth])
        for there in (own, *(there for _, there in links if there.strength >= 2))
        for depth in range(1, there.depth)
    }
    for at, there in links:
        is_folder = (there.host, (*there.folders, there.name)) in folders
        if not is_folder or outline.length(at) >= MIN_TITLE_CHARS:
            yield at, there


def _is_in_text(outline: PageTree, at: int) -> bool:
    """Whether more text stands around a link than other links."""
    block = outline.blocks[at]
    return outline.length(block) - outline.linked(block) >= MIN_NAME_CHARS


def _is_clear(href: str) -> bool:
    """Whether the address of a menu's link is clearly an article's; menus are alike on a site."""
    start = href.find("/", 8) if href.startswith("http") else 0
    return _CLEAR.search(href, start) is not None


#: links as they are written, which are clear and which are not: a site's menus are on all its pages
_told_clear: set[str] = set()
_told_unclear: set[str] = set()


def _clear_among(hrefs: AbstractSet[str]) -> AbstractSet[str]:
    """Those that are clearly articles' addresses; sets tell the others apart all at once."""
    left = hrefs - _told_unclear
    if not left:
        return left
    if len(_told_clear) + len(_told_unclear) > MENU_LINKS_KEPT:
        _told_clear.clear()
        _told_unclear.clear()
    new = left - _told_clear
    clear = set(filter(_is_clear, new))
    for told, kept in ((clear, _told_clear), (new - clear, _told_unclear)):
        kept.update(href for href in told if len(href) <= MAX_KEPT_CHARS)
    return clear | (left & _told_clear)


def only_in_menus(
    links: Sequence[tuple[LexborNode, str]],
    outline: PageTree,
    reader: TargetReader,
    targets: Targets,
) -> dict[str, tuple[TargetAddress, LexborNode]]:
    """By identity, the address and the link of the articles that only menus lead to.

    ``links``: all of the page with their addresses as written. What is told of a menu's link is
    its address alone, so that has to be clear.
    """
    if MENU not in outline.tags:
        return {}
    links = links[:MAX_LINKS]
    clear = _clear_among({href for _, href in links})
    if not clear:
        return {}
    menus = {outline.nodes[at].mem_id for at, tag in enumerate(outline.tags) if tag == MENU}
    elsewhere = frozenset(targets.keys)
    by_key: dict[str, tuple[TargetAddress, LexborNode]] = {}
    for link, href in links:
        if href not in clear:
            continue
        target = reader.read(href)
        if target is None or target.strength < 2 or target.key in elsewhere:
            continue
        if target.key not in by_key and link.tag == "a" and _stands_in(link, menus):
            by_key[target.key] = target, link
    return by_key


def _stands_in(link: LexborNode, menus: Collection[int]) -> bool:
    """Whether one of the menus is around the link."""
    around = link.parent
    while around is not None and around.mem_id not in menus:
        around = around.parent
    return around is not None


def _root(base: str) -> str:
    """What addresses that name their path in full are resolved against, one for all pages."""
    return base[: base.index("/", 8) + 1]
