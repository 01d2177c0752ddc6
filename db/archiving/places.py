"""The places of the archive outside of the database, and the putting of bodies there."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from db.models import ArchivedPage, ArchivePlace
from db.objects.addresses import ObjectStores, Place
from db.objects.store import ObjectName, key_of, put_all
from db.sql.retry import patiently
from db.sql.session import OBJECTS, Database
from db.sql.types import utc_now
from db.terms.outcomes import Fetched


def put_away(database: Database, pages: Sequence[Fetched]) -> list[Fetched]:
    """The pages with the names of their bodies in the store, where one is set; else as they are.

    The objects come first: a row that names one is written when it is there. Waits while store or
    database are away; raises ArchiveUnreachable, DatabaseUnreachable when that takes too long.
    """
    if not database.objects.current or not pages:
        return list(pages)
    names = put_bodies(database, [page.body for page in pages])
    return [replace(page, stored=name) for page, name in zip(pages, names, strict=True)]


def put_bodies(database: Database, bodies: Sequence[bytes]) -> list[ObjectName]:
    """Put packed bodies into the store that is set; a body that is there already is the same."""
    place = patiently(lambda: current_place(database))
    today = utc_now().date()
    names = [ObjectName(place.id, key_of(body, today), len(body)) for body in bodies]
    objects = {place.path(name.key): body for name, body in zip(names, bodies, strict=True)}
    store = database.objects.of(place.address)
    patiently(lambda: put_all(store, objects))
    return names


def current_place(database: Database) -> Place:
    """The place that the settings name; noted down in the database at its first use."""
    stores = database.objects
    place = _ours(stores)
    if place is None:
        with database.read() as session:
            learn(session)
        place = _ours(stores)
    if place is None:
        stores.check()
        token = secrets.token_hex(8)
        new = insert(ArchivePlace).values(url=stores.current, token=token, is_shared=False)
        with database.write() as session:
            place_id = session.scalars(new.returning(ArchivePlace.id)).one()
        place = Place(place_id, stores.current, token, is_shared=False)
        stores.places[place_id] = place
    return place


def _ours(stores: ObjectStores) -> Place | None:
    """The oldest: two processes may have noted it down at the same moment."""
    places = (stores.places[place_id] for place_id in sorted(stores.places))
    return next(
        (place for place in places if place.address == stores.current and not place.is_shared), None
    )


def place_of(session: Session, place_id: int) -> Place:
    """The place of a row."""
    stores: ObjectStores = session.info[OBJECTS]
    if place_id not in stores.places:
        learn(session)
    return stores.places[place_id]


def learn(session: Session) -> list[Place]:
    """Look up all places."""
    stores: ObjectStores = session.info[OBJECTS]
    columns = (ArchivePlace.id, ArchivePlace.url, ArchivePlace.token, ArchivePlace.is_shared)
    places = [Place(*row) for row in session.execute(select(*columns).order_by(ArchivePlace.id))]
    stores.places = {place.id: place for place in places}
    return places


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """What lies in one place."""

    place: str
    pages: int
    #: as packed
    bytes: int
    is_shared: bool = False


def rooms(session: Session) -> list[Room]:
    """The database first, then the other places."""
    taken = func.coalesce(ArchivedPage.object_bytes, func.length(ArchivedPage.body))
    counted = session.execute(
        select(ArchivedPage.place_id, func.count(), func.sum(taken)).group_by(ArchivedPage.place_id)
    )
    by_place = {place_id: (pages, int(size)) for place_id, pages, size in counted}
    lines = [("database", None, False), *((p.address, p.id, p.is_shared) for p in learn(session))]
    return [
        Room(place=shown, pages=pages, bytes=size, is_shared=is_shared)
        for shown, place_id, is_shared in lines
        for pages, size in [by_place.get(place_id, (0, 0))]
    ]


def share_all(database: Database) -> int:
    """From now on another database names the same objects: none is removed."""
    return _set_shared(database, is_shared=True)


def claim_all(database: Database) -> int:
    """No other database names our objects any more."""
    return _set_shared(database, is_shared=False)


def _set_shared(database: Database, *, is_shared: bool) -> int:
    others = update(ArchivePlace).where(ArchivePlace.is_shared != is_shared)
    with database.write() as session:
        changed = session.scalars(
            others.values(is_shared=is_shared).returning(ArchivePlace.id)
        ).all()
    return len(changed)
