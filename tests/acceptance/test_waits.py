"""Whoever waits for a crawl, or asks why it is slow, is told which server wants that."""

import signal
from pathlib import Path

from db.models import Host
from db.sql import schema
from db.sql.session import Database
from tests.acceptance.terminal import start, terkait
from tests.rows import add_page
from tests.web import HttpSite, Reply


def test_server_that_asks_for_a_long_rest_is_named(http_site: HttpSite, tmp_path: Path) -> None:
    path = "/berita/71/perahu-baru-nelayan"
    http_site.routes[path] = Reply(status=429, headers={"Retry-After": "1800"})
    settings = {"TERKAIT_DATA": str(tmp_path)}
    crawl = start("crawl", http_site.url(path), settings=settings)
    assert crawl.stderr is not None
    lines = iter(crawl.stderr.readline, "")
    assert any("rests until" in line and "its pages wait" in line for line in lines)
    crawl.send_signal(signal.SIGINT)
    crawl.communicate(timeout=60)
    shown = terkait("explain", http_site.url(path), settings=settings).stdout
    assert "No request goes to" in shown


def test_delay_that_is_not_kept_is_said(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/terkait.db")
    schema.upgrade(database)
    with database.write() as session:
        page = add_page(session, "https://a.test/1")
        host = session.get_one(Host, page.host_id)
        host.robots_status, host.robots_body = 200, "User-agent: *\nCrawl-delay: 600\n"
    database.close()
    shown = terkait("explain", "a.test/1", settings={"TERKAIT_DATA": str(tmp_path)}).stdout
    assert "asks for 600 seconds between two requests; no more than 60 are kept" in shown
