"""The process that looks into pages: its death is no spider's, and is told as what it was."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool

import pytest

from crawler.engine.extract import BoxVerdicts, Visit
from crawler.engine.page_pool import Job, PagePool
from crawler.page.document import FetchedPage
from db.terms.claims import Claim
from db.terms.outcomes import Failed, Fetched
from tests.rows import NOON

URL = "https://a.test/read/1/judul"


@pytest.fixture
def pool() -> Iterator[PagePool]:
    pool = PagePool()
    yield pool
    pool.close()


def job() -> Job:
    claim = Claim(page_id=1, host_id=1, url=URL, depth=0, attempts=0)
    page = FetchedPage(url=URL, body=b"<h1>Judul</h1>", fetched_at=NOON)
    return Job(visit=Visit(claim=claim, page=page), sites=(), box_verdicts=BoxVerdicts())


def test_process_that_died_between_two_pages_is_replaced(pool: PagePool) -> None:
    assert isinstance(pool.extract([job()])[0], Fetched)
    (process,) = multiprocessing.active_children()
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(10)
    time.sleep(0.5)  # what watches over it looks ten times a second
    assert isinstance(pool.extract([job()])[0], Fetched)


def test_death_that_is_seen_before_its_page_is_told_of_is_one_all_the_same(
    pool: PagePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a busy machine, where the death is noticed before the message that named the page."""
    monkeypatch.setattr(pool, "_try", lambda _jobs, _seconds: BrokenProcessPool("expired"))
    (outcome,) = pool.extract([job()])
    assert isinstance(outcome, Failed)
    assert str(outcome.why) == "its spider died on it"
