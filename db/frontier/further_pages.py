"""Which pages are further pages of an article that is spread over several, and in what order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import cast

from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from db.dialect import chunks, insert_into
from db.models import ArchivedPage, Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Further:
    """The pages of an article after its first."""

    #: the newest copies of those that have come, in order, up to one that has not
    archive_ids: tuple[int, ...] = ()
    #: how many are known of
    count: int = 0


NO_MORE = Further()
_PARTS = cast(Table, Part.__table__)
_PLACE = select(_PARTS.c.page_id, _PARTS.c.first_id).where(
    (_PARTS.c.page_id == bindparam("page")) | (_PARTS.c.first_id == bindparam("page"))
)


def note(session: Session, following: Mapping[int, int | None]) -> None:
    """Keep what these pages (ids) go on with: the id of the next page, None for nothing."""
    ends = [page for page, after in following.items() if after is None]
    for chunk in chunks(sorted(ends)):
        session.execute(delete(Part).where(Part.before_id.in_(chunk)))
    for page, after in sorted((p, a) for p, a in following.items() if a is not None):
        session.execute(delete(Part).where(Part.before_id == page, Part.page_id != after))
        own = session.get(Part, page)
        first, number = (own.first_id, own.number) if own else (page, 1)
        if after in (page, first):
            continue
        row = {"page_id": after, "first_id": first, "before_id": page, "number": number + 1}
        session.execute(insert_into(session, Part).on_conflict_do_nothing(), row)
        # what came before its first page did: no article begins in the middle
        moved = {"first_id": first, "number": Part.number + number}
        session.execute(update(Part).where(Part.first_id == after).values(moved))


def after(session: Session, page_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Of these pages, those that go on: (id, id of the next page)."""
    following: list[tuple[int, int]] = []
    for chunk in chunks(sorted(page_ids)):
        rows = session.execute(
            select(Part.before_id, Part.page_id).where(Part.before_id.in_(chunk))
        )
        following += [(row.before_id, row.page_id) for row in rows]
    return following


def place_of(session: Session, page_id: int) -> tuple[int | None, Further]:
    """The first page of the article that this is a further page of; what comes after this one."""
    rows = session.connection().execute(_PLACE, {"page": page_id}).all()
    first_id = next((row.first_id for row in rows if row.page_id == page_id), None)
    if not rows or first_id is not None:
        return first_id, NO_MORE
    return None, fetched_parts(session, page_id)


def fetched_parts(session: Session, first_id: int) -> Further:
    """The further pages of the article that begins on this page."""
    newest = func.max(ArchivedPage.id)
    rows = session.execute(
        select(Part.number, newest)
        .outerjoin(ArchivedPage, ArchivedPage.page_id == Part.page_id)
        .where(Part.first_id == first_id)
        .group_by(Part.number)
        .order_by(Part.number)
    ).all()
    # behind a gap stands what an earlier copy of a page went on with
    archive_ids = [
        newest for place, (number, newest) in enumerate(rows, start=2) if number == place
    ]
    return Further(archive_ids=tuple(takewhile(bool, archive_ids)), count=len(archive_ids))
