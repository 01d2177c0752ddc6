"""Reading on several cores: in order, bounded, and a bad page costs itself alone."""

import time
from collections.abc import Iterator

import pytest
from pebble.pool.process import PoolManager

from terkait.reading_pool import AHEAD, read_all
from tests.unit.killers import read

JOBS = 2


def results(pages: list[str]) -> list[str | None]:
    return [outcome.result for outcome in read_all(pages, read, jobs=JOBS)]


def test_pages_come_back_in_order() -> None:
    pages = [f"p{number}" for number in range(50)]
    assert results(pages) == [page.upper() for page in pages]


def test_a_page_that_fails_says_why_and_the_others_are_read() -> None:
    outcomes = list(read_all(["a", "raises", "exits", "lost", "b"], read, jobs=JOBS))
    assert [outcome.result for outcome in outcomes] == ["A", None, None, None, "B"]
    assert [outcome.error for outcome in outcomes[1:4]] == [
        "ValueError: no such page",
        "SystemExit: bye",
        "/nowhere/lost.html: No such file or directory",
    ]


def test_a_page_that_kills_its_process_costs_itself_alone() -> None:
    pages = [f"p{number}" for number in range(20)]
    pages[7] = pages[12] = "kills"
    expected = [None if page == "kills" else page.upper() for page in pages]
    assert results(pages) == expected


def test_death_that_is_seen_before_what_was_read_is_the_fault_of_its_page_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on a busy machine: deaths are noticed at once, messages of those who died later."""
    take = PoolManager.process_next_message

    def take_later(manager: PoolManager, timeout: float) -> None:
        time.sleep(0.25)  # deaths are looked for ten times a second
        take(manager, timeout)

    monkeypatch.setattr(PoolManager, "process_next_message", take_later)
    outcomes = read_all(["a", "kills", "b", "c"], read, jobs=JOBS, seconds=3)
    assert [outcome.result for outcome in outcomes] == ["A", None, "B", "C"]


def test_a_page_that_never_ends_is_given_up_wherever_its_process_hangs() -> None:
    outcomes = list(read_all(["a", "hangs", "b"], read, jobs=JOBS, seconds=3))
    assert [outcome.result for outcome in outcomes] == ["A", None, "B"]
    assert outcomes[1].error == "reading took longer than 3 seconds"


def test_no_more_pages_are_taken_than_can_be_worked_on() -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "page"

    outcomes = read_all(endless(), read, jobs=JOBS)
    next(outcomes)
    outcomes.close()
    assert taken == JOBS * AHEAD
