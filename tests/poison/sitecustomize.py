"""Spiders that raise, die, hang or eat memory over pages that say so.

Python loads this at the start of every process that has this folder in PYTHONPATH; it changes
spiders, the processes that look into pages for them, and what both are copies of, no others.
"""

import itertools
import os
import signal
import sys


def _act(body: bytes, where: bytes) -> None:
    if where + b" raises" in body:
        raise KeyError("poison")
    if where + b" kills" in body:
        os.kill(os.getpid(), signal.SIGKILL)
    if where + b" hangs" in body:  # in C, so that nothing else of the process runs
        sum(itertools.repeat(0))
    if where + b" eats" in body:
        eaten = []
        while True:
            eaten.append(bytearray(b"x") * 10_000_000)


def _install() -> None:
    from crawler.engine import block_pages, page_pool
    from crawler.page.document import Document

    seconds = float(os.environ.get("POISON_PAGE_SECONDS", "2"))
    page_pool.PAGE_SECONDS = page_pool.BATCH_SECONDS = seconds
    page_pool.MEMORY_BYTES = 400 * 1024 * 1024
    make, blocked_by = Document.__init__, block_pages.blocked_by

    def poisoned_document(self, page):  # type: ignore[no-untyped-def]
        _act(page.body, b"inside")
        make(self, page)

    def poisoned_answer(headers, body):  # type: ignore[no-untyped-def]
        _act(body, b"outside")
        return blocked_by(headers, body)

    if os.environ.get("POISON_LEASE_SECONDS"):
        _shorten_leases(float(os.environ["POISON_LEASE_SECONDS"]))
    Document.__init__ = poisoned_document
    block_pages.blocked_by = poisoned_answer


def _shorten_leases(seconds: float) -> None:
    from datetime import timedelta

    from crawler.engine import frontier_client
    from db.frontier import leases

    leases.LEASE = timedelta(seconds=seconds)
    frontier_client.RENEW_SECONDS = seconds / 4


if os.environ.get("POISON_FROZEN_SECONDS") and "terkait" in sys.orig_argv:
    from workers.runs import spider_processes

    spider_processes.FROZEN_SECONDS = float(os.environ["POISON_FROZEN_SECONDS"])
_FORK = ("forkserver", "fork_server")
if "crawler" in sys.orig_argv or any(name in word for word in sys.orig_argv for name in _FORK):
    _install()
