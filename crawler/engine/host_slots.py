"""Hosts being walked: what of each may leave now, and what its answers mean for its pace.

Plain Python over throttle, robots.txt and guard.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from crawler.engine.downloader.address_guard import Guard
from crawler.engine.downloader.robots import HOLD, MAX_REDIRECTS, Robots, read_robots
from crawler.engine.throttle import Throttle
from crawler.errors import BadURL, PrivateAddress
from crawler.page.urls import canonical, host_of
from db.terms.claims import Claim, HostState
from db.terms.outcomes import Failed, HostRest, Refused
from db.terms.states import Reason, Why

logger = logging.getLogger(__name__)

#: redirects whose cookies are kept; more means that few of them are ever followed
_MAX_COOKIES = 1_000
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
    robots_problem: Why | None = None
    #: why the host is left alone for this run, after many failures
    given_up: Why | None = None
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

    def take_robots(self, robots: Robots, problem: Why | None = None) -> None:
        """Take the host's rules; problem: why there are none."""
        self.robots, self.robots_problem = robots, problem
        self.asks_robots = False
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
    #: what servers on the way here asked to be told again (Cookie header)
    cookies: str = ""


class HostSlots:
    """The hosts that this spider walks, each asked in its turn.

    agent: the User-Agent, whose product token selects the robots.txt group; concurrency: requests
    in all; emit: takes what becomes of pages that do not leave, and of hosts that are to rest.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        agent: str,
        concurrency: int,
        emit: Callable[[Failed | Refused | HostRest], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._guard = guard
        self._agent = agent
        self._concurrency = concurrency
        self._emit = emit
        self._clock = clock
        self._slots: dict[int, HostSlot] = {}
        #: canonical address -> cookies of the redirects that led there
        self._cookies: dict[str, str] = {}
        self.in_flight = 0
        #: a page over which spiders have died is under way: nothing else leaves
        self._is_alone = False

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

    def next_request(self, *, is_quiet: bool = True) -> FetchRequest | None:
        """A request that may leave now; it counts as under way.

        is_quiet: all that was answered is stored. Only then may a page leave over which spiders
        have died, and nothing else until it is stored.
        """
        if self.in_flight >= self._concurrency:
            return None
        is_quiet = is_quiet and not self.in_flight
        if self._is_alone and not is_quiet:
            return None
        self._is_alone = False
        now = self._clock()
        for slot in self._slots.values():
            is_ready = not slot.awaits_address and slot.throttle.ready_in(now) <= 0
            may_leave = is_ready or slot.given_up is not None
            request = self._request_of(slot, is_quiet=is_quiet) if may_leave else None
            if request is not None:
                self._is_alone = request.claim is not None and request.claim.deaths > 0
                self.in_flight += 1
                slot.throttle.left(now)
                self._slots[slot.host.id] = self._slots.pop(slot.host.id)  # the others come first
                return request
        return None

    def ask_again(self, slot: HostSlot, claim: Claim, spelling: str) -> None:
        """Ask for a page once more, in the spelling that its redirect to itself gave."""
        slot.claims.appendleft(replace(claim, spelling=spelling, rounds=claim.rounds + 1))

    def keep_cookies(self, url: str, cookies: str) -> None:
        """Tell the server of an address what the redirect that led there had set."""
        if len(self._cookies) >= _MAX_COOKIES:
            self._cookies.clear()
        if cookies:
            self._cookies[url] = cookies

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

    def rest(self, slot: HostSlot, seconds: float, why: Why) -> None:
        """The host asked for a rest, and whoever walks it next keeps it too."""
        seconds = slot.throttle.rest(self._clock(), seconds)
        self._emit(HostRest(host_id=slot.host.id, rest_seconds=seconds))
        self._give_up_failing(slot, why)

    def trouble(self, slot: HostSlot, why: Why) -> None:
        """The host left a request without a good answer; after many in a row it rests long."""
        slot.throttle.back_off(self._clock())
        self._give_up_failing(slot, why)

    def went_well(self, slot: HostSlot) -> None:
        """The host answered as it should."""
        slot.throttle.went_well()
        if slot.host.failures:
            slot.host = replace(slot.host, failures=0)
            self._emit(HostRest(host_id=slot.host.id, rest_seconds=None))

    def _give_up_failing(self, slot: HostSlot, why: Why) -> None:
        """Leave a host alone that has failed again and again."""
        if slot.given_up is not None or not slot.throttle.is_failing:
            return
        slot.given_up = Why(Reason.HOST_RESTS, str(why))
        slot.rest_seconds = min(
            _REST_SECONDS * 2.0 ** min(slot.host.failures, 20), _MAX_REST_SECONDS
        )
        minutes = slot.rest_seconds / 60
        logger.warning("host %s is not asked for %.0f minutes: %s", slot.host.name, minutes, why)
        self._emit(HostRest(host_id=slot.host.id, rest_seconds=slot.rest_seconds, problem=why))

    def place(self, slot: HostSlot, address: str) -> None:
        """The host is at this IP address: all names there are asked at one pace."""
        slot.awaits_address = False
        beside = next((s for s in self if s is not slot and s.host.address == address), None)
        slot.host = replace(slot.host, address=address)
        if beside is not None:
            beside.throttle.slow_down(slot.throttle.delay_seconds)
            beside.throttle.rest(self._clock(), slot.throttle.rests_for(self._clock()))
            slot.throttle = beside.throttle

    def _request_of(self, slot: HostSlot, *, is_quiet: bool) -> FetchRequest | None:
        while slot.claims:
            if slot.given_up is not None:
                self._emit(_resting(slot.claims.popleft(), slot.given_up, slot.rest_seconds))
                continue
            if slot.robots is None:
                return self._ask_robots(slot, is_quiet=is_quiet)
            if slot.claims[0].deaths and not is_quiet:
                return None
            claim = slot.claims.popleft()
            try:
                self._guard.check_host(slot.host.name)
            except PrivateAddress as error:
                self._emit(Refused(page_id=claim.page_id, why=error.why))
                continue
            if not slot.robots.is_known:
                self._emit(_held(claim, slot.robots_problem))
            elif not slot.robots.allows(claim.url):
                self._emit(Refused(page_id=claim.page_id, why=Why(Reason.ROBOTS)))
            else:
                return FetchRequest(
                    url=claim.spelling or claim.url,
                    slot=slot,
                    claim=claim,
                    cookies=self._cookies.pop(claim.url, ""),
                )
        return None

    def _ask_robots(self, slot: HostSlot, *, is_quiet: bool) -> FetchRequest | None:
        if slot.asks_robots:
            return None
        try:
            self._guard.check_host(slot.host.name)
        except PrivateAddress:
            slot.robots = Robots(is_known=True)  # each page is refused on its own
            return self._request_of(slot, is_quiet=is_quiet)
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


def _resting(claim: Claim, why: Why, rest_seconds: float) -> Failed:
    """The page waits until its host has rested; that is no fault of the page."""
    return Failed(page_id=claim.page_id, why=why, rest_seconds=rest_seconds, was_asked=False)


def _held(claim: Claim, problem: Why | None) -> Failed | Refused:
    """The page waits until robots.txt can be had; that is no fault of the page."""
    why = problem or Why(Reason.NO_ROBOTS_TXT, "unknown")
    if why.reason is Reason.PRIVATE_ADDRESS:
        return Refused(page_id=claim.page_id, why=why)
    if why.reason is not Reason.HTTP:  # no answer: the next run tries at once
        return Failed(page_id=claim.page_id, why=why, was_asked=False)
    return Failed(
        page_id=claim.page_id,
        why=Why(Reason.NO_ROBOTS_TXT, str(why)),
        rest_seconds=HOLD.total_seconds(),
        was_asked=False,
    )
