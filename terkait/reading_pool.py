"""Reads many things on all cores, in the order given, a bounded number at a time.

A page that kills its process (memory, a fault in a library) costs that page alone.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from typing import Generic, TypeVar

from db.errors import TerkaitError
from db.gc_tuning import collect_seldom

#: pages handed out to a process at a time: enough that none waits, few enough to stay small
AHEAD = 4
#: a new process now and then, so that what a library leaks is given back
PAGES_PER_PROCESS = 2_000

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


def read_all(pages: Iterable[T], read: Callable[[T], R], *, jobs: int) -> Iterator[Outcome[T, R]]:
    """What ``read`` gives for each page, in order; it runs in other processes."""
    pool = _Pool(read, jobs)
    waiting: deque[tuple[T, Future[R]]] = deque()
    try:
        for page in pages:
            waiting.append((page, pool.submit(page)))
            if len(waiting) >= jobs * AHEAD:
                yield pool.outcome(*waiting.popleft())
        while waiting:
            yield pool.outcome(*waiting.popleft())
    finally:
        pool.close()


class _Pool(Generic[T, R]):
    """Processes that are replaced when a page has killed one."""

    def __init__(self, read: Callable[[T], R], jobs: int) -> None:
        self.read = read
        self.jobs = jobs
        self.processes = self._start(jobs)

    def submit(self, page: T) -> Future[R]:
        """Hand a page out."""
        try:
            return self.processes.submit(self.read, page)
        except BrokenProcessPool:
            self.close()
            self.processes = self._start(self.jobs)
            return self.processes.submit(self.read, page)

    def outcome(self, page: T, future: Future[R]) -> Outcome[T, R]:
        """Wait for a page. One whose process was killed is tried once more, on its own."""
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            with self._start(1) as alone:
                future = alone.submit(self.read, page)
                error = future.exception()
        if error is None:
            return Outcome(page=page, result=future.result())
        return Outcome(page=page, error=_described(error))

    def close(self) -> None:
        """End the processes; what they have begun is dropped."""
        self.processes.shutdown(wait=True, cancel_futures=True)

    def _start(self, jobs: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=jobs,
            mp_context=_context(self.read),
            initializer=_begin,
            max_tasks_per_child=PAGES_PER_PROCESS,
        )


def _described(error: BaseException) -> str:
    if isinstance(error, BrokenProcessPool):
        return "the page ended the program that read it"
    if isinstance(error, TerkaitError):
        return str(error)
    return f"{type(error).__name__}: {error}"


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
