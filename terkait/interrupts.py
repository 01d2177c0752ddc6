"""Ctrl-C: once, stop cleanly; twice, at once; at once too while the program only loads."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from terkait.exit_codes import EXIT_INTERRUPTED


class Stop:
    """Whether the user has asked to stop."""

    is_asked = False

    def obey(self) -> None:
        """Raise KeyboardInterrupt where the user has asked and nothing is under way yet."""
        if self.is_asked:
            raise KeyboardInterrupt


@contextmanager
def asked_to_stop(say: Callable[[str], None]) -> Iterator[Stop]:
    """Take Ctrl-C and SIGTERM as a wish; the second raises KeyboardInterrupt.

    From before anything is started on: an exception in the middle of a migration, or of what calls
    back from C, leaves half of it, or is lost.

    say: tells the user that the first was heard.
    """
    stop = Stop()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if stop.is_asked:
            raise KeyboardInterrupt
        stop.is_asked = True
        say("stopping after the pages that are being fetched; press Ctrl-C again to end at once")

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def ended_at_once() -> Iterator[None]:
    """While modules load, let Ctrl-C end the program without a word.

    An exception there would be shown, or lost where Python calls back from C. Where Ctrl-C is
    ignored, or another program has us loaded and its own way with it, that stays.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: os._exit(EXIT_INTERRUPTED))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
