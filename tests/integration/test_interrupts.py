"""Ctrl-C before a crawl is under way."""

import signal
from pathlib import Path
from typing import Any

import pytest

from db.config import load_config
from db.sql.session import Database
from terkait import crawl_run
from terkait.crawl_run import CrawlRequest, run_crawl
from terkait.database import open_database


def test_wish_to_stop_while_the_tables_are_made_is_obeyed_when_they_are(
    tmp_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Database] = []

    def interrupted(*given: Any, **options: Any) -> Database:
        signal.raise_signal(signal.SIGINT)
        opened.append(open_database(*given, **options))
        return opened[0]

    monkeypatch.setattr(crawl_run, "open_database", interrupted)
    order = CrawlRequest(urls=("https://news.example/berita/1/judul",))
    with pytest.raises(KeyboardInterrupt):
        run_crawl(load_config(), order, is_quiet=True)
    assert len(opened) == 1
    database = open_database(load_config())
    with database.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM runs").scalar() == 0
    database.close()
