"""Tells whoever started the spider that it gets on: a spider that only lives does not beat."""

import os
import time
from collections.abc import Callable, Hashable
from contextlib import suppress

#: seconds between two beats, at least
_BEAT_SECONDS = 1.0
#: what is under way and does not move for so long stands still. Every wait of the spider ends
#: sooner: requests by their timeout, the database by ``db.sql.retry``, pages by their pool's limits
STILL_SECONDS = 180.0


class Heartbeat:
    """Writes a byte into a pipe now and then, as long as there is progress.

    pipe: file descriptor; None: nobody listens. timeout_seconds: what a request may take.
    """

    def __init__(
        self,
        pipe: int | None,
        *,
        timeout_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pipe = pipe
        self._patience = STILL_SECONDS + timeout_seconds
        self._clock = clock
        self._beaten_at = float("-inf")
        self._state: Hashable = None
        self._moved_at = clock()
        if pipe is not None:
            os.set_blocking(pipe, False)

    def beat(self, state: Hashable, *, is_waiting: bool) -> None:
        """Call it often.

        state: changes with each step forward; is_waiting: nothing is under way that could stand
        still.
        """
        now = self._clock()
        if is_waiting or state != self._state:
            self._state, self._moved_at = state, now
        if self._pipe is None or now - self._beaten_at < _BEAT_SECONDS:
            return
        if now - self._moved_at < self._patience:
            self._beaten_at = now
            with suppress(OSError):  # full, or nobody listens any more
                os.write(self._pipe, b".")
