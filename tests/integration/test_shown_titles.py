"""What an article without a title is called, where people see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from db.config import load_config
from db.queries.shown_titles import NO_TITLE, shown_titles
from terkait.cli import main
from terkait.database import open_database
from tests.rows import add_article, add_link, add_page
from tests.web_server import WebServer

ONE, TWO, COPY = "https://a.test/1", "https://a.test/2", "https://b.test/9"
NAME = "Tiga desa terendam banjir"
SHOWN = f"(no title; other pages call it “{NAME}”)"


def fill(session: Session) -> int:
    """An article without a title that others link to; its id."""
    bare = add_article(session, ONE, "", "Air naik di tiga desa sejak pagi.")
    for number in range(3):
        add_article(session, f"https://b.test/{number}", f"Kabar {number}", f"Isi {number}.")
    add_page(session, "https://a.test/amp", alias_of_id=add_page(session, ONE).id)
    add_link(session, "https://b.test/0", ONE, anchor=NAME)
    add_link(session, "https://b.test/1", "https://a.test/amp", anchor=f" {NAME}\n")
    add_link(session, "https://b.test/2", ONE, anchor="Banjir: baca lebih lanjut di halaman ini")
    return bare.id


def test_what_most_other_pages_call_it_is_its_name(session: Session) -> None:
    key = fill(session)
    assert shown_titles(session, {key: None, key + 1: "Kabar"}) == {key: SHOWN, key + 1: "Kabar"}


def test_words_in_a_sentence_and_short_ones_are_no_name(session: Session) -> None:
    bare = add_article(session, ONE, "", "Air naik.")
    add_link(session, TWO, ONE, anchor="banjir di tiga desa", kind="inline")
    add_link(session, COPY, ONE, anchor="Baca lagi")
    assert shown_titles(session, {bare.id: None}) == {bare.id: NO_TITLE}


@pytest.fixture
def site(tmp_data: Path) -> Iterator[WebServer]:
    database = open_database(load_config(), create=True)
    with database.write() as session:
        fill(session)
    database.close()
    with WebServer(load_config()) as server:
        yield server


def test_commands_and_pages_show_it_one_way(site: WebServer) -> None:
    for words in ("search naik", "show 1", "related 1", "related 2", "story 1", "copies 1"):
        run = CliRunner().invoke(main, words.split())
        assert (run.exit_code, SHOWN in run.stdout) == (0, True), (words, run.output)
    for path in ("/?q=naik", "/articles/1", "/articles/2/links", "/articles/1/story", "/feed.xml"):
        assert SHOWN in site.get(path).text, path


def test_who_links_to_an_article_is_not_called_what_its_link_says(tmp_data: Path) -> None:
    database = open_database(load_config(), create=True)
    with database.write() as session:
        add_article(session, TWO, "Banjir", "Isi.")
        add_link(session, add_article(session, ONE, "", "Air.").url, TWO, anchor=NAME)
    database.close()
    for words in ("related 1", "show 1"):
        lines = CliRunner().invoke(main, words.split()).stdout.splitlines()
        (line,) = [line for line in lines if ONE in line and "\t→\t" not in line]
        assert NAME not in line
        assert NO_TITLE in line
