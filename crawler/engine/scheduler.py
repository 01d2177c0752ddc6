"""Feeds the spider: each due page as a request, at its time, until nothing is left.

Waiting happens here, per host, so that a slow or resting host uses no request slot of others.
"""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from crawler.engine.address_guard import resolve
from crawler.engine.batch import HostNews
from crawler.engine.frontier_client import Supply
from crawler.engine.host_slots import Ask, Lane, Lanes
from crawler.engine.robots import HOLD, KEPT, decode_robots
from crawler.engine.writer import Handoff
from db.types import utc_now

logger = logging.getLogger(__name__)

#: lanes are refilled while fewer pages than so many times the concurrency are held
_HELD_PER_REQUEST = 4
_MAX_WAIT_SECONDS = 1.0
_MIN_WAIT_SECONDS = 0.005


class Feed:
    """The run's due pages as requests.

    data, min_free_bytes: where free space is looked at, and the least there must be.
    """

    def __init__(
        self,
        lanes: Lanes,
        supply: Supply,
        handoff: Handoff,
        *,
        concurrency: int,
        data: Path,
        min_free_bytes: int,
    ) -> None:
        self._lanes = lanes
        self._supply = supply
        self._handoff = handoff
        self._concurrency = concurrency
        self._data = data
        self._min_free_bytes = min_free_bytes
        self._wake = asyncio.Event()
        self._is_stale = True
        self._has_news = False
        #: host id -> the search for its IP address
        self._searches: dict[int, asyncio.Task[None]] = {}
        #: why the crawl ended before its time
        self.stopped_by: str | None = None

    async def asks(self) -> AsyncIterator[Ask]:
        """Requests as they may leave, until nothing is due, under way or unstored."""
        while True:
            if self._handoff.error is not None:
                raise self._handoff.error
            self._take_news()
            if self.stopped_by is None and self._wants_more():
                await self._refill()
            ask = self._lanes.next_ask() if self._has_room() else None
            if ask is not None:
                yield ask
            elif self._is_over():
                return
            else:
                await self._wait()

    def stored(self) -> None:
        """Something was stored: there may be more to fetch."""
        self._has_news = True
        self._wake.set()

    def came_back(self, lane: Lane) -> None:
        """A request of this host has its answer, or never will have one."""
        self._lanes.came_back(lane)
        self._wake.set()

    def rest(self, lane: Lane, seconds: float, problem: str) -> None:
        """The host asked for a rest, and whoever walks it next keeps it too."""
        seconds = self._lanes.rest(lane, seconds)
        self._handoff.put(HostNews(host_id=lane.host.id, rest_seconds=seconds))
        self._give_up(lane, problem)

    def trouble(self, lane: Lane, problem: str) -> None:
        """The host left a request without a good answer; after many in a row it rests long."""
        self._lanes.trouble(lane)
        self._give_up(lane, problem)

    def _give_up(self, lane: Lane, problem: str) -> None:
        if not self._lanes.give_up(lane, problem):
            return
        logger.warning(
            "%s is left alone for %.0f minutes: %s",
            lane.host.name,
            lane.rest_seconds / 60,
            problem,
        )
        self._handoff.put(
            HostNews(host_id=lane.host.id, rest_seconds=lane.rest_seconds, problem=problem)
        )

    def went_well(self, lane: Lane) -> None:
        """The host answered as it should."""
        lane.pace.went_well()
        if lane.host.failures:
            lane.host = replace(lane.host, failures=0)
            self._handoff.put(HostNews(host_id=lane.host.id, rest_seconds=None))

    def robots_redirected(self, ask: Ask, base: str, location: str) -> bool:
        """robots.txt is to be had elsewhere. False where there is no way to go on."""
        is_ahead = self._lanes.robots_redirected(ask, base, location)
        self._wake.set()
        return is_ahead

    async def robots_came(
        self, lane: Lane, status: int | None, body: bytes, problem: str, *, is_final: bool
    ) -> None:
        """Keep what robots.txt says; the host's pages may leave, or are held.

        status: None where there was no answer; problem: then, in words; is_final: asking again
        is of no use.
        """
        text = decode_robots(body) if status is not None and 200 <= status < 300 else None
        robots = self._lanes.robots_answered(lane, status, text, is_final=is_final)
        if robots is not None:
            # a bad answer is kept too; a host that did not answer is asked by the next run
            hold = HOLD if status is not None else timedelta(0)
            until = utc_now() + (KEPT if robots.is_known else hold)
            await asyncio.to_thread(self._supply.keep_robots, lane, status, text, until)
            lane.problem, lane.asks_robots = problem, False
            lane.learn(robots)
        self._wake.set()

    async def close(self) -> None:
        """Give back what was taken and not asked for."""
        for search in self._searches.values():
            search.cancel()
        await asyncio.to_thread(self._supply.give_back, self._lanes)

    def _take_news(self) -> None:
        # here and not in ``stored``: the lanes may be in the hands of the supply's thread there
        if self._has_news:
            self._has_news, self._is_stale = False, True
            for lane in self._lanes:
                lane.is_drained = False

    def _has_room(self) -> bool:
        """True while fewer requests than may be are on their way, from asking to storing.

        What is answered and not stored would be asked for again if the spider died now.
        """
        return self._lanes.in_flight + self._handoff.pending < self._concurrency

    def _wants_more(self) -> bool:
        if self._supply.must_renew:
            return True
        if sum(len(lane.claims) for lane in self._lanes) >= self._concurrency * _HELD_PER_REQUEST:
            return False
        return self._is_stale or any(
            not lane.claims and not lane.is_drained for lane in self._lanes
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
        await asyncio.to_thread(self._supply.take, self._lanes)
        for lane in self._lanes:
            if lane.awaits_address and lane.host.id not in self._searches:
                search = asyncio.create_task(self._find_address(lane))
                self._searches[lane.host.id] = search

    async def _find_address(self, lane: Lane) -> None:
        """Ask for the host's IP address; where another spider is there, leave the host to it."""
        address = await resolve(lane.host.name)
        if address is None:
            lane.awaits_address = False  # the request will say what is wrong with the name
        elif await asyncio.to_thread(self._supply.settle_at, lane, address):
            self._lanes.place(lane, address)
        else:
            await asyncio.to_thread(self._supply.leave, lane)
            self._lanes.drop([lane])
        del self._searches[lane.host.id]
        self._wake.set()

    def _is_over(self) -> bool:
        if self._lanes.in_flight or self._handoff.pending:
            return False
        if self.stopped_by is not None:
            return True
        if self._is_stale or self._has_news or self._supply.is_backed_up:
            return False
        holds = any(lane.claims or not lane.is_drained for lane in self._lanes)
        return not holds and self._supply.next_due_at is None and not self._supply.others_work

    async def _wait(self) -> None:
        self._wake.clear()
        seconds = min(_MAX_WAIT_SECONDS, self._lanes.ready_in())
        try:
            async with asyncio.timeout(max(seconds, _MIN_WAIT_SECONDS)):
                await self._wake.wait()
        except TimeoutError:
            # time alone may have made something due
            self._is_stale = self._is_stale or seconds == _MAX_WAIT_SECONDS
