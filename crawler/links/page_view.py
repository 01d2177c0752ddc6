"""One page as the link finder sees it: its tree, its addresses, its boxes, each looked at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from selectolax.lexbor import LexborNode

from crawler.errors import BadURL
from crawler.links.context import LinkContext
from crawler.links.headings import labels_of
from crawler.links.prose import prose_of
from crawler.links.tabs import tabs_of, with_tabs
from crawler.links.target_address import TargetAddress
from crawler.links.targets import (
    TargetReader,
    Targets,
    only_in_menus,
    reader_of,
    targets_of,
)
from crawler.page.document import Document
from crawler.page.profiles import SiteProfile
from crawler.page.tree import PageTree, outline_of
from crawler.page.urls import canonical

#: of a page's title, so much is looked at
MAX_TITLE_CHARS = 500


@dataclass(frozen=True, kw_only=True)
class PageView:
    """One page, looked at once."""

    document: Document
    #: the page's own address, and the one that relative links are resolved against
    own: str
    base: str
    outline: PageTree
    reader: TargetReader
    targets: Targets
    boxes: LinkContext
    #: for ages and dates on cards
    language: str | None
    timezone: tzinfo | None

    @cached_property
    def in_menus(self) -> dict[str, tuple[TargetAddress, LexborNode]]:
        """By identity, the address and the link of what only menus lead to."""
        return only_in_menus(self.document.references, self.outline, self.reader, self.targets)


def view_of(document: Document, profile: SiteProfile | None) -> PageView | None:
    """The page with its parts known; None where its own address is none."""
    try:
        own = canonical(document.page.url)
    except BadURL:
        return None
    outline = outline_of(document.tree, with_menus=bool(profile and profile.related_boxes))
    base = _base(document, own)
    reader = reader_of(own=own, base=base)
    targets = targets_of(outline, reader)
    prose = prose_of(
        outline,
        [
            at
            for at, there in zip(targets.places, targets.addresses, strict=True)
            if there.strength >= 2
        ],
    )
    labels = labels_of(outline, prose, targets.places)
    if tabs := tabs_of(outline, prose, targets):
        labels = with_tabs(outline, labels, tabs)
    return PageView(
        document=document,
        own=own,
        base=base,
        outline=outline,
        reader=reader,
        targets=targets,
        boxes=LinkContext(outline=outline, targets=targets, prose=prose, labels=labels),
        language=(profile and profile.language) or _language(document),
        timezone=_timezone(profile),
    )


def _base(document: Document, own: str) -> str:
    every = (node.attributes for node in _in_head(document, "base"))
    try:
        href = next((given["href"] for given in every if "href" in given), None)
        return canonical(href, own) if href else own
    except BadURL:
        return own


def title_of(document: Document) -> str:
    """What the page's window shows, without the words that name the site."""
    node = next(_in_head(document, "title"), None)
    text = node.text()[:MAX_TITLE_CHARS] if node is not None else ""
    return " ".join(word for word in text.split() if word.lower() not in document.host)


def _in_head(document: Document, tag: str) -> Iterator[LexborNode]:
    """The elements of one sort in the page's head; a selector would take ten times as long."""
    head = document.tree.head
    node = head.first_child if head is not None else None
    while node is not None:
        if node.tag == tag:
            yield node
        node = node.next


def _language(document: Document) -> str | None:
    root = document.tree.root
    return (root.attributes.get("lang") if root is not None else None) or None


def _timezone(profile: SiteProfile | None) -> tzinfo | None:
    if profile is None or profile.timezone is None:
        return None
    try:
        return ZoneInfo(profile.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return None
