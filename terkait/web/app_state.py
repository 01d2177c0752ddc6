"""What every route needs: the settings, sessions to read from, the templates."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from typing import Annotated

from fastapi import Depends, Request

from db.config import Config
from db.queries.search.conditions import Filters
from db.sql.session import Database, Session
from terkait.web.read_only import Reader
from terkait.web.render import Pages


class Web:
    """Made once, passed to all routes."""

    def __init__(self, database: Database, config: Config) -> None:
        self.config = config
        self.zone: tzinfo = config.zone
        self.pages = Pages(self.zone)
        self._reader = Reader(database, config.web_seconds)

    @contextmanager
    def session(self, seconds: float | None = None) -> Iterator[Session]:
        """A session with a time limit."""
        with self._reader.session(seconds) as session:
            yield session

    def filters(self, newest_id: int | None = None) -> Filters:
        """No filter but the zone in which days are meant."""
        return Filters(zone=self.zone, newest_id=newest_id)


def _of(request: Request) -> Web:
    web: Web = request.app.state.web
    return web


#: as a route's parameter
Ours = Annotated[Web, Depends(_of)]
