"""Says what may leave next: each due page as a request, at its time, until nothing is left.

Waiting happens here, per host, so that a slow or resting host uses no request slot of others.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from crawler.engine.downloader.address_guard import resolve
from crawler.engine.frontier_client import FrontierClient
from crawler.engine.heartbeat import Heartbeat
from crawler.engine.host_slots import FetchRequest, HostSlot, HostSlots
from crawler.engine.writer import OutcomeWriter

#: slots are refilled while fewer pages than so many times the concurrency are held
_HELD_PER_REQUEST = 4
_MAX_WAIT_SECONDS = 1.0
_MIN_WAIT_SECONDS = 0.005


class Scheduler:
    """The run's due pages as requests.

    wake: set where there may be more to do than before.
    data, min_free_bytes: where free space is looked at, and the least there must be.
    """

    def __init__(
        self,
        slots: HostSlots,
        frontier: FrontierClient,
        writer: OutcomeWriter,
        wake: asyncio.Event,
        *,
        concurrency: int,
        data: Path,
        min_free_bytes: int,
        heartbeat: Heartbeat,
    ) -> None:
        self._slots = slots
        self._frontier = frontier
        self._writer = writer
        self._concurrency = concurrency
        self._data = data
        self._min_free_bytes = min_free_bytes
        self._wake = wake
        self._heartbeat = heartbeat
        #: requests that have left
        self._left = 0
        self._is_stale = True
        #: what the writer had stored when the frontier was looked at last
        self._seen_commits = 0
        #: host id -> the search for its IP address
        self._searches: dict[int, asyncio.Task[None]] = {}
        #: why the crawl ended before its time
        self.stopped_by: str | None = None

    async def requests(self) -> AsyncIterator[FetchRequest]:
        """Requests as they may leave, until nothing is due, under way or unstored."""
        while True:
            if self._writer.error is not None:
                raise self._writer.error
            self._take_news()
            if self.stopped_by is None and self._wants_more():
                await self._refill()
            self._beat()
            is_quiet = not self._writer.pending
            request = self._slots.next_request(is_quiet=is_quiet) if self._has_room() else None
            if request is not None:
                if request.claim is not None and request.claim.deaths:
                    await asyncio.to_thread(self._frontier.count_before, request.claim)
                self._left += 1
                yield request
            elif self._is_over():
                return
            else:
                await self._wait()

    async def close(self) -> None:
        """Give back what was taken and not asked for."""
        for search in self._searches.values():
            search.cancel()
        await asyncio.to_thread(self._frontier.give_back, self._slots)

    def _beat(self) -> None:
        in_flight, pending = self._slots.in_flight, self._writer.pending
        state = (self._left, in_flight, pending, self._writer.commits)
        self._heartbeat.beat(state, is_waiting=not in_flight and not pending)

    @property
    def _has_news(self) -> bool:
        return self._writer.commits != self._seen_commits

    def _take_news(self) -> None:
        """What was stored since may have made more due."""
        if self._has_news:
            self._seen_commits, self._is_stale = self._writer.commits, True
            for slot in self._slots:
                slot.is_drained = False

    def _has_room(self) -> bool:
        """True while fewer requests than may be are on their way, from asking to storing.

        What is answered and not stored would be asked for again if the spider died now.
        """
        return self._slots.in_flight + self._writer.pending < self._concurrency

    def _wants_more(self) -> bool:
        if self._frontier.must_renew:
            return True
        if sum(len(slot.claims) for slot in self._slots) >= self._concurrency * _HELD_PER_REQUEST:
            return False
        return self._is_stale or any(
            not slot.claims and not slot.is_drained for slot in self._slots
        )

    async def _refill(self) -> None:
        free = shutil.disk_usage(self._data).free
        if free < self._min_free_bytes:
            self.stopped_by = (
                f"only {free // 2**20} MiB are free in {self._data}: "
                "make room, or lower TERKAIT_MIN_FREE_BYTES"
            )
            return
        self._is_stale = False
        await asyncio.to_thread(self._frontier.take, self._slots)
        for slot in self._slots:
            if slot.awaits_address and slot.host.id not in self._searches:
                search = asyncio.create_task(self._find_address(slot))
                self._searches[slot.host.id] = search

    async def _find_address(self, slot: HostSlot) -> None:
        """Ask for the host's IP address; where another spider is there, leave the host to it."""
        address = await resolve(slot.host.name)
        if address is None:
            slot.awaits_address = False  # the request will say what is wrong with the name
        elif await asyncio.to_thread(self._frontier.settle_at, slot, address):
            self._slots.place(slot, address)
        else:
            await asyncio.to_thread(self._frontier.leave, slot)
            self._slots.drop([slot])
        del self._searches[slot.host.id]
        self._wake.set()

    def _is_over(self) -> bool:
        if self._slots.in_flight or self._writer.pending:
            return False
        if self.stopped_by is not None:
            return True
        if self._is_stale or self._has_news or self._frontier.is_backed_up:
            return False
        holds = any(slot.claims or not slot.is_drained for slot in self._slots)
        return not holds and self._frontier.next_due_at is None and not self._frontier.others_work

    async def _wait(self) -> None:
        self._wake.clear()
        seconds = min(_MAX_WAIT_SECONDS, self._slots.ready_in())
        try:
            async with asyncio.timeout(max(seconds, _MIN_WAIT_SECONDS)):
                await self._wake.wait()
        except TimeoutError:
            # time alone may have made something due
            self._is_stale = self._is_stale or seconds == _MAX_WAIT_SECONDS
