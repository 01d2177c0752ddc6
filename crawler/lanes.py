"""Hosts being walked: what of each may leave now. Plain Python over pace, robots.txt and guard."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from crawler.errors import PrivateAddress
from crawler.guards import Guard
from crawler.handoff import Outcome, Refusal
from crawler.pace import Pace
from crawler.robots import HOLD, Robots, read_robots
from db.frontier import Claim, Failure, HostState

#: a host whose robots.txt cannot be had is asked for it so often
_ROBOTS_TRIES = 3


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
        if robots.delay_seconds > self.pace.delay_seconds:
            self.pace.delay_seconds, self.pace.concurrency = robots.delay_seconds, 1


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
            ask = self._ask_of(lane) if lane.pace.ready_in(now) <= 0 else None
            if ask is not None:
                self.in_flight += 1
                lane.pace.left(now)
                self._lanes[lane.host.id] = self._lanes.pop(lane.host.id)  # the others come first
                return ask
        return None

    def ready_in(self) -> float:
        """Seconds until a request may leave, infinite where none waits for its time."""
        now = self._clock()
        return min((lane.pace.ready_in(now) for lane in self if lane.claims), default=float("inf"))

    def came_back(self, lane: Lane) -> None:
        """A request has its answer, or never will have one."""
        self.in_flight -= 1
        lane.pace.came_back()

    def rest(self, lane: Lane, seconds: float) -> None:
        """The host asked for a rest."""
        lane.pace.rest(self._clock(), seconds)

    def _ask_of(self, lane: Lane) -> Ask | None:
        while lane.claims:
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

    def robots_moved(self, lane: Lane, url: str, hops: int) -> None:
        """robots.txt is to be had elsewhere."""
        lane.robots_at = url, hops
        lane.asks_robots = False

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


def _held(claim: Claim, problem: str) -> Failure:
    """The page waits until robots.txt can be had; that is no fault of the page."""
    has_answered = problem.startswith("http")
    return Failure(
        page_id=claim.page_id,
        reason=f"robots.txt: {problem}" if has_answered else problem,
        rest_seconds=HOLD.total_seconds() if has_answered else 0.0,
    )
