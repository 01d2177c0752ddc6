"""A page's links to other articles, each with what it is to the article; plain Python.

The page becomes a flat outline; the body, the labels and the cards on it are found; then rules
decide what each link is (``crawler.kinds``). No rule knows a site.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.boxes import Boxes
from crawler.cards import card_around, card_of, title_in, title_of
from crawler.dates import parse_moment
from crawler.document import Document
from crawler.headings import labels_of
from crawler.items import FOLLOWABLE, LinkKind, RelatedLink
from crawler.kinds import Link, Verdict, kind_of
from crawler.outline import Outline, outline_of
from crawler.profiles import SiteProfile
from crawler.prose import prose_of
from crawler.states import StateLink, state_links
from crawler.targets import Targets, is_article_url, targets_of
from crawler.urls import BadURL, canonical, identity_of_canonical

#: a card that so much text follows (characters) is none of a list
ALONE_CHARS = 200

#: which kind an address has that stands in several places
_RANK: dict[LinkKind, int] = {"related": 3, "readmore": 2, "inline": 1, "other": 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A link with the reason for its kind, for whoever explains a page."""

    link: RelatedLink
    #: why it is of this kind, in a few words
    why: str


def find_links(document: Document, profile: SiteProfile | None = None) -> tuple[RelatedLink, ...]:
    """Every link of a page to another article, in document order, each address once.

    An address in several places is of its strongest kind: related, readmore, inline, other.
    """
    return tuple(found.link for found in explain_links(document, profile))


def related_links(
    document: Document, profile: SiteProfile | None = None
) -> tuple[RelatedLink, ...]:
    """The links that a crawl may follow: related, readmore and inline, numbered from 1."""
    links = [link for link in find_links(document, profile) if link.kind in FOLLOWABLE]
    return tuple(replace(link, position=n) for n, link in enumerate(links, 1))


def explain_links(document: Document, profile: SiteProfile | None = None) -> tuple[Found, ...]:
    """What ``find_links`` finds, with the reasons."""
    try:
        own = canonical(document.page.url)
    except BadURL:
        return ()
    outline = outline_of(document.tree)
    base = _base(document, own)
    targets = targets_of(outline, own=own, base=base)
    boxes = _boxes(outline, targets)
    chosen: dict[str, tuple[int, Link, Verdict]] = {}
    for number in range(len(targets)):
        link = _link(boxes, targets, number)
        verdict = kind_of(link)
        known = chosen.get(targets.keys[number])
        if known is None or _RANK[verdict.kind] > _RANK[known[2].kind]:
            chosen[targets.keys[number]] = (number, link, verdict)
    language = _language(document)
    order = sorted(chosen.values(), key=lambda choice: choice[0])
    found = [
        Found(
            link=_related_link(document, targets, link, verdict, position, language),
            why=verdict.why,
        )
        for position, (_, link, verdict) in enumerate(order, 1)
    ]
    if all(one.link.kind != "related" for one in found):
        found.extend(_from_state(document, own, base, set(chosen)))
    return tuple(found)


def _boxes(outline: Outline, targets: Targets) -> Boxes:
    prose = prose_of(outline, targets.places)
    labels = labels_of(outline, prose, targets.places)
    return Boxes(outline=outline, prose=prose, labels=labels)


def _link(boxes: Boxes, targets: Targets, number: int) -> Link:
    """A link with what is around it."""
    at, outline = targets.places[number], boxes.outline
    card = card_around(outline, targets, at)
    return Link(
        boxes=boxes,
        at=at,
        url=targets.urls[number],
        card=card,
        title=title_of(outline, [at]) or title_in(outline, card, at),
        is_alone=_is_alone(outline, targets, card),
        label=boxes.label_of(at),
    )


def _is_alone(outline: Outline, targets: Targets, card: int) -> bool:
    """Whether no other card follows directly."""
    following = targets.between(outline.ends[card], len(outline))
    if not following:
        return True
    end, start = outline.text_ends[card], outline.text_starts[targets.places[following[0]]]
    return outline.chars[start] - outline.chars[end] > ALONE_CHARS


def _related_link(
    document: Document,
    targets: Targets,
    link: Link,
    verdict: Verdict,
    position: int,
    language: str | None,
) -> RelatedLink:
    """The link as the crawl keeps it; teaser and age only from the cards of related boxes."""
    outline, url = link.boxes.outline, link.url
    if verdict.kind in ("inline", "other"):
        return RelatedLink(
            url=url, kind=verdict.kind, box=verdict.box, anchor=link.title, position=position
        )
    inside = targets.between(link.card, outline.ends[link.card])
    links = [targets.places[n] for n in inside]
    card = card_of(outline, link.card, links, now=document.page.fetched_at, language=language)
    return RelatedLink(
        url=url,
        kind=verdict.kind,
        box=verdict.box,
        anchor=card.anchor,
        position=position,
        teaser=card.teaser,
        published=card.published,
    )


def _from_state(document: Document, own: str, base: str, known: set[str]) -> Iterator[Found]:
    """Related articles that a script would show; none where the page shows some of them."""
    links: dict[str, tuple[str, StateLink]] = {}
    for link in state_links(document.tree):
        url = _state_address(link, own, base)
        if url is not None:
            links.setdefault(identity_of_canonical(url), (url, link))
    links.pop(identity_of_canonical(own), None)
    if not known.isdisjoint(links):
        return
    for position, (url, link) in enumerate(links.values(), len(known) + 1):
        moment = parse_moment(link.published, now=document.page.fetched_at)
        yield Found(
            link=RelatedLink(
                url=url,
                kind="related",
                anchor=link.title,
                position=position,
                teaser=link.teaser,
                published=moment.at if moment else None,
            ),
            why=f"{link.key} in the page's data",
        )


def _state_address(link: StateLink, own: str, base: str) -> str | None:
    """Where a link of the page's data leads, None if to no article, or if it is another's."""
    try:
        if link.owner:
            owner = canonical(link.owner, base)
            if is_article_url(owner, own) and not _is_same_page(owner, own):
                return None
        url = canonical(link.href, base if "/" in link.href else own)
    except BadURL:
        return None
    return url if is_article_url(url, own) else None


def _is_same_page(a: str, b: str) -> bool:
    """Whether two addresses have one identity, or the one ends as the other (a slug)."""
    if identity_of_canonical(a) == identity_of_canonical(b):
        return True
    return a.rstrip("/").rpartition("/")[2] == b.rstrip("/").rpartition("/")[2]


def _base(document: Document, own: str) -> str:
    """The address that relative links are resolved against."""
    head = document.tree.head
    node = head.css_first("base[href]") if head is not None else None
    try:
        return canonical((node.attributes.get("href") if node else None) or "", own)
    except BadURL:
        return own


def _language(document: Document) -> str | None:
    root = document.tree.root
    return (root.attributes.get("lang") if root is not None else None) or None
