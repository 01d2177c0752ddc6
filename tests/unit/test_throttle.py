"""How fast one host may be asked."""

import math
from collections.abc import Callable

import pytest

from crawler.engine.throttle import MAX_ERRORS, MAX_PLEAS, MAX_REST_SECONDS, Pace


def test_requests_leave_a_delay_apart() -> None:
    pace = Pace(delay_seconds=3, concurrency=5)
    pace.left(100.0)
    assert pace.ready_in(101.0) == 2.0
    assert pace.ready_in(103.0) == 0.0


def test_delay_counts_from_the_answer_where_requests_go_one_by_one() -> None:
    pace = Pace(delay_seconds=3, concurrency=1)
    pace.left(100.0)
    pace.came_back(102.0)
    assert pace.ready_in(102.0) == 3.0


def test_slow_host_is_asked_more_slowly() -> None:
    pace = Pace(delay_seconds=1, concurrency=1)
    pace.left(100.0)
    pace.came_back(108.0)
    assert pace.ready_in(108.0) == 8.0


def test_host_without_delay_is_not_slowed() -> None:
    pace = Pace(delay_seconds=0, concurrency=1)
    pace.left(100.0)
    pace.came_back(108.0)
    assert pace.ready_in(108.0) == 0.0


def test_waits_differ_and_never_shrink() -> None:
    pace = Pace(delay_seconds=0, concurrency=1, jitter=lambda: 1.0)
    steady = Pace(delay_seconds=0, concurrency=1, jitter=lambda: 0.0)
    assert pace.back_off(0.0) > steady.back_off(0.0)


@pytest.mark.parametrize(
    ("complain", "most"),
    [(lambda pace: pace.back_off(0.0), MAX_ERRORS), (lambda pace: pace.rest(0.0, 0), MAX_PLEAS)],
    ids=["errors", "pleas for patience"],
)
def test_host_that_fails_again_and_again_is_known_as_such(
    complain: Callable[[Pace], float], most: int
) -> None:
    pace = Pace(delay_seconds=0, concurrency=1)
    for _ in range(most):
        assert not pace.is_failing
        pace.left(0.0)
        complain(pace)
    assert pace.is_failing
    pace.went_well()
    assert not pace.is_failing


def test_what_was_under_way_together_is_one_trouble() -> None:
    pace = Pace(delay_seconds=0, concurrency=16, jitter=lambda: 0.0)
    for _ in range(16):
        pace.left(0.0)
    waits = {pace.back_off(0.0) for _ in range(16)}
    assert (pace.errors, len(waits)) == (1, 1)


def test_no_more_requests_than_places() -> None:
    pace = Pace(delay_seconds=0, concurrency=2)
    pace.left(0.0)
    assert pace.ready_in(0.0) == 0.0
    pace.left(0.0)
    assert pace.ready_in(1e9) == math.inf
    pace.came_back(1e9)
    assert pace.ready_in(0.0) == 0.0


def test_rest_is_kept_and_capped() -> None:
    pace = Pace(delay_seconds=1, concurrency=1)
    assert pace.rest(0.0, 10) == 10
    assert pace.ready_in(4.0) == 6.0
    assert pace.rest(0.0, 1e12) == MAX_REST_SECONDS
    assert pace.rest(0.0, -5) == 0.0


def test_back_off_doubles_until_the_host_recovers() -> None:
    pace = Pace(delay_seconds=0, concurrency=1, jitter=lambda: 0.0)
    first = pace.back_off(0.0)
    pace.left(0.0)
    second = pace.back_off(0.0)
    assert second == 2 * first
    pace.went_well()
    pace.left(1e6)
    assert pace.back_off(1e6) == first


def test_shorter_rest_never_cuts_a_longer_one() -> None:
    pace = Pace(delay_seconds=0, concurrency=1)
    pace.rest(0.0, 100)
    pace.rest(0.0, 1)
    assert pace.ready_in(0.0) == 100
