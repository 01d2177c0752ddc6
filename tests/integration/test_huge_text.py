"""Fields of five million characters, hostile ones, in page, feed, CSV, JSON, terminal and files."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from db.config import load_config
from terkait.database import open_database
from tests.acceptance.terminal import on_terminal, terkait
from tests.rows import add_article, add_link
from tests.web_server import WebServer

URL = "https://a.test/1"
PART = "=cmd() <script>alert(1)</script> \x1b]0;x\x07\x1b[31m\u202e\x00\ud800 &amp; "
HUGE = PART * (5_000_000 // len(PART))
#: of the fields of which a page has many
LARGE = HUGE[:1_000_000]
#: what a page or a listing may take of it
MAX_BYTES = 600_000
#: csv's own bound is smaller
CSV_FIELD = 100_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("huge")
    database = open_database(load_config(data=folder), create=True)
    with database.write() as session:
        article = add_article(session, URL, f"Banjir {HUGE}", f"Banjir.\n\n{LARGE}")
        article.authors = [LARGE]
        article.section = LARGE
        add_article(session, "https://b.test/2", "Banjir lagi", "Banjir.")
        add_link(session, URL, "https://b.test/2", anchor=LARGE, box=LARGE, teaser=LARGE)
    database.close()
    return folder


@pytest.fixture(scope="module")
def web(folder: Path) -> Iterator[WebServer]:
    with WebServer(load_config(data=folder)) as server:
        yield server


@pytest.mark.parametrize(
    "path",
    ["/", "/?q=banjir", "/articles/1/versions", "/articles/1/links", "/articles/1/graph",
     "/articles/2/links", "/articles/2/story", "/sites/a.test", "/runs", "/feed.xml?q=banjir"],
)  # fmt: skip
def test_a_page_stays_small_and_harmless(web: WebServer, path: str) -> None:
    answer = web.get(path)
    assert answer.status == 200
    assert "\x1b" not in answer.text
    assert "\u202e" not in answer.text
    assert "<script>alert" not in answer.text
    assert len(answer.body) < MAX_BYTES, (path, len(answer.body))
    if path.startswith("/feed"):
        ElementTree.fromstring(answer.body)


def test_commands_show_a_part_that_steers_nothing(folder: Path) -> None:
    settings = {"TERKAIT_DATA": str(folder)}
    for command in (("search", "banjir"), ("related", "2"), ("story", "2"), ("stats",)):
        done = terkait(*command, settings=settings)
        assert done.returncode == 0, done.stderr
        assert not {"\x1b", "\u202e", "\x07"} & set(done.stdout)


def test_a_terminal_is_not_steered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERKAIT_DATA", str(folder))
    shown = on_terminal("search", "banjir")
    assert "\x1b]0" not in shown
    assert "\u202e" not in shown


def test_files_hold_all_of_it_and_no_formula(folder: Path, tmp_path: Path) -> None:
    environment = os.environ | {"TERKAIT_DATA": str(folder)}
    for name in ("a.csv", "a.jsonl", "a.parquet", "a.graphml"):
        program = [sys.executable, "-m", "terkait", "export", "--out", str(tmp_path / name)]
        subprocess.run(program, env=environment, check=True, capture_output=True, timeout=120)
    csv.field_size_limit(CSV_FIELD)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"))))
    assert rows[0]["section"].startswith("'=cmd()")
    assert rows[0]["authors"].startswith("'=cmd()")
    record = json.loads((tmp_path / "a.jsonl").read_text("utf-8").splitlines()[0])
    assert len(record["title"]) == len(f"Banjir {HUGE}")
    ElementTree.parse(tmp_path / "a.graphml")
