"""When a page is looked at again."""

from datetime import timedelta
from itertools import pairwise

import pytest

from db.frontier.revisits import Past, next_wait
from db.frontier.scope import Bounds

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WIDE = Bounds(least=timedelta(minutes=10), most=180 * DAY)


def wait(age: timedelta | None, *, visits: int = 0, changes: int = 0) -> timedelta:
    past = Past(age=age, is_article=True, visits=visits, changes=changes)
    found = next_wait(past, WIDE)
    assert found is not None
    return found


def test_news_cools_down() -> None:
    ages = [timedelta(minutes=1), HOUR, 5 * HOUR, DAY, 7 * DAY, 90 * DAY]
    waits = [wait(age) for age in ages]
    assert waits[0] == WIDE.least
    assert all(a < b for a, b in pairwise(waits))


def test_what_changes_often_is_looked_at_more_often() -> None:
    assert wait(DAY, visits=4, changes=4) < wait(DAY, visits=4, changes=1) < wait(DAY)
    assert wait(DAY, visits=6) > wait(DAY, visits=3) > wait(DAY)


def test_old_article_that_does_not_change_is_left_alone() -> None:
    past = Past(age=400 * DAY, is_article=True, visits=1, changes=0)
    assert next_wait(past, WIDE) is None
    assert wait(400 * DAY) == WIDE.most


def test_list_is_looked_at_as_often_as_it_brings_something() -> None:
    def list_wait(visits: int, changes: int) -> timedelta:
        past = Past(age=None, is_article=False, visits=visits, changes=changes)
        return next_wait(past, WIDE) or timedelta(0)

    assert list_wait(5, 5) < list_wait(0, 0) < list_wait(5, 0) < DAY


@pytest.mark.parametrize("age", [timedelta(days=-3), timedelta(0), None, 10_000 * DAY])
def test_bounds_of_the_site_hold_for_any_age(age: timedelta | None) -> None:
    narrow = Bounds(least=HOUR, most=2 * HOUR)
    found = next_wait(Past(age=age, is_article=True, visits=0, changes=0), narrow)
    assert found is not None
    assert HOUR <= found <= 2 * HOUR
