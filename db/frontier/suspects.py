"""Pages that spiders died over: held apart, then given up, so that the others go on.

A spider that dies takes along what it was given, and nobody knows which page it was. All of these
are suspects then: each is fetched last and alone, which is counted before it leaves; whoever dies
over one that is alone dies over that one.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from db.frontier import page_state
from db.models import Page
from db.terms.states import Reason, State

logger = logging.getLogger(__name__)

#: a page is given up when so many spiders have died over it, the first in company
MAX_DEATHS = 3
#: behind whatever else is due; the more have died over it, the later, since what comes first after
#: a start is what a spider that is killed soon has in hand
_LAST = 1_000_000
#: a page that is given up is fetched again then: the program may have got better
_REST = timedelta(days=180)


def count_before(session: Session, *, owner: str, page_id: int) -> None:
    """A suspect is about to be fetched: if its spider dies now, that is counted already."""
    suspect = update(Page).where(
        Page.id == page_id, Page.state == State.LEASED, Page.lease_owner == owner
    )
    session.execute(suspect.values(deaths=Page.deaths + 1))


def give_up_deadly(session: Session, held: Sequence[Row[Any]], now: datetime) -> set[int]:
    """Judge what a dead spider had. Returns the ids of those that are given up.

    held: rows with id and deaths.
    """
    given_up = [row.id for row in held if row.deaths >= MAX_DEATHS]
    rest = {"reason": Reason.SPIDER_DIED, "next_fetch_at": now + _REST}
    page_state.to_failed(session, ({"id": page_id, **rest} for page_id in given_up))
    for page_id in given_up:
        logger.warning("page %s is given up: %s", page_id, Reason.SPIDER_DIED)
    return set(given_up)


def as_suspect(row: Row[Any]) -> dict[str, Any]:
    """The columns of a page that is due again after its spider died."""
    deaths = max(row.deaths, 1)
    return {"id": row.id, "deaths": deaths, "priority": _LAST + deaths}


def not_to_blame(row: Row[Any]) -> dict[str, Any]:
    """The columns of a page that is due again after its spider ended for another reason.

    What was counted before a suspect left is taken back, also where it had not left: one death too
    few costs a fetch more, one too many could cost a page.
    """
    return {"id": row.id, "deaths": min(row.deaths, max(row.deaths - 1, 1))}
