"""Whether links still stand where they were seen: their times beside those of the visits."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from db.models import PageVisit
from db.sql.dialect import one_of_ids, rows_of
from db.terms.states import READ_OUTCOMES, VisitOutcome

#: outcomes of visits that saw the page as its site means it; one that leads elsewhere has no links
_READ = tuple(
    outcome.value for outcome in (*READ_OUTCOMES, VisitOutcome.NO_ARTICLE, VisitOutcome.REDIRECTED)
)
_LAST_READ = one_of_ids(
    select(PageVisit.page_id, func.max(PageVisit.at))
    .where(PageVisit.outcome.in_(_READ))
    .group_by(PageVisit.page_id),
    PageVisit.page_id,
)


def read_times(session: Session, page_ids: Iterable[int]) -> dict[int, datetime]:
    """Page -> the last visit that could read it; pages without one are left out."""
    return {row[0]: row[1] for row in rows_of(session, _LAST_READ, page_ids)}


def is_there(link: Row[Any], times: Mapping[int, datetime]) -> bool | None:
    """Whether the last visit that read the page saw the link; None where that is not known."""
    read_at = times.get(link.source_id)
    if link.last_seen_at is None or read_at is None:
        return None
    return bool(link.last_seen_at >= read_at)
