"""How a process keeps its memory: it looks seldom for what is left of it, and gives little back."""

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

#: containers that are made until those without a name are looked for.  Loading makes some
#: hundred thousand that stay, a page some thousands of which nearly all go by themselves: with
#: Python's 700 the search took a quarter of a command's start and a tenth of the reading
COLLECT_AFTER = 50_000
#: bytes that are free and stay ours, and from which a piece of memory is one by itself
_KEPT, _BY_ITSELF = 32 * 1024 * 1024, 16 * 1024 * 1024
#: glibc's names of the two
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def collect_seldom() -> None:
    """Call it before anything large is loaded.

    What is frozen at the end is not searched once more before the memory is given back, which
    takes as long as all searches before.
    """
    gc.set_threshold(COLLECT_AFTER)
    atexit.unregister(gc.freeze)  # once is enough
    atexit.register(gc.freeze)


@contextmanager
def loading() -> Iterator[None]:
    """Import modules within: hardly anything that they make goes again, so nothing looks for it.

    They are not looked through later either, which a process that runs for long gains from.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def keep_memory() -> None:
    """Keep what a page took for the next one: call it where many are read.

    glibc gives back what is larger than 128 KiB and takes it anew, which costs a fault for each
    4 KiB of it: 240 a page of 60 KB, a twelfth of its reading.
    """
    if sys.platform == "linux":
        import ctypes  # most commands have no use for it

        with suppress(AttributeError):  # another library has no such setting
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_M_TRIM_THRESHOLD, _KEPT)
            mallopt(_M_MMAP_THRESHOLD, _BY_ITSELF)
