"""A page's links to other articles, each with what it is to the article; plain Python.

The page becomes a flat outline; the body, the labels and the cards on it are found; then rules
decide what each link is (``crawler.links.kinds``). No rule knows a site; what is known of one comes
as its profile, or as the places of boxes that many of its pages share.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.dates import parse_moment
from crawler.document import Document
from crawler.items import FOLLOWABLE, LinkKind, RelatedLink
from crawler.links.boxes import Boxes
from crawler.links.cards import card_around, card_of, name_of, title_in
from crawler.links.headings import labels_of
from crawler.links.kinds import NAVIGATION, NOTHING, Link, Verdict, kind_of
from crawler.links.labels import is_more
from crawler.links.outline import Outline, outline_of
from crawler.links.prose import prose_of
from crawler.links.states import related_in_state
from crawler.links.subjects import ON_SUBJECT, with_subjects
from crawler.links.targets import Targets, targets_of
from crawler.profiles import SiteProfile
from crawler.urls import BadURL, canonical

#: of a page's title, so much is looked at
MAX_TITLE_CHARS = 500

#: reasons that many pages of a site give
SAME_EVERYWHERE = "the same box on many pages of the site"
DIFFERS = "an unlabelled box with other links on each page of the site"

#: which kind an address has that stands in several places
_RANK: dict[LinkKind, int] = {"related": 3, "readmore": 2, "inline": 1, "other": 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A link with the reason for its kind, for whoever explains a page or learns from many."""

    link: RelatedLink
    #: why it is of this kind, in a few words
    why: str
    #: where its box stands in the page, the same on all pages of one layout; "" for a sentence
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _View:
    """One page, looked at once."""

    document: Document
    #: the page's own address, and the one that relative links are resolved against
    own: str
    base: str
    outline: Outline
    targets: Targets
    boxes: Boxes
    #: for ages and dates on cards
    language: str | None
    timezone: tzinfo | None


def find_links(document: Document, profile: SiteProfile | None = None) -> tuple[RelatedLink, ...]:
    """Every link of a page to another article, in document order, each address once.

    Those of menus come last.

    An address in several places is of its strongest kind: related, readmore, inline, other.
    """
    return tuple(found.link for found in explain_links(document, profile))


def related_links(
    document: Document, profile: SiteProfile | None = None
) -> tuple[RelatedLink, ...]:
    """The links that a crawl may follow: related, readmore and inline, numbered from 1."""
    links = [link for link in find_links(document, profile) if link.kind in FOLLOWABLE]
    return tuple(replace(link, position=n) for n, link in enumerate(links, 1))


def explain_links(
    document: Document,
    profile: SiteProfile | None = None,
    *,
    site_wide: Collection[str] = (),
    of_the_page: Collection[str] = (),
) -> tuple[Found, ...]:
    """What ``find_links`` finds, with reasons and places.

    ``site_wide`` are places whose boxes are known to hold the same links on many pages of the
    site; their links are ``other``, whatever their labels say. ``of_the_page`` are places whose
    boxes are known to hold other links on each page; where nothing else speaks, theirs are
    ``related``.
    """
    view = _view(document, profile)
    if view is None:
        return ()
    forced = dict(_by_profile(view, profile)) if profile else {}
    links = [_link(view, number) for number in range(len(view.targets))]
    verdicts = with_subjects(
        [(link, forced.get(link.at) or kind_of(link)) for link in links],
        _title(document),
        (node.text() for _, node in view.targets.in_menus.values()),
    )
    chosen: dict[str, tuple[Link, Verdict]] = {}
    for key, link, verdict in zip(view.targets.keys, links, verdicts, strict=True):
        verdict = _known_site(link, verdict, site_wide, of_the_page)
        known = chosen.get(key)
        if known is None or _rank(verdict) > _rank(known[1]):
            chosen[key] = (link, verdict)
    found = list(_found(view, sorted(chosen.values(), key=lambda choice: choice[0].at)))
    found.extend(_in_menus(view.targets, len(found)))
    if all(one.link.kind != "related" for one in found):
        found.extend(_from_state(view, chosen.keys() | view.targets.in_menus, len(found)))
    return tuple(found)


def _view(document: Document, profile: SiteProfile | None) -> _View | None:
    """The page with its parts known; None where its own address is none."""
    try:
        own = canonical(document.page.url)
    except BadURL:
        return None
    outline = outline_of(document.tree, with_menus=bool(profile and profile.related_boxes))
    base = _base(document, own)
    targets = targets_of(outline, own=own, base=base)
    prose = prose_of(outline, targets.places)
    labels = labels_of(outline, prose, targets.places)
    return _View(
        document=document,
        own=own,
        base=base,
        outline=outline,
        targets=targets,
        boxes=Boxes(outline=outline, targets=targets, prose=prose, labels=labels),
        language=(profile and profile.language) or _language(document),
        timezone=_timezone(profile),
    )


def _base(document: Document, own: str) -> str:
    head = document.tree.head
    node = head.css_first("base[href]") if head is not None else None
    try:
        return canonical((node.attributes.get("href") if node else None) or "", own)
    except BadURL:
        return own


def _title(document: Document) -> str:
    """What the page's window shows, without the words that name the site."""
    head = document.tree.head
    node = head.css_first("title") if head is not None else None
    text = node.text()[:MAX_TITLE_CHARS] if node is not None else ""
    return " ".join(word for word in text.split() if word.lower() not in document.host)


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


def _by_profile(view: _View, profile: SiteProfile) -> Iterator[tuple[int, Verdict]]:
    """The links in the boxes that a profile names, by position."""
    places = {node.mem_id: at for at, node in enumerate(view.outline.nodes)}
    kinds: tuple[tuple[LinkKind, tuple[str, ...]], ...] = (
        ("related", profile.related_boxes),
        ("other", profile.other_boxes),
    )
    for kind, selectors in kinds:
        for selector in selectors:
            for node in view.document.tree.css(selector):
                at = places.get(node.mem_id)
                if at is None:
                    continue
                for number in view.targets.between(at, view.outline.ends[at]):
                    why = f"profile {profile.name}: {selector}"
                    yield view.targets.places[number], Verdict(kind=kind, box="", why=why)


def _rank(verdict: Verdict) -> float:
    """How much a verdict weighs; titles on the subject only weigh more than nothing."""
    return 0.5 if verdict.why == ON_SUBJECT else _RANK[verdict.kind]


def _known_site(
    link: Link, verdict: Verdict, site_wide: Collection[str], of_the_page: Collection[str]
) -> Verdict:
    """The verdict, corrected by what many pages of the site tell of the box."""
    if verdict.kind in ("related", "readmore") and link.place in site_wide:
        return replace(verdict, kind="other", why=SAME_EVERYWHERE)
    if verdict.why == NOTHING and link.place in of_the_page:
        return replace(verdict, kind="related", why=DIFFERS)
    return verdict


def _link(view: _View, number: int) -> Link:
    """A link with what is around it."""
    outline, targets, at = view.outline, view.targets, view.targets.places[number]
    label = view.boxes.label_of(at)
    limit = label.at if label is not None and not is_more(label.text) else -1
    card = card_around(outline, targets, number, view.boxes.foreign, limit)
    return Link(
        boxes=view.boxes,
        at=at,
        url=targets.urls[number],
        is_home=targets.are_home[number],
        card=card,
        title=name_of(outline, at) or title_in(outline, card, at),
        label=label,
    )


def _found(view: _View, chosen: list[tuple[Link, Verdict]]) -> Iterator[Found]:
    for position, (link, verdict) in enumerate(chosen, 1):
        related = RelatedLink(
            url=link.url,
            kind=verdict.kind,
            box=verdict.box,
            anchor=link.title,
            position=position,
        )
        place = "" if verdict.kind == "inline" else link.place
        if verdict.kind in ("related", "readmore"):
            related = _with_card(view, link, related)
        yield Found(link=related, why=verdict.why, place=place)


def _in_menus(targets: Targets, before: int) -> Iterator[Found]:
    """The articles that only menus lead to."""
    for position, (url, node) in enumerate(targets.in_menus.values(), before + 1):
        anchor = " ".join(node.text().split())
        link = RelatedLink(url=url, kind="other", anchor=anchor, position=position)
        yield Found(link=link, why=NAVIGATION)


def _with_card(view: _View, link: Link, related: RelatedLink) -> RelatedLink:
    """The link with title, teaser and age from its card."""
    inside = view.targets.between(link.card, view.outline.ends[link.card])
    card = card_of(
        view.outline,
        link.card,
        [view.targets.places[number] for number in inside],
        now=view.document.page.fetched_at,
        language=view.language,
        timezone=view.timezone,
    )
    return replace(related, anchor=card.anchor, teaser=card.teaser, published=card.published)


def _from_state(view: _View, known: set[str], before: int) -> Iterator[Found]:
    """Related articles that a script would show; none where the page shows some of them."""
    links = related_in_state(view.document.tree, own=view.own, base=view.base)
    if not known.isdisjoint(links):
        return
    now = view.document.page.fetched_at
    for position, (url, said) in enumerate(links.values(), before + 1):
        moment = parse_moment(
            said.published, now=now, language=view.language, timezone=view.timezone
        )
        related = RelatedLink(
            url=url,
            kind="related",
            anchor=said.title,
            position=position,
            teaser=said.teaser,
            published=moment,
        )
        yield Found(link=related, why=f"{said.key} in the page's data")
