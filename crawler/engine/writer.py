"""Hands over what was fetched: archive, links and states in one commit, then tells the readers.

Visits are collected and stored in batches by a thread, so that the event loop never waits for
the database.
"""

import asyncio
import logging
from collections.abc import Sequence

from crawler.engine.batch import pages_by_site, prepare, put_away, sites_of, store
from crawler.engine.extract import Visit
from crawler.engine.notifier import BATCH as MESSAGE
from crawler.engine.notifier import Notifier
from crawler.engine.page_pool import PagePool, given_up, is_given_up
from crawler.engine.site_layout import SiteLayouts
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.sql.retry import patiently
from db.sql.session import Database
from db.sql.types import Calendar, utc_now
from db.terms.errors import TerkaitError
from db.terms.outcomes import HostRest, Outcome
from db.terms.states import Reason, Why

logger = logging.getLogger(__name__)

#: visits in one commit
BATCH = 50
#: how long the first visit of a batch waits for others
_GATHER_SECONDS = 0.05
#: how long pages that do not fill a message wait for others; readers take a full one for less
_TELL_SECONDS = 0.2


class OutcomeWriter:
    """Takes outcomes from the spider and stores them.

    wake: set after each commit, which may have made more due; pages: looks into what comes, and is
    ended with the writer.
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
        pages: PagePool,
        calendar: Calendar = utc_now,
    ) -> None:
        self._calendar = calendar
        self._database = database
        self._notifier = notifier
        self._run_id = run_id
        self._rules = rules
        self._owner = owner
        self._wake = wake
        self._layouts = SiteLayouts(database)
        self._pages = pages
        self._outcomes: asyncio.Queue[Visit | Outcome] = asyncio.Queue()
        #: ids of stored pages of which the readers have not been told
        self._untold: list[int] = []
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
        self._pages.start()
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
            await self._tell()
        ends = [self._pages.close, *([self._notifier.close] if self._notifier is not None else [])]
        await asyncio.gather(*map(asyncio.to_thread, ends))

    async def _work(self) -> None:
        while True:
            batch = [await self._next()]
            if self.commits and self._outcomes.empty():  # the first page has no others beside it
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
        prepared = await asyncio.to_thread(self._prepare, batch)
        outcomes = await asyncio.to_thread(put_away, self._database, prepared)
        self._untold += await self._commit(outcomes)
        # the first page is read at once
        full = len(self._untold) // MESSAGE * MESSAGE if self.commits else len(self._untold)
        await self._tell(full)

    async def _next(self) -> Visit | Outcome:
        """The next outcome; where none comes for a moment the readers are told of all there is."""
        if self._untold:
            try:
                return await asyncio.wait_for(self._outcomes.get(), _TELL_SECONDS)
            except TimeoutError:
                self._is_empty.clear()  # ``close`` waits
                await self._tell()
                if not self.pending:
                    self._is_empty.set()
        return await self._outcomes.get()

    async def _tell(self, count: int | None = None) -> None:
        """Tell the readers of the first so many pages; None: of all."""
        end = len(self._untold) if count is None else count
        ids, self._untold = self._untold[:end], self._untold[end:]
        if ids and self._notifier is not None:
            await asyncio.to_thread(self._notifier.notify, ids)

    def _prepare(self, batch: Sequence[Visit | Outcome]) -> list[Outcome]:
        layouts = patiently(lambda: self._layouts.of(sites_of(batch)))
        return prepare(batch, self._rules, layouts, self._pages.extract)

    async def _commit(self, outcomes: Sequence[Outcome]) -> list[int]:
        """Store outcomes; where the database takes one of them for nonsense, without that one."""
        work = asyncio.to_thread(patiently, lambda: self._transact(outcomes))
        (result,) = await asyncio.gather(work, return_exceptions=True)
        if not isinstance(result, BaseException):
            return result
        if isinstance(result, TerkaitError):
            raise result
        if len(outcomes) > 1:
            return [id_ for outcome in outcomes for id_ in await self._commit([outcome])]
        if isinstance(outcomes[0], HostRest) or is_given_up(outcomes[0]):
            raise result
        why = Why(Reason.SPIDER_FAILED, type(result).__name__)
        logger.error("a page is given up: %s", why, exc_info=result)
        return await self._commit([given_up(outcomes[0].page_id, why)])

    def _transact(self, outcomes: Sequence[Outcome]) -> list[int]:
        context = CrawlContext(run_id=self._run_id, rules=self._rules, now=self._calendar())
        with self._database.write() as session:
            ids = store(session, context, self._owner, outcomes)
            self._layouts.take_in(session, pages_by_site(outcomes), context.now)
        return ids
