"""Pages that lead elsewhere: what they lead to takes their place in the run."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.frontier import page_state, visit_log
from db.frontier.expansion import CrawlContext, expand
from db.frontier.failures import fail
from db.frontier.leases import held_pages
from db.frontier.moves import read_again_after_move
from db.frontier.page_rows import ensure_pages
from db.frontier.page_state import has_reason
from db.models import Page
from db.terms.outcomes import Failed, Redirected
from db.terms.states import Reason, State, VisitOutcome, Why

#: a longer chain of redirects is a trap
MAX_REDIRECTS = 10
#: until the next night, which may begin a little earlier than this one did
_REST_SECONDS = 20 * 3_600.0


def redirect(
    session: Session, context: CrawlContext, owner: str, redirects: Sequence[Redirected]
) -> None:
    """Record that pages lead elsewhere; where they lead to takes their place in the run.

    Not where that is another site than the run is for, nor in a circle or without end.
    """
    held = held_pages(session, owner, [redirected.page_id for redirected in redirects], Page.role)
    rows = {row.id: row for row in held}
    mine = [redirected for redirected in redirects if redirected.page_id in rows]
    if not mine:
        return
    targets = _targets(session, mine)
    failures: list[Failed] = []
    followed: list[Redirected] = []
    for redirected in mine:
        is_list = rows[redirected.page_id].role is not None
        why = _why_not(session, context, redirected, targets[redirected.target.url], is_list)
        if why is None:
            followed.append(redirected)
        else:
            failures.append(_failed(redirected, why))
            if why.reason is Reason.REDIRECT_OFFSITE:
                target = targets[redirected.target.url]
                page_state.skipped_because(session, {target: Reason.OFFSITE})
    fail(session, run_id=context.run_id, owner=owner, failures=failures, now=context.now)
    _follow(session, context, followed, targets, {row.id: row.depth for row in held})


def _targets(session: Session, redirects: Sequence[Redirected]) -> Mapping[str, int]:
    found_on = {redirected.target.url: redirected.page_id for redirected in redirects}
    addresses = [redirected.target for redirected in redirects]
    return ensure_pages(session, addresses, found_on=found_on)


def _why_not(
    session: Session, context: CrawlContext, redirected: Redirected, target: int, is_list: bool
) -> Why | None:
    """Why a redirect is not followed; a list that moved to another site still lists its own."""
    sites = context.rules.sites
    if sites and redirected.target.site not in sites and not is_list:
        return Why(Reason.REDIRECT_OFFSITE, redirected.target.host)
    if _leads_back(session, target, redirected.page_id):
        return Why(Reason.REDIRECT_LOOP)
    if _hops(session, redirected.page_id) >= MAX_REDIRECTS:
        return Why(Reason.TOO_MANY_REDIRECTS)
    return None


def _failed(redirected: Redirected, why: Why) -> Failed:
    return Failed(
        page_id=redirected.page_id,
        why=why,
        status=redirected.status,
        rest_seconds=_REST_SECONDS,
    )


def _follow(
    session: Session,
    context: CrawlContext,
    redirects: Sequence[Redirected],
    ids: Mapping[str, int],
    depths: Mapping[int, int],
) -> None:
    if not redirects:
        return
    targets = {redirected.page_id: ids[redirected.target.url] for redirected in redirects}
    _record(session, context, redirects, targets, depths)
    _pass_on_roles(session, context, targets)
    expand(session, context, {page_id: depths[page_id] for page_id in targets})


def record_only(
    session: Session, context: CrawlContext, redirects: Sequence[Redirected]
) -> list[int]:
    """Keep redirects that were seen elsewhere; where they lead to is for a later run.

    Those that would make a circle or a long chain are left out. Returns the pages that they lead
    to: one that was an article beside that of its old address is to be read once more.
    """
    ids = _targets(session, redirects)
    led_to = []
    for redirected in redirects:
        target = ids[redirected.target.url]
        if _why_not(session, context, redirected, target, is_list=False) is None:
            own = {redirected.page_id: target}
            _record(session, context, [redirected], own, {redirected.page_id: 0})
            led_to.append(target)
    return led_to


def _record(
    session: Session,
    context: CrawlContext,
    redirects: Sequence[Redirected],
    targets: Mapping[int, int],
    depths: Mapping[int, int],
) -> None:
    """The pages are other addresses of where they lead to."""
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
    read_again_after_move(session, Page.id.in_(targets))
    visit_log.note(
        session,
        (
            {
                "page_id": redirected.page_id,
                "run_id": context.run_id,
                "at": context.now,
                "outcome": VisitOutcome.REDIRECTED.value,
                "status": redirected.status,
                "reason": redirected.target.url,
                "depth": depths[redirected.page_id],
            }
            for redirected in redirects
        ),
    )


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


def _leads_back(session: Session, target: int, page_id: int) -> bool:
    """Whether the redirects that are known of the target lead back to the page."""
    current: int | None = target
    for _ in range(MAX_REDIRECTS):
        if current == page_id:
            return True
        if current is None:
            return False
        current = session.scalar(
            select(Page.alias_of_id).where(Page.id == current, has_reason(Reason.REDIRECT))
        )
    return False
