"""Feeds the spider: takes due pages out of the frontier, lets each leave when its host allows.

Waiting happens here, per host, so that a slow or resting host uses no request slot of others.
"""

import asyncio
import logging
import shutil
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from crawler.errors import PrivateAddress
from crawler.guards import Guard
from crawler.handoff import Handoff, Refusal
from crawler.pace import Pace
from crawler.robots import HOLD, KEPT, Robots, decode_robots, read_robots
from db import frontier, hosts, runs
from db.follow import Rules
from db.frontier import Claim, Failure, HostState
from db.session import Database
from db.types import utc_now

logger = logging.getLogger(__name__)

#: hosts walked at a time, at least
_MIN_LANES = 64
#: pages taken at a time from a host without a delay
_CLAIM = 64
#: leases are renewed, and dead spiders' leases looked for, this often
_RENEW_SECONDS = 15.0
#: nothing is fetched while so many pages wait to be read ...
_BACKLOG_HIGH = 2_000
#: ... until so few wait
_BACKLOG_LOW = 1_000
_MAX_WAIT_SECONDS = 1.0
#: a host whose robots.txt cannot be had is asked for it so often
_ROBOTS_TRIES = 3


@dataclass(slots=True)
class Lane:
    """A leased host: its rules, its pace, and the pages taken from it."""

    host: HostState
    pace: Pace
    robots: Robots | None
    #: a request for robots.txt is under way
    asks_robots: bool = False
    #: where robots.txt redirected to, and after how many hops
    robots_at: tuple[str, int] | None = None
    robots_tries: int = 0
    #: why robots.txt cannot be had
    problem: str = ""
    claims: deque[Claim] = field(default_factory=deque)
    #: the frontier had no more for it when last asked
    is_drained: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """The next request that may leave."""

    url: str
    lane: Lane
    #: None: robots.txt of the host
    claim: Claim | None
    #: redirects of robots.txt that led here
    robots_hops: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What the settings say of speed and space."""

    delay_seconds: float
    per_host: int
    concurrency: int
    agent: str
    data: Path
    min_free_bytes: int


class Feed:
    """The run's due pages as requests, each at its time."""

    def __init__(
        self,
        database: Database,
        handoff: Handoff,
        *,
        run_id: int,
        rules: Rules,
        owner: str,
        guard: Guard,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._handoff = handoff
        self._run_id = run_id
        self._rules = rules
        self._owner = owner
        self._guard = guard
        self._limits = limits
        self._clock = clock
        self._lanes: dict[int, Lane] = {}
        self._changed = asyncio.Event()
        self._is_stale = True
        self._renewed_at = clock()
        self._next_due_at: datetime | None = None
        self._is_backed_up = False
        self.in_flight = 0
        #: why the crawl ended before its time
        self.stopped_by: str | None = None

    # --- the loop -----------------------------------------------------------------------------

    async def asks(self) -> AsyncIterator[Ask]:
        """Requests as they may leave, until nothing is due, under way or unstored."""
        while True:
            if self._handoff.error is not None:
                raise self._handoff.error
            if self.stopped_by is None and self._wants_more():
                await self._refill()
            ask = self._next_ask()
            if ask is not None:
                yield ask
            elif self._is_over():
                return
            else:
                await self._wait()

    def changed(self) -> None:
        """Something was stored: there may be more to fetch."""
        self._is_stale = True
        for lane in self._lanes.values():
            lane.is_drained = False
        self._changed.set()

    def came_back(self, lane: Lane) -> None:
        """A request of this host has its answer, or never will have one."""
        self.in_flight -= 1
        lane.pace.came_back()
        self._changed.set()

    async def close(self) -> None:
        """Give back what was taken and not asked for."""
        unasked = [claim.page_id for lane in self._lanes.values() for claim in lane.claims]
        await asyncio.to_thread(self._give_back, unasked)

    def _give_back(self, page_ids: list[int]) -> None:
        now = utc_now()
        with self._database.write() as session:
            frontier.give_back(session, owner=self._owner, page_ids=page_ids, now=now)
            frontier.release_hosts(session, owner=self._owner, host_ids=list(self._lanes))

    def _is_over(self) -> bool:
        if self.in_flight or self._handoff.pending:
            return False
        if self.stopped_by is not None:
            return True
        waits = any(lane.claims or not lane.is_drained for lane in self._lanes.values())
        return not (waits or self._is_stale or self._is_backed_up or self._next_due_at)

    async def _wait(self) -> None:
        self._changed.clear()
        waits = [lane.pace.ready_in(self._clock()) for lane in self._lanes.values() if lane.claims]
        seconds = min([_MAX_WAIT_SECONDS, *waits])
        try:
            await asyncio.wait_for(self._changed.wait(), timeout=max(seconds, 0.005))
        except TimeoutError:
            if seconds == _MAX_WAIT_SECONDS:
                self._is_stale = True

    # --- what may leave -----------------------------------------------------------------------

    def _next_ask(self) -> Ask | None:
        if self.in_flight >= self._limits.concurrency:
            return None
        now = self._clock()
        for host_id, lane in self._lanes.items():
            ask = self._ask_of(lane) if lane.pace.ready_in(now) <= 0 else None
            if ask is not None:
                self.in_flight += 1
                lane.pace.left(now)
                self._lanes[host_id] = self._lanes.pop(host_id)  # the others come first now
                return ask
        return None

    def _ask_of(self, lane: Lane) -> Ask | None:
        while lane.claims:
            if lane.robots is None:
                return self._ask_robots(lane)
            claim = lane.claims.popleft()
            try:
                self._guard.check_host(lane.host.name)
            except PrivateAddress as error:
                self._handoff.put(Refusal(page_id=claim.page_id, reason=str(error)))
                continue
            if not lane.robots.is_known:
                self._handoff.put(_held(claim, lane.problem))
            elif not lane.robots.allows(claim.url):
                self._handoff.put(Refusal(page_id=claim.page_id, reason="robots"))
            else:
                return Ask(url=claim.url, lane=lane, claim=claim)
        return None

    def _ask_robots(self, lane: Lane) -> Ask | None:
        if lane.asks_robots:
            return None
        try:
            self._guard.check_host(lane.host.name)
        except PrivateAddress:
            lane.robots = Robots(is_known=True)  # each page is refused on its own
            return self._ask_of(lane)
        lane.asks_robots = True
        scheme = lane.claims[0].url.partition("://")[0]
        url, hops = lane.robots_at or (f"{scheme}://{lane.host.name}/robots.txt", 0)
        return Ask(url=url, lane=lane, claim=None, robots_hops=hops)

    def ask_again(self, lane: Lane, url: str, hops: int) -> None:
        """robots.txt is to be had elsewhere."""
        lane.robots_at = url, hops
        lane.asks_robots = False
        self._changed.set()

    async def robots_came(
        self, lane: Lane, status: int | None, body: bytes, problem: str, *, is_final: bool
    ) -> None:
        """Keep what robots.txt says; the host's pages may leave, or are held.

        status: None where there was no answer; problem: then, in words; is_final: asking again
        is of no use.
        """
        text = decode_robots(body) if status is not None and 200 <= status < 300 else None
        robots = read_robots(status, text, self._limits.agent)
        lane.robots_tries += 1
        lane.robots_at = None
        if not robots.is_known and lane.robots_tries < _ROBOTS_TRIES and not is_final:
            lane.asks_robots = False
            lane.pace.back_off(self._clock())
            self._changed.set()
            return
        # an answer is kept, even a bad one; a host that did not answer is asked by the next run
        hold = HOLD if status is not None else timedelta(0)
        until = utc_now() + (KEPT if robots.is_known else hold)
        await asyncio.to_thread(self._keep_robots, lane.host.id, status, text, until)
        lane.problem, lane.asks_robots = problem, False
        self._learn(lane, robots)
        self._changed.set()

    def rest(self, lane: Lane, seconds: float) -> None:
        """The host asked for a rest."""
        lane.pace.rest(self._clock(), seconds)

    def _keep_robots(
        self, host_id: int, status: int | None, text: str | None, until: datetime
    ) -> None:
        with self._database.write() as session:
            hosts.keep_robots(session, host_id, status=status, body=text, until=until)

    def _learn(self, lane: Lane, robots: Robots) -> None:
        lane.robots = robots
        delay = robots.delay_seconds
        if delay > lane.pace.delay_seconds:
            lane.pace.delay_seconds, lane.pace.concurrency = delay, 1

    # --- taking pages out of the frontier ------------------------------------------------------

    def _wants_more(self) -> bool:
        if self._clock() - self._renewed_at > _RENEW_SECONDS:
            return True
        held = sum(len(lane.claims) for lane in self._lanes.values())
        if held >= self._limits.concurrency * 4:
            return False
        return self._is_stale or any(
            not lane.claims and not lane.is_drained for lane in self._lanes.values()
        )

    async def _refill(self) -> None:
        free = shutil.disk_usage(self._limits.data).free
        if free < self._limits.min_free_bytes:
            self.stopped_by = (
                f"only {free // 2**20} MiB are free in {self._limits.data}: "
                "make room, or lower TERKAIT_MIN_FREE_BYTES"
            )
            return
        self._is_stale = False
        await asyncio.to_thread(self._take)

    def _take(self) -> None:
        now = utc_now()
        with self._database.write() as session:
            if self._clock() - self._renewed_at > _RENEW_SECONDS:
                self._renewed_at = self._clock()
                frontier.renew(session, owner=self._owner, now=now)
                frontier.reclaim(session, now=now)
                runs.beat(session, self._run_id, now)
            backlog = hosts.count_unread(session, limit=_BACKLOG_HIGH)
            self._is_backed_up = backlog >= (_BACKLOG_LOW if self._is_backed_up else _BACKLOG_HIGH)
            left = runs.budget_left(session, self._run_id, self._rules)
            if self._is_backed_up:
                return
            if left == 0:
                self._next_due_at = None
                idle = self._drop_idle_lanes(all_of_them=True)
                frontier.release_hosts(session, owner=self._owner, host_ids=idle)
                return
            self._lease(session, now)
            for lane in list(self._lanes.values()):
                if not lane.claims and not lane.is_drained and left != 0:
                    left = self._claim(session, lane, left, now)
            self._next_due_at = frontier.next_due_at(session, run_id=self._run_id)

    def _lease(self, session: Session, now: datetime) -> None:
        room = max(_MIN_LANES, self._limits.concurrency * 2) - len(self._lanes)
        if room <= 0:
            idle = self._drop_idle_lanes()
            frontier.release_hosts(session, owner=self._owner, host_ids=idle)
            room = len(idle)
        leased = frontier.lease_hosts(
            session, run_id=self._run_id, owner=self._owner, limit=max(room, 1), now=now
        )
        for host in leased:
            known = self._lanes.get(host.id)
            if known is None:
                self._lanes[host.id] = self._lane(host, now)
            else:
                known.is_drained = False

    def _drop_idle_lanes(self, *, all_of_them: bool = False) -> list[int]:
        idle = [
            host_id
            for host_id, lane in self._lanes.items()
            if not lane.claims and not lane.pace.in_flight and (lane.is_drained or all_of_them)
        ]
        for host_id in idle:
            del self._lanes[host_id]
        return idle

    def _lane(self, host: HostState, now: datetime) -> Lane:
        rest = (host.rest_until - now).total_seconds() if host.rest_until else 0.0
        pace = Pace(
            delay_seconds=self._limits.delay_seconds,
            concurrency=self._limits.per_host,
            not_before=self._clock() + max(rest, 0.0),
        )
        lane = Lane(host=host, pace=pace, robots=None)
        if host.robots_until is not None and host.robots_until > now:
            self._learn(lane, read_robots(host.robots_status, host.robots_body, self._limits.agent))
        return lane

    def _claim(self, session: Session, lane: Lane, left: int | None, now: datetime) -> int | None:
        limit = _CLAIM if lane.pace.delay_seconds == 0 else 4
        if left is not None:
            limit = min(limit, left)
        claims = frontier.claim(
            session,
            run_id=self._run_id,
            host_id=lane.host.id,
            owner=self._owner,
            limit=limit,
            now=now,
        )
        lane.claims.extend(claims)
        lane.is_drained = len(claims) < limit
        return None if left is None else left - len(claims)


def _held(claim: Claim, problem: str) -> Failure:
    """The page waits until robots.txt can be had; that is no fault of the page."""
    has_answered = problem.startswith("http")
    return Failure(
        page_id=claim.page_id,
        reason=f"robots.txt: {problem}" if has_answered else problem,
        rest_seconds=HOLD.total_seconds() if has_answered else 0.0,
    )
