"""What a page that came holds for the frontier: links, boxes, further pages, entries of a list.

Plain Python; ``crawler.engine.batch`` stores it.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.errors import BadURL, NoListing
from crawler.links.finder import DIFFERS, NO_ARTICLE, JudgedLink, explain_links, find_links
from crawler.links.rules import NOTHING
from crawler.page.document import Document
from crawler.page.feeds import ListEntry, Listing, read_listing
from crawler.page.items import FetchedPage, RelatedLink
from crawler.page.pagination import next_part
from crawler.page.profiles import profile_for
from crawler.page.refresh import refresh_target
from crawler.page.urls import address_at
from db.sql.compression import pack
from db.terms.claims import Claim
from db.terms.link_kinds import FOLLOWABLE
from db.terms.outcomes import Failed, Fetched, FoundLink, Line, Listed, Redirected, SeenBox
from db.terms.states import Reason, Why

#: links of one page that are kept; more is a trap or a site map
_MAX_LINKS = 500
#: boxes of one page that are learned from; more is no layout
_MAX_BOXES = 20
#: of other sites that a list leads to, so many are named
_MAX_NAMED = 3
#: a list that could not be read is looked at again the next night
_LIST_REST_SECONDS = 20 * 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A page that came."""

    claim: Claim
    page: FetchedPage


@dataclass(frozen=True, kw_only=True, slots=True)
class BoxVerdicts:
    """The places of a site whose boxes are known."""

    #: the same links on many pages
    site_wide: frozenset[str] = frozenset()
    #: other links on each page
    of_the_page: frozenset[str] = frozenset()
    #: (place, related or other): what a person said of it
    judged: tuple[tuple[str, str], ...] = ()
    #: further pages add nothing
    is_complete: bool = False


def extract(
    visit: Visit, sites: Collection[str], box_verdicts: BoxVerdicts
) -> Fetched | Listed | Failed | Redirected:
    """What is to be stored of a page, or of a feed, a sitemap or a section page.

    sites: those whose pages a list may lead to; none: any.
    """
    if visit.claim.role is not None:
        return _listed(visit, sites)
    page = visit.page
    document = Document(page)
    redirected = _refreshed(visit, document)
    if redirected is not None:
        return redirected
    judged = judged_links(document, box_verdicts)
    return Fetched(
        page_id=visit.claim.page_id,
        url=page.url,
        status=page.status,
        headers=dict(page.headers),
        fetched_at=page.fetched_at,
        size=len(page.body),
        body=pack(page.body),
        sha256=hashlib.sha256(page.body).digest(),
        is_known=visit.claim.is_known,
        links=followable(judged),
        others=tuple(
            j.link.target for j in judged if j.link.kind not in FOLLOWABLE and j.why != NO_ARTICLE
        ),
        no_articles=tuple(j.link.target for j in judged if j.why == NO_ARTICLE),
        boxes=() if box_verdicts.is_complete else boxes_of(judged),
        next_part=next_part(document),
    )


def _refreshed(visit: Visit, document: Document) -> Redirected | None:
    """A page that sends its reader elsewhere at once is a redirect in another form."""
    url = refresh_target(document)
    try:
        target = address_at(url) if url else None
    except BadURL:
        return None
    if target is None or target.url == visit.claim.url:
        return None
    return Redirected(page_id=visit.claim.page_id, target=target, status=visit.page.status)


def judged_links(document: Document, box_verdicts: BoxVerdicts) -> Sequence[JudgedLink]:
    """The article links of a page, as many as are kept, with what is known of its site."""
    return explain_links(
        document,
        profile_for(document.page.url),
        site_wide=box_verdicts.site_wide,
        of_the_page=box_verdicts.of_the_page,
        judged=dict(box_verdicts.judged),
        with_strangers=True,
    )[:_MAX_LINKS]


def followable(judged: Sequence[JudgedLink]) -> tuple[FoundLink, ...]:
    """Those of the links that are edges, as the rows need them."""
    return tuple(
        FoundLink(
            target=link.target,
            kind=link.kind,
            box=link.box,
            anchor=link.anchor,
            position=link.position,
            teaser=link.teaser,
            published_at=_moment(link),
        )
        for link in (judged_link.link for judged_link in judged)
        if link.kind in FOLLOWABLE
    )


def boxes_of(judged: Sequence[JudgedLink]) -> tuple[SeenBox, ...]:
    """The boxes of a page, for learning; links within sentences are in none."""
    targets: dict[str, list[str]] = defaultdict(list)
    labelled: set[str] = set()
    for judged_link in judged:
        if judged_link.place:
            targets[judged_link.place].append(judged_link.link.url)
            if judged_link.why not in (NOTHING, DIFFERS):
                labelled.add(judged_link.place)
    return tuple(
        SeenBox(place=place, targets=tuple(urls), is_unlabelled=place not in labelled)
        for place, urls in list(targets.items())[:_MAX_BOXES]
    )


def _moment(link: RelatedLink) -> datetime | None:
    """When the target was published, where more than the day is told."""
    return link.published.at if link.published else None


def _listed(visit: Visit, sites: Collection[str]) -> Listed | Failed:
    page, claim = visit.page, visit.claim
    role = claim.role or ""
    try:
        listing = listing_of(page, role)
    except NoListing as error:
        return _unreadable(claim.page_id, Why(Reason.NO_LIST, f"{role}: {error}"))
    if not listing.entries and not listing.lists:
        return _unreadable(claim.page_id, Why(Reason.EMPTY_LIST, role))
    pages, lists = _lines(listing.entries), _lines(listing.lists)
    allowed = [line for line in pages if not sites or line[0].site in sites]
    if pages and not allowed and not lists:
        others = Counter(address.site for address, _ in pages).most_common(_MAX_NAMED)
        why = Why(Reason.LIST_OF_OTHER_SITES, ", ".join(site for site, _ in others))
        return _unreadable(claim.page_id, why)
    return Listed(
        page_id=claim.page_id,
        status=page.status,
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
        entries=tuple(allowed),
        lists=tuple(line for line in lists if not sites or line[0].site in sites),
        left=listing.left,
    )


def listing_of(page: FetchedPage, role: str) -> Listing:
    """What a feed, a sitemap or a section page lists. Raises NoListing."""
    if role == "section":
        links = find_links(Document(page), profile_for(page.url))[:_MAX_LINKS]
        entries = (ListEntry(url=link.written or link.url, at=_moment(link)) for link in links)
        return Listing(entries=tuple(entries))
    return read_listing(page.body, page.url)


def _lines(entries: Sequence[ListEntry]) -> tuple[Line, ...]:
    """The entries by their canonical addresses, each once."""
    lines: dict[str, Line] = {}
    for entry in entries:
        try:
            address = address_at(entry.url)
        except BadURL:
            continue
        lines.setdefault(address.url, (address, entry.at))
    return tuple(lines.values())


def _unreadable(page_id: int, why: Why) -> Failed:
    return Failed(page_id=page_id, why=why, status=200, rest_seconds=_LIST_REST_SECONDS)
