"""Puts many new rows into a table: by COPY on PostgreSQL, by one prepared statement on SQLite."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.copying.plan import Row, TablePlan
from db.sql.dialect import is_sqlite


def insert_rows(session: Session, plan: TablePlan, rows: Sequence[Row]) -> None:
    """Add rows that are not there."""
    if not rows:
        return
    values = _as_bound(session, plan, rows)
    if is_sqlite(session):
        marks = ", ".join("?" * len(plan.columns))
        statement = f"INSERT INTO {plan.name} ({', '.join(plan.columns)}) VALUES ({marks})"
        session.connection().exec_driver_sql(statement, list(values))
    else:
        copy_in(session, plan.name, plan.columns, values)


def copy_in(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Send rows to PostgreSQL as they are."""
    import psycopg  # SQLite needs none of its 60 ms

    driver: Any = session.connection().connection.driver_connection
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        # as SQLAlchemy tells of an error, so that the session knows what it means
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, connection_invalidated=driver.closed
        ) from error


def _as_bound(session: Session, plan: TablePlan, rows: Iterable[Row]) -> Iterable[Sequence[Any]]:
    """The rows with each value as the driver takes it."""
    dialect = session.get_bind().dialect
    binding = [
        (at, bind)
        for at, column in enumerate(plan.table.columns)
        if (bind := column.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    ]
    return _bound(rows, binding) if binding else map(tuple, rows)


def _bound(
    rows: Iterable[Row], binding: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Iterator[Sequence[Any]]:
    for row in rows:
        values = list(row)
        for at, bind in binding:
            if values[at] is not None:
                values[at] = bind(values[at])
        yield tuple(values)
