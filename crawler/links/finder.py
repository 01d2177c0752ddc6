"""A page's links to other articles, each with what it is to the article; plain Python.

The page becomes a flat outline; the body, the labels and the cards on it are found; then rules
decide what each link is (``crawler.links.rules``). No rule knows a site; what is known of one comes
as its profile, or as the places of boxes that many of its pages share.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from crawler.errors import BadURL
from crawler.links.boxes import boxes_in
from crawler.links.cards import MAX_CARD_CHARS, Card, card_around, card_of, name_of, title_in
from crawler.links.embedded_state import related_in_state
from crawler.links.headings import count_between
from crawler.links.judge import speaks_of_article, weighed
from crawler.links.labels import is_more
from crawler.links.link_features import LinkTable
from crawler.links.overlap import stems, subject_of
from crawler.links.page_view import PageView, title_of, view_of
from crawler.links.rules import (
    NAVIGATION,
    NOTHING,
    LinkEvidence,
    Verdict,
    by_own_words,
    own_words,
    refused,
)
from crawler.links.target_address import is_offer
from crawler.links.targets import MAX_LINKS_OF_CARD
from crawler.links.testimony import Testimony
from crawler.page.dates.date_parser import past_moment
from crawler.page.document import Document
from crawler.page.items import RelatedLink
from crawler.page.profiles import SiteProfile
from crawler.page.urls import address_at
from db.terms.link_kinds import FOLLOWABLE, LinkKind

#: of the article's text, so many pieces are looked at for its subject
MAX_PIECES = 600

#: reasons that many pages of a site give
SAME_EVERYWHERE = "the same box on many pages of the site"
SAID = "as a person said of the box"
DIFFERS = "an unlabelled box with other links on each page of the site"

#: beside the articles of a box: links to what is none, by its address
NO_ARTICLE = "no article, as its address says"
#: of a page so many of these are told; a box of more links is no box
_MAX_STRANGERS, _MAX_LINKS_OF_BOX = 40, 80

#: which kind an address has that stands in several places
_RANK: dict[LinkKind, int] = {"related": 3, "readmore": 2, "inline": 1, "other": 0}

_Choice = tuple[LinkEvidence, Verdict]


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedLink:
    """A link with the reason for its kind, for whoever explains a page or learns from many."""

    link: RelatedLink
    #: why it is of this kind, in a few words
    why: str
    #: where its box stands in the page, the same on all pages of one layout; "" for a sentence
    place: str = ""


def find_links(document: Document, profile: SiteProfile | None = None) -> tuple[RelatedLink, ...]:
    """Every link of a page to another article, in document order, each address once.

    Those of menus come last.

    An address in several places is of its strongest kind: related, readmore, inline, other.
    """
    return tuple(judged.link for judged in explain_links(document, profile))


def related_links(
    document: Document, profile: SiteProfile | None = None
) -> tuple[RelatedLink, ...]:
    """The links that a crawl may follow: related, readmore and inline, numbered from 1."""
    view = view_of(document, profile)
    if view is None:
        return ()
    chosen = _chosen(view, profile)
    wanted = [choice for choice in chosen.values() if choice[1].kind in FOLLOWABLE]
    links = [_described(view, *choice, n) for n, choice in enumerate(_in_order(wanted), 1)]
    if all(link.kind != "related" for link in links):
        links.extend(judged.link for judged in _from_state(view, chosen, len(links)))
    return tuple(links)


def explain_links(
    document: Document,
    profile: SiteProfile | None = None,
    *,
    site_wide: Collection[str] = (),
    of_the_page: Collection[str] = (),
    judged: Mapping[str, str] = MappingProxyType({}),
    with_strangers: bool = False,
) -> tuple[JudgedLink, ...]:
    """What ``find_links`` finds, with reasons and places.

    ``with_strangers``: also what stands in boxes of related links and is no article (tags, files).

    ``site_wide`` are places whose boxes are known to hold the same links on many pages of the
    site; their links are ``other``, whatever their labels say. ``of_the_page`` are places whose
    boxes are known to hold other links on each page; where nothing else speaks, theirs are
    ``related``. ``judged``: place -> ``related`` or ``other``, as a person said, whatever speaks
    against it.
    """
    view = view_of(document, profile)
    if view is None:
        return ()
    chosen = _chosen(view, profile, site_wide, of_the_page, judged)
    found = [
        JudgedLink(
            link=_described(view, link, verdict, position),
            why=verdict.why,
            place="" if verdict.kind == "inline" else link.place,
        )
        for position, (link, verdict) in enumerate(_in_order(chosen.values()), 1)
    ]
    found.extend(_in_menus(view, len(found)))
    if all(one.link.kind != "related" for one in found):
        found.extend(_from_state(view, chosen, len(found)))
    if with_strangers:
        found.extend(_strangers(view, chosen.values(), len(found)))
    return tuple(found)


def _strangers(view: PageView, choices: Iterable[_Choice], before: int) -> Iterator[JudgedLink]:
    """What stands among the cards of related articles and is none."""
    outline, articles = view.outline, set(view.targets.places)
    boxes = {
        outline.parents[link.card]
        for link, verdict in choices
        if verdict.kind in ("related", "readmore")
    }
    hrefs: dict[str, str] = {}
    for box in sorted(box for box in boxes if box >= 0):
        start, end = (bisect_left(outline.links, at) for at in (box, outline.ends[box]))
        if end - start <= _MAX_LINKS_OF_BOX:
            for at in outline.links[start:end]:
                if at not in articles:
                    href = (outline.nodes[at].attrs.get("href") or "").strip()
                    hrefs.setdefault(href, outline.text(at))
    position = before
    for href, text in list(hrefs.items())[:_MAX_STRANGERS]:
        try:
            there = address_at(href, view.base)
        except BadURL:
            continue
        if href.startswith("#") or there.url in (view.own, view.base):
            continue
        position += 1
        link = RelatedLink(
            url=there.url, kind="other", anchor=text, position=position, written=there.written
        )
        yield JudgedLink(link=link, why=NO_ARTICLE)


def _chosen(
    view: PageView,
    profile: SiteProfile | None,
    site_wide: Collection[str] = (),
    of_the_page: Collection[str] = (),
    said: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, _Choice]:
    """By identity, of the links to each article the one that says most of it."""
    if not len(view.targets):
        return {}
    forced = dict(_by_profile(view, profile)) if profile else {}
    table = table_of(view)
    own_boxes: set[int] = set()
    if site_wide:
        own = zip(table.links, speaks_of_article(table), strict=True)
        own_boxes = {link.at for link, speaks in own if speaks}
    judged = [
        (link, forced.get(link.at) or _final(link, verdict))
        for link, verdict in zip(table.links, weighed(table), strict=True)
    ]
    chosen: dict[str, _Choice] = {}
    for address, (link, verdict) in zip(table.addresses, judged, strict=True):
        key = address.key
        if site_wide or of_the_page:
            is_own = link.at in own_boxes
            verdict = _known_site(link, verdict, site_wide, of_the_page, is_own=is_own)
        if said:
            verdict = _as_said(verdict, said.get(link.place))
        earlier = chosen.get(key)
        if earlier is None or _RANK[verdict.kind] > _RANK[earlier[1].kind]:
            chosen[key] = (link, verdict)
    return chosen


def _final(link: LinkEvidence, weighed: Verdict) -> Verdict:
    """What a link plainly says of itself goes before what the evidence says."""
    verdict = by_own_words(link) or weighed
    if verdict.kind == "other":
        return verdict
    return refused(link) or verdict


def table_of(view: PageView) -> LinkTable:
    """The evidence on every link of a page to another article; there must be one."""
    numbers = list(_one_a_card(view))
    links = [_link(view, number) for number in numbers]
    titles = [stems(link.title) for link in links]
    by_address: dict[str, frozenset[str]] = {}
    for link, title in zip(links, titles, strict=True):
        by_address[link.url] = by_address.get(link.url, frozenset()) | title
    outline, prose = view.outline, view.boxes.prose
    headline = outline.text(prose.headline) if prose.headline >= 0 else ""
    subject = subject_of(
        (headline, title_of(view.document)),
        " ".join(outline.pieces[prose.start : prose.end][:MAX_PIECES]),
        by_address,
    )
    return LinkTable(
        links=links,
        boxes=boxes_in(links),
        addresses=[view.targets.addresses[number] for number in numbers],
        own=view.reader.page,
        subject=subject,
        stems=titles,
        testimony=Testimony(context=view.boxes, headline=subject.headline),
    )


def _one_a_card(view: PageView) -> Iterator[int]:
    """The numbers of the links, but of several of one card (picture, title) only the title's."""
    outline, keys, places = view.outline, view.targets.keys, view.targets.places
    paragraphs, chars, starts = view.boxes.prose.paragraphs, outline.chars, outline.text_starts
    labels = sorted(label.at for label in view.boxes.labels)
    number, total = 0, len(keys)
    while number < total:
        best = number
        following = number + 1
        while (
            following < total
            and keys[following] == keys[number]
            and following - number < MAX_LINKS_OF_CARD
            and chars[starts[places[following]]] - chars[starts[places[number]]] <= MAX_CARD_CHARS
            and not count_between(labels, places[number], places[following])
            and outline.blocks[places[following]] not in paragraphs
            and outline.blocks[places[number]] not in paragraphs
        ):
            if outline.length(places[following]) > outline.length(places[best]):
                best = following
            following += 1
        yield best
        number = following


def _in_order(choices: Iterable[_Choice]) -> list[_Choice]:
    return sorted(choices, key=lambda choice: choice[0].at)


def _by_profile(view: PageView, profile: SiteProfile) -> Iterator[tuple[int, Verdict]]:
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


def _known_site(
    link: LinkEvidence,
    verdict: Verdict,
    site_wide: Collection[str],
    of_the_page: Collection[str],
    *,
    is_own: bool,
) -> Verdict:
    """The verdict, corrected by what many pages of the site tell of the box.

    A box that calls itself related is not silenced by that alone where its titles speak of what
    this article's headline speaks of.
    """
    if verdict.kind in ("related", "readmore") and link.place in site_wide and not is_own:
        return replace(verdict, kind="other", why=SAME_EVERYWHERE)
    if verdict.why == NOTHING and link.place in of_the_page:
        return replace(verdict, kind="related", why=DIFFERS)
    return verdict


def _as_said(verdict: Verdict, kind: str | None) -> Verdict:
    """The verdict, where a person said what the box is."""
    if kind == "other" and verdict.kind in ("related", "readmore"):
        return replace(verdict, kind="other", why=SAID)
    if kind == "related" and verdict.kind == "other":
        return replace(verdict, kind="related", why=SAID)
    return verdict


def _link(view: PageView, number: int) -> LinkEvidence:
    """A link with what is around it."""
    outline, targets, at = view.outline, view.targets, view.targets.places[number]
    label = view.boxes.label_of(at)
    limit = label.at if label is not None and not is_more(label.text) else -1
    card = card_around(outline, targets, number, view.boxes.foreign, limit)
    said, words = own_words(outline, at)
    return LinkEvidence(
        boxes=view.boxes,
        outline=outline,
        at=at,
        url=targets.urls[number],
        written=targets.addresses[number].written,
        is_home=targets.are_home[number],
        is_offer=is_offer(targets.addresses[number], view.reader.page),
        card=card,
        title=name_of(outline, at, in_prose=outline.blocks[at] in view.boxes.prose.paragraphs)
        or title_in(outline, card, at),
        label=label,
        stands=view.boxes.place_of(at),
        own_words=said,
        own_label=words,
    )


def _described(view: PageView, link: LinkEvidence, verdict: Verdict, position: int) -> RelatedLink:
    """The link as others see it; a related one with title, teaser and age from its card."""
    card = _card(view, link) if verdict.kind in ("related", "readmore") else None
    return RelatedLink(
        url=link.url,
        kind=verdict.kind,
        box=verdict.box,
        anchor=card.anchor if card else link.title,
        position=position,
        teaser=card.teaser if card else "",
        published=card.published if card else None,
        written=link.written,
    )


def _in_menus(view: PageView, before: int) -> Iterator[JudgedLink]:
    """The articles that only menus lead to."""
    for position, (there, node) in enumerate(view.in_menus.values(), before + 1):
        link = RelatedLink(
            url=there.url,
            kind="other",
            anchor=" ".join(node.text().split()),
            position=position,
            written=there.written,
        )
        yield JudgedLink(link=link, why=NAVIGATION)


def _card(view: PageView, link: LinkEvidence) -> Card:
    inside = view.targets.between(link.card, view.outline.ends[link.card])
    return card_of(
        view.outline,
        link.card,
        [view.targets.places[number] for number in inside],
        now=view.document.page.fetched_at,
        language=view.language,
        timezone=view.timezone,
    )


def _from_state(view: PageView, known: Collection[str], before: int) -> Iterator[JudgedLink]:
    """Related articles that a script would show; none where the page shows some of them."""
    links = related_in_state(view.document, own=view.own, base=view.base)
    if any(key in known or key in view.in_menus for key in links):
        return
    now = view.document.page.fetched_at
    for position, (there, said) in enumerate(links.values(), before + 1):
        moment = past_moment(
            said.published, now=now, language=view.language, timezone=view.timezone
        )
        related = RelatedLink(
            url=there.url,
            kind="related",
            anchor=said.title,
            position=position,
            teaser=said.teaser,
            published=moment,
            written=there.written,
        )
        yield JudgedLink(link=related, why=f"{said.key} in the page's data")
