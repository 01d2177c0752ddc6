"""What a site repeats is learned and cut; what stands on few pages stays. On both databases."""

import random

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.articles.repeated_lines import FORGET_EVERY, MIN_ARTICLES, learn, learned, repeated
from db.models import Article, RepeatedLine, Revision, Text
from db.queries.search.results import search
from db.sql.session import Database
from tests.integration.test_ingest import fetch
from workers.dedup.boilerplate import lines_of
from workers.ingest.pipeline import ingest
from workers.ingest.reparse import reparse

APPEAL = "Bacalah kabar pilihan kami setiap pagi di surat harian."


def page(number: int, appeal: str = APPEAL) -> tuple[str, bytes]:
    """An article of its own words that ends with the appeal."""
    dice = random.Random(number)
    syllables = ("ba", "de", "gi", "ko", "lu", "ma", "ne", "pi", "ro", "su")
    paragraphs = [
        " ".join("".join(dice.choices(syllables, k=3)) for _ in range(40)).capitalize() + "."
        for _ in range(4)
    ]
    body = "".join(f"<p>{p}</p>" for p in [*paragraphs, appeal])
    html = f"""<!doctype html><html lang="id"><head><title>Judul {number}</title>
        <meta property="og:type" content="article"></head><body><article>
        <h1>Judul {number}</h1>{body}</article></body></html>"""
    return f"https://a.test/read/{number}/judul-{number}", html.encode()


def bodies(database: Database) -> list[str]:
    with database.read() as session:
        found = select(Text.body).join(Article, Article.text_id == Text.id).order_by(Article.id)
        return list(session.scalars(found))


def test_line_of_many_pages_is_cut_from_then_on_and_by_reparse_before(database: Database) -> None:
    for number in range(MIN_ARTICLES + 2):
        ingest(database, [fetch(database, *page(number))])
    has_appeal = [APPEAL in body for body in bodies(database)]
    assert has_appeal == [True] * MIN_ARTICLES + [False] * 2
    list(reparse(database, dry_run=False))
    assert not any(APPEAL in body for body in bodies(database))
    with database.read() as session:
        assert [line.line for line in learned(session, "a.test")] == [APPEAL]


def test_pages_that_are_read_together_are_cut_as_those_one_by_one(database: Database) -> None:
    ingest(database, [fetch(database, *page(number)) for number in range(MIN_ARTICLES + 2)])
    has_appeal = [APPEAL in body for body in bodies(database)]
    assert has_appeal == [True] * MIN_ARTICLES + [False] * 2


def test_copies_that_are_read_together_do_not_make_their_text_boilerplate(
    database: Database,
) -> None:
    _, html = page(1)
    urls = [f"https://a.test/read/{n}/sama-{n}" for n in range(MIN_ARTICLES + 2)]
    ingest(database, [fetch(database, url, html) for url in urls])
    assert all(APPEAL in body for body in bodies(database))


def test_cutting_an_old_article_is_no_new_version(database: Database) -> None:
    for number in range(MIN_ARTICLES):
        ingest(database, [fetch(database, *page(number))])
    ingest(database, [fetch(database, *page(0), days=2)])
    assert APPEAL not in bodies(database)[0]
    with database.read() as session:
        assert set(session.scalars(select(Revision.number))) == {1}
        assert len(search(session, "surat harian")) == MIN_ARTICLES - 1


def test_line_of_few_pages_stays(database: Database) -> None:
    for number in range(MIN_ARTICLES - 1):
        ingest(database, [fetch(database, *page(number))])
    ingest(database, [fetch(database, *page(0), days=2)])
    assert all(APPEAL in body for body in bodies(database))


def test_copies_on_one_site_do_not_make_their_text_boilerplate(database: Database) -> None:
    for number in range(MIN_ARTICLES + 2):
        _, html = page(1)
        ingest(database, [fetch(database, f"https://a.test/read/{number}/sama-{number}", html)])
    assert all(APPEAL in body for body in bodies(database))


def test_small_part_of_a_large_site_is_no_boilerplate(session: Session) -> None:
    few, none = lines_of([APPEAL]), lines_of([])
    for _ in range(MIN_ARTICLES):
        learn(session, "b.test", [few])
    for _ in range(10 * MIN_ARTICLES):
        learn(session, "b.test", [none])
    assert repeated(session, "b.test", few) == frozenset()
    assert learned(session, "b.test") == []


def test_lines_that_hardly_any_page_had_are_forgotten(session: Session) -> None:
    learn(session, "b.test", [lines_of(["Sekali saja."])])
    for _ in range(FORGET_EVERY - 1):
        learn(session, "b.test", [lines_of([APPEAL])])
    kept = session.scalars(select(RepeatedLine.line).where(RepeatedLine.site == "b.test"))
    assert sorted(kept) == ["", APPEAL]
