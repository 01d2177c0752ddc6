"""What a store of objects can do, and how objects are named in it. Plain Python.

A name begins with the day on which the object was put and ends with the hash of its bytes. Put
again on that day, it is the same object; and since no one puts objects under a day that is over,
an old one that no row names will never be named by one again, so that it may be removed.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from db.terms.errors import ObjectMissing

T = TypeVar("T")

#: requests to a store at a time, of each process
AT_ONCE = 16


class ObjectStore(Protocol):
    """A place for objects. All but ``keys`` are called from several threads at a time.

    Each method raises ArchiveUnreachable where the store is away or refuses us.
    """

    #: its address, without any secret
    shown: str

    def put(self, key: str, body: bytes) -> None:
        """Keep the object; it is there for good when this returns."""

    def get(self, key: str) -> bytes:
        """The object. Raises ObjectMissing."""

    def delete(self, keys: Collection[str]) -> None:
        """Remove these objects, or as many of them as are there."""

    def keys(self, prefix: str) -> Iterator[list[str]]:
        """The keys of the objects below a prefix, which ends with a slash, some at a time."""

    def check(self) -> None:
        """Ask whether it is there, without changing anything."""


@dataclass(frozen=True, slots=True)
class ObjectName:
    """A row's word for where its body lies."""

    place_id: int
    key: str
    size: int


def key_of(body: bytes, day: date) -> str:
    """The name of an object that is put on that day."""
    digest = hashlib.sha256(body).hexdigest()
    return f"{day.isoformat()}/{digest[:2]}/{digest}"


def day_of(key: str) -> date | None:
    """The day on which the object was put; None: the name is none of ours."""
    day, _, rest = key.partition("/")
    try:
        return date.fromisoformat(day) if rest else None
    except ValueError:
        return None


def put_all(store: ObjectStore, objects: dict[str, bytes]) -> None:
    """Put these objects, some at a time."""
    _each(lambda key: store.put(key, objects[key]), objects)


def get_all(store: ObjectStore, keys: Collection[str]) -> dict[str, bytes | ObjectMissing]:
    """These objects, some fetched at a time; where one cannot be had, why."""
    return dict(zip(keys, _each(lambda key: _whole(store, key), keys), strict=True))


def _whole(store: ObjectStore, key: str) -> bytes | ObjectMissing:
    try:
        body = store.get(key)
    except ObjectMissing as error:
        return error
    if hashlib.sha256(body).hexdigest() != key.rpartition("/")[2]:
        return ObjectMissing(f"{store.shown}: object {key} is damaged")
    return body


def _each(work: Callable[[str], T], keys: Collection[str]) -> list[T]:
    """Do it with each key in threads that end with it: none is there when a process is forked."""
    if len(keys) < 2:
        return [work(key) for key in keys]
    with ThreadPoolExecutor(min(AT_ONCE, len(keys))) as threads:
        return list(threads.map(work, keys))
