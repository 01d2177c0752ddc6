"""Statements that go to the database's driver as they are, for what is asked for every page.

What SQLAlchemy does before and after a statement takes the processor longer than most look-ups
take the database.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


def ask(session: Session, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement as the driver takes it, its values of plain types.

    Writes nothing that waits in the session. Raises what SQLAlchemy raises.
    """
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    try:
        cursor = driver.execute(statement, values)
        return [] if cursor.description is None else cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, driver, statement, error) from error


def _translated(
    connection: Connection, driver: Any, statement: str, error: Exception
) -> BaseException:
    """SQLAlchemy's error for the driver's; a connection that is lost is used no more."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        statement,
        None,  # texts of articles belong in no message
        error,
        dialect.loaded_dbapi.Error,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
