"""Hosts being walked: what of each may leave now. Plain Python over pace, robots.txt and guard."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from crawler.engine.address_guard import Guard
from crawler.engine.batch import Outcome, Refused
from crawler.engine.robots import HOLD, MAX_REDIRECTS, Robots, read_robots
from crawler.engine.throttle import Throttle
from crawler.errors import PrivateAddress
from crawler.page.urls import BadURL, canonical, host_of
from db.frontier.failures import Failed
from db.frontier.leases import Claim, HostState

#: a host whose robots.txt cannot be had is asked for it so often
_ROBOTS_TRIES = 3
#: a host that fails again and again rests so long, twice as long each time, at most a day
_REST_SECONDS, _MAX_REST_SECONDS = 600.0, 86_400.0


@dataclass(slots=True)
class HostSlot:
    """A leased host: its rules, its pace, and the pages taken from it."""

    host: HostState
    throttle: Throttle
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
        return not self.claims and not self.throttle.in_flight

    def learn(self, robots: Robots) -> None:
        """Take the host's rules."""
        self.robots = robots
        self.throttle.slow_down(robots.delay_seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchRequest:
    """The next request that may leave."""

    url: str
    slot: HostSlot
    #: None: robots.txt of the host
    claim: Claim | None
    #: redirects of robots.txt that led here
    robots_hops: int = 0


class HostSlots:
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
        self._slots: dict[int, HostSlot] = {}
        self.in_flight = 0

    def __iter__(self) -> Iterator[HostSlot]:
        return iter(list(self._slots.values()))

    def __len__(self) -> int:
        return len(self._slots)

    def get(self, host_id: int) -> HostSlot | None:
        """The slot of a host, None where it is not walked."""
        return self._slots.get(host_id)

    def add(self, slot: HostSlot) -> None:
        """Walk one host more."""
        self._slots[slot.host.id] = slot

    def drop(self, slots: list[HostSlot]) -> None:
        """Walk these no more."""
        for slot in slots:
            del self._slots[slot.host.id]

    def next_request(self) -> FetchRequest | None:
        """A request that may leave now; it counts as under way."""
        if self.in_flight >= self._concurrency:
            return None
        now = self._clock()
        for slot in self._slots.values():
            is_ready = not slot.awaits_address and slot.throttle.ready_in(now) <= 0
            request = self._request_of(slot) if is_ready or slot.given_up else None
            if request is not None:
                self.in_flight += 1
                slot.throttle.left(now)
                self._slots[slot.host.id] = self._slots.pop(slot.host.id)  # the others come first
                return request
        return None

    def ready_in(self) -> float:
        """Seconds until a request may leave, infinite where none waits for its time."""
        now = self._clock()
        waiting = (slot for slot in self if slot.claims and not slot.awaits_address)
        return min((slot.throttle.ready_in(now) for slot in waiting), default=float("inf"))

    def rests_for(self, slot: HostSlot) -> float:
        """Seconds until the host of a slot may be asked again."""
        return slot.throttle.rests_for(self._clock())

    def came_back(self, slot: HostSlot) -> None:
        """A request has its answer, or never will have one."""
        self.in_flight -= 1
        slot.throttle.came_back(self._clock())

    def rest(self, slot: HostSlot, seconds: float) -> float:
        """The host asked for a rest. Returns the seconds, capped."""
        return slot.throttle.rest(self._clock(), seconds)

    def trouble(self, slot: HostSlot) -> None:
        """The host left a request without a good answer."""
        slot.throttle.back_off(self._clock())

    def give_up(self, slot: HostSlot, problem: str) -> bool:
        """Leave a host alone that has failed again and again. True where that is so now."""
        if slot.given_up or not slot.throttle.is_failing:
            return False
        slot.given_up = f"host rests: {problem}"
        slot.rest_seconds = min(
            _REST_SECONDS * 2.0 ** min(slot.host.failures, 20), _MAX_REST_SECONDS
        )
        return True

    def place(self, slot: HostSlot, address: str) -> None:
        """The host is at this IP address: all names there are asked at one pace."""
        slot.awaits_address = False
        known = next((one for one in self if one is not slot and one.host.address == address), None)
        slot.host = replace(slot.host, address=address)
        if known is not None:
            known.throttle.slow_down(slot.throttle.delay_seconds)
            known.throttle.rest(self._clock(), slot.throttle.rests_for(self._clock()))
            slot.throttle = known.throttle

    def _request_of(self, slot: HostSlot) -> FetchRequest | None:
        while slot.claims:
            if slot.given_up:
                self._refuse(_resting(slot.claims.popleft(), slot))
                continue
            if slot.robots is None:
                return self._ask_robots(slot)
            claim = slot.claims.popleft()
            try:
                self._guard.check_host(slot.host.name)
            except PrivateAddress as error:
                self._refuse(Refused(page_id=claim.page_id, reason=str(error)))
                continue
            if not slot.robots.is_known:
                self._refuse(_held(claim, slot.problem))
            elif not slot.robots.allows(claim.url):
                self._refuse(Refused(page_id=claim.page_id, reason="robots"))
            else:
                return FetchRequest(url=claim.url, slot=slot, claim=claim)
        return None

    def _ask_robots(self, slot: HostSlot) -> FetchRequest | None:
        if slot.asks_robots:
            return None
        try:
            self._guard.check_host(slot.host.name)
        except PrivateAddress:
            slot.robots = Robots(is_known=True)  # each page is refused on its own
            return self._request_of(slot)
        slot.asks_robots = True
        scheme = slot.claims[0].url.partition("://")[0]
        url, hops = slot.robots_at or (f"{scheme}://{slot.host.name}/robots.txt", 0)
        return FetchRequest(url=url, slot=slot, claim=None, robots_hops=hops)

    def robots_redirected(self, request: FetchRequest, base: str, location: str) -> bool:
        """robots.txt is to be had elsewhere. False where there is no way to go on."""
        if request.robots_hops >= MAX_REDIRECTS:
            return False
        try:
            url = canonical(location, base)
            self._guard.check_host(host_of(url))
        except (BadURL, PrivateAddress):
            return False
        request.slot.robots_at = url, request.robots_hops + 1
        request.slot.asks_robots = False
        return True

    def robots_answered(
        self, slot: HostSlot, status: int | None, text: str | None, *, is_final: bool
    ) -> Robots | None:
        """The rules that an answer stands for, None where the host is to be asked again.

        status: None where there was no answer; is_final: asking again is of no use.
        """
        robots = read_robots(status, text, self._agent)
        slot.robots_tries += 1
        slot.robots_at = None
        if robots.is_known or is_final or slot.robots_tries >= _ROBOTS_TRIES:
            return robots
        slot.asks_robots = False
        slot.throttle.back_off(self._clock())
        return None


def _resting(claim: Claim, slot: HostSlot) -> Failed:
    """The page waits until its host has rested; that is no fault of the page."""
    return Failed(
        page_id=claim.page_id,
        reason=slot.given_up,
        rest_seconds=slot.rest_seconds,
        was_asked=False,
    )


def _held(claim: Claim, problem: str) -> Failed:
    """The page waits until robots.txt can be had; that is no fault of the page."""
    has_answered = problem.startswith("http")
    return Failed(
        page_id=claim.page_id,
        reason=f"robots.txt: {problem}" if has_answered else problem,
        rest_seconds=HOLD.total_seconds() if has_answered else 0.0,
        was_asked=False,
    )
