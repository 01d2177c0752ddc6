"""A whole database into another: SQLite to PostgreSQL, back, and what goes wrong on the way."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from db.copying import insertion, plan, rows, side_processes, whole
from db.copying.progress import CopyProgress
from db.copying.whole import CopiedTable, copy_database
from db.counting.counts import wrong_counts
from db.models import ArchivedPage, Article, Page, Run
from db.queries.export import export
from db.queries.search.results import search
from db.sql import schema
from db.sql.session import Database
from db.terms.errors import TargetUnusable
from terkait.cli import main
from tests.rows import (
    NOON,
    add_article,
    add_cluster,
    add_link,
    add_page,
    add_revision,
    add_run,
)

ONE, TWO, COPY = "https://a.test/1", "https://a.test/2", "https://b.test/9"
Ends = tuple[Database, Database]


def fill(database: Database) -> None:
    with database.write() as session:
        run = add_run(session, pages={"done": 3})
        add_run(session)
        # the first page refers to later ones, as redirects do
        add_page(session, "https://a.test/old")
        first = add_article(
            session, ONE, "Banjir 😀 \\ '", "Isi\n\ndua", published_at=NOON, run_id=run.id
        )
        copy = add_article(session, COPY, "Salinan", "Isi\n\ndua", authors=["Ani", "Bé"])
        add_article(session, TWO, "", "Tanpa judul", language=None, paywalled=True)
        add_cluster(session, first, copy)
        add_revision(session, first, number=2)
        add_link(session, ONE, TWO, published_at=NOON.replace(microsecond=123456))
        add_page(session, "https://a.test/old", alias_of_id=add_page(session, ONE).id)
        session.add(
            ArchivedPage(
                page_id=add_page(session, ONE).id,
                url=ONE,
                status=200,
                headers={"b": "2", "a": "1"},
                fetched_at=NOON,
                size=3,
                body=b"\x00\xff\x01",
                sha256=None,
            )
        )


@pytest.fixture(params=["to postgresql", "to sqlite", "sqlite to sqlite"])
def ends(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ends]:
    """A filled database, and an empty one without tables."""
    urls = [f"sqlite:///{tmp_path / 'one.db'}", f"sqlite:///{tmp_path / 'two.db'}"]
    if request.param != "sqlite to sqlite":
        at = request.param == "to postgresql"
        urls[at] = str(request.getfixturevalue("postgres_url"))
    source, target = Database(urls[0]), Database(urls[1])
    schema.upgrade(source)
    fill(source)
    yield source, target
    source.close()
    target.close()


def copied(ends: Ends) -> list[CopiedTable]:
    return copy_database(*ends, say=lambda _: None)


def records(database: Database) -> list[object]:
    with database.read() as session:
        return list(export(session))


def assert_whole(target: Database) -> None:
    """Every table, index, reference and count is there."""
    assert not schema.differences(target)
    with target.read() as session:
        assert not wrong_counts(session)
    with target.write() as session:  # triggers count
        add_article(session, "https://a.test/another", "Lain", "Isi lain")
    with target.read() as session:
        assert not wrong_counts(session)


def test_a_copy_holds_the_same_and_is_found_the_same(ends: Ends) -> None:
    source, target = ends
    tables = {table.name: table for table in copied(ends)}
    assert all(table.is_same for table in tables.values())
    assert tables["articles"].target.rows == 3
    assert records(source) == records(target)
    assert_whole(target)
    with target.read() as session:
        assert [hit.url for hit in search(session, "banjir")] == [ONE]
        old = session.scalars(select(Page).where(Page.url == "https://a.test/old")).one()
        assert old.alias_of_id is not None
        assert session.scalars(select(Run.id).where(Run.pages.is_(None))).all() == [2]


def test_new_rows_of_a_copy_get_new_numbers(ends: Ends) -> None:
    copied(ends)
    with ends[1].write() as session:
        assert add_article(session, "https://a.test/new", "Baru", "Isi baru").id == 4


def stopping(at: int, function: Callable[..., object]) -> Callable[..., object]:
    """The function, until it is called for the n-th time."""
    calls = iter(range(at))

    def stops(*arguments: object, **named: object) -> object:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return function(*arguments, **named)

    return stops


@pytest.mark.parametrize("at", [1, 5, 9, 14])
def test_a_copy_that_was_stopped_goes_on_and_sees_what_changed(
    ends: Ends, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    source, target = ends
    with monkeypatch.context() as patch:
        patch.setattr(whole, "copy_rows", stopping(at, rows.copy_rows))
        with pytest.raises(KeyboardInterrupt):
            copied(ends)
    with source.write() as session:
        add_article(session, "https://a.test/new", "Baru", "Isi baru")
        session.scalars(select(Article).where(Article.url == ONE)).one().title = "Gempa"
        session.execute(delete(ArchivedPage))
    assert all(table.is_same for table in copied(ends))
    assert records(source) == records(target)
    assert_whole(target)


@pytest.mark.parametrize("at", [2, 8, 14])
def test_a_copy_that_was_stopped_within_a_table_goes_on_behind_its_last_row(
    ends: Ends, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(plan, "_BATCH", 1)
    monkeypatch.setattr(plan, "_BATCHES", {})
    with monkeypatch.context() as patch:
        patch.setattr(rows, "insert_rows", stopping(at, insertion.insert_rows))
        with pytest.raises(KeyboardInterrupt):
            copied(ends)
    with ends[0].write() as session:
        session.scalars(select(Page).where(Page.url == ONE)).one().reason = "changed"
    assert all(table.is_same for table in copied(ends))
    assert records(ends[0]) == records(ends[1])


@pytest.mark.parametrize(
    ("owner", "step", "at"),
    [(whole, "fill_late", 0), (CopyProgress, "make_indexes", 3)],
    ids=["before the references", "between two indexes"],
)
def test_a_copy_that_was_stopped_behind_its_rows_leaves_nothing_out(
    ends: Ends, monkeypatch: pytest.MonkeyPatch, owner: object, step: str, at: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, stopping(at, getattr(owner, step)))
        with pytest.raises(KeyboardInterrupt):
            copied(ends)
    assert schema.differences(ends[1])
    assert all(table.is_same for table in copied(ends))
    assert_whole(ends[1])


@pytest.mark.parametrize("ends", ["to postgresql"], indirect=True)
def test_several_processes_copy_the_same(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_processes, "WORTH_ROWS", 0)
    monkeypatch.setattr(rows, "_PIECE", 1)
    monkeypatch.setattr(plan, "_BATCH", 1)
    assert all(table.is_same for table in copied(ends))
    assert records(ends[0]) == records(ends[1])
    with ends[1].read() as session:
        assert [hit.url for hit in search(session, "banjir")] == [ONE]


@pytest.mark.parametrize("ends", ["sqlite to sqlite"], indirect=True)
def test_whoever_stops_a_copy_is_told_how_it_goes_on(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERKAIT_DATABASE_URL", ends[0].url)
    with monkeypatch.context() as patch:
        patch.setattr(whole, "fill_late", stopping(0, rows.fill_late))
        stopped = CliRunner().invoke(main, ["db", "copy", "--to", ends[1].url])
    assert stopped.exit_code == 130
    assert "the same command goes on" in stopped.stderr
    with monkeypatch.context() as patch:
        patch.setenv("TERKAIT_DATABASE_URL", ends[1].url)
        used = CliRunner().invoke(main, ["stats"])
    assert used.exit_code == 1
    assert "is an unfinished copy" in used.stderr
    again = CliRunner().invoke(main, ["db", "copy", "--to", ends[1].url])
    assert again.exit_code == 0
    assert "the same on both sides" in again.stderr


def test_a_target_that_holds_data_is_refused(ends: Ends) -> None:
    copied(ends)
    with pytest.raises(TargetUnusable, match="holds data already"):
        copied(ends)
    with pytest.raises(TargetUnusable, match="in use"):
        copied((ends[0], ends[0]))


def test_a_difference_is_seen(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "fill_late", lambda *_: None)
    differing = [table.name for table in copied(ends) if not table.is_same]
    assert differing == ["pages"]
