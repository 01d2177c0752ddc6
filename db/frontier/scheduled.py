"""What a scheduled run begins with besides its seeds: lists to look at, pages to look at again."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.frontier.expansion import Candidate, CrawlContext, enqueue
from db.frontier.lists import look_at
from db.frontier.page_rows import ensure_pages
from db.models import Host, Page, Run
from db.terms.addresses import Address
from db.terms.states import State

#: known pages that one run looks at again, where its budget does not say less
_MAX_PAGES = 20_000
#: they come after what is new
_PRIORITY = 40


def begin(
    session: Session, context: CrawlContext, *, site: str, roles: Mapping[Address, str]
) -> None:
    """Let these lists (address -> feed, sitemap, section) and what is due enter the run."""
    ids = ensure_pages(session, list(roles))
    look_at(session, context, {ids[address.url]: role for address, role in roles.items()})
    limit = min(context.rules.max_pages or _MAX_PAGES, _MAX_PAGES)
    depths = _left_over(session, context, site, limit) | _due(session, context, limit)
    depth = context.rules.depth
    candidates = {
        id_: Candidate(depth=min(own, depth), priority=_PRIORITY + own)
        for id_, own in depths.items()
    }
    enqueue(session, context, candidates)


def _due(session: Session, context: CrawlContext, limit: int) -> dict[int, int]:
    """id -> depth of the known pages of these sites whose next visit has come, oldest first."""
    rows = session.execute(
        select(Page.id, Page.depth)
        .join(Host, Host.id == Page.host_id)
        .where(
            Host.site.in_(context.rules.sites),
            Page.state.in_((State.DONE, State.FAILED)),
            Page.next_fetch_at <= context.now,
            Page.role.is_(None),
            Page.alias_of_id.is_(None),
        )
        .order_by(Page.next_fetch_at)
        .limit(limit)
    )
    return {row.id: row.depth for row in rows}


def _left_over(session: Session, context: CrawlContext, site: str, limit: int) -> dict[int, int]:
    """id -> depth of what earlier runs of the site had no budget for."""
    earlier = select(Run.id).where(Run.site == site, Run.id != context.run_id)
    rows = session.execute(
        select(Page.id, Page.depth)
        .where(Page.run_id.in_(earlier), Page.state == State.DUE, Page.role.is_(None))
        .order_by(Page.priority, Page.id)
        .limit(limit)
    )
    return {row.id: row.depth for row in rows}
