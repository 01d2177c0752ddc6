"""Moves bodies to where the settings say, from wherever they lie; some in one commit.

The body is put there, then its row is changed, then the old object is removed. Stopped at any
moment and called again, it goes on with the rows that are left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, bindparam, func, or_, select, update

from db.archiving.bodies import COLUMNS, ArchivedBody, body_of, fetch_all
from db.archiving.places import current_place, put_bodies
from db.archiving.sweeping import remove_objects
from db.models import ArchivedPage
from db.objects.store import ObjectName
from db.sql.retry import patiently
from db.sql.session import Database
from db.sql.types import utc_now
from db.terms.errors import ObjectMissing

#: bodies in memory at a time
_BATCH = 50
_ARCHIVE: Table = ArchivedPage.__table__  # type: ignore[assignment]
#: a row that another program has changed or removed meanwhile is left as it is
_RENAME = (
    update(_ARCHIVE)
    .where(
        _ARCHIVE.c.id == bindparam("row_id"),
        func.coalesce(_ARCHIVE.c.object_key, "") == bindparam("old_key"),
    )
    .values(
        body=bindparam("new_body"),
        place_id=bindparam("new_place"),
        object_key=bindparam("new_key"),
        object_bytes=bindparam("new_bytes"),
    )
)


@dataclass(kw_only=True, slots=True)
class Moved:
    """How far the move has come."""

    #: bodies that were not where the settings say
    total: int
    pages: int = 0
    #: as packed
    bytes: int = 0
    #: bodies that are lost or damaged; their rows stay as they are
    lost: int = 0


def move_all(database: Database) -> Iterator[Moved]:
    """Move all; tells how far it is after each commit. Raises ArchiveUnreachable."""
    place_id = current_place(database).id if database.objects.current else None
    elsewhere = _elsewhere(place_id)
    with database.read() as session:
        total = session.scalar(select(func.count()).select_from(ArchivedPage).where(elsewhere))
    moved, last = Moved(total=total or 0), 0
    yield moved
    while True:
        rows, bodies = patiently(lambda after=last: _load(database, elsewhere, after))  # type: ignore[misc]
        if not rows:
            return
        last = rows[-1].id
        _move(database, rows, bodies, moved)
        yield moved


def _elsewhere(place_id: int | None) -> ColumnElement[bool]:
    if place_id is None:
        return ArchivedPage.object_key.is_not(None)
    return or_(ArchivedPage.place_id.is_(None), ArchivedPage.place_id != place_id)


def _load(
    database: Database, elsewhere: ColumnElement[bool], after: int
) -> tuple[Sequence[Row[*tuple[Any, ...]]], list[ArchivedBody]]:
    wanted = select(ArchivedPage.id, *COLUMNS).where(ArchivedPage.id > after, elsewhere)
    with database.read() as session:
        rows = session.execute(wanted.order_by(ArchivedPage.id).limit(_BATCH)).all()
        bodies = [body_of(session, row) for row in rows]
    fetch_all(bodies)
    return rows, bodies


def _move(
    database: Database,
    rows: Sequence[Row[*tuple[Any, ...]]],
    bodies: Sequence[ArchivedBody],
    moved: Moved,
) -> None:
    whole: list[tuple[Row[*tuple[Any, ...]], bytes]] = []
    for row, body in zip(rows, bodies, strict=True):
        try:
            whole.append((row, body.packed))
        except ObjectMissing:
            moved.lost += 1
    packed = [body for _, body in whole]
    names: Sequence[ObjectName | None] = [None] * len(whole)
    if database.objects.current:
        names = put_bodies(database, packed)
    changes = [
        {
            "row_id": row.id,
            "old_key": row.object_key or "",
            "new_body": b"" if name else body,
            "new_place": name and name.place_id,
            "new_key": name and name.key,
            "new_bytes": name and name.size,
        }
        for (row, body), name in zip(whole, names, strict=True)
    ]
    if changes:
        patiently(lambda: _commit(database, changes))
    moved.pages += len(whole)
    moved.bytes += sum(map(len, packed))
    old = [(row.place_id, row.object_key) for row, _ in whole if row.object_key is not None]
    remove_objects(database, old, utc_now())


def _commit(database: Database, changes: list[dict[str, Any]]) -> None:
    with database.write() as session:
        session.connection().execute(_RENAME, changes)
