"""The life of an address: the only module that changes a page's state, or the reason for it.

Each function takes rows, that is page ids with the columns that the step sets, and resets itself
what must not outlive the step. Callers have made sure that the pages may take it (they hold the
lease, or the row).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from db.models import Page
from db.sql.dialect import chunks
from db.terms.states import Reason, State, Why

#: columns to set, "id" among them; a reason is a ``Why``, a ``Reason`` or None
Columns = Mapping[str, Any]

_PAGES = cast(Table, Page.__table__)
#: made once: building it takes longer than the change
_BY_ID = update(_PAGES).where(_PAGES.c.id == bindparam("page_id"))
_NO_LEASE = {"lease_owner": None, "lease_until": None}
#: what a spider brought to an end, whatever the end, killed none
_SETTLED = {**_NO_LEASE, "deaths": 0}


def as_new(why: Reason | None) -> dict[str, Any]:
    """The columns of an address that was met for the first time and is not yet wanted."""
    return {"state": State.SKIPPED.value, "reason": _stored(why)}


def to_due(session: Session, rows: Iterable[Columns]) -> None:
    """A run is to fetch them: wanted, to be tried again, or given back. Nobody has them now."""
    _change(session, rows, {"state": State.DUE.value, **_NO_LEASE})


def to_leased(session: Session, page_ids: Sequence[int], *, owner: str, until: datetime) -> None:
    """A spider has them."""
    lease = {"state": State.LEASED.value, "lease_owner": owner, "lease_until": until}
    _change(session, ({"id": page_id} for page_id in page_ids), lease)


def to_fetched(session: Session, rows: Iterable[Columns]) -> None:
    """They are in the archive and wait to be read, by a reader that has not begun."""
    fresh = {"state": State.FETCHED.value, "reason": None, "reads": 0}
    _change(session, rows, fresh | _SETTLED)


def to_done(session: Session, rows: Iterable[Columns]) -> None:
    """All is known of them; a reason says why there is no article, None that there is one."""
    _change(session, rows, {"state": State.DONE.value, "attempts": 0, **_SETTLED})


def to_failed(session: Session, rows: Iterable[Columns]) -> None:
    """They are given up, until ``next_fetch_at`` at least."""
    _change(session, rows, {"state": State.FAILED.value, **_SETTLED})


def to_skipped(session: Session, reasons: Mapping[int, Why]) -> None:
    """They may not be fetched (id -> why)."""
    rows = ({"id": page_id, "reason": why} for page_id, why in reasons.items())
    _change(session, rows, {"state": State.SKIPPED.value, **_SETTLED})


def skipped_because(session: Session, reasons: Mapping[int, Reason]) -> None:
    """Those that are skipped are so for this reason (id -> reason); others keep theirs."""
    by_reason: dict[Reason, list[int]] = defaultdict(list)
    for page_id, reason in reasons.items():
        by_reason[reason].append(page_id)
    for reason, page_ids in sorted(by_reason.items()):
        for chunk in chunks(sorted(page_ids)):
            skipped = update(Page).where(Page.id.in_(chunk), Page.state == State.SKIPPED)
            session.execute(skipped.values(reason=_stored(reason)))


def left_over(session: Session, run_id: int) -> None:
    """What a run leaves due had no place in its budget."""
    due = update(Page).where(Page.run_id == run_id, Page.state == State.DUE)
    session.execute(due.values(reason=_stored(Reason.BUDGET)))


def has_reason(reason: Reason) -> ColumnElement[bool]:
    """True for pages with this reason, whatever its detail."""
    if reason.opening == reason.value:
        return Page.reason == reason.value
    return Page.reason.startswith(reason.opening, autoescape=True)


def _stored(why: Why | Reason | None) -> str | None:
    if why is None:
        return None
    return str(why)


def _change(session: Session, rows: Iterable[Columns], common: Columns) -> None:
    """Set these columns of these pages, in the order of their ids."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda columns: columns["id"]):
        values = {**row, **common, "page_id": row["id"]}
        del values["id"]
        if "reason" in values:
            values["reason"] = _stored(values["reason"])
        alike[tuple(values)].append(values)
    if not alike:
        return
    session.flush()
    connection = session.connection()
    for group in alike.values():
        connection.execute(_BY_ID, group)
        _expire(session, (values["page_id"] for values in group))


def _expire(session: Session, page_ids: Iterable[int]) -> None:
    """Let pages that the session has loaded be read again."""
    if session.identity_map:
        for page_id in page_ids:
            page = session.identity_map.get(identity_key(Page, page_id))
            if page is not None:
                session.expire(page)
