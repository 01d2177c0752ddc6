"""Which pages are further pages of an article that is spread over several, and in what order."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, cast

from sqlalchemy import BindParameter, Table, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from db.models import ArchivedPage, Part
from db.sql.dialect import chunks, insert_into


@dataclass(frozen=True, kw_only=True, slots=True)
class Further:
    """The pages of an article after its first."""

    #: the newest copies of those that have come, in order, up to one that has not
    archive_ids: tuple[int, ...] = ()
    #: how many are known of
    count: int = 0


NO_MORE = Further()
#: the first page of the article, where a page is a further one of it; what comes after the page
Place = tuple[int | None, Further]
NO_PLACE: Place = (None, NO_MORE)
_PARTS = cast(Table, Part.__table__)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PLACES = select(_PARTS.c.page_id, _PARTS.c.first_id).where(
    _PARTS.c.page_id.in_(_IDS) | _PARTS.c.first_id.in_(_IDS)
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


def place_of(session: Session, page_id: int) -> Place:
    """Where the page stands in its article."""
    return places_of(session, [page_id]).get(page_id, NO_PLACE)


def places_of(session: Session, page_ids: Collection[int]) -> dict[int, Place]:
    """Where these pages stand in their articles; left out: those that are all of them."""
    rows = session.connection().execute(_PLACES, {"ids": list(page_ids)}).all() if page_ids else ()
    first_of = {row.page_id: row.first_id for row in rows}
    firsts = {row.first_id for row in rows}
    places: dict[int, Place] = {}
    for page_id in page_ids:
        if page_id in first_of:
            places[page_id] = first_of[page_id], NO_MORE
        elif page_id in firsts:
            places[page_id] = None, fetched_parts(session, page_id)
    return places


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
