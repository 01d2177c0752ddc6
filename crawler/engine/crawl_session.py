"""One run carried out by one spider: owns the parts that do it, opens them and ends well."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from urllib.request import getproxies

from crawler.engine.answer_outcomes import AnswerHandler
from crawler.engine.downloader.address_guard import Guard
from crawler.engine.frontier_client import FrontierClient, PoliteSettings
from crawler.engine.heartbeat import Heartbeat
from crawler.engine.host_slots import HostSlots
from crawler.engine.notifier import Notifier
from crawler.engine.page_pool import PagePool
from crawler.engine.run_opening import OpenedRun, open_run
from crawler.engine.scheduler import Scheduler
from crawler.engine.writer import OutcomeWriter
from db.config import Config, load_config
from db.log_lines import write_requests
from db.runs import lifecycle
from db.sql.session import Session
from db.sql.types import Calendar, utc_now
from db.terms.states import unread_in_words

logger = logging.getLogger(__name__)

#: readers that bring nothing to an end for so long are not waited for by a spider of its own
READERS_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.5
HOW_TO_READ = "`terkait crawl` of the same addresses reads what was fetched"


@dataclass(frozen=True, kw_only=True, slots=True)
class Time:
    """Where a run takes the time from."""

    #: the moment
    calendar: Calendar = utc_now
    #: seconds that pass
    clock: Callable[[], float] = monotonic


class CrawlSession:
    """The parts of a run in one spider process.

    The scheduler says what may leave, the answers' handler takes what comes back, and the writer
    stores it; each knows the slots of the hosts, and none of them another's inside. ``wake`` is
    set by whoever has news for the scheduler.
    """

    def __init__(
        self,
        config: Config,
        run: OpenedRun,
        pages: PagePool,
        beats: int | None = None,
        *,
        time: Time | None = None,
    ) -> None:
        self._run = run
        time = time or Time()
        self._calendar = time.calendar
        self._has_readers = bool(config.broker_url)
        if run.is_own and not self._has_readers:
            logger.warning("TERKAIT_BROKER_URL is not set, so no worker is told: %s", HOW_TO_READ)
        #: True when the scheduler came to its end
        self.is_complete = False
        #: what ended it before
        self.error: Exception | None = None
        wake = asyncio.Event()
        guard = Guard(config.allow_private)
        self.writer = _writer(config, run, pages, wake, time.calendar)
        slots = HostSlots(
            guard=guard,
            agent=config.agent,
            concurrency=config.concurrency,
            emit=self.writer.put,
            clock=time.clock,
        )
        frontier = FrontierClient(
            run.database,
            run_id=run.run_id,
            rules=run.rules,
            owner=run.owner,
            politeness=_politeness(config),
            clock=time.clock,
            calendar=time.calendar,
        )
        self.answers = AnswerHandler(slots, frontier, self.writer, guard, wake, time.calendar)
        self.scheduler = Scheduler(
            slots,
            frontier,
            self.writer,
            wake,
            concurrency=config.concurrency,
            data=config.data if config.data.exists() else config.data.absolute().parent,
            min_free_bytes=config.min_free_bytes,
            heartbeat=Heartbeat(beats, timeout_seconds=config.timeout_seconds),
        )
        self.writer.start()

    @classmethod
    async def open(
        cls,
        arguments: Mapping[str, str],
        pages: PagePool,
        beats: int | None,
        time: Time | None = None,
    ) -> "CrawlSession":
        """Open the run that the spider's arguments name, or begin one."""
        config = load_config()
        if config.log_format == "json":  # Scrapy has set its own handler by now
            write_requests()
        calendar = time.calendar if time else utc_now
        run = await asyncio.to_thread(open_run, config, arguments, calendar)
        return cls(config, run, pages, beats, time=time)

    async def close(self) -> None:
        """Store what came, give back the rest, and end the run if it is this spider's own."""
        await self.writer.close()
        await self.scheduler.close()
        if self._run.is_own and self.is_complete and self._has_readers:
            await self._wait_for_readers()
        await asyncio.to_thread(self._end)
        self._run.database.close()

    async def _wait_for_readers(self) -> None:
        """While they get on; what becomes of the pages belongs to the run."""
        unread, since = -1, monotonic()
        while monotonic() - since < READERS_PATIENCE_SECONDS:
            now_unread = await asyncio.to_thread(self._count_unread)
            if not now_unread:
                return
            if now_unread != unread:
                unread, since = now_unread, monotonic()
            await asyncio.sleep(_LOOK_SECONDS)

    def _count_unread(self) -> int:
        with self._run.database.read() as session:
            return _unread(session, self._run.run_id)

    def _end(self) -> None:
        """End a run of our own; of another's, say only what it cannot know."""
        now, run_id = self._calendar(), self._run.run_id
        with self._run.database.write() as session:
            if not self._run.is_own:
                if self.scheduler.stopped_by:
                    lifecycle.note(session, run_id, self.scheduler.stopped_by)
            elif self.is_complete and (unread := _unread(session, run_id)):
                message = unread_in_words(unread)
                logger.warning("run %s: %s: %s", run_id, message, HOW_TO_READ)
                lifecycle.pause(session, run_id, message, now)
            elif self.is_complete:
                lifecycle.finish(session, run_id, message=None, now=now)
            else:
                lifecycle.pause(session, run_id, self.scheduler.stopped_by or "stopped", now)


def _unread(session: Session, run_id: int) -> int:
    return lifecycle.progress(session, run_id, due=0).unread


def _writer(
    config: Config, run: OpenedRun, pages: PagePool, wake: asyncio.Event, calendar: Calendar
) -> OutcomeWriter:
    return OutcomeWriter(
        run.database,
        Notifier(config.broker_url) if config.broker_url else None,
        run_id=run.run_id,
        rules=run.rules,
        owner=run.owner,
        wake=wake,
        pages=pages,
        calendar=calendar,
    )


def _politeness(config: Config) -> PoliteSettings:
    return PoliteSettings(
        delay_seconds=config.delay_seconds,
        per_host=config.per_host,
        concurrency=config.concurrency,
        agent=config.agent,
        by_address=config.by_address and not getproxies(),
    )
