"""The records of stored articles, on both databases."""

import tracemalloc
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db.queries.export import BATCH, count, export
from db.queries.record import KEYS
from db.queries.search.conditions import Filters
from db.queries.search.query import parse_query
from tests.rows import NOON, add_article, add_cluster, add_link, add_page, add_run, add_text

ONE, TWO = "https://a.test/1", "https://b.test/2"


def test_a_record_has_every_key_that_others_rely_on(session: Session) -> None:
    run = add_run(session)
    article = add_article(
        session,
        ONE,
        "Judul",
        "Satu.\n\nDua.",
        authors=["Ani"],
        published="2026-08-20",
        run_id=run.id,
        depth=2,
        revisions=3,
    )
    (record,) = export(session)
    assert tuple(record) == KEYS
    assert record == record | {
        "id": article.id,
        "url": ONE,
        "site": "a.test",
        "authors": ["Ani"],
        "published": "2026-08-20",
        "paragraphs": ["Satu.", "Dua."],
        "not_article": None,
        "run": run.id,
        "depth": 2,
        "revisions": 3,
        "first_seen": "2026-08-20T12:00:00+00:00",
        "cluster": None,
        "copy_of": None,
        "aliases": [],
        "related": [],
    }


def test_related_links_lead_to_the_canonical_address_where_that_is_stored(
    session: Session,
) -> None:
    add_article(session, ONE, "Judul", "Isi")
    two = add_article(session, TWO, "Tujuan", "Isi lain")
    add_page(session, "https://m.b.test/2", article_id=two.id)
    moved = add_page(session, "https://b.test/old", alias_of_id=add_page(session, TWO).id)
    add_link(session, ONE, moved.url, position=1, anchor="Lama", published_at=NOON)
    add_link(session, ONE, "https://m.b.test/2", position=2, anchor="Ponsel")
    add_link(session, ONE, "https://c.test/x", position=3, kind="inline", box="")
    record = next(iter(export(session)))
    assert [(one["url"], one["anchor"], one["kind"]) for one in record["related"]] == [
        (TWO, "Lama", "related"),
        ("https://c.test/x", "Judul", "inline"),
    ]
    assert record["related"][0]["published"] == "2026-08-20T12:00:00+00:00"


def test_links_of_another_address_come_after_the_own_and_once(session: Session) -> None:
    amp = "https://a.test/amp/1"
    add_page(session, amp)
    article = add_article(session, ONE, "Judul", "Isi")
    add_page(session, amp, article_id=article.id)
    add_link(session, amp, "https://c.test/1", position=1, anchor="amp")
    add_link(session, amp, "https://c.test/2", position=2, anchor="amp")
    add_link(session, ONE, "https://c.test/2", position=1, anchor="own")
    add_link(session, amp, ONE, position=3)
    (record,) = export(session)
    assert [(one["url"], one["anchor"]) for one in record["related"]] == [
        ("https://c.test/2", "own"),
        ("https://c.test/1", "amp"),
    ]
    assert record["aliases"] == [amp]


def test_a_copy_names_its_original(session: Session) -> None:
    original = add_article(session, ONE, "Asal", "Sama")
    add_cluster(session, original, add_article(session, TWO, "Salinan", "Sama"))
    first, second = export(session)
    assert (first["copy_of"], second["copy_of"]) == (None, ONE)
    assert first["cluster"] == second["cluster"] is not None


def test_filters_and_words_leave_what_they_say(session: Session) -> None:
    add_article(session, ONE, "Banjir", "Isi", published_at=NOON, language="en")
    add_article(session, TWO, "Gempa", "Isi", published_at=NOON - timedelta(days=9))

    def left(filters: Filters | None = None, words: str | None = None) -> list[str]:
        query = parse_query(words) if words else None
        found = [record["url"] for record in export(session, filters, query)]
        assert count(session, filters, query) == len(found)
        return found

    assert left() == [ONE, TWO]
    assert left(Filters(site="b.test")) == [TWO]
    assert left(Filters(since=NOON)) == [ONE]
    assert left(Filters(language="en")) == [ONE]
    assert left(words="gempa") == [TWO]
    assert left(Filters(site="a.test"), words="isi") == [ONE]


@pytest.mark.parametrize("articles", [0, BATCH, BATCH + 1])
def test_each_article_comes_once_in_batches(session: Session, articles: int) -> None:
    for number in range(articles):
        add_article(session, f"https://a.test/{number}", "Judul", "Isi")
    ids = [record["id"] for record in export(session)]
    assert ids == sorted(set(ids))
    assert len(ids) == articles
    assert len(list(export(session, query=parse_query("isi")))) == articles


def test_memory_does_not_grow_with_the_number_of_articles(session: Session) -> None:
    size = 20_000
    for number in range(4 * BATCH):
        article = add_article(session, f"https://a.test/{number}", "Judul", "Isi")
        article.text_id = add_text(session, f"{number} " + "x" * size).id
    session.flush()
    session.expunge_all()
    tracemalloc.start()
    records = sum(1 for _ in export(session))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert records == 4 * BATCH
    # a batch at a time, with its paragraphs once more and some room, not all four
    assert peak < 3 * BATCH * size
