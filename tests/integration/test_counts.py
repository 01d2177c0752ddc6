"""What the database holds is counted as it comes and goes, whoever writes it."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from db.counting import link_summary
from db.counting.counts import Counted, add_up, amounts, count_anew, wrong_counts
from db.counting.link_summary import keep_summary
from db.models import Article, Count, Link, Page, Revision
from db.queries.stats import gather
from db.sql import schema
from db.sql.schema_drift import drift
from db.sql.session import Database
from terkait.cli import main
from tests.rows import add_article, add_cluster, add_link, add_page, add_revision

ONE, TWO, THREE = (f"https://a.test/{number}" for number in range(1, 4))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    schema.upgrade(database)
    with database.write() as session:
        fill(session)
    yield database
    database.close()


def fill(session: Session) -> None:
    first = add_article(session, ONE, "Judul", "teks")
    second = add_article(session, TWO, "Lain", "lain", language=None)
    add_cluster(session, first, second)
    add_link(session, ONE, TWO)
    add_link(session, TWO, THREE, kind="inline")


def test_rows_that_come_change_and_go_are_counted(session: Session) -> None:
    fill(session)
    assert amounts(session) == {
        Counted.SITE: {"a.test": 2},
        Counted.LANGUAGE: {"": 1, "id": 1},
        Counted.COPIED: {"": 2},
        Counted.REVISIONS: {"": 2},
        Counted.CLUSTERS: {"": 1},
        Counted.KIND: {"inline": 1, "related": 1},
        Counted.STATE: {"done": 2, "skipped": 1},
    }
    article = session.scalars(select(Article).where(Article.url == TWO)).one()
    article.site, article.language, article.cluster_id = "b.test", "en", None
    add_revision(session, article, number=2)
    add_page(session, THREE, state="due")
    session.execute(delete(Link).where(Link.kind == "inline"))
    session.execute(delete(Revision).where(Revision.number == 1))
    session.flush()
    assert amounts(session) == {
        Counted.SITE: {"a.test": 1, "b.test": 1},
        Counted.LANGUAGE: {"en": 1, "id": 1},
        Counted.COPIED: {"": 1},
        Counted.REVISIONS: {"": 1},
        Counted.CLUSTERS: {"": 1},
        Counted.KIND: {"related": 1},
        Counted.STATE: {"done": 2, "due": 1},
    }
    assert wrong_counts(session) == []
    before = amounts(session)
    count_anew(session)
    assert amounts(session) == before


def test_what_is_taken_back_is_not_counted_and_a_wrong_count_is_said_and_mended(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERKAIT_DATABASE_URL", database_url)
    with database.write() as session:
        before = amounts(session)
        add_article(session, THREE, "Judul", "teks")
        add_up(session)
        session.rollback()
    with database.read() as session:
        assert amounts(session) == before
    assert CliRunner().invoke(main, ["db", "check"]).exit_code == 0
    with database.write() as session:
        session.execute(text("UPDATE counts SET amount = 7 WHERE key = 'inline'"))
    checked = CliRunner().invoke(main, ["db", "check"])
    assert (checked.exit_code, "kind inline is 7, not 1" in checked.output) == (1, True)
    assert CliRunner().invoke(main, ["db", "recount"]).exit_code == 0
    with database.read() as session:
        assert wrong_counts(session) == []


def test_counting_of_older_rows_comes_with_the_migration(database: Database) -> None:
    from alembic import command

    with database.read() as session:
        before = amounts(session)
    for step, revision in ((command.downgrade, "0019"), (command.upgrade, "head")):
        with schema.migrating_connection(database.engine) as connection:
            step(schema._alembic(connection), revision)
    with database.write() as session:
        assert amounts(session) == before
        session.execute(
            text(f"DROP TRIGGER count_links_insert{'' if database.is_sqlite else ' ON links'}")
        )
    assert drift(database) == ["trigger count_links_insert is missing"]


def test_writers_wait_for_no_count_and_parts_are_added_up(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.counting.counts.MAX_PARTS", 3)
    database = Database(postgres_url)
    schema.upgrade(database)
    with database.write() as session:
        add_page(session, ONE)
    with database.write() as first, database.write() as second:
        for number, session in enumerate((first, second)):
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            host = session.scalar(select(Page.host_id).where(Page.url == ONE))
            session.add(Page(url=f"{TWO}/{number}", host_id=host, state="done"))
            session.flush()
    with database.write() as session:
        add_page(session, THREE, state="due")
    with database.write() as session:
        add_up(session)
        assert session.scalar(select(func.count()).select_from(Count)) == 2
        assert amounts(session)[Counted.STATE] == {"done": 3, "due": 1}
        assert wrong_counts(session) == []
    database.close()


def test_hubs_of_very_many_links_are_those_of_the_last_look(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_summary, "FEW_LINKS", 1)
    keep_summary(database)
    with database.write() as session:
        add_link(session, THREE, ONE)
        at_first = gather(session)
    keep_summary(database)  # too soon
    with database.write() as session:
        assert gather(session) == at_first
        add_link(session, THREE, TWO)
    keep_summary(database, at_once=True)
    with database.read() as session:
        now = gather(session)
    assert (at_first.hubs, at_first.links, now.links) == ({TWO: 1}, 3, 4)
    assert now.hubs == {TWO: 2, ONE: 1}
    assert at_first.links_counted_at is not None
    assert now.links_counted_at is not None
    assert at_first.links_counted_at < now.links_counted_at
