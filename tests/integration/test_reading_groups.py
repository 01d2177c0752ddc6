"""Pages that wait together are stored together; what one of them breaks is its own. On both."""

import multiprocessing
import os
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from db.articles import finish
from db.frontier import pending
from db.frontier.pending import PendingPage
from db.models import Article, Link, Page, Revision, Run
from db.queries.search.results import search
from db.sql.session import Database
from db.sql.types import utc_now
from tests.integration.test_ingest import count, fetch, html
from workers.ingest import pipeline
from workers.ingest.pipeline import GROUP, ingest
from workers.parsing.article import ParsedArticle

PAGES = GROUP + 2
POISON = "https://a.test/read/3/racun"
#: the database refuses the article of that page, as it would a value that it cannot hold
REFUSE = {
    "sqlite": "CREATE TRIGGER refuse BEFORE INSERT ON articles WHEN NEW.url LIKE '%racun'"
    " BEGIN SELECT RAISE(ABORT, 'refused'); END",
    "postgresql": "ALTER TABLE articles ADD CHECK (url NOT LIKE '%racun')",
}


def texts(number: int) -> bytes:
    body = " ".join(f"Kalimat {number} ke-{n} tentang hal {number * n}." for n in range(30))
    return html(title=f"Judul nomor {number}", body=body)


def fetched(database: Database, count: int = PAGES) -> list[int]:
    """So many pages that wait to be read, the fourth of them at the address of the poison."""
    urls = [f"https://a.test/read/{n}/judul-{n}" if n != 3 else POISON for n in range(count)]
    return [fetch(database, url, texts(number)) for number, url in enumerate(urls)]


def waiting(database: Database) -> list[str]:
    with database.read() as session:
        urls = select(Page.url).where(Page.state == "fetched").order_by(Page.id)
        return list(session.scalars(urls))


def test_pages_in_a_reader_s_hands_can_be_linked_to(database: Database) -> None:
    source, target = fetched(database, 2)
    if database.is_sqlite:  # one writer at a time
        return
    link = {"source_id": source, "target_id": target, "kind": "related", "position": 1}
    said = {"box": "", "anchor": "", "teaser": ""}
    seen = {"first_seen_at": utc_now(), "last_seen_at": utc_now()}
    with database.write() as reader, database.write() as spider:
        assert pending.hold(reader, pending.load(reader, [target])) == {target}
        spider.execute(text("SET LOCAL lock_timeout = '2s'"))
        spider.execute(insert(Link), link | seen | said)


def test_pages_that_wait_together_are_stored_together(database: Database) -> None:
    page_ids = fetched(database)
    commits: list[Any] = []
    event.listen(database.engine, "commit", commits.append)
    assert ingest(database, page_ids) == PAGES
    assert len(commits) == 3  # one that begins them all, and one a group
    assert count(database, Article) == count(database, Revision) == PAGES
    with database.read() as session:
        assert sum(session.scalars(select(Run.stored))) == PAGES
        assert [hit.title for hit in search(session, '"judul nomor 11"')] == ["Judul nomor 11"]
        done = session.execute(select(Page.article_id, Page.visits, Page.next_fetch_at)).all()
    assert all(article_id and visits == 1 and next_at for article_id, visits, next_at in done)


def test_page_that_the_database_refuses_takes_no_other_along(database: Database) -> None:
    page_ids = fetched(database)
    with database.write() as session:
        session.execute(text(REFUSE[database.engine.dialect.name]))
    with pytest.raises(Exception, match=r"refused|check constraint"):
        ingest(database, page_ids[:GROUP])
    assert waiting(database)[:1] == [POISON]
    assert count(database, Article) == GROUP - 1


def test_page_that_cannot_be_parsed_takes_no_other_along(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_ids = fetched(database)
    assemble = pipeline.assemble

    def breaks(page: PendingPage) -> ParsedArticle:
        if page.url == POISON:
            raise RecursionError
        return assemble(page)

    monkeypatch.setattr(pipeline, "assemble", breaks)
    with pytest.raises(RecursionError):
        ingest(database, page_ids[:GROUP])
    assert waiting(database)[:1] == [POISON]
    assert count(database, Article) == GROUP - 1


def die_at_the_third(url: str, page_ids: list[int]) -> None:
    """A reader whose process ends in the middle of a group."""
    store, calls = finish.end_with_article, []

    def dies(*arguments: Any, **named: Any) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            os._exit(9)
        store(*arguments, **named)

    finish.end_with_article = dies
    ingest(Database(url), page_ids)


def test_reader_that_dies_in_a_group_leaves_nothing_half_and_nothing_twice(
    database: Database, database_url: str
) -> None:
    page_ids = fetched(database, 6)
    reader = multiprocessing.get_context("fork").Process(
        target=die_at_the_third, args=(database_url, page_ids)
    )
    reader.start()
    reader.join(30)
    assert reader.exitcode == 9
    assert count(database, Article) == 0
    assert len(waiting(database)) == 6
    assert ingest(database, page_ids) == 6
    assert count(database, Article) == count(database, Revision) == 6
    with database.read() as session:
        assert sum(session.scalars(select(Run.read))) == 6


def test_addresses_of_one_article_that_are_read_together_are_one_article(
    database: Database,
) -> None:
    own = "https://a.test/read/1/judul"
    addresses = [f"https://a.test/amp/read/{n}/judul" for n in range(5)]
    page_ids = [fetch(database, url, html(canonical=own)) for url in (*addresses, own)]
    ingest(database, page_ids)
    assert count(database, Article) == 1
    with database.read() as session:
        led = session.scalars(select(Page.url).where(Page.article_id.is_not(None))).all()
    assert set(led) == {own, *addresses}
