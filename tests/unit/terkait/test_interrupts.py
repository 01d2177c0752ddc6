"""Ctrl-C: once, stop cleanly; twice, at once."""

import signal

import pytest

from terkait.interrupts import asked_to_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_asks_to_stop_and_is_answered_once(number: int) -> None:
    said: list[str] = []
    with asked_to_stop(said.append) as stop:
        assert not stop.is_asked
        signal.raise_signal(number)
        assert stop.is_asked
    assert len(said) == 1
    assert "Ctrl-C again" in said[0]


def test_second_ends_at_once_whichever_signal_it_is() -> None:
    with asked_to_stop(lambda _: None) as stop:
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert stop.is_asked


def test_signals_are_as_before_afterwards_also_after_an_error() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(ZeroDivisionError), asked_to_stop(lambda _: None):
        1 / 0  # noqa: B018
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
