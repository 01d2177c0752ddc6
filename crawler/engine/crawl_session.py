"""One run carried out by one spider: owns the parts that do it, opens them and ends well."""

import asyncio
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
from db.sql.types import Calendar, utc_now


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
        run = await asyncio.to_thread(open_run, config, arguments)
        return cls(config, run, pages, beats, time=time)

    async def close(self) -> None:
        """Store what came, give back the rest, and end the run if it is this spider's own."""
        await self.writer.close()
        await self.scheduler.close()
        await asyncio.to_thread(self._end)
        self._run.database.close()

    def _end(self) -> None:
        """End a run of our own; of another's, say only what it cannot know."""
        now, run_id = self._calendar(), self._run.run_id
        with self._run.database.write() as session:
            if not self._run.is_own:
                if self.scheduler.stopped_by:
                    lifecycle.note(session, run_id, self.scheduler.stopped_by)
            elif self.is_complete:
                lifecycle.finish(session, run_id, message=None, now=now)
            else:
                lifecycle.pause(session, run_id, self.scheduler.stopped_by or "stopped", now)


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
