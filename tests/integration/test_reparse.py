"""The archive is read again with today's reader. On both databases."""

from typing import Any

import pytest
from sqlalchemy import select, update

import db.sql.session
from db.models import Article, Band, Page, Revision, Text
from db.queries.search.results import search
from db.sql.session import Database
from terkait.cli.operate.reparse_command import Report
from tests.integration.test_ingest import BODY, URL, count, fetch, html, only_article
from workers.ingest.pipeline import ingest
from workers.ingest.relink import relink
from workers.ingest.reparse import Reread, reparse


def spoil(database: Database, **values: Any) -> None:
    """Let the article be as a worse reader would have read it."""
    with database.write() as session:
        session.execute(update(Article).values(values))


def again(database: Database, *, dry_run: bool = False) -> list[Reread]:
    return list(reparse(database, dry_run=dry_run))


def test_what_is_read_as_before_changes_nothing(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    assert [one.differences for one in again(database)] == [()]
    assert count(database, Revision) == count(database, Text) == 1


def test_dry_run_says_what_would_change_and_changes_nothing(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    spoil(database, title="Falsch", authors=["Nobody"])
    (found,) = again(database, dry_run=True)
    assert [(d.field, d.before) for d in found.differences] == [
        ("title", "Falsch"), ("authors", ["Nobody"])
    ]  # fmt: skip
    assert only_article(database).title == "Falsch"


def test_better_reading_is_put_in_place_without_a_version(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    with database.write() as session:
        bad = Text(sha256=b"x", body="Menu. Iklan.", words=2)
        session.add(bad)
        session.flush()
        session.execute(update(Article).values(title="Falsch", text_id=bad.id))
        session.execute(update(Revision).values(title="Falsch", text_id=bad.id))
    again(database)
    article = only_article(database)
    assert (article.title, article.revisions) == ("Gempa Guncang Pesisir", 1)
    with database.read() as session:
        assert BODY in session.get_one(Text, article.text_id).body
        assert session.scalars(select(Revision.text_id)).all() == [article.text_id]
        assert session.scalars(select(Text.id).where(Text.sha256 == b"x")).all()
        assert [hit.id for hit in search(session, "gempa pesisir")] == [article.id]
    assert [one.differences for one in again(database)] == [()]


def test_older_versions_are_put_right_too(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    ingest(database, [fetch(database, URL, html(body=BODY + " Ralat."), days=1)])
    with database.write() as session:
        session.execute(update(Revision).where(Revision.number == 1).values(title="Falsch"))
    assert [one.older for one in again(database)] == [1]
    with database.read() as session:
        titles = session.scalars(select(Revision.title).order_by(Revision.number)).all()
    assert titles == ["Gempa Guncang Pesisir"] * 2


def test_texts_stored_before_they_were_compared_are_compared(database: Database) -> None:
    copy = "https://b.test/nasional/gempa-di-pesisir-123"
    ingest(database, [fetch(database, URL, html()), fetch(database, copy, html(body=BODY + " X."))])
    with database.write() as session:
        session.query(Band).delete()
    spoil(database, cluster_id=None)
    again(database)
    with database.read() as session:
        clusters = session.scalars(select(Article.cluster_id)).all()
    assert clusters[0] is not None
    assert clusters[0] == clusters[1]


def test_page_that_was_no_article_becomes_one(database: Database) -> None:
    page_id = fetch(database, URL, html())
    with database.write() as session:
        values = {"state": "done", "reason": "not an article: a list"}
        session.execute(update(Page).where(Page.id == page_id).values(values))
    (preview,) = again(database, dry_run=True)
    assert [d.field for d in preview.differences] == ["article"]
    assert count(database, Article) == 0
    again(database)
    assert only_article(database).url == URL


def test_others_write_while_what_was_read_is_looked_at(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.sql.session, "BUSY_TIMEOUT_SECONDS", 0)
    other = Database(database.url)
    ingest(database, [fetch(database, URL, html())])
    for dry_run in (True, False):
        for walk in (reparse, relink):
            looked_at = 0
            for _item in walk(database, dry_run=dry_run):
                looked_at += 1
                with other.write() as session:  # SQLite has one writer at a time
                    session.execute(update(Article).values(depth=looked_at))
                    session.execute(update(Page).values(depth=looked_at))
            assert looked_at == 1
    other.close()


def test_page_that_left_the_archive_keeps_what_is_stored(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    spoil(database, archive_id=999, title="Tetap")
    report = Report()
    for reread in again(database):
        report.add(reread)
    assert (report.read, report.problems) == (0, {"not in the archive": 1})
    assert only_article(database).title == "Tetap"
