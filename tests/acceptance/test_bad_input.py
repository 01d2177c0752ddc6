"""What a user does wrong gets one clear line, the right exit code, and no traceback."""

import os
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from terkait.demo.server import DemoSite
from tests.acceptance.processes import wait_until
from tests.acceptance.terminal import start, terkait
from tests.servers import free_port
from tests.web import HttpSite, Reply


def expect_refusal(
    result: "subprocess.CompletedProcess[str]", code: int, *words: str
) -> "subprocess.CompletedProcess[str]":
    """Check the exit code and the words; nothing may look like a crash."""
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
    return result


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("notaurl", "write it whole"),
        ("not a url", "not a url"),
        ("ftp://news.example/1", "http"),
        ("file:///etc/hostname", "terkait extract"),
        ("http://", "host"),
        ("http://10.1.2.3/a", "private address"),
        ("http://localhost/a", "private address"),
        ("http://2130706434/a", "private address"),
        ("http://[::ffff:10.0.0.1]/a", "private address"),
    ],
)
def test_address_that_cannot_be_crawled_is_wrong_use(url: str, word: str, tmp_data: Path) -> None:
    folder = tmp_data / "new"
    settings = {"TERKAIT_DATA": str(folder), "TERKAIT_ALLOW_PRIVATE": ""}
    expect_refusal(terkait("crawl", url, settings=settings), 2, word)
    assert not folder.exists()


def test_unknown_kind_is_wrong_use(tmp_data: Path) -> None:
    expect_refusal(terkait("crawl", "http://news.example/", "--follow=other"), 2, "related")


def test_wrong_setting_is_said_in_one_line(tmp_data: Path) -> None:
    said = terkait("stats", settings={"TERKAIT_DELAY_SECONDS": "soon"})
    expect_refusal(said, 1, "TERKAIT_DELAY_SECONDS")
    assert len(said.stderr.splitlines()) == 1


def test_host_that_does_not_answer_is_no_success(tmp_data: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/berita/1/judul-berita"
    for quiet in ((), ("--quiet",)):  # which says nothing but what went wrong
        settings = {"TERKAIT_DATA": str(tmp_data)}
        expect_refusal(terkait("crawl", url, *quiet, settings=settings), 1, "connection refused")


def test_host_whose_robots_txt_fails_is_held(http_site: HttpSite, tmp_data: Path) -> None:
    http_site.routes["/robots.txt"] = Reply(body="busy", status=503)
    result = terkait("crawl", http_site.url("/a"), settings={"TERKAIT_DATA": str(tmp_data)})
    expect_refusal(result, 1, "robots.txt: http 503")
    assert set(http_site.paths()) == {"/robots.txt"}


def test_page_without_article_is_no_success(http_site: HttpSite, tmp_data: Path) -> None:
    http_site.routes["/a"] = Reply(body=b"%PDF-1.4", headers={"Content-Type": "application/pdf"})
    result = terkait("crawl", http_site.url("/a"), settings={"TERKAIT_DATA": str(tmp_data)})
    expect_refusal(result, 1, "not a web page: application/pdf")


def test_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = {"TERKAIT_DATA": str(tmp_path / "file" / "data")}
    expect_refusal(terkait("crawl", "http://127.0.0.1/", settings=settings), 1, "data folder")


def test_database_of_a_newer_version_is_left_alone(tmp_data: Path) -> None:
    with sqlite3.connect(tmp_data / "terkait.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.close()
    expect_refusal(terkait("crawl", "http://127.0.0.1/"), 1, "newer version")


def test_configured_database_without_schema_names_the_command(
    postgres_url: str, tmp_data: Path
) -> None:
    settings = {"TERKAIT_DATABASE_URL": postgres_url}
    expect_refusal(
        terkait("crawl", "http://127.0.0.1/", settings=settings), 1, "terkait db upgrade"
    )


def test_broker_that_is_down_is_said_within_five_seconds(tmp_data: Path) -> None:
    settings = {"TERKAIT_BROKER_URL": f"redis://127.0.0.1:{free_port()}/0"}
    asked = time.monotonic()
    expect_refusal(
        terkait("crawl", "http://127.0.0.1/", settings=settings), 1, "TERKAIT_BROKER_URL"
    )
    imports = 5  # a busy machine; the broker itself is given three seconds
    assert time.monotonic() - asked < 5 + imports


def test_second_crawl_in_a_data_folder_says_who_is_there(
    demo_site: DemoSite, tmp_data: Path
) -> None:
    demo_site.delay_seconds = 1
    first = start("crawl", demo_site.seed_url)
    wait_until(lambda: bool(demo_site.log))
    expect_refusal(terkait("crawl", demo_site.seed_url), 1, f"process {first.pid}")
    demo_site.delay_seconds = 0
    first.communicate(timeout=60)
    assert first.returncode == 0


def test_full_disk_stops_the_crawl_before_it_fetches(demo_site: DemoSite, tmp_data: Path) -> None:
    settings = {"TERKAIT_MIN_FREE_BYTES": str(2**62)}
    expect_refusal(terkait("crawl", demo_site.seed_url, settings=settings), 1, "MiB are free")
    assert demo_site.log == []
    again = terkait("crawl", demo_site.seed_url, "--depth=0")
    assert again.returncode == 0, again.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_data_folder_that_is_read_only_is_said(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    settings = {"TERKAIT_DATA": str(data)}
    expect_refusal(terkait("crawl", "http://127.0.0.1/", settings=settings), 1, "cannot be written")
