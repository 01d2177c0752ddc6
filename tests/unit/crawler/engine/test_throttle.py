"""How fast one host may be asked."""

import math
from collections.abc import Callable

import pytest

from crawler.engine.throttle import MAX_ERRORS, MAX_REST_SECONDS, MAX_RETRY_AFTERS, Throttle


def test_requests_leave_a_delay_apart() -> None:
    throttle = Throttle(delay_seconds=3, concurrency=5)
    throttle.left(100.0)
    assert throttle.ready_in(101.0) == 2.0
    assert throttle.ready_in(103.0) == 0.0


def test_delay_counts_from_the_answer_where_requests_go_one_by_one() -> None:
    throttle = Throttle(delay_seconds=3, concurrency=1)
    throttle.left(100.0)
    throttle.came_back(102.0)
    assert throttle.ready_in(102.0) == 3.0


def test_slow_host_is_asked_more_slowly() -> None:
    throttle = Throttle(delay_seconds=1, concurrency=1)
    throttle.left(100.0)
    throttle.came_back(108.0)
    assert throttle.ready_in(108.0) == 8.0


def test_host_without_delay_is_not_slowed() -> None:
    throttle = Throttle(delay_seconds=0, concurrency=1)
    throttle.left(100.0)
    throttle.came_back(108.0)
    assert throttle.ready_in(108.0) == 0.0


@pytest.mark.parametrize("dice", [0.0, 0.3, 1.0])
def test_chance_makes_a_wait_longer_by_up_to_half_and_never_shorter(dice: float) -> None:
    throttle = Throttle(delay_seconds=0, concurrency=1, jitter=lambda: dice)
    waits = []
    for _ in range(12):
        throttle.left(0.0)
        waits.append(throttle.back_off(0.0))
    assert waits[:3] == [(1 + dice / 2) * seconds for seconds in (1.0, 2.0, 4.0)]
    assert waits == sorted(waits)
    assert waits[-1] == (1 + dice / 2) * 300.0


def test_hosts_that_fail_together_are_not_asked_again_together() -> None:
    waits = {Throttle(delay_seconds=0, concurrency=1).back_off(0.0) for _ in range(20)}
    assert len(waits) == 20


@pytest.mark.parametrize(
    ("complain", "most"),
    [
        (lambda throttle: throttle.back_off(0.0), MAX_ERRORS),
        (lambda throttle: throttle.rest(0.0, 0), MAX_RETRY_AFTERS),
    ],
    ids=["errors", "pleas for patience"],
)
def test_host_that_fails_again_and_again_is_known_as_such(
    complain: Callable[[Throttle], float], most: int
) -> None:
    throttle = Throttle(delay_seconds=0, concurrency=1)
    for _ in range(most):
        assert not throttle.is_failing
        throttle.left(0.0)
        complain(throttle)
    assert throttle.is_failing
    throttle.went_well()
    assert not throttle.is_failing


def test_what_was_under_way_together_is_one_trouble() -> None:
    throttle = Throttle(delay_seconds=0, concurrency=16, jitter=lambda: 0.0)
    for _ in range(16):
        throttle.left(0.0)
    waits = {throttle.back_off(0.0) for _ in range(16)}
    assert (throttle.errors, len(waits)) == (1, 1)


def test_no_more_requests_than_places() -> None:
    throttle = Throttle(delay_seconds=0, concurrency=2)
    throttle.left(0.0)
    assert throttle.ready_in(0.0) == 0.0
    throttle.left(0.0)
    assert throttle.ready_in(1e9) == math.inf
    throttle.came_back(1e9)
    assert throttle.ready_in(0.0) == 0.0


def test_rest_is_kept_and_capped() -> None:
    throttle = Throttle(delay_seconds=1, concurrency=1)
    assert throttle.rest(0.0, 10) == 10
    assert throttle.ready_in(4.0) == 6.0
    assert throttle.rest(0.0, 1e12) == MAX_REST_SECONDS
    assert throttle.rest(0.0, -5) == 0.0


def test_back_off_doubles_until_the_host_recovers() -> None:
    throttle = Throttle(delay_seconds=0, concurrency=1, jitter=lambda: 0.0)
    first = throttle.back_off(0.0)
    throttle.left(0.0)
    second = throttle.back_off(0.0)
    assert second == 2 * first
    throttle.went_well()
    throttle.left(1e6)
    assert throttle.back_off(1e6) == first


def test_shorter_rest_never_cuts_a_longer_one() -> None:
    throttle = Throttle(delay_seconds=0, concurrency=1)
    throttle.rest(0.0, 100)
    throttle.rest(0.0, 1)
    assert throttle.ready_in(0.0) == 100
