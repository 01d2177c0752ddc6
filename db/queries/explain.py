"""Why an address was fetched, skipped or failed: all that the rows say about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import ArchivedPage, Article, Host, Link, Page
from db.queries.frontier import RestingHost
from db.queries.resolve import addresses_of, find_page, follow, near
from db.queries.visits import VisitCounts, VisitLine, visit_lines
from db.terms.states import State

#: links to an address that are listed
MAX_LINKS = 50
#: pages on the way back to the seed that are listed
MAX_TRAIL = 100
#: visits that are listed
MAX_VISITS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkHere:
    """A link that leads to the address."""

    source: str
    kind: str
    box: str
    anchor: str
    #: why it was not followed, None where it was
    unfollowed: str | None
    first_run: int | None
    last_run: int | None
    #: times of the visits that saw it first and last; None: not known
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class HostNow(RestingHost):
    """The server of the address."""

    #: HTTP status of its robots.txt, None where it was never asked for
    robots_status: int | None
    robots_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """What is known of an address."""

    #: as asked for, canonical
    asked: str
    #: False: no crawl has met it
    is_known: bool
    #: known addresses beside one that is not
    near: tuple[str, ...] = ()
    #: as it stands in the database
    url: str | None = None
    #: the spelling that is asked for, where that is another
    written_url: str | None = None
    state: str | None = None
    reason: str | None = None
    #: HTTP status of the last answer
    status: int | None = None
    attempts: int = 0
    #: how often a worker has begun to read it
    reads: int = 0
    #: feed, sitemap or section that a schedule asks for; None: a page to be read
    role: str | None = None
    fetched_at: datetime | None = None
    next_fetch_at: datetime | None = None
    looks: VisitCounts | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None
    run: int | None = None
    depth: int | None = None
    #: how often it was fetched and archived
    archived: int = 0
    #: the pages that led here, nearest first, the seed last
    trail: tuple[str, ...] = ()
    #: where a redirect or rel=canonical leads
    leads_to: str | None = None
    article_id: int | None = None
    article_url: str | None = None
    #: other addresses of that article
    aliases: tuple[str, ...] = ()
    host: HostNow | None = None
    links: tuple[LinkHere, ...] = ()
    #: how many links lead here, those not listed included
    link_count: int = 0
    #: its visits, the newest first
    visits: tuple[VisitLine, ...] = ()


def explain(session: Session, url: str) -> Explanation:
    """All that is known of a canonical address."""
    page = find_page(session, url)
    if page is None:
        beside = tuple(address.url for address in near(session, url))
        return Explanation(asked=url, is_known=False, near=beside)
    end = follow(session, [page.id])[page.id]
    visits = visit_lines(session, [page.id], limit=MAX_VISITS)
    # what a later run merely walked by is none of that run's
    told = visits[0] if visits and page.state in (State.DONE, State.FAILED) else None
    article = session.get(Article, end.article_id) if end.article_id else None
    return Explanation(
        asked=url,
        is_known=True,
        url=page.url,
        written_url=page.written_url,
        state=page.state,
        reason=page.reason,
        status=page.status,
        attempts=page.attempts,
        reads=page.reads,
        role=page.role,
        fetched_at=page.fetched_at,
        next_fetch_at=page.next_fetch_at,
        looks=VisitCounts.of(page),
        lease_owner=page.lease_owner,
        lease_until=page.lease_until,
        run=told.run if told else page.run_id,
        depth=told.depth if told else page.depth,
        archived=_archived(session, page),
        trail=_trail(session, page),
        leads_to=end.url if end.id != page.id else None,
        article_id=article.id if article else None,
        article_url=article.url if article else None,
        aliases=_aliases(session, article, page),
        host=_host(session, page),
        links=tuple(_links(session, page)),
        link_count=_count_links(session, page),
        visits=tuple(visits),
    )


def _archived(session: Session, page: Page) -> int:
    counted = select(func.count()).select_from(ArchivedPage)
    return session.scalar(counted.where(ArchivedPage.page_id == page.id)) or 0


def _trail(session: Session, page: Page) -> tuple[str, ...]:
    """The way back to the seed; pages can have led to each other in a circle."""
    trail: list[str] = []
    seen = {page.id}
    current = page.found_on_id
    while current is not None and current not in seen and len(trail) < MAX_TRAIL:
        seen.add(current)
        row = session.execute(select(Page.url, Page.found_on_id).where(Page.id == current)).one()
        trail.append(row.url)
        current = row.found_on_id
    return tuple(trail)


def _aliases(session: Session, article: Article | None, page: Page) -> tuple[str, ...]:
    if article is None:
        return ()
    addresses = addresses_of(session, [article.id]).get(article.id, [])
    return tuple(address.url for address in addresses if address.id != page.id)


def robots_text(session: Session, host: str) -> str | None:
    """What a host's robots.txt said when it was last asked for."""
    return session.scalar(select(Host.robots_body).where(Host.name == host))


def _host(session: Session, page: Page) -> HostNow:
    host = session.get_one(Host, page.host_id)
    return HostNow(
        name=host.name,
        site=host.site,
        rest_until=host.rest_until,
        problem=host.problem,
        failures=host.failures,
        delay_seconds=host.delay_seconds,
        lease_owner=host.lease_owner,
        lease_until=host.lease_until,
        robots_status=host.robots_status,
        robots_until=host.robots_until,
    )


def _links(session: Session, page: Page) -> Sequence[LinkHere]:
    rows = session.execute(
        select(Link, Page.url)
        .join(Page, Page.id == Link.source_id)
        .where(Link.target_id == page.id)
        .order_by(Link.id)
        .limit(MAX_LINKS)
    )
    return [
        LinkHere(
            source=url,
            kind=link.kind,
            box=link.box,
            anchor=link.anchor,
            unfollowed=link.unfollowed,
            first_run=link.first_run_id,
            last_run=link.last_run_id,
            first_seen=link.first_seen_at,
            last_seen=link.last_seen_at,
        )
        for link, url in rows
    ]


def _count_links(session: Session, page: Page) -> int:
    counted = select(func.count()).select_from(Link).where(Link.target_id == page.id)
    return session.scalar(counted) or 0
