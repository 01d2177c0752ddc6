"""Pages that lead elsewhere: what they lead to takes their place in the run."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.frontier import page_state
from db.frontier.expansion import CrawlContext, expand
from db.frontier.failures import fail
from db.frontier.leases import held_pages
from db.frontier.page_rows import ensure_pages
from db.models import Page
from db.outcomes import Failed, Redirected
from db.states import Reason, State, Why

#: a longer chain of redirects is a trap
MAX_REDIRECTS = 10


def redirect(
    session: Session, context: CrawlContext, owner: str, redirects: Sequence[Redirected]
) -> None:
    """Record that pages lead elsewhere; where they lead to takes their place in the run."""
    held = held_pages(session, owner, [redirected.page_id for redirected in redirects])
    depths = {row.id: row.depth for row in held}
    mine = [redirected for redirected in redirects if redirected.page_id in depths]
    endless = [
        redirected for redirected in mine if _hops(session, redirected.page_id) >= MAX_REDIRECTS
    ]
    failures = [_too_many(redirected) for redirected in endless]
    fail(session, run_id=context.run_id, owner=owner, failures=failures, now=context.now)
    _follow(
        session, context, [redirected for redirected in mine if redirected not in endless], depths
    )


def _too_many(redirected: Redirected) -> Failed:
    return Failed(
        page_id=redirected.page_id,
        why=Why(Reason.TOO_MANY_REDIRECTS),
        status=redirected.status,
    )


def _follow(
    session: Session,
    context: CrawlContext,
    redirects: Sequence[Redirected],
    depths: Mapping[int, int],
) -> None:
    if not redirects:
        return
    found_on = {redirected.target.url: redirected.page_id for redirected in redirects}
    ids = ensure_pages(session, [redirected.target for redirected in redirects], found_on=found_on)
    targets = {redirected.page_id: ids[redirected.target.url] for redirected in redirects}
    rows = [
        {
            "id": redirected.page_id,
            "reason": Reason.REDIRECT,
            "status": redirected.status,
            "fetched_at": context.now,
            "alias_of_id": targets[redirected.page_id],
            "next_fetch_at": None,
        }
        for redirected in redirects
    ]
    page_state.to_done(session, rows)
    _pass_on_roles(session, context, targets)
    expand(session, context, {page_id: depths[page_id] for page_id in targets})


def _pass_on_roles(session: Session, context: CrawlContext, targets: Mapping[int, int]) -> None:
    """A list that moved is a list at its new address, and is asked for there."""
    rows = session.execute(
        select(Page.id, Page.role).where(Page.id.in_(targets), Page.role.is_not(None))
    ).all()
    for row in rows:
        session.execute(
            update(Page)
            .where(Page.id == targets[row.id], Page.state.not_in((State.LEASED, State.FETCHED)))
            .values(role=row.role, next_fetch_at=context.now)
        )


def _hops(session: Session, page_id: int) -> int:
    """Redirects in a row that led to the page, counted up to the limit."""
    hops, current = 0, page_id
    while hops < MAX_REDIRECTS:
        before = session.scalar(select(Page.id).where(Page.alias_of_id == current).limit(1))
        if before is None:
            break
        hops, current = hops + 1, before
    return hops
