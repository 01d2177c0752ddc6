"""What other Python programs use is as docs/python.md shows it."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import terkait
from db.config import load_config
from terkait.database import open_database
from tests.rows import add_article, add_cluster, add_link

DOCUMENT = Path(__file__).parents[2] / "docs" / "python.md"
TEXT = "The bridge over the Wening river was opened. " * 3


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with three articles, in the working folder."""
    monkeypatch.chdir(tmp_path)
    database = open_database(load_config(data=tmp_path / "terkait-data"), create=True)
    with database.write() as session:
        one = add_article(session, "https://a.test/1", "Bridge opens", TEXT)
        add_article(session, "https://a.test/2", "Ferry runs on", "Beside the bridge a ferry.")
        copy = add_article(session, "https://b.test/9", "Opened", TEXT)
        add_cluster(session, one, copy)
        add_link(session, "https://a.test/1", "https://a.test/2")
    database.close()
    return tmp_path / "terkait-data"


def test_the_document_is_true(folder: Path) -> None:
    result = doctest.testfile(str(DOCUMENT), module_relative=False)
    assert result.attempted >= 6
    assert result.failed == 0


def test_a_database_address_opens_as_well(folder: Path) -> None:
    with terkait.open(f"sqlite:///{folder / 'terkait.db'}") as news:
        assert len(list(news.articles())) == 3
        assert [hit.id for hit in news.search("ferry")] == [2]


def test_bytes_and_text_are_read_alike() -> None:
    html = "<html><head><title>Café</title></head><body><h1>Café</h1></body></html>"
    url = "https://a.test/1"
    assert terkait.read_page(html, url).title == "Café"
    assert terkait.read_page(html.encode("latin-1"), url).title == "Café"


def test_importing_it_loads_nothing() -> None:
    loaded = "import sys, terkait; print(sorted(set(sys.modules) & {'sqlalchemy', 'selectolax'}))"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
