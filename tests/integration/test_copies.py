"""Copies form clusters with their original, the same in any order. On both databases."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from itertools import permutations
from threading import Event, current_thread, main_thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

import db.duplicates.clusters
from crawler.page.urls import address_of
from db.articles.store import ArticleDraft, Stored, hold, hold_all, store
from db.duplicates.clusters import is_own_agency, regroup
from db.duplicates.shingle_index import MAX_TEXTS_OF_KEY, has_keys
from db.models import Article, Band, Cluster, Text
from db.queries.copies import copies_of
from db.sql import schema
from db.sql.session import Database
from tests.rows import NOON
from workers.dedup.comparer import COMPARER
from workers.dedup.fingerprint import keys_of

SYLLABLES = ("ba", "de", "gi", "ko", "lu", "ma", "ne", "pi", "ro", "su", "ta", "we")
VOCABULARY = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]


def text(seed: int, paragraphs: int = 6) -> list[str]:
    dice = random.Random(seed)
    return [" ".join(dice.choices(VOCABULARY, k=30)).capitalize() + "." for _ in range(paragraphs)]


def read(
    url: str, paragraphs: Sequence[str], *, archive_id: int = 1, **fields: Any
) -> ArticleDraft:
    """An article as a worker read it."""
    defaults: dict[str, Any] = {
        "title": "Judul", "authors": [], "published": None, "published_at": None, "modified": None,
        "language": "id", "dateline": None, "sources": [], "topics": [], "section": None,
        "image": None, "paywalled": None, "evidence": {},
    }  # fmt: skip
    body = "\n\n".join(paragraphs)
    return ArticleDraft(
        url=url, addresses=(address_of(url),),
        site=url.split("/")[2], body=body, keys=keys_of(paragraphs),
        words=len(body.split()), fields=defaults | fields, archive_id=archive_id, is_own=True,
        run_id=None, depth=0, fetched_at=NOON + timedelta(minutes=archive_id),
    )  # fmt: skip


def put(session: Session, url: str, paragraphs: Sequence[str], **values: Any) -> Stored:
    draft = read(url, paragraphs, **values)
    hold_all(session, [draft])
    return store(session, draft, COMPARER)


def clusters(session: Session) -> set[frozenset[str]]:
    session.flush()
    found: dict[int, set[str]] = {}
    for url, cluster_id in session.execute(select(Article.url, Article.cluster_id)):
        if cluster_id is not None:
            found.setdefault(cluster_id, set()).add(url[8:9])
    assert set(found) == set(session.scalars(select(Cluster.id)))
    return {frozenset(some) for some in found.values()}


LETTERS = "bcdefghijklmnopqrs"
A, B, C, D = (f"https://{letter}.test/1" for letter in "abcd")


def test_edited_text_elsewhere_is_a_copy_of_the_earlier(session: Session) -> None:
    put(session, B, ["BANDUNG, b.test - " + text(1)[0], *text(1)[2:]], published_at=NOON)
    put(session, A, text(1), published_at=NOON - timedelta(hours=1))
    put(session, C, text(2))
    assert clusters(session) == {frozenset("ab")}
    cluster = session.scalars(select(Cluster)).one()
    assert session.get_one(Article, cluster.original_id).url == A


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_any_order_of_arrival_gives_the_same_clusters(session: Session, order: list[int]) -> None:
    some = [
        (A, text(3)),
        (B, text(3)[1:]),
        (C, [*text(3)[1:], *text(4, 14)]),
        (D, [*text(3)[:2], *text(5)]),
    ]
    for place in order:
        put(session, *some[place])
    assert clusters(session) == {frozenset("abc")}


def test_storing_twice_changes_nothing(session: Session) -> None:
    for _ in range(2):
        put(session, A, text(1))
        put(session, B, text(1)[1:])
    assert clusters(session) == {frozenset("ab")}
    assert len(session.scalars(select(Text)).all()) == 2


def test_rewritten_link_of_a_chain_splits_the_cluster_and_comes_back(session: Session) -> None:
    put(session, A, text(1))
    put(session, B, [*text(1)[:4], *text(2)[:4]])
    put(session, C, text(2))
    assert clusters(session) == {frozenset("abc")}
    put(session, B, text(7), archive_id=2)
    assert clusters(session) == set()
    put(session, B, [*text(1)[:4], *text(2)[:4]], archive_id=3)
    assert clusters(session) == {frozenset("abc")}


def test_copies_stay_together_when_the_one_that_held_them_is_rewritten(session: Session) -> None:
    put(session, A, text(1))
    put(session, B, text(1)[1:])
    put(session, C, text(1)[:5])
    put(session, A, text(7), archive_id=2)
    assert clusters(session) == {frozenset("bc")}


def test_cluster_without_articles_is_deleted(session: Session) -> None:
    put(session, A, text(1))
    article = session.scalars(select(Article)).one()
    cluster = Cluster(original_id=article.id)
    session.add(cluster)
    session.flush()
    regroup(session, article.id, article.text_id, cluster.id)
    assert clusters(session) == set()


def test_article_that_goes_back_to_an_old_text_finds_who_took_it_meanwhile(
    session: Session,
) -> None:
    put(session, A, text(1))
    put(session, A, text(7), archive_id=2)
    put(session, B, text(1)[1:])
    assert clusters(session) == set()
    put(session, A, text(1), archive_id=3)
    assert clusters(session) == {frozenset("ab")}


def test_versions_of_a_live_blog_take_no_place_from_others(session: Session) -> None:
    for number in range(MAX_TEXTS_OF_KEY + 2):
        put(session, A, [*text(1), f"Menit {number}: kabar ke-{number}."], archive_id=number + 1)
    put(session, B, text(1))
    assert clusters(session) == {frozenset("ab")}
    current = select(Article.text_id)
    assert set(session.scalars(select(Band.text_id))) == set(session.scalars(current))
    assert len(session.scalars(select(Text)).all()) == MAX_TEXTS_OF_KEY + 3  # none is lost


@pytest.mark.parametrize("seed", range(3))
def test_many_copies_of_a_longer_article_join_what_it_has_inside_in_any_order(
    session: Session, seed: int
) -> None:
    longer = [*text(1, 4), *text(4, 7)]
    some = [(f"https://{letter}.test/1", longer[:-1] + text(ord(letter), 1)) for letter in LETTERS]
    some.append((A, text(1, 4)))
    random.Random(seed).shuffle(some)
    for url, paragraphs in some:
        put(session, url, paragraphs)
    assert clusters(session) == {frozenset({"a", *LETTERS})}


def test_digest_of_two_texts_does_not_make_them_copies(session: Session) -> None:
    put(session, A, text(1))
    put(session, B, text(2, 4))
    put(session, C, [*text(3, 12), *text(1), *text(2, 4)])
    assert clusters(session) == {frozenset("ac")}


def test_short_flash_is_nobodys_copy(session: Session) -> None:
    put(session, A, ["Gempa 5,1 magnitudo guncang laut."])
    put(session, B, ["Gempa 5,1 magnitudo guncang laut, tak berpotensi tsunami."])
    assert clusters(session) == set()
    assert session.scalars(select(Band)).all() == []


def test_agency_is_the_original_where_times_are_the_same(session: Session) -> None:
    for url in ("https://x.test/1", "https://antaranews.test/1"):
        put(session, url, text(1), published_at=NOON, sources=["Antara"])
    (cluster,) = session.scalars(select(Cluster)).all()
    assert session.get_one(Article, cluster.original_id).site == "antaranews.test"


def test_first_seen_is_the_original_where_no_time_is_known(session: Session) -> None:
    put(session, A, text(1), archive_id=5)
    put(session, B, text(1)[1:], archive_id=2)
    (cluster,) = session.scalars(select(Cluster)).all()
    assert session.get_one(Article, cluster.original_id).url == B


@pytest.mark.parametrize(
    ("site", "source", "expected"),
    [("antaranews.com", "Antara", True), ("reuters.com", "Reuters", True),
     ("apnews.com", "AP", True), ("apple.com", "AP", False), ("tempo.co", "Reuters", False)],
)  # fmt: skip
def test_site_of_an_agency_is_known_by_its_name(site: str, source: str, expected: bool) -> None:
    assert is_own_agency(site, [source]) is expected


def test_copies_say_how_much_is_common_and_what_changed(session: Session) -> None:
    put(session, A, text(1), published_at=NOON)
    changed = [text(1)[0].replace(text(1)[0].split()[3], "berubah"), *text(1)[1:5]]
    put(session, B, changed, published_at=NOON + timedelta(hours=1))
    long = put(session, C, [*text(1), *text(6, 16)])
    session.expire_all()
    first, second, third = copies_of(session, session.get_one(Article, long.article_id), COMPARER)
    assert (first.url, first.is_original, first.share) == (A, True, None)
    assert (second.kind, third.kind) == ("copy", "contains it")
    assert second.share is not None
    assert second.share > 0.8
    assert "berubah" in " ".join(change.after for change in second.changes)


def test_copy_of_a_copy_says_what_it_has_in_common_with_the_original(session: Session) -> None:
    for number, url in enumerate((A, B, C, D)):
        at = NOON + timedelta(hours=number)
        last = put(session, url, text(1)[: 6 - number], published_at=at)
    session.expire_all()
    found = copies_of(session, session.get_one(Article, last.article_id), COMPARER)
    assert [(one.url, one.share) for one in found] == [(A, None), (B, 1.0), (C, 1.0), (D, 1.0)]


def test_copies_that_come_at_the_same_time_find_each_other(database: Database) -> None:
    urls = [f"https://{letter}.test/1" for letter in "abcdefgh"]

    def work(place: int) -> None:
        with database.write() as session:
            edited = text(1)[: 6 - place % 3]
            put(session, urls[place], edited if place % 2 else edited[::-1])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(len(urls))))
    with database.read() as session:
        assert clusters(session) == {frozenset("abcdefgh")}


def test_a_text_taken_up_while_another_article_leaves_it_can_still_be_found(
    database: Database,
) -> None:
    with database.write() as session:
        put(session, A, text(1))
        put(session, D, text(1)[1:])  # the cluster is there, so that B's coming leaves A's row
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            put(session, B, text(1))
            leaving = pool.submit(rewrite, database, A)
            wait([leaving], timeout=0.5)  # it waits for us; one that does not has ended by then
        leaving.result()
    with database.write() as session:
        text_id = session.scalars(select(Article.text_id).where(Article.url == B)).one()
        assert has_keys(session, text_id, keys_of(text(1)))


def test_article_that_leaves_a_text_while_a_copy_takes_it_up_is_no_copy(
    database: Database,
) -> None:
    with database.write() as session:
        put(session, A, text(1))
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            put(session, B, text(1))
            leaving = pool.submit(rewrite, database, A)
            wait([leaving], timeout=0.5)
        leaving.result()
    with database.read() as session:
        assert clusters(session) == set()


def rewrite(database: Database, url: str, seed: int = 7, **fields: Any) -> None:
    with database.write() as session:
        put(session, url, text(seed), archive_id=2, **fields)


def test_article_that_gets_a_title_does_not_wait_in_a_ring_with_the_copy_that_leaves_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        put(session, A, text(1))
        put(session, B, text(1)[1:])
    patience = 0.0 if database.is_sqlite else 10.0  # SQLite has one writer, who waits for nobody
    stands_before, is_inside = Event(), Event()
    real = db.duplicates.clusters.lock

    def lock(session: Session, names: Sequence[bytes]) -> None:
        if current_thread() is main_thread():
            stands_before.wait(patience)
            real(session, names)
            is_inside.set()
        else:
            stands_before.set()
            is_inside.wait(patience)
            real(session, names)

    monkeypatch.setattr("db.duplicates.clusters.lock", lock)
    with ThreadPoolExecutor(1) as pool:
        titled = pool.submit(rewrite, database, A, 1, title="Judul baru")
        stands_before.wait(10)
        rewrite(database, B)
        titled.result()
    with database.read() as session:
        assert clusters(session) == set()
        assert session.scalars(select(Article.title).where(Article.url == A)).one() == "Judul baru"


def test_only_the_commit_that_can_be_repeated_does_not_wait_for_the_disk(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    setting = sql("SHOW synchronous_commit")
    with database.write() as session:
        session.execute(sql("SET SESSION synchronous_commit = on"))
        put(session, A, text(1))
        assert session.scalars(setting).one() == "off"
    with database.write() as session:
        assert session.scalars(setting).one() == "on"
        hold(session, read(B, text(2)))
        assert session.scalars(setting).one() == "on"
    database.close()
