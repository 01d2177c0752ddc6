"""Old pages leave the archive; what was read of them, and what is still to be read, stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from db.frontier.retention import remove_batch
from db.models import ArchivedPage, Article, Page, Part, Revision
from db.queries.sizes import table_sizes
from db.sql import schema
from db.sql.session import Database
from terkait.cli import main
from tests.integration.test_ingest import BODY, URL, count, fetch, html
from tests.rows import NOON
from workers.ingest.pipeline import ingest

OTHER = "https://b.test/nasional/panen-raya-di-lereng-123"
CHANGED = html(body=BODY + " Ralat: tidak ada korban.")


def prune(database: Database) -> int:
    with database.write() as session:
        return remove_batch(session, before=NOON + timedelta(days=5)).copies


def archived(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.scalars(select(ArchivedPage.url)))


def test_old_copy_goes_and_its_article_stays(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    ingest(database, [fetch(database, OTHER, html("Lain"), days=9)])
    assert prune(database) == 1
    assert archived(database) == {OTHER}
    assert count(database, Article) == 2


def test_page_that_waits_and_the_newest_copy_of_all_stay(database: Database) -> None:
    fetch(database, URL, html())
    ingest(database, [fetch(database, OTHER, html("Lain"))])
    assert prune(database) == 0
    assert archived(database) == {URL, OTHER}


def test_copies_of_an_article_on_several_pages_stay(database: Database) -> None:
    first = fetch(database, URL, html())
    further = fetch(database, f"{URL}?page=2", html("Lain"))
    with database.write() as session:
        session.add(Part(page_id=further, first_id=first, before_id=first, number=2))
        session.query(Page).update({"state": "done"})
    fetch(database, OTHER, html("Lain"))
    assert prune(database) == 0


@pytest.mark.parametrize("own_was_read", [True, False])
def test_change_after_a_pruning_is_a_version_where_the_own_page_was_read(
    database: Database, own_was_read: bool
) -> None:
    amp = "https://a.test/amp/read/1/gempa-guncang-pesisir"
    first = fetch(database, URL if own_was_read else amp, html(canonical=URL))
    ingest(database, [first])
    ingest(database, [fetch(database, OTHER, html("Lain"))])
    assert prune(database) == 1
    ingest(database, [fetch(database, URL, CHANGED, days=9)])
    with database.read() as session:
        versions = select(func.count()).select_from(Revision).join(Article)
        assert session.scalar(versions.where(Article.url == URL)) == (2 if own_was_read else 1)


def test_room_of_each_table_is_told(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    with database.read() as session:
        sizes = table_sizes(session)
    assert {"archive", "article_words", "links", "pages", "texts"} <= sizes.keys()
    assert all(taken > 0 for taken in sizes.values())
    assert not any(name.startswith("article_words_") for name in sizes)


def test_command_says_what_it_removed(tmp_data: Path) -> None:
    database = Database(f"sqlite:///{tmp_data / 'terkait.db'}")
    schema.upgrade(database)
    ingest(database, [fetch(database, URL, html())])
    ingest(database, [fetch(database, OTHER, html("Lain"))])
    database.close()
    run = CliRunner().invoke(main, ["db", "prune", "--archive-older-than", "0", "--json"])
    assert run.exit_code == 0, run.output
    assert '"removed_pages": 1' in run.stdout
