"""Lets what a crawl's processes are copies of begin to load before the command itself is loaded."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from db.config import Config
from terkait.errors import BadUsage
from workers.runs.forking import FORKS_LOG, ForkServer, can_fork

#: says which program has the data folder
HOLDER_FILE = "terkait.pid"


@contextmanager
def forks_begun(config: Config) -> Iterator[ForkServer | None]:
    """A fork server that loads already; None where there is to be none. It ends with the block.

    Where another program has the data folder, a crawl is likely to be handed to it. A folder that
    was made for what turns out to be wrong use goes again.
    """
    data = config.data
    if not can_fork() or _is_held(data):
        yield None
        return
    is_new, forks = not data.exists(), ForkServer(data / FORKS_LOG)
    with suppress(OSError):  # whoever needs the folder says what is wrong with it
        data.mkdir(parents=True, exist_ok=True)
        forks.open()
    try:
        yield forks
    except BadUsage:
        forks.close()
        if is_new:
            _forget(data)
        raise
    finally:
        forks.close()


def _is_held(data: Path) -> bool:
    """Whether the program that has the folder lives; one that was killed leaves its file."""
    try:
        process = int((data / HOLDER_FILE).read_text().partition("\n")[0])
        os.kill(process, 0)
    except PermissionError:
        return True  # another user's
    except (OSError, ValueError, OverflowError):
        return False
    return process > 0


def _forget(data: Path) -> None:
    with suppress(OSError):
        (data / FORKS_LOG).unlink(missing_ok=True)
        data.rmdir()
