"""``terkait doctor`` sees what would go wrong in silence."""

from datetime import timedelta
from pathlib import Path

import pytest

from db.config import Config, Site, load_config
from db.sql import schema
from db.sql.session import Database
from db.sql.types import utc_now
from terkait.checkup import checkup
from tests.rows import add_page, add_run


@pytest.fixture
def config(tmp_data: Path) -> Config:
    return load_config(sites=(Site(name="a", seeds=("https://a.test/",)),))


def faults(config: Config) -> dict[str, str]:
    return {found.what: found.text for found in checkup(config) if found.state == "fault"}


def database_of(config: Config) -> Database:
    database = Database.of(config)
    schema.upgrade(database)
    return database


def test_nothing_crawled_yet_is_no_fault(config: Config) -> None:
    assert faults(config) == {}


def test_sites_are_told_by_their_own_times(tmp_data: Path) -> None:
    seeds, own = ("https://a.test/",), "0 5 * * *"
    sites = (
        *(Site(name=name, seeds=seeds) for name in "ab"),
        Site(name="c", seeds=seeds, schedule=own),
        Site(name="d", seeds=seeds, schedule=own, paused=True),
    )
    (said,) = (f.text for f in checkup(load_config(sites=sites)) if f.what == "sites")
    assert said == "2 each night at 02:00 Asia/Jakarta, 1 at times of their own, 1 paused"


def test_queue_that_no_other_process_sees_is_a_fault(tmp_data: Path) -> None:
    assert "no other process" in faults(load_config(broker_url="memory://"))["queue"]


@pytest.mark.parametrize(("hours", "is_fault"), [(0.1, False), (2.0, True)])
def test_pages_that_nobody_reads_are_a_fault(config: Config, hours: float, is_fault: bool) -> None:
    database = database_of(config)
    with database.write() as session:
        at = utc_now() - timedelta(hours=hours)
        add_page(session, "https://a.test/1", state="fetched", fetched_at=at)
    database.close()
    assert ("reading" in faults(config)) == is_fault


@pytest.mark.parametrize(("days", "is_fault"), [(0, False), (3, True)])
def test_night_that_was_missed_is_a_fault(config: Config, days: int, is_fault: bool) -> None:
    database = database_of(config)
    with database.write() as session:
        add_run(session, site="a", started_at=utc_now() - timedelta(days=days))
    database.close()
    assert ("nights" in faults(config)) == is_fault


def test_damaged_file_is_a_fault(config: Config) -> None:
    database_of(config).close()
    path = config.data / "terkait.db"
    content = bytearray(path.read_bytes())
    for start in range(3 * 4096, len(content), 3 * 4096):
        content[start : start + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    assert "database" in faults(config)
