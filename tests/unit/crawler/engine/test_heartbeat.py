"""A spider tells of progress, not of being alive."""

import os

from crawler.engine.heartbeat import STILL_SECONDS, Heartbeat


class Listener:
    """A pipe with a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.ours, theirs = os.pipe()
        os.set_blocking(self.ours, False)
        self.heart = Heartbeat(theirs, timeout_seconds=10.0, clock=lambda: self.now)

    def beats(self, seconds: float, state: int, *, is_waiting: bool = False) -> int:
        """How many come while so many seconds pass in this state."""
        for _ in range(int(seconds)):
            self.now += 1
            self.heart.beat(state, is_waiting=is_waiting)
        try:
            return len(os.read(self.ours, 65_536))
        except BlockingIOError:
            return 0


def test_spider_that_waits_beats_for_ever() -> None:
    assert Listener().beats(2_000, 1, is_waiting=True) == 2_000


def test_what_is_under_way_and_does_not_move_stops_the_beat_and_a_step_brings_it_back() -> None:
    listener = Listener()
    assert 0 < listener.beats(1_000, 1) <= STILL_SECONDS + 10
    assert listener.beats(100, 1) == 0
    assert listener.beats(100, 2) == 100


def test_nobody_need_listen() -> None:
    Heartbeat(None, timeout_seconds=1.0).beat(1, is_waiting=True)
