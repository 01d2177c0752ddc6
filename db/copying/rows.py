"""Brings the rows of one table over, a batch in one commit; passes over what is there already."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from db.articles import word_index
from db.copying.checksum import Checksum
from db.copying.insertion import insert_rows
from db.copying.plan import Row, TablePlan
from db.sql.dialect import chunks
from db.sql.session import Database

#: rows of one piece of a table that is compared by itself
_PIECE = 100_000


@dataclass(kw_only=True, slots=True)
class BroughtRows:
    """What came of one table."""

    checksum: Checksum
    #: keys at which the table can be parted, in order
    bounds: list[Any] = field(default_factory=list)


def read_rows(
    session: Session,
    plan: TablePlan,
    *columns: ColumnElement[Any],
    after: Any = None,
    upto: Any = None,
) -> Iterator[Sequence[Row]]:
    """Rows, or some columns of them, a batch at a time, in the order of the primary key.

    ``after``, ``upto``: between these keys alone.
    """
    wanted = select(*(columns or plan.table.columns)).order_by(*plan.keys).limit(plan.batch)
    if upto is not None:
        wanted = wanted.where(plan.key <= upto)
    key_of = plan.key_of if not columns else (lambda row: row[0] if len(row) == 1 else tuple(row))
    connection, last = session.connection(), after
    while True:
        step = wanted if last is None else wanted.where(plan.key > last)
        rows = connection.execute(step).all()
        if rows:
            yield rows
        if len(rows) < plan.batch:
            return
        last = key_of(rows[-1])


def copy_rows(
    source: Session, target: Database, plan: TablePlan, say: Callable[[int], None]
) -> BroughtRows:
    """Make the target's table hold the source's rows, but for what must wait.

    ``say`` is told how many more are there.
    """
    with target.read() as session:
        last = _last_key(session, plan)
    brought, checksum = BroughtRows(checksum=Checksum(plan.columns)), Checksum(plan.columns)
    for rows in read_rows(source, plan):
        checksum.add(rows)
        early = [plan.early(row) for row in rows] if plan.late else rows
        # what comes behind all that is there needs no look
        is_new = last is None or (plan.is_numbered and plan.key_of(rows[0]) > last)
        with target.write() as session:
            if is_new:
                insert_rows(session, plan, early)
            else:
                _bring(session, plan, early)
        say(len(rows))
        if checksum.rows >= _PIECE:
            brought.bounds.append(plan.key_of(rows[-1]))
            brought.checksum.merge(checksum)
            checksum = Checksum(plan.columns)
    brought.checksum.merge(checksum)
    return brought


def _last_key(session: Session, plan: TablePlan) -> Any:
    """The largest key in the table; None where it is empty."""
    newest = select(*plan.keys).order_by(*(key.desc() for key in plan.keys)).limit(1)
    row = session.execute(newest).first()
    return None if row is None else _single(row)


def _single(key: Row) -> Any:
    return key[0] if len(key) == 1 else tuple(key)


def _bring(session: Session, plan: TablePlan, rows: Sequence[Row]) -> None:
    there = _there(session, plan, rows)
    new = [row for row in rows if plan.key_of(row) not in there]
    changed = [row for row in rows if tuple(there.get(plan.key_of(row), row)) != tuple(row)]
    insert_rows(session, plan, new)
    _overwrite(session, plan, changed)
    if plan.name == "articles":
        for row in changed:
            word_index.remove(session, plan.key_of(row))


def _there(session: Session, plan: TablePlan, rows: Sequence[Row]) -> dict[Any, Row]:
    """Those of the rows that are there, by their keys."""
    keys = [plan.key_of(row) for row in rows]
    stored = select(plan.table)
    if plan.is_numbered:
        found = session.execute(stored.where(plan.key >= keys[0], plan.key <= keys[-1])).all()
    else:
        found = [
            row
            for batch in chunks(keys)
            for row in session.execute(stored.where(plan.key.in_(batch)))
        ]
    return {plan.key_of(row): row for row in found}


def _overwrite(session: Session, plan: TablePlan, rows: Sequence[Row]) -> None:
    for row in rows:
        values = dict(zip(plan.columns, row, strict=True))
        own = [column == values.pop(column.name) for column in plan.keys]
        if values:
            session.execute(update(plan.table).where(*own).values(values))


def fill_late(source: Session, target: Database, plan: TablePlan) -> None:
    """Set what refers to later rows."""
    table, names = plan.table, plan.late
    (key,) = plan.keys
    statement = (
        update(table)
        .where(key == bindparam("own_key"))
        .values({name: bindparam(f"own_{name}") for name in names})
    )
    wanted = select(key, *(table.c[name] for name in names)).order_by(key)
    wanted = wanted.where(or_(*(table.c[name] > key for name in names)))
    for rows in (
        source.connection().execution_options(yield_per=plan.batch).execute(wanted).partitions()
    ):
        values = [
            {"own_key": row[0], **{f"own_{n}": v for n, v in zip(names, row[1:], strict=True)}}
            for row in rows
        ]
        with target.write() as session:
            session.connection().execute(statement, values)


def drop_extra(source: Session, target: Database, plan: TablePlan) -> None:
    """Take away rows that the source has no more, after a copy that was stopped long ago."""
    with target.read() as reading:
        for rows in read_rows(reading, plan, *plan.keys):
            for batch in chunks([_single(row) for row in rows]):
                stored = source.execute(select(*plan.keys).where(plan.key.in_(batch)))
                there = {_single(row) for row in stored}
                extra = [key for key in batch if key not in there]
                if extra:
                    with target.write() as session:
                        session.execute(delete(plan.table).where(plan.key.in_(extra)))


def count_rows(session: Session, plan: TablePlan) -> int:
    """How many rows the table has."""
    return session.scalar(select(func.count()).select_from(plan.table)) or 0


def has_rows(session: Session, plan: TablePlan) -> bool:
    """Whether the table has any."""
    return session.execute(select(*plan.keys).limit(1)).first() is not None
