"""The steps that a spider takes with the frontier, for tests on a session."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.page.urls import address_of
from db.frontier import archive, leases
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.models import Page
from db.runs import lifecycle
from db.sql.compression import pack
from db.terms.claims import Claim
from db.terms.outcomes import Fetched, FoundLink
from tests.rows import NOON

ME = "machine:1"
SEED = "https://a.test/read/1/seed"


def begin(
    session: Session, *seeds: str, now: datetime = NOON, owner: str = ME, **rules: object
) -> int:
    """Begin a manual run; the rules as ``CrawlScope`` takes them."""
    run_id, _ = lifecycle.begin(
        session,
        kind="manual",
        seeds=[address_of(url) for url in seeds or (SEED,)],
        rules=CrawlScope(**rules),  # type: ignore[arg-type]
        owner=owner,
        now=now,
    )
    return run_id


def take(
    session: Session, run_id: int, *, now: datetime = NOON, owner: str = ME, limit: int = 10
) -> list[Claim]:
    """Everything that is due and free."""
    hosts = leases.lease_hosts(session, run_id=run_id, owner=owner, limit=limit, now=now)
    claims: list[Claim] = []
    drained = []
    for host in hosts:
        claimed = leases.claim(
            session, run_id=run_id, host_id=host.id, owner=owner, limit=limit, now=now
        )
        claims += claimed
        drained += [host.id] if len(claimed) < limit else []
    max_pages = CrawlScope.of(lifecycle.get(session, run_id).rules).max_pages
    kept = leases.settle(
        session,
        run_id=run_id,
        owner=owner,
        drained=drained,
        claims=claims,
        max_pages=max_pages,
        now=now,
    )
    return list(kept)


def hand_over(
    session: Session,
    run_id: int,
    claim: Claim,
    *targets: str,
    kind: str = "related",
    now: datetime = NOON,
) -> None:
    """Store a fetched page that links to the targets."""
    links = tuple(
        FoundLink(
            target=address_of(url),
            kind=kind,
            box="Berita terkait",
            anchor="x",
            position=position,
            teaser="",
            published_at=None,
        )
        for position, url in enumerate(targets, start=1)
    )
    page = Fetched(
        page_id=claim.page_id,
        url=claim.url,
        status=200,
        headers={},
        fetched_at=now,
        size=1,
        body=pack(b"x"),
        links=links,
    )
    archive.hand_over(session, context(session, run_id, now), ME, [page])


def context(session: Session, run_id: int, now: datetime = NOON) -> CrawlContext:
    """The run as the frontier's functions take it."""
    return CrawlContext(
        run_id=run_id, rules=CrawlScope.of(lifecycle.get(session, run_id).rules), now=now
    )


def page(session: Session, url: str) -> Page:
    """The row of an address as it is in the database now."""
    session.expire_all()
    return session.scalars(select(Page).where(Page.url == url)).one()


def done(session: Session, url: str, *, next_fetch_at: datetime = NOON + timedelta(days=9)) -> None:
    """Mark a page as read."""
    row = page(session, url)
    row.state, row.next_fetch_at = "done", next_fetch_at
    session.flush()
