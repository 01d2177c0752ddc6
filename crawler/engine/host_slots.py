"""Hosts being walked: what of each may leave now. Plain Python over pace, robots.txt and guard."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from crawler.engine.address_guard import Guard
from crawler.engine.batch import Outcome, Refusal
from crawler.engine.robots import HOLD, MAX_REDIRECTS, Robots, read_robots
from crawler.engine.throttle import Pace
from crawler.errors import PrivateAddress
from crawler.page.urls import BadURL, canonical, host_of
from db.frontier.failures import Failure
from db.frontier.leases import Claim, HostState

#: a host whose robots.txt cannot be had is asked for it so often
_ROBOTS_TRIES = 3
#: a host that fails again and again rests so long, twice as long each time, at most a day
_REST_SECONDS, _MAX_REST_SECONDS = 600.0, 86_400.0


@dataclass(slots=True)
class Lane:
    """A leased host: its rules, its pace, and the pages taken from it."""

    host: HostState
    pace: Pace
    robots: Robots | None = None
    #: a request for robots.txt is under way
    asks_robots: bool = False
    #: where robots.txt redirected to, and after how many hops
    robots_at: tuple[str, int] | None = None
    robots_tries: int = 0
    #: why robots.txt cannot be had
    problem: str = ""
    #: why the host is left alone for this run, after many failures
    given_up: str = ""
    #: seconds that it is left alone then
    rest_seconds: float = 0.0
    #: its IP address is to be found out first
    awaits_address: bool = False
    claims: deque[Claim] = field(default_factory=deque)
    #: the frontier had no more for it when last asked
    is_drained: bool = False

    @property
    def is_idle(self) -> bool:
        """True where nothing of it is held or under way."""
        return not self.claims and not self.pace.in_flight

    def learn(self, robots: Robots) -> None:
        """Take the host's rules."""
        self.robots = robots
        self.pace.slow_down(robots.delay_seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """The next request that may leave."""

    url: str
    lane: Lane
    #: None: robots.txt of the host
    claim: Claim | None
    #: redirects of robots.txt that led here
    robots_hops: int = 0


class Lanes:
    """The hosts that this spider walks, each asked in its turn.

    agent: the User-Agent, whose product token selects the robots.txt group; concurrency: requests
    in all; refuse: takes what may not be fetched.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        agent: str,
        concurrency: int,
        refuse: Callable[[Outcome], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._guard = guard
        self._agent = agent
        self._concurrency = concurrency
        self._refuse = refuse
        self._clock = clock
        self._lanes: dict[int, Lane] = {}
        self.in_flight = 0

    def __iter__(self) -> Iterator[Lane]:
        return iter(list(self._lanes.values()))

    def __len__(self) -> int:
        return len(self._lanes)

    def get(self, host_id: int) -> Lane | None:
        """The lane of a host, None where it is not walked."""
        return self._lanes.get(host_id)

    def add(self, lane: Lane) -> None:
        """Walk one host more."""
        self._lanes[lane.host.id] = lane

    def drop(self, lanes: list[Lane]) -> None:
        """Walk these no more."""
        for lane in lanes:
            del self._lanes[lane.host.id]

    def next_ask(self) -> Ask | None:
        """A request that may leave now; it counts as under way."""
        if self.in_flight >= self._concurrency:
            return None
        now = self._clock()
        for lane in self._lanes.values():
            is_ready = not lane.awaits_address and lane.pace.ready_in(now) <= 0
            ask = self._ask_of(lane) if is_ready or lane.given_up else None
            if ask is not None:
                self.in_flight += 1
                lane.pace.left(now)
                self._lanes[lane.host.id] = self._lanes.pop(lane.host.id)  # the others come first
                return ask
        return None

    def ready_in(self) -> float:
        """Seconds until a request may leave, infinite where none waits for its time."""
        now = self._clock()
        waiting = (lane for lane in self if lane.claims and not lane.awaits_address)
        return min((lane.pace.ready_in(now) for lane in waiting), default=float("inf"))

    def rests_for(self, lane: Lane) -> float:
        """Seconds until the host of a lane may be asked again."""
        return lane.pace.rests_for(self._clock())

    def came_back(self, lane: Lane) -> None:
        """A request has its answer, or never will have one."""
        self.in_flight -= 1
        lane.pace.came_back(self._clock())

    def rest(self, lane: Lane, seconds: float) -> float:
        """The host asked for a rest. Returns the seconds, capped."""
        return lane.pace.rest(self._clock(), seconds)

    def trouble(self, lane: Lane) -> None:
        """The host left a request without a good answer."""
        lane.pace.back_off(self._clock())

    def give_up(self, lane: Lane, problem: str) -> bool:
        """Leave a host alone that has failed again and again. True where that is so now."""
        if lane.given_up or not lane.pace.is_failing:
            return False
        lane.given_up = f"host rests: {problem}"
        lane.rest_seconds = min(
            _REST_SECONDS * 2.0 ** min(lane.host.failures, 20), _MAX_REST_SECONDS
        )
        return True

    def place(self, lane: Lane, address: str) -> None:
        """The host is at this IP address: all names there are asked at one pace."""
        lane.awaits_address = False
        known = next((one for one in self if one is not lane and one.host.address == address), None)
        lane.host = replace(lane.host, address=address)
        if known is not None:
            known.pace.slow_down(lane.pace.delay_seconds)
            known.pace.rest(self._clock(), lane.pace.rests_for(self._clock()))
            lane.pace = known.pace

    def _ask_of(self, lane: Lane) -> Ask | None:
        while lane.claims:
            if lane.given_up:
                self._refuse(_resting(lane.claims.popleft(), lane))
                continue
            if lane.robots is None:
                return self._ask_robots(lane)
            claim = lane.claims.popleft()
            try:
                self._guard.check_host(lane.host.name)
            except PrivateAddress as error:
                self._refuse(Refusal(page_id=claim.page_id, reason=str(error)))
                continue
            if not lane.robots.is_known:
                self._refuse(_held(claim, lane.problem))
            elif not lane.robots.allows(claim.url):
                self._refuse(Refusal(page_id=claim.page_id, reason="robots"))
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

    def robots_redirected(self, ask: Ask, base: str, location: str) -> bool:
        """robots.txt is to be had elsewhere. False where there is no way to go on."""
        if ask.robots_hops >= MAX_REDIRECTS:
            return False
        try:
            url = canonical(location, base)
            self._guard.check_host(host_of(url))
        except (BadURL, PrivateAddress):
            return False
        ask.lane.robots_at = url, ask.robots_hops + 1
        ask.lane.asks_robots = False
        return True

    def robots_answered(
        self, lane: Lane, status: int | None, text: str | None, *, is_final: bool
    ) -> Robots | None:
        """The rules that an answer stands for, None where the host is to be asked again.

        status: None where there was no answer; is_final: asking again is of no use.
        """
        robots = read_robots(status, text, self._agent)
        lane.robots_tries += 1
        lane.robots_at = None
        if robots.is_known or is_final or lane.robots_tries >= _ROBOTS_TRIES:
            return robots
        lane.asks_robots = False
        lane.pace.back_off(self._clock())
        return None


def _resting(claim: Claim, lane: Lane) -> Failure:
    """The page waits until its host has rested; that is no fault of the page."""
    return Failure(
        page_id=claim.page_id,
        reason=lane.given_up,
        rest_seconds=lane.rest_seconds,
        was_asked=False,
    )


def _held(claim: Claim, problem: str) -> Failure:
    """The page waits until robots.txt can be had; that is no fault of the page."""
    has_answered = problem.startswith("http")
    return Failure(
        page_id=claim.page_id,
        reason=f"robots.txt: {problem}" if has_answered else problem,
        rest_seconds=HOLD.total_seconds() if has_answered else 0.0,
        was_asked=False,
    )
