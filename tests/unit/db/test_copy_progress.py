"""What a copy says of itself while it runs."""

import pytest

from db.copying import progress
from db.copying.progress import CopyProgress


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The minutes that have gone by, which a test sets."""
    gone = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: gone[0] * 60)
    return gone


def test_it_tells_what_is_done_and_how_long_the_rest_may_take(
    said: list[str], minutes: list[float]
) -> None:
    # a row of visits takes 15 us to come, 14 to compare and 2 in indexes
    copy = CopyProgress(said.append, {"visits": 3_100})
    copy.bring("visits")
    minutes[0] = 1
    copy.add(1_550)
    minutes[0] = 15
    copy.add(1_550)
    copy.compare()
    minutes[0] = 29
    copy.add(3_100)
    assert said == [
        "visits (3,100)",
        "visits: 1,550 of 3,100; 24% of all, some 3 minutes left",
        "visits: 3,100 of 3,100; 48% of all, some 16 minutes left",
        "comparing (3,100)",
        "comparing: 3,100 of 3,100; 94% of all, some 2 minutes left",
    ]


def test_it_says_little_of_what_is_soon_done(said: list[str], minutes: list[float]) -> None:
    copy = CopyProgress(said.append, {"visits": 0, "links": 10})
    copy.bring("visits")
    copy.bring("links")
    copy.add(10)
    copy.compare()
    copy.add(10)
    assert said == ["links (10)", "comparing (10)"]


def test_a_halt_does_not_count_into_what_is_left(said: list[str], minutes: list[float]) -> None:
    copy = CopyProgress(said.append, {"visits": 3_100})
    copy.bring("visits")
    for gone in (1, 2, 3, 600, 601):  # the laptop slept
        minutes[0] = gone
        copy.add(310)
    assert [line.rpartition(", ")[2] for line in said[-3:]] == [
        "some 18 minutes left",
        "some 17 minutes left",
        "some 16 minutes left",
    ]
