"""Pages in the archive, put there by the steps of a spider."""

from datetime import timedelta

from sqlalchemy import select

from crawler.engine.batch import put_away
from db.frontier import archive, revisits
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.models import ArchivedPage
from db.runs import lifecycle
from db.sql.compression import pack
from db.sql.session import Database
from db.terms.outcomes import Fetched
from tests.frontier_steps import ME, take
from tests.frontier_steps import begin as begin_run
from tests.rows import NOON


def fetch(database: Database, url: str, body: bytes, *, days: int = 0) -> int:
    """Take a page through the steps of a spider; its id."""
    now, rules = NOON + timedelta(days=days), CrawlScope(fresh=True)
    with database.write() as session:
        run_id = begin_run(session, url, now=now, fresh=True)
        (claim,) = take(session, run_id, now=now)
    page = Fetched(
        page_id=claim.page_id, url=url, status=200, headers={"content-type": "text/html"},
        fetched_at=now, size=len(body), body=pack(body), is_known=bool(days),
    )  # fmt: skip
    outcomes = put_away(database, [page])
    with database.write() as session:
        context = CrawlContext(run_id=run_id, rules=rules, now=now)
        pages = [outcome for outcome in outcomes if isinstance(outcome, Fetched)]
        if archive.same_as_before(session, [page for page in pages if page.is_known]):
            revisits.confirm(session, context, ME, [])
        else:
            archive.hand_over(session, context, ME, pages)
        lifecycle.finish(session, run_id, message=None, now=now)
    return claim.page_id


def rows(database: Database) -> list[ArchivedPage]:
    with database.read() as session:
        return list(session.scalars(select(ArchivedPage).order_by(ArchivedPage.id)))
