"""Pages that come from files and not from the web: whoever brings them holds them like a spider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.frontier import page_state
from db.frontier.page_rows import ensure_pages
from db.models import Page
from db.sql.dialect import chunks
from db.terms.addresses import Address
from db.terms.states import State


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenPage:
    """The row of an address, and whether the caller has it now."""

    page_id: int
    host_id: int
    #: it was read before
    is_known: bool
    #: its newest visit
    fetched_at: datetime | None
    #: a spider is at it, or it waits to be read
    is_busy: bool


def look_up(session: Session, addresses: Sequence[Address]) -> dict[str, TakenPage]:
    """Address -> its row, made where there is none."""
    ids = ensure_pages(session, addresses)
    columns = (Page.id, Page.url, Page.host_id, Page.state, Page.fetched_at)
    rows = [
        row
        for batch in chunks(sorted(ids.values()))
        for row in session.execute(select(*columns).where(Page.id.in_(batch)))
    ]
    return {
        row.url: TakenPage(
            page_id=row.id,
            host_id=row.host_id,
            is_known=row.state == State.DONE,
            fetched_at=row.fetched_at,
            is_busy=row.state in (State.LEASED, State.FETCHED),
        )
        for row in rows
    }


def take(
    session: Session, page_ids: Sequence[int], *, run_id: int, owner: str, until: datetime
) -> None:
    """Hold these pages for the run."""
    page_state.to_due(session, ({"id": id_, "run_id": run_id, "depth": 0} for id_ in page_ids))
    page_state.to_leased(session, page_ids, owner=owner, until=until)
