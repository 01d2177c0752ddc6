"""How often Python looks for what refers to itself: seldom, and not at a process's end."""

import atexit
import gc

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
