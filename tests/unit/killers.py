"""Readers that fail in all ways; in a module of their own, since other processes load them."""

import itertools
import os
import signal
import sys
from pathlib import Path


def read(page: str) -> str:
    """The page in capitals; some pages raise, exit or end the process."""
    if page == "raises":
        raise ValueError("no such page")
    if page == "lost":
        Path("/nowhere/lost.html").read_bytes()
    if page == "exits":
        sys.exit("bye")
    if page == "kills":
        os.kill(os.getpid(), signal.SIGKILL)
    if page == "hangs":  # in C, where no handler of a signal runs
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        sum(itertools.repeat(0))
    return page.upper()
