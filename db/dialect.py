"""The few things that SQLite and PostgreSQL write differently."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

T = TypeVar("T")

#: values in one IN (...): far below the limit of either database
CHUNK = 500


def is_sqlite(session: Session) -> bool:
    """True on SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def insert_into(session: Session, table: type[DeclarativeBase] | Table) -> Any:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``.

    Of a class or, where many small rows are written, of its table: that is twice as quick.
    """
    return sqlite.insert(table) if is_sqlite(session) else postgresql.insert(table)


def skip_locked(session: Session, statement: Select[Any], *, of: Any) -> Select[Any]:
    """Lock the rows, passing over those that another has; SQLite has one writer anyway."""
    return statement if is_sqlite(session) else statement.with_for_update(of=of, skip_locked=True)


def lock(session: Session, keys: Iterable[bytes]) -> None:
    """Hold these names until the transaction ends, so that nobody else decides on them."""
    if is_sqlite(session):
        return
    numbers = {int.from_bytes(hashlib.sha256(key).digest()[:8], signed=True) for key in keys}
    # one order for all, so that two never wait for each other
    session.execute(
        text("SELECT pg_advisory_xact_lock(n) FROM unnest(CAST(:numbers AS bigint[])) AS n"),
        {"numbers": sorted(numbers)},
    )


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The values in pieces that fit into one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
