"""What of the archive may go: copies of pages that were fetched long ago and have been read.

What was read of them stays. A copy that waits to be read stays too, as do those of articles that
are spread over several pages, which are put together anew when one of their pages comes again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.models import ArchivedPage, Page, Part
from db.terms.states import State

#: copies in one transaction, so that crawls go on meanwhile
BATCH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Removed:
    """Copies that were taken out of the archive."""

    copies: int = 0
    #: as they were packed
    bytes: int = 0
    #: (place, key) of the objects in which their bodies lay: to be removed after the commit
    objects: tuple[tuple[int, str], ...] = ()
    #: all copies up to this id have been looked at
    last_id: int = 0


def remove_batch(session: Session, *, before: datetime, after: int = 0) -> Removed:
    """Take out some copies that were fetched before the moment, those after an id.

    ``copies`` is 0 when there are no more. The newest copy of all stays: its id tells later ones
    that they are newer.
    """
    newest = select(func.max(ArchivedPage.id)).scalar_subquery()
    taken = func.coalesce(ArchivedPage.object_bytes, func.length(ArchivedPage.body)).label("bytes")
    of_parts = select(Part.page_id).union(select(Part.first_id))
    chosen = (
        select(ArchivedPage.id, ArchivedPage.place_id, ArchivedPage.object_key, taken)
        .join(Page, Page.id == ArchivedPage.page_id)
        .where(
            ArchivedPage.id > after,
            ArchivedPage.id < newest,
            ArchivedPage.fetched_at < before,
            Page.state != State.FETCHED,
            Page.id.not_in(of_parts),
        )
        .order_by(ArchivedPage.id)
        .limit(BATCH)
    )
    rows = session.execute(chosen).all()
    ids = [row.id for row in rows]
    session.execute(delete(ArchivedPage).where(ArchivedPage.id.in_(ids)))
    return Removed(
        copies=len(ids),
        bytes=sum(row.bytes for row in rows),
        objects=tuple((row.place_id, row.object_key) for row in rows if row.place_id is not None),
        last_id=ids[-1] if ids else after,
    )
