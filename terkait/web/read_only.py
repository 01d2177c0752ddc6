"""Sessions for the web page: each question has a time limit and changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from db.sql.session import Database, Session
from db.sql.time_limit import time_limit


class Reader:
    """Gives sessions to read from."""

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._seconds = seconds

    @contextmanager
    def session(self, seconds: float | None = None) -> Iterator[Session]:
        """A session whose questions may take so long. Raises QuestionTooLong."""
        with (
            self._database.read() as session,
            time_limit(session, seconds or self._seconds),
        ):
            yield session
