"""``terkait crawl`` beside a running ``terkait up``: the order is handed to it."""

import json
import signal
import time
from pathlib import Path

import pytest

from terkait.demo.server import DemoSite
from tests.acceptance.processes import find, wait_until
from tests.acceptance.terminal import start, terkait
from tests.servers import PostgresServer
from tests.web import HttpSite

SITE = '[[sites]]\nname = "x"\nseeds = ["{}"]\nschedule = "0 2 29 2 *"\n'


@pytest.fixture
def folder(tmp_path: Path, http_site: HttpSite) -> Path:
    """A working folder with a site whose turn does not come."""
    (tmp_path / "terkait.toml").write_text(SITE.format(http_site.url("/nothing")))
    return tmp_path


def test_crawl_beside_up_is_carried_out_by_it(folder: Path, demo_site: DemoSite) -> None:
    up = start("up", cwd=folder)
    wait_until(lambda: "takes orders" in holder(folder), 60)
    demo_site.delay_seconds = 1
    crawl = start("crawl", demo_site.seed_url, "--depth=1", "--spiders=2", "--json", cwd=folder)
    wait_until(lambda: bool(find(up.pid, "/2 ")), 60)  # the name of the second spider's leases
    demo_site.delay_seconds = 0
    out, ordered = crawl.communicate(timeout=90)
    up.send_signal(signal.SIGINT)
    _, said = up.communicate(timeout=60)
    assert crawl.returncode == 0, ordered
    result = json.loads(out)
    assert f"run {result['run']} is handed to the terkait up" in ordered
    assert (result["state"], result["verdict"]) == ("finished", "ok")
    assert result["new_articles"] == len(demo_site.expected.within(1).articles)
    assert f"run {result['run']}, ordered by terkait crawl: ok" in said
    assert up.returncode == 0


def test_order_under_way_is_kept_when_up_ends(folder: Path, demo_site: DemoSite) -> None:
    up = start("up", cwd=folder, settings={"TERKAIT_DELAY_SECONDS": "20"})
    wait_until(lambda: "takes orders" in holder(folder), 60)
    crawl = start("crawl", demo_site.seed_url, "--json", cwd=folder)
    wait_until(lambda: bool(demo_site.log), 60)
    up.send_signal(signal.SIGINT)
    up.communicate(timeout=90)
    out, said = crawl.communicate(timeout=60)
    assert (crawl.returncode, json.loads(out)["state"]) == (130, "interrupted"), said
    again = terkait("crawl", demo_site.seed_url, "--json", cwd=folder)
    assert "goes on where it stopped" in again.stderr
    assert json.loads(again.stdout)["verdict"] == "ok"


def test_up_and_whoever_ordered_wait_for_a_database_that_restarts(
    folder: Path, demo_site: DemoSite
) -> None:
    with PostgresServer() as server, server.database() as name:
        settings = {"TERKAIT_DATABASE_URL": server.url(name)}
        assert terkait("db", "upgrade", cwd=folder, settings=settings).returncode == 0
        up = start("up", cwd=folder, settings=settings)
        wait_until(lambda: "takes orders" in holder(folder), 60)
        crawl = start("crawl", demo_site.seed_url, "--depth=1", "--json", cwd=folder,
                      settings=settings)  # fmt: skip
        wait_until(lambda: bool(demo_site.log), 60)
        server.stop()
        time.sleep(3)  # both look on meanwhile, and find nobody
        assert (up.poll(), crawl.poll()) == (None, None)
        server.start()
        out, said = crawl.communicate(timeout=120)
        up.send_signal(signal.SIGINT)
        up.communicate(timeout=60)
    assert (crawl.returncode, json.loads(out)["verdict"]) == (0, "ok"), said


def holder(folder: Path) -> str:
    path = folder / "terkait-data" / "terkait.pid"
    return path.read_text() if path.exists() else ""
