"""Removes objects that no row names.

An object is named after the day on which it was put, and rows that name it are written within
minutes. So what is some days old and has no row will never have one, and may go while crawls go on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from db.archiving.places import learn
from db.models import ArchivedPage, ArchivePlace
from db.objects.addresses import Place
from db.objects.store import day_of
from db.sql.dialect import chunks
from db.sql.session import Database

#: since the end of the day on which an object was put; clocks of machines may differ
MIN_AGE = timedelta(days=2)
#: names looked up at a time
_BATCH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """How far the sweep of a place has come."""

    place: Place
    #: objects looked at, and removed
    seen: int = 0
    removed: int = 0


def sweep(database: Database, now: datetime) -> Iterator[Swept]:
    """Look at all objects of all places; tells how far it is. Raises ArchiveUnreachable.

    A place that another database shares is passed over.
    """
    with database.read() as session:
        places = learn(session)
    for place in places:
        swept = Swept(place=place)
        if not place.is_shared:
            store = database.objects.of(place.address)
            for paths in store.keys(place.path("")):
                keys = [path.removeprefix(place.path("")) for path in paths]
                removed = remove_unnamed(database, place, keys, now)
                swept = Swept(
                    place=place, seen=swept.seen + len(keys), removed=swept.removed + removed
                )
                yield swept
        yield swept


def remove_unnamed(database: Database, place: Place, keys: Collection[str], now: datetime) -> int:
    """Remove those of the objects that are old enough and have no row; how many that were."""
    last = (now - MIN_AGE).date()
    old = [key for key in keys if (day := day_of(key)) is not None and day < last]
    count = 0
    for batch in chunks(old, _BATCH):
        unnamed = _unnamed(database, place, batch)
        if unnamed:
            database.objects.of(place.address).delete([place.path(key) for key in unnamed])
        count += len(unnamed)
    return count


def _unnamed(database: Database, place: Place, keys: Sequence[str]) -> list[str]:
    """Those without a row; none where the place has become shared by now.

    Both is seen at one moment: what a copy has taken over was shared before its row went here.
    """
    of_rows = select(ArchivedPage.object_key).where(
        ArchivedPage.object_key.in_(keys), ArchivedPage.place_id == place.id
    )
    with database.read() as session:
        named = set(session.scalars(of_rows))
        is_shared = session.scalar(
            select(ArchivePlace.is_shared).where(ArchivePlace.id == place.id)
        )
    return [] if is_shared else [key for key in keys if key not in named]


def remove_objects(database: Database, objects: Collection[tuple[int, str]], now: datetime) -> None:
    """Remove the objects (place, key) of rows that are gone or have changed, where they may go.

    Those that are too young are for a later sweep.
    """
    keys: defaultdict[int, set[str]] = defaultdict(set)
    for place_id, key in objects:
        keys[place_id].add(key)
    if keys:
        with database.read() as session:
            places = {place.id: place for place in learn(session)}
        for place_id, old in keys.items():
            remove_unnamed(database, places[place_id], old, now)
