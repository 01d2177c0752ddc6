"""How often Python looks for what refers to itself: seldom, and not at a process's end."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: containers that are made until those without a name are looked for.  Loading makes some
#: hundred thousand that stay, a page some thousands of which nearly all go by themselves: with
#: Python's 700 the search took a quarter of a command's start and a tenth of the reading
COLLECT_AFTER = 50_000


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
