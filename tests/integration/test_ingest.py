"""A fetched page becomes rows, once, whatever happens in between. On both databases."""

import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from db.articles import finish
from db.frontier import archive
from db.frontier.expansion import CrawlContext
from db.frontier.pending import MAX_READS, PendingPage
from db.frontier.scope import CrawlScope
from db.models import Article, Base, Cluster, Page, Revision, Run, Text
from db.queries.search.results import search
from db.runs import lifecycle
from db.sql import retry, schema
from db.sql.compression import pack
from db.sql.session import Database
from db.terms.errors import DatabaseUnreachable, DiskFull
from db.terms.outcomes import Fetched
from tests.frontier_steps import ME, take
from tests.frontier_steps import begin as begin_run
from tests.rows import NOON
from workers.ingest import pipeline
from workers.ingest.pipeline import begin, ingest, load, read_and_store

URL = "https://a.test/read/1/gempa-guncang-pesisir"
BODY = " ".join(f"Kalimat nomor {n} tentang gempa di pesisir selatan." for n in range(12))


def html(title: str = "Gempa Guncang Pesisir", body: str = BODY, canonical: str = "") -> bytes:
    head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return f"""<!doctype html><html lang="id"><head><title>{title}</title>{head}
        <meta property="og:type" content="article"><meta property="og:title" content="{title}">
        <meta property="article:published_time" content="2026-08-20T10:00:00+07:00"></head>
        <body><article><h1>{title}</h1><p>{body}</p><p>{body[::-1]}</p></article></body></html>
        """.encode()


def fetch(database: Database, url: str, body: bytes, *, days: int = 0) -> int:
    """Put a page into the archive as the spider does; its id."""
    now = NOON + timedelta(days=days)
    rules = CrawlScope(fresh=True)
    with database.write() as session:
        run_id = begin_run(session, url, now=now, fresh=True)
        (claim,) = take(session, run_id, now=now)
        page = Fetched(
            page_id=claim.page_id, url=url, status=200, headers={"content-type": "text/html"},
            fetched_at=now, size=len(body), body=pack(body),
        )  # fmt: skip
        archive.hand_over(session, CrawlContext(run_id=run_id, rules=rules, now=now), ME, [page])
        lifecycle.finish(session, run_id, message=None, now=now)
    return claim.page_id


def count(database: Database, table: type[Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def only_article(database: Database) -> Article:
    with database.read() as session:
        article = session.scalars(select(Article)).one()
        session.expunge(article)
    return article


def test_page_is_stored_once_however_often_it_is_rung_for(database: Database) -> None:
    page_id = fetch(database, URL, html())
    assert ingest(database, [page_id, page_id]) == 1
    assert ingest(database, [page_id]) == 0
    article = only_article(database)
    assert (article.url, article.title) == (URL, "Gempa Guncang Pesisir")
    assert count(database, Revision) == count(database, Text) == 1
    with database.read() as session:
        assert session.scalars(select(Run)).one().stored == 1
        assert [hit.id for hit in search(session, "gempa pesisir")] == [article.id]


def test_two_readers_of_one_page_store_it_once(database: Database) -> None:
    page_id = fetch(database, URL, html())
    first, second = load(database, [page_id]), load(database, [page_id])
    assert len(first) == len(second) == 1
    read_and_store(database, first)
    read_and_store(database, second)
    assert count(database, Article) == count(database, Revision) == 1
    with database.read() as session:
        assert session.scalars(select(Run)).one().read == 1


def test_changed_text_is_a_new_version_and_the_old_one_stays(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    ingest(database, [fetch(database, URL, html(body=BODY + " Ralat: tidak ada korban."), days=1)])
    ingest(database, [fetch(database, URL, html(body=BODY + " Ralat: tidak ada korban."), days=2)])
    assert only_article(database).revisions == 2
    with database.read() as session:
        bodies = session.scalars(
            select(Text.body).join(Revision, Revision.text_id == Text.id).order_by(Revision.number)
        ).all()
        assert ["Ralat" in body for body in bodies] == [False, True]
        assert len(search(session, "ralat")) == 1


def test_another_address_of_an_article_is_no_second_article(database: Database) -> None:
    amp = "https://a.test/amp/read/1/gempa-guncang-pesisir"
    ingest(database, [fetch(database, amp, html(body="Ringkasan. " + BODY, canonical=URL))])
    ingest(database, [fetch(database, URL, html(canonical=URL), days=1)])
    ingest(database, [fetch(database, amp, html(body="Ringkasan. " + BODY, canonical=URL), days=2)])
    article = only_article(database)
    assert (article.url, article.revisions) == (URL, 1)
    with database.read() as session:
        assert "Ringkasan" not in session.get_one(Text, article.text_id).body
        led = session.scalars(select(Page.url).where(Page.article_id == article.id)).all()
    assert set(led) == {URL, amp}


def test_reader_of_an_article_waits_for_no_reader_of_its_other_addresses(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    amp = "https://a.test/amp/read/1/gempa-guncang-pesisir"
    own_id = fetch(database, URL, html(canonical=URL))
    amp_id = fetch(database, amp, html(canonical=URL))
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:  # a reader of the own page, which waits for the article
            session.execute(select(Page).where(Page.id == own_id).with_for_update())
            reading = pool.submit(ingest, database, [amp_id])
            done, _ = wait([reading], timeout=20)
        assert done
    ingest(database, [own_id])
    with database.read() as session:
        led = session.scalars(select(Page.url).where(Page.article_id.is_not(None))).all()
    database.close()
    assert set(led) == {URL, amp}


def test_own_page_has_the_say_though_it_was_fetched_before_and_read_after(
    database: Database,
) -> None:
    amp = "https://a.test/amp/read/1/gempa-guncang-pesisir"
    own_id = fetch(database, URL, html(canonical=URL))
    amp_id = fetch(database, amp, html(body="Ringkasan. " + BODY, canonical=URL))
    ingest(database, [amp_id, own_id])
    article = only_article(database)
    assert article.revisions == 1
    with database.read() as session:
        assert "Ringkasan" not in session.get_one(Text, article.text_id).body


def test_shorter_way_found_after_reading_brings_an_article_near(database: Database) -> None:
    page_id = fetch(database, URL, html())
    with database.write() as session:
        page = session.get_one(Page, page_id)
        page.depth, run_id = 3, page.run_id
    ingest(database, [page_id])
    assert only_article(database).depth == 3
    with database.write() as session:
        session.get_one(Page, page_id).depth = 2
        assert run_id is not None
        lifecycle.finish(session, run_id, message=None, now=NOON)
    assert only_article(database).depth == 2


def test_same_text_elsewhere_is_a_copy_of_the_earlier(database: Database) -> None:
    copy = "https://b.test/nasional/gempa-di-pesisir-123"
    later = html("Gempa di Pesisir Selatan").replace(b"T10:00", b"T12:30")
    ingest(database, [fetch(database, copy, later), fetch(database, URL, html(), days=1)])
    with database.read() as session:
        cluster = session.scalars(select(Cluster)).one()
        original = session.get_one(Article, cluster.original_id)
        assert original.url == URL
        assert len(session.scalars(select(Article.cluster_id)).all()) == 2


def test_copy_that_is_rewritten_leaves_its_cluster(database: Database) -> None:
    copy = "https://b.test/nasional/gempa-di-pesisir-123"
    ingest(database, [fetch(database, URL, html()), fetch(database, copy, html())])
    assert count(database, Cluster) == 1
    other = html(body=" ".join(f"Hal lain {n} yang ditulis sendiri." for n in range(20)))
    ingest(database, [fetch(database, copy, other, days=1)])
    assert count(database, Cluster) == 0


def test_page_that_kills_its_reader_is_given_up(database: Database) -> None:
    page_id = fetch(database, URL, html())
    for _ in range(MAX_READS):
        begun = begin(database, [page_id], is_first=False, now=NOON)
        assert begun == {page_id}  # and the reader dies here
    assert ingest(database, [page_id]) == 0
    with database.read() as session:
        page = session.get_one(Page, page_id)
        assert (page.state, page.reason) == ("failed", "its reader died on it")


@pytest.mark.parametrize("error", [DatabaseUnreachable, DiskFull])
def test_fault_of_the_database_is_no_fault_of_the_page(
    database: Database, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(*_arguments: object, **_named: object) -> None:
        raise error("away")

    page_id = fetch(database, URL, html())
    with monkeypatch.context() as patch:
        patch.setattr(retry, "WAITS_SECONDS", ())
        patch.setattr(finish, "end_with_article", fails)
        for _ in range(MAX_READS + 1):
            with pytest.raises(error):
                ingest(database, [page_id])
    assert ingest(database, [page_id]) == 1
    assert only_article(database)


class OutOfTime(Exception):
    """What a reader's time limit raises."""


def end_of_time(*_arguments: object) -> None:
    raise OutOfTime


@pytest.mark.parametrize(
    ("work_seconds", "reads"), [(0.0, MAX_READS), (60.0, 1)], ids=["working", "waiting"]
)
def test_only_time_that_a_reader_worked_counts_against_the_page(
    database: Database, monkeypatch: pytest.MonkeyPatch, work_seconds: float, reads: int
) -> None:
    monkeypatch.setattr(pipeline, "_WORK_SECONDS", work_seconds)
    page_id = fetch(database, URL, html())
    with monkeypatch.context() as patch:
        patch.setattr(finish, "end_with_article", lambda *_a, **_n: end_of_time())
        for _ in range(MAX_READS):
            with pytest.raises(OutOfTime):
                ingest(database, [page_id], out_of_time=(OutOfTime,))
    with database.read() as session:
        assert session.get_one(Page, page_id).reads == reads


def test_reader_that_waits_for_a_lock_till_its_time_is_up_blames_no_page(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_id = fetch(database, URL, html())
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with ExitStack() as held, monkeypatch.context() as patch:

        def load_and_lock(*arguments: Any) -> list[PendingPage]:
            pages = load(*arguments)
            session = held.enter_context(other.write())
            session.execute(update(Run).values(message="another one writes"))
            threading.Timer(2.0, session.rollback).start()
            signal.setitimer(signal.ITIMER_REAL, 1.0)
            return pages

        patch.setattr(pipeline, "load", load_and_lock)
        earlier = signal.signal(signal.SIGALRM, end_of_time)
        with pytest.raises(OutOfTime):
            ingest(database, [page_id], out_of_time=(OutOfTime,))
        signal.signal(signal.SIGALRM, earlier)
    other.close()
    assert ingest(database, [page_id]) == 1
    with database.read() as session:
        assert session.get_one(Page, page_id).reads == 1
    assert only_article(database)


def test_page_that_kills_its_reader_takes_no_other_along(database: Database) -> None:
    killer = fetch(database, URL, html())
    other = fetch(database, "https://b.test/nasional/gempa-di-pesisir-123", html())
    begin(database, [killer, other], now=NOON)  # rung for in one message, and the reader dies
    for _ in range(MAX_READS + 1):
        assert begin(database, [killer, other], now=NOON) == set()
        begin(database, [killer], is_first=False, now=NOON)  # and it dies again
    assert ingest(database, [killer, other]) == 1


def test_page_that_was_fetched_again_meanwhile_is_read_as_it_is_now(database: Database) -> None:
    page_id = fetch(database, URL, html("Judul lama"))
    pages = load(database, [page_id])
    with database.write() as session:
        session.execute(update(Page).values(state="done"))
    fetch(database, URL, html("Judul baru"), days=1)
    assert read_and_store(database, pages) == []
    assert count(database, Article) == 0
    assert ingest(database, [page_id]) == 1
    assert only_article(database).title == "Judul baru"


def test_hostile_text_is_stored_clean(database: Database) -> None:
    body = html(title="Judul\x00 &#0; &#xD800; \u202e&lt;script&gt;", body="\x00\ufffe" + BODY)
    ingest(database, [fetch(database, URL, body)])
    article = only_article(database)
    assert re.fullmatch(r"Judul\ufffd \ufffd \ufffd \u202e?<script>", article.title or "")
    with database.read() as session:
        stored = session.get_one(Text, article.text_id).body
    assert "Kalimat nomor 0 tentang gempa" in stored
    assert not re.search("[\x00\ud800]", stored)


def test_each_look_is_counted_and_the_next_one_planned(database: Database) -> None:
    for day, body in enumerate((BODY, BODY, BODY + " Ralat: tidak ada korban.")):
        page_id = fetch(database, URL, html(body=body), days=day)
        ingest(database, [page_id])
    with database.read() as session:
        page = session.get_one(Page, page_id)
    assert (page.visits, page.changes) == (3, 1)
    assert page.changed_at == page.fetched_at
    assert page.next_fetch_at is not None
    assert page.next_fetch_at > page.fetched_at
