"""How fast one host may be asked. Plain Python; time comes in as monotonic seconds."""

#: no rest that a host asks for is longer
MAX_REST_SECONDS = 3600.0
#: rest after the first error, doubled by each further one
_BACK_OFF_SECONDS = 2.0
_MAX_BACK_OFF_SECONDS = 300.0


class Pace:
    """Counts requests to one host and says when the next may leave."""

    def __init__(self, *, delay_seconds: float, concurrency: int, not_before: float = 0.0) -> None:
        self.delay_seconds = delay_seconds
        self.concurrency = concurrency
        self.in_flight = 0
        self._next_at = not_before
        self._errors = 0

    def ready_in(self, now: float) -> float:
        """Seconds until a request may leave, 0 for now; infinite while all places are taken."""
        if self.in_flight >= self.concurrency:
            return float("inf")
        return max(0.0, self._next_at - now)

    def left(self, now: float) -> None:
        """A request leaves."""
        self.in_flight += 1
        self._next_at = max(self._next_at, now + self.delay_seconds)

    def came_back(self) -> None:
        """An answer, or the news that there is none."""
        self.in_flight -= 1

    def went_well(self) -> None:
        """The host answered as it should."""
        self._errors = 0

    def rest(self, now: float, seconds: float) -> float:
        """Rest as long as the host asks. Returns the seconds, capped."""
        seconds = min(max(seconds, 0.0), MAX_REST_SECONDS)
        self._next_at = max(self._next_at, now + seconds)
        return seconds

    def back_off(self, now: float) -> float:
        """Rest longer with each error in a row. Returns the seconds."""
        seconds = min(_BACK_OFF_SECONDS * 2**self._errors, _MAX_BACK_OFF_SECONDS)
        self._errors = min(self._errors + 1, 16)
        return self.rest(now, seconds)
