"""Does work again while the database is away or two programs stand in each other's way."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from db.errors import DatabaseUnreachable

T = TypeVar("T")

#: seconds between the tries, and up to as long again
_WAITS = (0.05, 0.2, 1.0, 4.0, 8.0)


def patiently(work: Callable[[], T]) -> T:
    """Do it; where the database cannot, wait and do it again.

    work: one whole transaction. Raises DatabaseUnreachable when the last try fails too.
    """
    for wait in _WAITS:
        try:
            return work()
        except DatabaseUnreachable:
            time.sleep(wait * (1.0 + random.random()))
    return work()
