"""Does a transaction again while the database is away or another one stands in its way."""

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from db.terms.errors import RetryableError

T = TypeVar("T")

logger = logging.getLogger(__name__)

#: seconds between the tries, and up to half as long again: so many do not come back at once
WAITS_SECONDS = (0.05, 0.2, 1.0, 2.0, 4.0, 8.0, 15.0)
#: a wait that is worth a line in the log
_LONG_SECONDS = 1.0


def patiently(work: Callable[[], T]) -> T:
    """Do it; where the database cannot, wait and do it again. Blocks: for threads and processes.

    work: one whole transaction. Raises its RetryableError when the last try fails too; any other
    error at once.
    """
    for wait in WAITS_SECONDS:
        try:
            return work()
        except RetryableError as error:
            if wait >= _LONG_SECONDS:
                logger.warning("trying again in %s s: %s", wait, error)
            time.sleep(wait * (1.0 + random.random() / 2))
    return work()
