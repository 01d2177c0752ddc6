"""How fast one host may be asked. Plain Python; time comes in as monotonic seconds."""

import random
from collections.abc import Callable

#: no rest that a host asks for is longer
MAX_REST_SECONDS = 3600.0
#: rest after the first error, doubled by each further one, and up to half as long again
_BACK_OFF_SECONDS = 1.0
_MAX_BACK_OFF_SECONDS = 300.0
_JITTER = 0.5
#: a slow answer is followed by a silence as long as it took, up to this
_MAX_SLOWING_SECONDS = 30.0
#: errors in a row after which the host is left alone for this run
MAX_ERRORS = 6
#: pleas for patience in a row that are heeded before it is left alone as well: else a host that
#: is always busy would keep a run from ever ending
MAX_RETRY_AFTERS = 20


class Throttle:
    """Counts requests to one host and says when the next may leave.

    Where one request at a time is allowed, the delay counts from the answer, since only then is
    it certain that the server has seen the request; and a host that answers slowly is asked more
    slowly.
    """

    def __init__(
        self,
        *,
        delay_seconds: float,
        concurrency: int,
        not_before: float = 0.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.delay_seconds = delay_seconds
        self.concurrency = concurrency
        self.in_flight = 0
        #: requests in a row that the host left without a good answer
        self.errors = 0
        #: times in a row that it asked for patience (Retry-After)
        self.retry_after_count = 0
        self._next_at = not_before
        self._left_at = not_before
        self._has_left = False
        self._has_left_since = True
        self._jitter = jitter

    @property
    def is_failing(self) -> bool:
        """True where the host has failed, or asked for patience, again and again."""
        return self.errors >= MAX_ERRORS or self.retry_after_count >= MAX_RETRY_AFTERS

    def ready_in(self, now: float) -> float:
        """Seconds until a request may leave, 0 for now; infinite while all places are taken."""
        if self.in_flight >= self.concurrency:
            return float("inf")
        return self.rests_for(now)

    def rests_for(self, now: float) -> float:
        """Seconds until the host may be asked again, whatever is under way."""
        return max(0.0, self._next_at - now)

    def slow_down(self, delay_seconds: float) -> None:
        """Keep at least this delay, from the last request on, and one request at a time."""
        if delay_seconds > self.delay_seconds:
            if self._has_left:
                self._next_at += delay_seconds - self.delay_seconds
            self.delay_seconds, self.concurrency = delay_seconds, 1

    def left(self, now: float) -> None:
        """A request leaves."""
        self.in_flight += 1
        self._left_at, self._has_left, self._has_left_since = now, True, True
        self._next_at = max(self._next_at, now + self.delay_seconds)

    def came_back(self, now: float) -> None:
        """An answer, or the news that there is none."""
        self.in_flight -= 1
        if self.delay_seconds and self.concurrency == 1:
            slowing = min(now - self._left_at, _MAX_SLOWING_SECONDS)
            self._next_at = max(self._next_at, now + max(self.delay_seconds, slowing))

    def went_well(self) -> None:
        """The host answered as it should."""
        self.errors = self.retry_after_count = 0

    def rest(self, now: float, seconds: float) -> float:
        """Rest as long as the host asks. Returns the seconds, capped."""
        self.retry_after_count += self._begins_anew()
        return self._wait(now, seconds)

    def back_off(self, now: float) -> float:
        """Rest longer with each error in a row. Returns the seconds."""
        if not self._begins_anew():
            return self.rests_for(now)
        seconds = min(_BACK_OFF_SECONDS * 2**self.errors, _MAX_BACK_OFF_SECONDS)
        self.errors = min(self.errors + 1, 16)
        return self._wait(now, seconds * (1.0 + _JITTER * self._jitter()))

    def _begins_anew(self) -> bool:
        """True where a request has left since the last complaint.

        What was under way together tells of one trouble, not of many in a row.
        """
        is_new, self._has_left_since = self._has_left_since, False
        return is_new

    def _wait(self, now: float, seconds: float) -> float:
        seconds = min(max(seconds, 0.0), MAX_REST_SECONDS)
        self._next_at = max(self._next_at, now + seconds)
        return seconds
