"""Reads many things on all cores, in the order given, a bounded number at a time.

A page that kills its process (memory, a fault in a library) costs that page alone.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as ReadTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from db.process_memory import collect_seldom, keep_memory
from db.terms.errors import TerkaitError

#: pages handed out to a process at a time: enough that none waits, few enough to stay small
AHEAD = 4
#: a new process now and then, so that what a library leaks is given back
PAGES_PER_PROCESS = 2_000
#: a page that takes longer is given up; news pages take a hundredth of a second
READ_SECONDS = 60.0

#: the end of a process, with or without its page
_DEATHS = (ProcessExpired, BrokenProcessPool)

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome(Generic[T, R]):
    """What became of one page."""

    page: T
    #: what was read, None where that failed
    result: R | None = None
    #: why it failed, None where it did not
    error: str | None = None


def read_all(
    pages: Iterable[T], read: Callable[[T], R], *, jobs: int, seconds: float = READ_SECONDS
) -> Iterator[Outcome[T, R]]:
    """What ``read`` gives for each page, in order; it runs in other processes.

    seconds: a page that takes longer is given up, and its process ended.
    """
    readers = _Readers(read, jobs=jobs, seconds=seconds)
    waiting: deque[tuple[T, ProcessFuture[R]]] = deque()
    try:
        for page in pages:
            waiting.append((page, readers.hand_out(page)))
            if len(waiting) >= jobs * AHEAD:
                yield readers.outcome(*waiting.popleft())
        while waiting:
            yield readers.outcome(*waiting.popleft())
    finally:
        readers.close()


class _Readers(Generic[T, R]):
    """The processes that read.

    Which page a process that died had in hand is not certain, since its death may be seen before
    its last messages: a page that seems to have ended one is read again, by itself.
    """

    def __init__(self, read: Callable[[T], R], *, jobs: int, seconds: float) -> None:
        self._read = read
        self._jobs = jobs
        self._seconds = seconds
        self._pool = self._new_pool(jobs)

    def hand_out(self, page: T) -> ProcessFuture[R]:
        """Have a page read, when its turn comes."""
        return self._hand_to(self._pool, page)

    def outcome(self, page: T, future: ProcessFuture[R]) -> Outcome[T, R]:
        """What became of it; waits for that."""
        if isinstance(future.exception(), _DEATHS):
            if not self._pool.active:
                _close(self._pool)
                self._pool = self._new_pool(self._jobs)
            future = self._read_alone(page)
        return _outcome(page, future, self._seconds)

    def close(self) -> None:
        """End them."""
        _close(self._pool)

    def _read_alone(self, page: T) -> ProcessFuture[R]:
        pool = self._new_pool(1)
        try:
            future = self._hand_to(pool, page)
            future.exception()
        finally:
            _close(pool)
        return future

    def _hand_to(self, pool: ProcessPool, page: T) -> ProcessFuture[R]:
        return pool.schedule(self._read, (page,), timeout=self._seconds)

    def _new_pool(self, jobs: int) -> ProcessPool:
        return ProcessPool(
            max_workers=jobs,
            max_tasks=PAGES_PER_PROCESS,
            initializer=_begin,
            context=_context(self._read),
        )


def _close(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _outcome(page: T, future: ProcessFuture[R], seconds: float) -> Outcome[T, R]:
    error = future.exception()
    if error is None:
        return Outcome(page=page, result=future.result())
    if isinstance(error, ReadTimeout):
        return Outcome(page=page, error=f"reading took longer than {seconds:g} seconds")
    if isinstance(error, _DEATHS):
        return Outcome(page=page, error="the page ended the program that read it")
    if isinstance(error, TerkaitError):
        return Outcome(page=page, error=str(error))
    if isinstance(error, OSError) and error.filename and error.strerror:
        return Outcome(page=page, error=f"{error.filename}: {error.strerror}")
    return Outcome(page=page, error=f"{type(error).__name__}: {error}")


def _context(read: Callable[[T], R]) -> BaseContext:
    """A server forks ready processes where the system can do that: the readers load once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([getattr(read, "func", read).__module__])
    return context


def _begin() -> None:
    """Ctrl-C is for the program that hands out the pages; it ends its processes itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()
    keep_memory()
