"""Reads many saved pages on all cores, in the order given, a bounded number at a time.

A page that kills its process (memory, a fault in a library) costs that page alone.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from typing import Any

from db.errors import TerkaitError

#: pages handed out to a process at a time: enough that none waits, few enough to stay small
AHEAD = 4
#: a new process now and then, so that what a library leaks is given back
PAGES_PER_PROCESS = 2_000

_MODULE = "terkait.saved"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one page."""

    #: a record, or {"id", "error"}
    record: dict[str, Any]
    is_read: bool


def read_all(pages: Iterable[Any], *, jobs: int, max_bytes: int) -> Iterator[Outcome]:
    """The outcome of each page (``terkait.saved.Saved``), in order."""
    pool = _Pool(jobs)
    waiting: deque[tuple[Any, Future[dict[str, Any]]]] = deque()
    try:
        for page in pages:
            waiting.append((page, pool.submit(page, max_bytes)))
            if len(waiting) >= jobs * AHEAD:
                yield pool.outcome(*waiting.popleft(), max_bytes)
        while waiting:
            yield pool.outcome(*waiting.popleft(), max_bytes)
    finally:
        pool.close()


class _Pool:
    """Processes that are replaced when a page has killed one."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.processes = _processes(jobs)

    def submit(self, page: Any, max_bytes: int) -> Future[dict[str, Any]]:
        """Hand a page out."""
        try:
            return self.processes.submit(_read, page, max_bytes)
        except BrokenProcessPool:
            self.close()
            self.processes = _processes(self.jobs)
            return self.processes.submit(_read, page, max_bytes)

    def outcome(self, page: Any, future: Future[dict[str, Any]], max_bytes: int) -> Outcome:
        """Wait for a page. One whose process was killed is tried once more, on its own."""
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            with _processes(1) as alone:
                future = alone.submit(_read, page, max_bytes)
                error = future.exception()
        if error is None:
            return Outcome(record=future.result(), is_read=True)
        return Outcome(record={"id": page.id, "error": _described(error)}, is_read=False)

    def close(self) -> None:
        """End the processes; what they have begun is dropped."""
        self.processes.shutdown(wait=True, cancel_futures=True)


def _described(error: BaseException) -> str:
    if isinstance(error, BrokenProcessPool):
        return "the page ended the program that read it"
    if isinstance(error, TerkaitError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _processes(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        max_workers=jobs,
        mp_context=_context(),
        initializer=_leave_interrupts,
        max_tasks_per_child=PAGES_PER_PROCESS,
    )


def _context() -> BaseContext:
    """A server forks ready processes where the system can do that: the readers load once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_MODULE])
    return context


def _leave_interrupts() -> None:
    """Ctrl-C is for the program that hands out the pages; it ends its processes itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read(page: Any, max_bytes: int) -> dict[str, Any]:
    from terkait.saved import read_saved

    return read_saved(page, max_bytes)
