"""Ends a question to the database that takes too long."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db.sql.dialect import is_sqlite
from db.sql.session import Session
from db.terms.errors import QuestionTooLong

#: steps of SQLite's machine between two looks at the clock: some hundredths of a millisecond
_STEPS = 20_000
#: PostgreSQL's word for a statement that was given up
_CANCELLED = "57014"


@contextmanager
def time_limit(session: Session, seconds: float) -> Iterator[None]:
    """What is asked inside may take so long. Raises QuestionTooLong."""
    try:
        with _limited(session, seconds):
            yield
    except OperationalError as error:
        if _is_given_up(error):
            raise QuestionTooLong(
                f"the question took longer than {seconds:g} s: ask for less, or raise "
                "TERKAIT_WEB_SECONDS"
            ) from error
        raise


@contextmanager
def _limited(session: Session, seconds: float) -> Iterator[None]:
    if not is_sqlite(session):
        session.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
        yield
        return
    driver: Any = session.connection().connection.driver_connection
    deadline = monotonic() + seconds
    driver.set_progress_handler(lambda: monotonic() > deadline, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _is_given_up(error: OperationalError) -> bool:
    if getattr(error.orig, "sqlstate", None) == _CANCELLED:
        return True
    return "interrupted" in str(error.orig)
