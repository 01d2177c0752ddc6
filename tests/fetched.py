"""Pages put into the archive as the spider does, for tests of what readers make of them."""

from collections.abc import Sequence
from datetime import timedelta

from crawler.page.urls import address_of
from db.frontier import archive, leases
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.models import Run
from db.runs import lifecycle
from db.sql.compression import pack
from db.sql.session import Database
from db.terms.outcomes import Fetched, FoundLink
from tests.rows import NOON
from workers.ingest.pipeline import ingest


def found_link(target: str, position: int = 1, kind: str = "related") -> FoundLink:
    """A link of a box."""
    return FoundLink(
        target=address_of(target), kind=kind, box="Berita Terkait", anchor="Judul",
        position=position, teaser="", published_at=None,
    )  # fmt: skip


def visit(
    database: Database, pages: dict[str, bytes], *, days: float = 0,
    links: dict[str, Sequence[FoundLink]] | None = None, site: str | None = None,
    rules: CrawlScope | None = None,
) -> Run:  # fmt: skip
    """A run that fetches these pages (address -> what came) and reads them; its row, detached."""
    now = NOON + timedelta(days=days)
    rules = rules or CrawlScope(fresh=True, depth=1)
    with database.write() as session:
        run_id, _ = lifecycle.begin(
            session, kind="nightly" if site else "manual", rules=rules, owner="me:1", now=now,
            seeds=[address_of(url) for url in pages], site=site,
        )  # fmt: skip
        context = CrawlContext(run_id=run_id, rules=rules, now=now)
        for host in leases.lease_hosts(session, run_id=run_id, owner="me:1", limit=9, now=now):
            claims = leases.claim(
                session, run_id=run_id, host_id=host.id, owner="me:1", limit=99, now=now
            )
            fetched = [
                Fetched(
                    page_id=claim.page_id, url=claim.url, status=200, fetched_at=now,
                    headers={"content-type": "text/html"}, size=len(pages[claim.url]),
                    body=pack(pages[claim.url]), links=tuple((links or {}).get(claim.url, ())),
                )
                for claim in claims
                if claim.url in pages
            ]  # fmt: skip
            archive.hand_over(session, context, "me:1", fetched)
    with database.write() as session:
        ids = leases.waiting(session, silent_seconds=0, limit=999, now=now)
    ingest(database, ids)
    with database.write() as session:
        run = lifecycle.finish(session, run_id, message=None, now=now)
        session.flush()
        session.refresh(run)
        session.expunge(run)
    return run
