"""The body of an archived page, wherever it lies: in its row, or as an object in a store.

Whoever needs many asks for them together (``fetch_all``); else each is fetched when it is read.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Row
from sqlalchemy.orm import Session

from db.archiving.places import place_of
from db.models import ArchivedPage
from db.objects.addresses import ObjectStores
from db.objects.store import ObjectStore, get_all
from db.sql.compression import unpack
from db.sql.session import OBJECTS
from db.terms.errors import ArchiveUnreachable, ObjectMissing

#: what ``body_of`` needs of a row
COLUMNS = (ArchivedPage.body, ArchivedPage.place_id, ArchivedPage.object_key)


class ArchivedBody:
    """The bytes of a page as they were packed."""

    __slots__ = ("_key", "_packed", "_stores")

    def __init__(
        self, packed: bytes = b"", *, stores: tuple[ObjectStore, ...] = (), key: str = ""
    ) -> None:
        """stores: where it may lie, the likeliest first; none: it is at hand."""
        self._packed: bytes | ObjectMissing | None = None if stores else packed
        self._stores = stores
        self._key = key

    @property
    def packed(self) -> bytes:
        """zstd. Raises ObjectMissing, ArchiveUnreachable."""
        if self._packed is None:
            fetch_all([self])
        if isinstance(self._packed, ObjectMissing):
            raise self._packed
        return cast(bytes, self._packed)

    def unpacked(self) -> bytes:
        """As they came from the web. Raises ObjectMissing, ArchiveUnreachable."""
        return unpack(self.packed)


def fetch_all(bodies: Iterable[ArchivedBody]) -> None:
    """Bring those that lie in stores, many at a time. Raises ArchiveUnreachable.

    One that is missing or damaged is told of when it is asked for.
    """
    wanted = [body for body in bodies if body._packed is None]
    away: dict[ObjectStore, ArchiveUnreachable] = {}
    for turn in range(max((len(body._stores) for body in wanted), default=0)):
        groups: defaultdict[ObjectStore, list[ArchivedBody]] = defaultdict(list)
        for body in wanted:
            if not isinstance(body._packed, bytes) and turn < len(body._stores):
                groups[body._stores[turn]].append(body)
        for store, group in groups.items():
            try:
                _fetch(store, group)
            except ArchiveUnreachable as error:
                away[store] = error
    for body in wanted:
        unasked = [away[store] for store in body._stores if store in away]
        if unasked and not isinstance(body._packed, bytes):
            body._packed = None
            raise unasked[0]


def _fetch(store: ObjectStore, group: list[ArchivedBody]) -> None:
    brought = get_all(store, {body._key for body in group})
    for body in group:
        packed = brought[body._key]
        if body._packed is None or isinstance(packed, bytes):
            body._packed = packed


def body_of(session: Session, row: Row[*tuple[Any, ...]] | ArchivedPage) -> ArchivedBody:
    """The body of a row with ``COLUMNS``."""
    if row.object_key is None or row.place_id is None:
        return ArchivedBody(row.body)
    stores: ObjectStores = session.info[OBJECTS]
    place = place_of(session, row.place_id)
    # a folder or bucket that was moved as it is keeps the names: it is looked at second
    addresses = dict.fromkeys(filter(None, (place.address, stores.current)))
    return ArchivedBody(stores=tuple(map(stores.of, addresses)), key=place.path(row.object_key))
