"""The story, copies and archive of what was crawled, by commands."""

import json
from pathlib import Path
from typing import Any

import pytest

from db.sql.session import Database
from terkait.demo.server import DemoSite
from tests.acceptance.terminal import terkait
from tests.servers import ReplayProxy

TEMPO = "http://dunia.tempo.co/read/"
THEN = f"{TEMPO}1481000/xi-jinping-dan-kim-jong-un-berkolaborasi-lawan-tekanan-asing"
NOW = f"{TEMPO}1932000/tiongkok-dan-korea-utara-rayakan-75-tahun-hubungan-diplomatik"
HEAT, CUP = f"{TEMPO}1481002/", f"{TEMPO}1481007/"


def lines(data: Path, *arguments: str) -> list[Any]:
    done = terkait(*arguments, "--json", settings={"TERKAIT_DATA": str(data)})
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a crawl from the two articles that the project began with."""
    data = tmp_path_factory.mktemp("seeds")
    with ReplayProxy() as proxy:
        settings = {"TERKAIT_DATA": str(data), "http_proxy": proxy.url}
        done = terkait("crawl", THEN, NOW, "--depth=2", settings=settings)
    assert done.returncode == 0, done.stderr
    return data


@pytest.mark.parametrize(("asked", "other"), [(THEN, NOW), (NOW, THEN)])
def test_two_chapters_three_years_apart_are_one_story(seeds: Path, asked: str, other: str) -> None:
    (found,) = lines(seeds, "story", asked)
    urls = [chapter["url"] for chapter in found["story"]]
    assert {asked, other} <= {*urls}
    assert not [url for url in urls if url.startswith((HEAT, CUP))]
    chapter = next(chapter for chapter in found["story"] if chapter["url"] == other)
    assert {"Xi", "Kim"} <= {*chapter["words"]}


def test_chapters_are_not_copies_of_each_other(seeds: Path) -> None:
    assert [copy["url"] for copy in lines(seeds, "copies", THEN)] == [THEN]


def test_what_is_gone_is_said_to_be(seeds: Path) -> None:
    database = Database(f"sqlite:///{seeds}/terkait.db")
    with database.write() as session:
        run = session.connection().exec_driver_sql
        url = run("SELECT url FROM pages WHERE url LIKE '%/1481002/%'").scalar_one()
        run("UPDATE pages SET gone_at = '2026-08-20 12:00:00' WHERE url = ?", (url,))
    database.close()
    assert lines(seeds, "history", url)[-1]["gone_since"] == "2026-08-20T12:00:00+00:00"
    shown = terkait("history", url, settings={"TERKAIT_DATA": str(seeds)}).stdout
    assert "Gone since 2026-08-20 12:00Z" in shown


def test_archive_is_read_again_as_it_was_read(seeds: Path) -> None:
    (report,) = lines(seeds, "reparse", "--dry-run")
    assert (report["dry_run"], report["changed"], report["fields"]) == (True, 0, {})
    assert (report["read"] >= 22, report["problems"]) == (True, {})


def test_reparse_shows_fields_with_examples(demo_site: DemoSite, tmp_data: Path) -> None:
    settings = {"TERKAIT_DATA": str(tmp_data)}
    done = terkait("crawl", demo_site.seed_url, "--depth=1", settings=settings)
    assert done.returncode == 0, done.stderr
    database = Database(f"sqlite:///{tmp_data}/terkait.db")
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE articles SET title = 'Salah' WHERE id = 1")
    database.close()
    preview = terkait("reparse", "--dry-run", settings=settings)
    assert "title\t1" in preview.stdout
    assert "- Salah" in preview.stdout
    assert lines(tmp_data, "reparse")[0]["changed"] == 1
    assert lines(tmp_data, "reparse")[0]["changed"] == 0


def test_copies_show_what_both_have_in_common(demo_site: DemoSite, tmp_data: Path) -> None:
    settings = {"TERKAIT_DATA": str(tmp_data)}
    terkait("crawl", demo_site.seed_url, "--any-site", "--depth=8", settings=settings)
    original, copy = demo_site.expected.copy_pair
    found = lines(tmp_data, "copies", copy)
    assert [one["url"] for one in found] == [original, copy]
    assert (found[0]["kind"], found[1]["kind"], found[1]["share"] > 0.9) == (
        "original",
        "copy",
        True,
    )
    shown = terkait("copies", copy, settings=settings).stdout
    assert shown.splitlines()[0].startswith("\tcommon\t")
