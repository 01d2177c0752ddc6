"""Hands over what was fetched: archive, links and states in one commit, then the bell.

Visits are collected and stored in batches by a thread, so that the event loop never waits for
the database.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.bell import Bell
from crawler.document import Document
from crawler.items import FOLLOWABLE, Page
from crawler.profiles import profile_for
from crawler.related import find_links
from crawler.urls import host_of, site_of
from db import archive, frontier
from db.addresses import Address
from db.errors import DatabaseUnreachable
from db.follow import Rules
from db.frontier import Claim, Failure
from db.session import Database
from db.types import utc_now
from db.walk import Walk

logger = logging.getLogger(__name__)

#: visits in one commit
BATCH = 50
#: how long the first visit of a batch waits for others
_GATHER_SECONDS = 0.05
#: links of one page that are kept; more is a trap or a site map
_MAX_LINKS = 500
#: tries to reach a database that is away, seconds apart
_DATABASE_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A page that came."""

    claim: Claim
    page: Page


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A page that may not be fetched."""

    page_id: int
    reason: str


Outcome = Visit | Failure | archive.Redirect | Refusal


def address_of(url: str) -> Address:
    """A canonical address as the rows need it."""
    return Address(url=url, host=host_of(url), site=site_of(url))


class Handoff:
    """Takes outcomes from the spider and stores them; ``stored`` is called after each commit."""

    def __init__(
        self,
        database: Database,
        bell: Bell | None,
        *,
        run_id: int,
        rules: Rules,
        owner: str,
        stored: Callable[[], None],
    ) -> None:
        self._database = database
        self._bell = bell
        self._run_id = run_id
        self._rules = rules
        self._owner = owner
        self._stored = stored
        self._outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._is_empty = asyncio.Event()
        self._is_empty.set()
        #: outcomes taken and not yet stored
        self.pending = 0
        #: set when outcomes could not be stored: the crawl must end
        self.error: Exception | None = None

    def start(self) -> None:
        """Begin to store, in the running event loop."""
        self._task = asyncio.create_task(self._work())

    def put(self, outcome: Outcome) -> None:
        """Take an outcome; returns at once."""
        self.pending += 1
        self._is_empty.clear()
        self._outcomes.put_nowait(outcome)

    async def close(self) -> None:
        """Store what was taken, then stop."""
        if self._task is not None:
            empty = asyncio.create_task(self._is_empty.wait())
            await asyncio.wait({empty, self._task}, return_when=asyncio.FIRST_COMPLETED)
            for task in (empty, self._task):
                task.cancel()
            await asyncio.gather(empty, self._task, return_exceptions=True)
        if self._bell is not None:
            await asyncio.to_thread(self._bell.close)

    async def _work(self) -> None:
        while True:
            batch = [await self._outcomes.get()]
            if self._outcomes.empty():
                await asyncio.sleep(_GATHER_SECONDS)
            while len(batch) < BATCH and not self._outcomes.empty():
                batch.append(self._outcomes.get_nowait())
            try:
                await self._store(batch)
            except Exception as error:
                # kept for whoever waits for us: the feed ends the crawl with it
                self.error = error
                raise
            finally:
                self.pending -= len(batch)
                if not self.pending:
                    self._is_empty.set()
                self._stored()

    async def _store(self, batch: Sequence[Outcome]) -> None:
        for wait in (*_DATABASE_WAITS, None):
            try:
                ids = await asyncio.to_thread(self._commit, batch)
                break
            except DatabaseUnreachable as error:
                if wait is None:
                    raise
                logger.warning("cannot store now, trying again in %s s: %s", wait, error)
                await asyncio.sleep(wait)
        if ids and self._bell is not None:
            await asyncio.to_thread(self._bell.ring, ids)

    def _commit(self, batch: Sequence[Outcome]) -> list[int]:
        fetched = [self._fetched(one) for one in batch if isinstance(one, Visit)]
        redirects = [one for one in batch if isinstance(one, archive.Redirect)]
        failures = [one for one in batch if isinstance(one, Failure)]
        refused = {one.page_id: one.reason for one in batch if isinstance(one, Refusal)}
        now = utc_now()
        walk = Walk(run_id=self._run_id, rules=self._rules, now=now)
        with self._database.write() as session:
            ids = archive.hand_over(session, walk, self._owner, fetched) if fetched else []
            if redirects:
                archive.redirect(session, walk, self._owner, redirects)
            frontier.fail(
                session, run_id=self._run_id, owner=self._owner, failures=failures, now=now
            )
            frontier.refuse(session, run_id=self._run_id, owner=self._owner, refused=refused)
        return ids

    def _fetched(self, visit: Visit) -> archive.Fetched:
        page = visit.page
        found = find_links(Document(page), profile_for(page.url))[:_MAX_LINKS]
        return archive.Fetched(
            page_id=visit.claim.page_id,
            url=page.url,
            status=page.status,
            headers=dict(page.headers),
            fetched_at=page.fetched_at,
            size=len(page.body),
            body=archive.pack(page.body),
            links=tuple(
                archive.FoundLink(
                    target=address_of(link.url),
                    kind=link.kind,
                    box=link.box,
                    anchor=link.anchor,
                    position=link.position,
                    teaser=link.teaser,
                    published_at=link.published,
                )
                for link in found
                if link.kind in FOLLOWABLE
            ),
            others=tuple(address_of(link.url) for link in found if link.kind not in FOLLOWABLE),
        )
