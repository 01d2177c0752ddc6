"""A spider tells of progress, not of being alive."""

import os

import pytest

from crawler.engine.heartbeat import STILL_SECONDS, Heartbeat


class Listener:
    """A pipe with a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.ours, self.theirs = os.pipe()
        os.set_blocking(self.ours, False)
        self.heart = Heartbeat(self.theirs, timeout_seconds=10.0, clock=lambda: self.now)

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


def test_beats_are_a_second_apart_however_often_it_is_called() -> None:
    listener = Listener()
    for _ in range(100):
        listener.now += 0.1
        listener.heart.beat(1, is_waiting=True)
    assert len(os.read(listener.ours, 100)) in range(9, 12)


def test_full_pipe_stops_no_spider_and_is_written_again_once_it_is_read() -> None:
    listener = Listener()
    assert listener.beats(70_000, 1, is_waiting=True) == 65_536
    assert listener.beats(10, 1, is_waiting=True) == 10


def test_spider_goes_on_where_nobody_listens_or_no_more() -> None:
    Heartbeat(None, timeout_seconds=1.0).beat(1, is_waiting=True)
    listener = Listener()
    os.close(listener.ours)
    with pytest.raises(BrokenPipeError):
        os.write(listener.theirs, b".")
    listener.heart.beat(1, is_waiting=True)
