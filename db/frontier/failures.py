"""Requests that brought no page: again later, given up, refused, or gone for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from db.frontier import page_state, visit_log
from db.frontier.expansion import queue
from db.frontier.leases import count_in_run, held_pages
from db.models import Page
from db.terms.outcomes import Failed, Refused
from db.terms.states import VisitOutcome

#: requests for one page before it counts as failed
MAX_ATTEMPTS = 3
#: a page that is not there is looked at again the next night, then after a month, then never
_SECOND_LOOK = timedelta(hours=20)
_THIRD_LOOK = timedelta(days=30)
_GONE = (404, 410)


def fail(
    session: Session, *, run_id: int, owner: str, failures: Sequence[Failed], now: datetime
) -> None:
    """Record failed requests: due again later, or ``failed`` with the reason."""
    by_id = {failure.page_id: failure for failure in failures}
    columns = (Page.host_id, Page.attempts, Page.missing, Page.gone_at)
    pages = held_pages(session, owner, list(by_id), *columns)
    if not pages:
        return
    due: list[dict[str, Any]] = []
    due_on: dict[int, datetime] = {}
    given_up: list[dict[str, Any]] = []
    visits: list[dict[str, Any]] = []
    for page in pages:
        failure = by_id[page.id]
        attempts = page.attempts + failure.counts
        tried = {
            "id": page.id,
            "reason": failure.why,
            "status": failure.status,
            "attempts": attempts,
            "deaths": 0,
        }
        if failure.retry_seconds is not None and attempts < MAX_ATTEMPTS:
            at = now + timedelta(seconds=failure.retry_seconds)
            due.append(tried | {"next_fetch_at": at})
            due_on[page.host_id] = min(due_on.get(page.host_id, at), at)
        else:
            given_up.append(tried | _rest(page, failure, now))
            visits.append(_as_visit(page, failure, run_id, now))
    page_state.to_due(session, due)
    page_state.to_failed(session, given_up)
    visit_log.note(session, visits)
    queue(session, run_id, due_on)
    spent = sum(by_id[columns["id"]].was_asked for columns in given_up)
    count_in_run(session, run_id, claimed=spent - len(pages), failed=len(given_up))


def _as_visit(page: Row[Any], failure: Failed, run_id: int, now: datetime) -> dict[str, Any]:
    outcome = VisitOutcome.MISSING if failure.status in _GONE else VisitOutcome.FAILED
    return {
        "page_id": page.id,
        "run_id": run_id,
        "at": now,
        "outcome": (outcome if failure.was_asked else VisitOutcome.NOT_ASKED).value,
        "status": failure.status,
        "reason": failure.why,
        "depth": page.depth,
    }


def _rest(page: Row[Any], failure: Failed, now: datetime) -> dict[str, Any]:
    """Until when a page is left alone that was given up."""
    if failure.status in _GONE:
        return missing_again(page, now)
    return {"next_fetch_at": now + timedelta(seconds=failure.rest_seconds)}


def missing_again(page: Row[Any] | Page, now: datetime) -> dict[str, Any]:
    """What is kept of a page that was not there: status 404 or 410, or a notice that says so.

    It is gone when a second look says so too; nothing is deleted.
    """
    missing = page.missing + 1
    if missing == 1:
        return {"next_fetch_at": now + _SECOND_LOOK, "missing": missing}
    return {
        "next_fetch_at": now + _THIRD_LOOK if missing == 2 else None,
        "missing": missing,
        "gone_at": page.gone_at or now,
    }


def refuse(
    session: Session, *, run_id: int, owner: str, refused: Sequence[Refused], now: datetime
) -> None:
    """Record pages that may not be fetched, such as by robots.txt.

    Those that were fetched before are asked for again: what is forbidden tonight may be allowed
    tomorrow, and no list may name them any more.
    """
    reasons = {refusal.page_id: refusal.why for refusal in refused}
    held = held_pages(session, owner, list(reasons), Page.visits)
    if not held:
        return
    visit_log.note(
        session,
        (
            {
                "page_id": page.id,
                "run_id": run_id,
                "at": now,
                "outcome": VisitOutcome.REFUSED.value,
                "reason": reasons[page.id],
                "depth": page.depth,
            }
            for page in held
        ),
    )
    page_state.to_skipped(session, {page.id: reasons[page.id] for page in held if not page.visits})
    page_state.to_failed(
        session,
        (
            {"id": page.id, "reason": reasons[page.id], "next_fetch_at": now + _SECOND_LOOK}
            for page in held
            if page.visits
        ),
    )
    count_in_run(session, run_id, claimed=-len(held))
