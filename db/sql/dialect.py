"""The few things that SQLite and PostgreSQL write differently."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Row,
    Select,
    String,
    Table,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

from db.sql.driver import ask

T = TypeVar("T")
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])

#: values in one IN (...): far below the limit of either database
CHUNK = 500

_NUMBERS = "FROM unnest(CAST(%(numbers)s AS bigint[])) AS n"
_LOCK = {
    False: f"SELECT count(CAST(pg_advisory_xact_lock(n) AS text)) {_NUMBERS}",
    True: "SELECT set_config('synchronous_commit', 'off', true),"
    f" count(CAST(pg_advisory_xact_lock(n) AS text)) {_NUMBERS}",
}


def is_sqlite(session: Session) -> bool:
    """True on SQLite."""
    bind = session.bind or session.get_bind()
    return bind.dialect.name == "sqlite"


def run(
    session: Session, statements: Mapping[bool, str], values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The rows of the statement of this database (on SQLite -> statement), as the driver takes it.

    Its values are of plain types. Writes nothing that waits in the session.
    """
    return ask(session, statements[is_sqlite(session)], values)


def insert_into(session: Session, table: type[DeclarativeBase] | Table) -> Any:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``.

    Of a class or, where many small rows are written, of its table: that is twice as quick.
    """
    # PostgreSQL's dialect takes longer to load than all the rest of SQLAlchemy
    if is_sqlite(session):
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def skip_locked(session: Session, statement: Query, *, of: Any) -> Query:
    """Lock the rows, passing over those that another has; SQLite has one writer anyway."""
    if is_sqlite(session):
        return statement
    # who refers to a row (FOR KEY SHARE) neither waits for us nor has it passed over
    return statement.with_for_update(of=of, skip_locked=True, key_share=True)


def lock(
    session: Session,
    names: Iterable[bytes],
    numbers: Iterable[int] = (),
    *,
    is_repeatable: bool = False,
) -> None:
    """Hold these names, and numbers of 64 bits with a sign, until the transaction ends.

    So nobody else decides on them. Writes nothing that waits in the session. ``is_repeatable``:
    the commit need not wait for the disk, since what a crash takes back will be done again.
    """
    if is_sqlite(session):
        return
    all_ = {int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True) for name in names}
    all_.update(numbers)
    # one order for all, so that two never wait for each other
    ask(session, _LOCK[is_repeatable], {"numbers": number_list(session, sorted(all_))})


def number_list(session: Session, numbers: Iterable[int]) -> str:
    """Numbers for ``json_each(:name)`` and for ``CAST(%(name)s AS bigint[])``.

    As text, since PostgreSQL's driver writes lists one number at a time, and slowly.
    """
    form = "[%s]" if is_sqlite(session) else "{%s}"
    return form % ",".join(map(str, numbers))


def one_of_ids(
    statement: Select[*tuple[Any, ...]], column: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> Mapping[bool, Select[*tuple[Any, ...]]]:
    """The statement for rows whose column is one of the ids that ``rows_of`` is given.

    Made once (on SQLite -> statement): making it takes longer than most look-ups.
    """
    ids: BindParameter[str] = bindparam("ids", type_=String)
    listed = select(func.json_each(ids).table_valued("value").c.value)
    return {
        True: statement.where(column.in_(listed)),
        False: statement.where(column == any_(cast(ids, ARRAY(BigInteger)))),
    }


def rows_of(
    session: Session,
    statements: Mapping[bool, Select[*tuple[Any, ...]]],
    ids: Iterable[int],
    **values: Any,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows that a statement of ``one_of_ids`` has for these ids, any number of them.

    Writes nothing that waits in the session.
    """
    listed = sorted({*ids})
    if not listed:
        return ()
    values["ids"] = number_list(session, listed)
    return session.connection().execute(statements[is_sqlite(session)], values).all()


def is_one_of(
    session: Session, column: ColumnElement[int] | InstrumentedAttribute[Any], ids: Sequence[int]
) -> ColumnElement[bool]:
    """Whether a column is one of very many numbers."""
    numbers: BindParameter[str] = bindparam(None, number_list(session, ids), unique=True)
    if is_sqlite(session):
        return column.in_(select(func.json_each(numbers).table_valued("value").c.value))
    return column == any_(cast(numbers, ARRAY(BigInteger)))


def read_ids(session: Session, ids: Select[int]) -> list[int]:
    """The numbers that a select with a limit gives, in its order.

    SQLite's driver hands over a row at a time, four times as slowly as one text with all of them.
    """
    if not is_sqlite(session):
        return list(session.scalars(ids))
    (number,) = ids.subquery().columns
    read: list[int] = json.loads(session.scalar(select(func.json_group_array(number))) or "[]")
    return read


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The values in pieces that fit into one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
