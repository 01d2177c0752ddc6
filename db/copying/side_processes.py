"""Lets several processes work on a copy's target, each with a connection of its own."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.context import BaseContext
from typing import TypeVar

from db.process_memory import collect_seldom, keep_memory
from db.sql.session import Database

P = TypeVar("P")
R = TypeVar("R")

#: pieces of work handed out to a process at a time: enough that none waits
_AHEAD = 3
#: rows from which on it is worth to start processes, which takes each half a second
WORTH_ROWS = 100_000
#: each asks the server for much: more of them wait for it
_MOST = 4

_own: list[Database] = []


def processes_for(target: Database, rows: int) -> int:
    """How many are worth it: one where that is this one."""
    if target.is_sqlite or rows < WORTH_ROWS:
        return 1
    return min(_MOST, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)


def work_through(
    target: Database, work: Callable[[Database, P], R], pieces: Iterable[P], *, processes: int
) -> Iterator[R]:
    """What ``work`` gives for each piece, in order."""
    if processes == 1:
        yield from (work(target, piece) for piece in pieces)
        return
    waiting: deque[Future[R]] = deque()
    pool = ProcessPoolExecutor(
        processes, mp_context=_context(), initializer=_begin, initargs=(target.url,)
    )
    try:
        for piece in pieces:
            waiting.append(pool.submit(_work, work, piece))
            if len(waiting) >= processes * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        # what is under way ends within a second or two, so that nothing is left half done
        pool.shutdown(cancel_futures=True)


def _work(work: Callable[[Database, P], R], piece: P) -> R:
    return work(_own[0], piece)


def _context() -> BaseContext:
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def _begin(url: str) -> None:
    """Ctrl-C is for the command, which ends its processes; they end with it as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    collect_seldom()
    keep_memory()
    _own.append(Database(url))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
