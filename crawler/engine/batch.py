"""What came of the requests, and how a batch of it is stored in one commit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from crawler.engine.site_layout import BoxVerdicts, boxes_of
from crawler.links.finder import JudgedLink, explain_links, find_links
from crawler.page.document import Document
from crawler.page.feeds import ListEntry, NoListing, read_listing
from crawler.page.items import FOLLOWABLE, FetchedPage, RelatedLink
from crawler.page.pagination import next_part
from crawler.page.profiles import profile_for
from crawler.page.urls import BadURL, canonical, host_of, site_of
from db.addresses import Address
from db.frontier import archive, failures, hosts, lists, revisits
from db.frontier.expansion import CrawlContext
from db.frontier.failures import Failed
from db.frontier.leases import Claim
from db.frontier.revisits import Unchanged
from db.frontier.scope import CrawlScope
from db.links.box_stats import SeenBox

#: links of one page that are kept; more is a trap or a site map
_MAX_LINKS = 500
#: a list that could not be read is looked at again the next night
_LIST_REST_SECONDS = 20 * 3600.0

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A page that came."""

    claim: Claim
    page: FetchedPage


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A page that may not be fetched."""

    page_id: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HostRest:
    """A host is to rest, or answers again."""

    host_id: int
    #: no request for so long; None: it answers again
    rest_seconds: float | None
    #: it failed again and again; None: it asked for the rest itself
    problem: str | None = None


Outcome = Visit | Failed | archive.Redirected | Refused | Unchanged | HostRest


Ready = (
    archive.Fetched | lists.Listed | Failed | archive.Redirected | Refused | Unchanged | HostRest
)


def address_of(url: str) -> Address:
    """A canonical address as the rows need it."""
    return Address(url=url, host=host_of(url), site=site_of(url))


def prepare(
    batch: Sequence[Outcome], rules: CrawlScope, box_verdicts: Mapping[str, BoxVerdicts]
) -> list[Ready]:
    """Do what needs no database: find links, compress, read lists.

    lore: site -> what is known of the boxes on its pages.
    """
    return [_ready(one, rules, box_verdicts) if isinstance(one, Visit) else one for one in batch]


def _ready(visit: Visit, rules: CrawlScope, box_verdicts: Mapping[str, BoxVerdicts]) -> Ready:
    if visit.claim.role is not None:
        return _listed(visit, rules)
    return _fetched(visit, box_verdicts.get(site_of(visit.page.url), BoxVerdicts()))


def sites_of(batch: Sequence[Outcome]) -> set[str]:
    """The sites of the pages that came."""
    return {site_of(one.page.url) for one in batch if isinstance(one, Visit)}


def boxes_by_site(batch: Sequence[Ready]) -> dict[str, list[tuple[SeenBox, ...]]]:
    """Site -> the boxes of each of its pages."""
    found: dict[str, list[tuple[SeenBox, ...]]] = {}
    for page in _of(batch, archive.Fetched):
        found.setdefault(site_of(page.url), []).append(page.boxes)
    return found


def store(session: Session, context: CrawlContext, owner: str, batch: Sequence[Ready]) -> list[int]:
    """Store a batch. Returns the ids of the pages that wait to be read now."""
    pages = _of(batch, archive.Fetched)
    same = archive.same_as_before(session, [page for page in pages if page.is_known])
    ids = archive.hand_over(
        session, context, owner, [page for page in pages if page.page_id not in same]
    )
    unchanged = [*_of(batch, Unchanged), *(_same(one) for one in pages if one.page_id in same)]
    revisits.confirm(session, context, owner, unchanged)
    lists.take_in(session, context, owner, _of(batch, lists.Listed))
    archive.redirect(session, context, owner, _of(batch, archive.Redirected))
    failed = _of(batch, Failed)
    failures.fail(session, run_id=context.run_id, owner=owner, failures=failed, now=context.now)
    refused = {one.page_id: one.reason for one in _of(batch, Refused)}
    failures.refuse(session, run_id=context.run_id, owner=owner, refused=refused)
    for news in _of(batch, HostRest):
        _tell(session, news, context.now)
    return ids


def _of(batch: Sequence[Ready], kind: type[T]) -> list[T]:
    return [one for one in batch if isinstance(one, kind)]


def _tell(session: Session, news: HostRest, now: datetime) -> None:
    if news.rest_seconds is None:
        hosts.recover(session, news.host_id)
        return
    until = now + timedelta(seconds=news.rest_seconds)
    hosts.rest(session, news.host_id, until=until, problem=news.problem)


def _same(page: archive.Fetched) -> Unchanged:
    return Unchanged(
        page_id=page.page_id,
        status=page.status,
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
    )


def _fetched(visit: Visit, box_verdicts: BoxVerdicts) -> archive.Fetched:
    page = visit.page
    document = Document(page)
    explained = explained_links(document, box_verdicts)
    following = next_part(document)
    found = [one.link for one in explained]
    return archive.Fetched(
        page_id=visit.claim.page_id,
        url=page.url,
        status=page.status,
        headers=dict(page.headers),
        fetched_at=page.fetched_at,
        size=len(page.body),
        body=archive.pack(page.body),
        is_known=visit.claim.is_known,
        links=followable(explained),
        others=tuple(address_of(link.url) for link in found if link.kind not in FOLLOWABLE),
        boxes=() if box_verdicts.is_complete else boxes_of(explained),
        next_part=address_of(following) if following else None,
    )


def explained_links(document: Document, box_verdicts: BoxVerdicts) -> Sequence[JudgedLink]:
    """The article links of a page, as many as are kept, with what is known of its site."""
    return explain_links(
        document,
        profile_for(document.page.url),
        site_wide=box_verdicts.site_wide,
        of_the_page=box_verdicts.of_the_page,
    )[:_MAX_LINKS]


def followable(explained: Sequence[JudgedLink]) -> tuple[archive.FoundLink, ...]:
    """Those of the links that are edges, as the rows need them."""
    return tuple(
        archive.FoundLink(
            target=address_of(link.url),
            kind=link.kind,
            box=link.box,
            anchor=link.anchor,
            position=link.position,
            teaser=link.teaser,
            published_at=_moment(link),
        )
        for link in (one.link for one in explained)
        if link.kind in FOLLOWABLE
    )


def _moment(link: RelatedLink) -> datetime | None:
    """When the target was published, where more than the day is told."""
    return link.published.at if link.published else None


def _listed(visit: Visit, rules: CrawlScope) -> lists.Listed | Failed:
    """What a feed, a sitemap or a section page lists."""
    page, claim = visit.page, visit.claim
    try:
        entries, sublists = _entries(page, claim.role)
    except NoListing as error:
        return _unreadable(claim.page_id, f"no {claim.role}: {error}")
    if not entries and not sublists:
        return _unreadable(claim.page_id, f"the {claim.role} is empty")
    return lists.Listed(
        page_id=claim.page_id,
        status=page.status,
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
        entries=_addresses(entries, rules.sites),
        lists=_addresses(sublists, rules.sites),
    )


def _entries(
    page: FetchedPage, role: str | None
) -> tuple[Sequence[ListEntry], Sequence[ListEntry]]:
    if role == "section":
        links = find_links(Document(page), profile_for(page.url))[:_MAX_LINKS]
        return [ListEntry(url=link.url, at=_moment(link)) for link in links], ()
    listing = read_listing(page.body, page.url)
    return listing.entries, listing.lists


def _addresses(entries: Sequence[ListEntry], sites: Collection[str]) -> tuple[lists.Line, ...]:
    """The entries that may be walked, by their canonical addresses."""
    lines: dict[str, lists.Line] = {}
    for entry in entries:
        try:
            address = address_of(canonical(entry.url))
        except BadURL:
            continue
        if not sites or address.site in sites:
            lines.setdefault(address.url, (address, entry.at))
    return tuple(lines.values())


def _unreadable(page_id: int, reason: str) -> Failed:
    return Failed(page_id=page_id, reason=reason, status=200, rest_seconds=_LIST_REST_SECONDS)
