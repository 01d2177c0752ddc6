"""A process that is to read many pages."""

import gc
from collections.abc import Iterator

import pytest

from db.process_memory import COLLECT_AFTER
from tests.unit.workers.parsing.pages import saved
from workers.parsing import read
from workers.warmup import get_ready


@pytest.fixture(autouse=True)
def usual_collector() -> Iterator[None]:
    usual = gc.get_threshold()
    yield
    gc.set_threshold(*usual)
    gc.enable()
    gc.unfreeze()


def test_what_is_loaded_is_kept_out_of_collection() -> None:
    get_ready()
    assert gc.get_threshold()[0] == COLLECT_AFTER
    assert gc.get_freeze_count() > 0


def test_reading_leaves_nothing_for_the_collector() -> None:
    read(saved("dermaga/article.html"))
    gc.collect()
    gc.disable()
    for _ in range(3):
        read(saved("dermaga/article.html"))
    assert gc.collect() == 0
