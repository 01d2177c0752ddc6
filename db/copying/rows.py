"""Brings the rows of one table over, a batch in one commit; passes over what is there already."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from db.articles import word_index
from db.copying.checksum import Checksum
from db.copying.plan import TablePlan
from db.sql.session import Database

Row = dict[str, Any]


def read_rows(session: Session, plan: TablePlan) -> Iterator[list[Row]]:
    """All rows, a batch at a time, in the order of the primary key."""
    wanted = select(plan.table).order_by(*plan.keys).limit(plan.batch)
    last: Any = None
    while True:
        step = wanted if last is None else wanted.where(plan.key > last)
        rows = [dict(row._mapping) for row in session.execute(step)]
        if rows:
            yield rows
        if len(rows) < plan.batch:
            return
        last = plan.key_of(rows[-1])


def copy_rows(source: Session, target: Database, plan: TablePlan) -> Checksum:
    """Make the target's table hold the source's rows, but for the columns that wait."""
    with target.read() as session:
        is_empty = session.scalar(select(func.count()).select_from(plan.table)) == 0
    checksum = Checksum()
    for rows in read_rows(source, plan):
        for row in rows:
            checksum.add(row)
        early = [{name: row[name] for name in row if name not in plan.late} for row in rows]
        with target.write() as session:
            _bring(session, plan, early, is_empty=is_empty)
    return checksum


def _bring(session: Session, plan: TablePlan, rows: Sequence[Row], *, is_empty: bool) -> None:
    there = {} if is_empty else _there(session, plan, rows)
    new = [row for row in rows if plan.key_of(row) not in there]
    changed = [row for row in rows if there.get(plan.key_of(row), row) != row]
    _insert(session, plan, new)
    _overwrite(session, plan, changed)
    if plan.name == "articles":
        for row in changed:
            word_index.remove(session, row["id"])


def _insert(session: Session, plan: TablePlan, rows: Sequence[Row]) -> None:
    """Add the rows. A JSON column without a value is left out: None would be JSON's own null."""
    json = [column.name for column in plan.table.columns if isinstance(column.type, JSON)]
    alike: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        kept = {n: v for n, v in row.items() if v is not None or n not in json}
        alike[tuple(kept)].append(kept)
    for group in alike.values():
        session.execute(insert(plan.table), group)


def _there(session: Session, plan: TablePlan, rows: Sequence[Row]) -> dict[Any, Row]:
    keys = [plan.key_of(row) for row in rows]
    stored = session.execute(select(plan.table).where(plan.key.in_(keys)))
    early = ({n: v for n, v in row._mapping.items() if n not in plan.late} for row in stored)
    return {plan.key_of(row): row for row in early}


def _overwrite(session: Session, plan: TablePlan, rows: Sequence[Row]) -> None:
    for row in rows:
        own = {column.name: row[column.name] for column in plan.keys}
        values = {name: value for name, value in row.items() if name not in own}
        wanted = update(plan.table).where(*(column == own[column.name] for column in plan.keys))
        if values:
            session.execute(wanted.values(values))


def fill_late(source: Session, target: Database, plan: TablePlan) -> None:
    """Set the columns that had to wait for rows to refer to."""
    table, names = plan.table, plan.late
    (key,) = plan.keys
    statement = (
        update(table)
        .where(key == bindparam("own_key"))
        .values({name: bindparam(f"own_{name}") for name in names})
    )
    for rows in read_rows(source, plan):
        with target.write() as session:
            there = session.execute(
                select(key, *(table.c[name] for name in names)).where(
                    key.in_([row[key.name] for row in rows])
                )
            )
            before = {row[0]: tuple(row[1:]) for row in there}
            changes = [
                {"own_key": row[key.name], **{f"own_{name}": row[name] for name in names}}
                for row in rows
                if before.get(row[key.name]) != tuple(row[name] for name in names)
            ]
            if changes:
                session.connection().execute(statement, changes)


def drop_extra(source: Session, target: Database, plan: TablePlan) -> None:
    """Take away rows that the source has no more, after a copy that was stopped long ago."""
    with target.read() as session:
        batches = [[plan.key_of(row) for row in rows] for rows in read_rows(session, plan)]
    for keys in batches:
        stored = source.execute(select(*plan.keys).where(plan.key.in_(keys)))
        there = {row[0] if len(plan.keys) == 1 else tuple(row) for row in stored}
        extra = [key for key in keys if key not in there]
        if extra:
            with target.write() as session:
                session.execute(delete(plan.table).where(plan.key.in_(extra)))


def checksum_of(session: Session, plan: TablePlan) -> Checksum:
    """What a table holds."""
    checksum = Checksum()
    for rows in read_rows(session, plan):
        for row in rows:
            checksum.add(row)
    return checksum
