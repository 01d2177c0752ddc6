"""A page's links to other articles, each with what it is to the article; plain Python.

The order of evidence: the sentence a link stands in, the label over it, the place of the box
(in the text or outside), class names. No rule knows a site.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.boxes import Boxes
from crawler.cards import card_around, card_of
from crawler.document import Document
from crawler.headings import labels_of
from crawler.items import FOLLOWABLE, LinkKind, RelatedLink
from crawler.kinds import kind_of
from crawler.outline import Outline, outline_of
from crawler.prose import prose_of
from crawler.targets import is_article_url
from crawler.urls import BadURL, canonical, identity

#: how sure the kinds are, where one address stands in several places
_RANK: dict[LinkKind, int] = {"related": 3, "readmore": 2, "inline": 1, "other": 0}

#: pages with more links than this are no articles; the rest are not looked at
MAX_LINKS = 4_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Target:
    """One link to an article: where it stands and where it leads."""

    at: int
    url: str
    key: str


def find_links(document: Document, profile: object | None = None) -> tuple[RelatedLink, ...]:
    """Every link of a page to another article, with its kind, in document order, each once."""
    outline = outline_of(document.tree)
    targets = tuple(_targets(outline, document))
    prose = prose_of(outline, [t.at for t in targets])
    places = [t.at for t in targets]
    boxes = Boxes(outline=outline, prose=prose, labels=labels_of(outline, prose, places))
    chosen: dict[str, tuple[LinkKind, str, _Target]] = {}
    for target in targets:
        verdict = kind_of(boxes, target.at, target.url)
        known = chosen.get(target.key)
        if known is None or _RANK[verdict.kind] > _RANK[known[0]]:
            chosen[target.key] = (verdict.kind, verdict.box, target)
    return tuple(_links(outline, document, targets, list(chosen.values())))


def related_links(document: Document, profile: object | None = None) -> tuple[RelatedLink, ...]:
    """The links that a crawl may follow: related, readmore and inline, numbered from 1."""
    links = [link for link in find_links(document, profile) if link.kind in FOLLOWABLE]
    return tuple(replace(link, position=n) for n, link in enumerate(links, 1))


def _targets(outline: Outline, document: Document) -> Iterator[_Target]:
    own = canonical(document.page.url)
    own_key = identity(own)
    cache: dict[str, tuple[str, str] | None] = {}
    count = 0
    for at, tag in enumerate(outline.tags):
        if tag != "a":
            continue
        href = outline.attribute(at, "href")
        if not href or href[0] == "#":
            continue
        if href not in cache:
            cache[href] = _address(href, document.base, own, own_key)
        if (address := cache[href]) is not None:
            yield _Target(at=at, url=address[0], key=address[1])
        count += 1
        if count >= MAX_LINKS:
            return


def _address(href: str, base: str, own: str, own_key: str) -> tuple[str, str] | None:
    """Canonical address and identity of what a link leads to, None if to no other article."""
    try:
        url = canonical(href, base)
    except BadURL:
        return None
    if not is_article_url(url, own):
        return None
    key = identity(url)
    return None if key == own_key else (url, key)


def _links(
    outline: Outline,
    document: Document,
    targets: tuple[_Target, ...],
    chosen: list[tuple[LinkKind, str, _Target]],
) -> Iterator[RelatedLink]:
    chosen.sort(key=lambda c: c[2].at)
    language = document.tree.root.attributes.get("lang") if document.tree.root else None
    for position, (kind, box, target) in enumerate(chosen, 1):
        others = [t.at for t in targets if t.key != target.key]
        card = (
            card_around(outline, target.at, others)
            if kind in ("related", "readmore")
            else target.at
        )
        links = [t.at for t in targets if t.key == target.key and outline.contains(card, t.at)]
        said = card_of(outline, card, links, now=document.page.fetched_at, language=language)
        yield RelatedLink(
            url=target.url,
            kind=kind,
            box=box,
            anchor=said.anchor,
            position=position,
            teaser=said.teaser if kind in ("related", "readmore") else "",
            published=said.published,
        )
