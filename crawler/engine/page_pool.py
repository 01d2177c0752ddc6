"""Looks into pages in a process of its own: one that raises, kills or holds it costs itself alone.

The spider hands over what came in batches, so that this costs a page less than a thousandth of a
second. Plain Python.
"""

import ctypes
import logging
import multiprocessing
import resource
import signal
import sys
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import TimeoutError as Overdue
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import BaseContext

from pebble import ProcessExpired, ProcessPool

from crawler.engine.extract import BoxVerdicts, Visit, extract
from db.process_memory import collect_seldom, keep_memory
from db.terms.outcomes import Failed, Outcome
from db.terms.states import Reason, Why

logger = logging.getLogger(__name__)

#: a page that takes longer is given up, its process ended; others take a hundredth of a second
PAGE_SECONDS = 20.0
#: a batch that takes longer is done again page by page
BATCH_SECONDS = 30.0
#: memory of the process; pages are bounded and take a fifth of it
MEMORY_BYTES = 1_500 * 1024 * 1024
#: a page that cannot be looked into is fetched again then: the program may have got better
REST_SECONDS = 180 * 86_400.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A page that came, with what must be known to look into it."""

    visit: Visit
    #: those whose pages a list may lead to; none: any
    sites: Collection[str]
    box_verdicts: BoxVerdicts


def extract_all(jobs: Sequence[Job]) -> list[Outcome]:
    """What is to be stored of these pages; runs in the other process."""
    return [extract(job.visit, job.sites, job.box_verdicts) for job in jobs]


class PagePool:
    """One process that looks into pages; after any failure another takes its place."""

    def __init__(self) -> None:
        self._pool: ProcessPool | None = None

    def start(self) -> None:
        """Start the process, which has then loaded what it needs when the first page comes."""
        if self._pool is None:
            self._pool = ProcessPool(max_workers=1, initializer=_begin, context=_context())
            self._pool.schedule(extract_all, ([],))

    def extract(self, jobs: Sequence[Job]) -> list[Outcome]:
        """What is to be stored of each page, in order. Waits for it."""
        if not jobs:
            return []
        outcomes = self._try(jobs, BATCH_SECONDS)
        if isinstance(outcomes, list):
            return outcomes
        return [self._extract_alone(job) for job in jobs]

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def _try(self, jobs: Sequence[Job], seconds: float) -> list[Outcome] | BaseException:
        if self._pool is not None and not self._pool.active:
            self.close()  # its process died between two batches
        self.start()
        assert self._pool is not None
        future = self._pool.schedule(extract_all, (jobs,), timeout=seconds)
        error = future.exception()
        if error is None:
            return future.result()
        self.close()  # what a page left behind is no other page's fault
        return error

    def _extract_alone(self, job: Job) -> Outcome:
        """One page by itself: what fails now is its own fault."""
        outcomes = self._try([job], PAGE_SECONDS)
        if isinstance(outcomes, list):
            return outcomes[0]
        claim, why = job.visit.claim, _why(outcomes)
        logger.error("page %s is given up: %s", claim.url, why, exc_info=outcomes)
        return given_up(claim.page_id, why, job.visit.page.status)


def _why(error: BaseException) -> Why:
    if isinstance(error, Overdue):
        return Why(Reason.TAKES_TOO_LONG, f"{PAGE_SECONDS:g}")
    if isinstance(error, (ProcessExpired, BrokenProcessPool)):  # which of them is chance
        return Why(Reason.SPIDER_DIED)
    return Why(Reason.SPIDER_FAILED, type(error).__name__)


def given_up(page_id: int, why: Why, status: int | None = None) -> Failed:
    """A page that came and cannot be looked into or stored."""
    return Failed(page_id=page_id, why=why, status=status, rest_seconds=REST_SECONDS)


def is_given_up(outcome: Outcome) -> bool:
    """True for what ``given_up`` makes."""
    return isinstance(outcome, Failed) and outcome.rest_seconds == REST_SECONDS


def _context() -> BaseContext:
    """How the process begins: as a copy of this one while that is simple, else from a server."""
    methods = multiprocessing.get_all_start_methods()
    if "fork" in methods and sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    if "forkserver" not in methods:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _begin() -> None:
    """End with whoever started it, and before the machine's memory does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    collect_seldom()
    keep_memory()
