"""How fast one host may be asked."""

import math

from crawler.pace import MAX_REST_SECONDS, Pace


def test_requests_leave_a_delay_apart() -> None:
    pace = Pace(delay_seconds=3, concurrency=5)
    pace.left(100.0)
    assert pace.ready_in(101.0) == 2.0
    assert pace.ready_in(103.0) == 0.0


def test_no_more_requests_than_places() -> None:
    pace = Pace(delay_seconds=0, concurrency=2)
    pace.left(0.0)
    assert pace.ready_in(0.0) == 0.0
    pace.left(0.0)
    assert pace.ready_in(1e9) == math.inf
    pace.came_back()
    assert pace.ready_in(0.0) == 0.0


def test_rest_is_kept_and_capped() -> None:
    pace = Pace(delay_seconds=1, concurrency=1)
    assert pace.rest(0.0, 10) == 10
    assert pace.ready_in(4.0) == 6.0
    assert pace.rest(0.0, 1e12) == MAX_REST_SECONDS
    assert pace.rest(0.0, -5) == 0.0


def test_back_off_doubles_until_the_host_recovers() -> None:
    pace = Pace(delay_seconds=0, concurrency=1)
    first, second = pace.back_off(0.0), pace.back_off(0.0)
    assert second == 2 * first
    pace.went_well()
    assert pace.back_off(1e6) == first


def test_shorter_rest_never_cuts_a_longer_one() -> None:
    pace = Pace(delay_seconds=0, concurrency=1)
    pace.rest(0.0, 100)
    pace.rest(0.0, 1)
    assert pace.ready_in(0.0) == 100
