"""Logs as JSON: one line a request, each line by itself."""

import json
from pathlib import Path

from tests.acceptance.terminal import terkait
from tests.web import HttpSite, Reply

PAGE = "<article><h1>Perahu baru</h1>" + "<p>Nelayan menerima perahu baru pagi ini.</p>" * 20
LINKS = "<div class=related><h3>Berita terkait</h3><a href='{}'>Perahu lain juga datang</a></div>"


def test_each_request_is_a_line_of_json(http_site: HttpSite, tmp_path: Path) -> None:
    seed = "/berita/71/perahu-baru-nelayan"
    http_site.routes |= {
        "/robots.txt": Reply(status=404),
        seed: PAGE + LINKS.format("/berita/72/perahu-lain-datang"),
        "/berita/72/perahu-lain-datang": Reply(status=410),
    }
    settings = {"TERKAIT_DATA": str(tmp_path), "TERKAIT_LOG_FORMAT": "json"}
    done = terkait("crawl", http_site.url(seed), settings=settings)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "spider.log").read_text().splitlines()]
    requests = [line for line in lines if line["message"] == "request"]
    assert [(line["for"], line["status"]) for line in requests] == [
        ("robots.txt", 404),
        ("page", 200),
        ("page", 410),
    ]
    page = requests[1]
    assert page["url"] == http_site.url(seed)
    assert page["bytes"] > 0
    assert page["seconds"] >= 0
    assert {"time", "level", "logger", "depth", "attempt"} <= page.keys()


def test_lines_are_for_people_where_nothing_is_said(http_site: HttpSite, tmp_path: Path) -> None:
    http_site.routes["/berita/71/perahu-baru-nelayan"] = PAGE
    url = http_site.url("/berita/71/perahu-baru-nelayan")
    done = terkait("crawl", url, settings={"TERKAIT_DATA": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "spider.log").read_text() == ""
