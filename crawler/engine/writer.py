"""Hands over what was fetched: archive, links and states in one commit, then tells the readers.

Visits are collected and stored in batches by a thread, so that the event loop never waits for
the database.
"""

import asyncio
from collections.abc import Sequence

from crawler.engine.batch import pages_by_site, prepare, sites_of, store
from crawler.engine.extract import Visit
from crawler.engine.notifier import Notifier
from crawler.engine.site_layout import SiteLayouts
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.outcomes import Outcome
from db.retry import patiently
from db.session import Database
from db.types import utc_now

#: visits in one commit
BATCH = 50
#: how long the first visit of a batch waits for others
_GATHER_SECONDS = 0.05


class OutcomeWriter:
    """Takes outcomes from the spider and stores them.

    wake: set after each commit, which may have made more due.
    """

    def __init__(
        self,
        database: Database,
        notifier: Notifier | None,
        *,
        run_id: int,
        rules: CrawlScope,
        owner: str,
        wake: asyncio.Event,
    ) -> None:
        self._database = database
        self._notifier = notifier
        self._run_id = run_id
        self._rules = rules
        self._owner = owner
        self._wake = wake
        self._layouts = SiteLayouts(database)
        self._outcomes: asyncio.Queue[Visit | Outcome] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._is_empty = asyncio.Event()
        self._is_empty.set()
        #: batches that were stored
        self.commits = 0
        #: outcomes taken and not yet stored
        self.pending = 0
        #: set when outcomes could not be stored: the crawl must end
        self.error: Exception | None = None

    def start(self) -> None:
        """Begin to store, in the running event loop."""
        self._task = asyncio.create_task(self._work())

    def put(self, outcome: Visit | Outcome) -> None:
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
        if self._notifier is not None:
            await asyncio.to_thread(self._notifier.close)

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
                # kept for whoever waits for us: the scheduler ends the crawl with it
                self.error = error
                raise
            finally:
                self.pending -= len(batch)
                if not self.pending:
                    self._is_empty.set()
                self.commits += 1
                self._wake.set()

    async def _store(self, batch: Sequence[Visit | Outcome]) -> None:
        ids = await asyncio.to_thread(patiently, lambda: self._commit(batch))
        if ids and self._notifier is not None:
            await asyncio.to_thread(self._notifier.notify, ids)

    def _commit(self, batch: Sequence[Visit | Outcome]) -> list[int]:
        outcomes = prepare(batch, self._rules, self._layouts.of(sites_of(batch)))
        context = CrawlContext(run_id=self._run_id, rules=self._rules, now=utc_now())
        with self._database.write() as session:
            ids = store(session, context, self._owner, outcomes)
            self._layouts.take_in(session, pages_by_site(outcomes), context.now)
        return ids
