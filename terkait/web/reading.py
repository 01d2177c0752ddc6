"""Sessions for the web page: each question has a time limit and changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.dialect import is_sqlite
from db.session import Database
from terkait.web.errors import QuestionTooLong

#: steps of SQLite's machine between two looks at the clock: some hundredths of a millisecond
_STEPS = 20_000
#: PostgreSQL's word for a statement that was given up
_CANCELLED = "57014"


class Reader:
    """Gives sessions to read from."""

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._seconds = seconds

    @contextmanager
    def session(self, seconds: float | None = None) -> Iterator[Session]:
        """A session whose questions may take so long. Raises QuestionTooLong."""
        limit = seconds or self._seconds
        with self._database.read() as session, _limited(session, limit):
            try:
                yield session
            except OperationalError as error:
                if _is_given_up(error):
                    raise QuestionTooLong(
                        f"the question took longer than {limit:g} s: ask for less, or raise "
                        "TERKAIT_WEB_SECONDS"
                    ) from error
                raise


@contextmanager
def _limited(session: Session, seconds: float) -> Iterator[None]:
    if not is_sqlite(session):
        session.execute(text("SET TRANSACTION READ ONLY"))
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
