"""``terkait extract --explain``."""

import json

import pytest
from click.testing import CliRunner, Result

from terkait.cli import extract_explained, main
from tests.paths import PAGES

PAGE = PAGES / "dermaga" / "article.html"


def explained(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["extract", "--explain", *arguments])


def test_the_view_shows_the_chosen_candidate_and_where_it_stands() -> None:
    done = explained(str(PAGE), "--url", "https://kabar.test/laut/dermaga")
    assert done.exit_code == 0
    title = "  * Pelabuhan Tarawi Buka Dermaga Baru untuk Nelayan  [h1 and metadata]"
    assert title in done.stdout.splitlines()


def test_the_view_shows_texts_that_are_taken_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_explained, "DOUBTFUL", 0.0)
    lines = explained(str(PAGE)).stdout.splitlines()
    assert any(line.startswith("+ 0.") and line.endswith("Listrik dan Air") for line in lines)
    assert any(line.startswith("- 0.") and "[caption]" in line for line in lines)


def test_a_pipe_gets_no_colours() -> None:
    assert "\x1b" not in explained(str(PAGE)).stdout


def test_programs_get_the_same_as_json() -> None:
    value = json.loads(explained(str(PAGE), "--json").stdout)
    assert value["fields"]["published"][0]["where"] == "json-ld"
    assert {"text", "tag", "score", "is_taken", "why"} == set(value["texts"][0])


def test_one_page_at_a_time_is_explained() -> None:
    assert explained(str(PAGE), str(PAGE)).exit_code == 2


def test_a_file_that_is_not_there_is_named() -> None:
    done = explained("nowhere.html")
    assert done.exit_code == 1
    assert "nowhere.html" in f"{done.output}{done.exception}"
