"""The record of visits: a row for each run and page visited, written when what came of it is known.

A page that comes is ``fetched`` until it is read; apart from that nothing changes a row later. What
stands with the page itself is what the frontier works with, and later runs write it anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from db.models import PageVisit
from db.terms.states import VisitOutcome, Why

_VISITS = cast(Table, PageVisit.__table__)
#: columns that a visit may leave out
_OPTIONAL = ("status", "reason", "links", "digest")
_END = (
    update(_VISITS)
    .where(_VISITS.c.page_id == bindparam("page"), _VISITS.c.outcome == VisitOutcome.FETCHED.value)
    .values({name: bindparam(f"now_{name}") for name in ("outcome", "reason", "digest")})
)


def note(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write visits down: page_id, run_id, at, outcome and depth, and what else is known."""
    filled = [
        dict.fromkeys(_OPTIONAL)
        | dict(row)
        | ({"reason": str(row["reason"])} if row.get("reason") else {})
        for row in rows
    ]
    if filled:
        session.execute(insert(PageVisit), filled)


def ended(
    page_id: int, outcome: VisitOutcome, *, why: Why | None = None, digest: bytes | None = None
) -> dict[str, Any]:
    """What a visit came to that brought a page which has been read, for ``end_all``."""
    return {
        "page": page_id,
        "now_outcome": outcome.value,
        "now_reason": str(why) if why else None,
        "now_digest": digest,
    }


def end_all(session: Session, visits: Sequence[Mapping[str, Any]]) -> None:
    """Write down what they came to."""
    if visits:
        session.connection().execute(_END, visits)


def end(session: Session, page_id: int, outcome: VisitOutcome, *, why: Why | None = None) -> None:
    """Say what the visit came to that brought the page which has just been read."""
    end_all(session, [ended(page_id, outcome, why=why)])


def last_ended(session: Session, page_id: int, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Outcome, time and digest of the page's latest visits that have been read, newest first.

    Visits on which nothing came tell nothing of the text and are left out.
    """
    seen = (
        *(VisitOutcome.NEW, VisitOutcome.CHANGED, VisitOutcome.UNCHANGED),
        *(VisitOutcome.UNREADABLE, VisitOutcome.NO_ARTICLE, VisitOutcome.MISSING),
    )
    latest = (
        select(_VISITS.c.outcome, _VISITS.c.at, _VISITS.c.digest, _VISITS.c.reason)
        .where(_VISITS.c.page_id == page_id, _VISITS.c.outcome.in_([each.value for each in seen]))
        .order_by(_VISITS.c.id.desc())
        .limit(limit)
    )
    return session.connection().execute(latest).all()


def is_digest_elsewhere(session: Session, page_id: int, digest: bytes) -> bool:
    """Whether the same few words came in place of another page's text."""
    other = select(_VISITS.c.id).where(_VISITS.c.digest == digest, _VISITS.c.page_id != page_id)
    return session.connection().execute(other.limit(1)).first() is not None
