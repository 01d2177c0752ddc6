"""A story is told by several articles, linked or not; a related box alone is none."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db.models import Article
from db.queries.graph.stories import Chapter, story
from tests.rows import NOON, add_article, add_cluster, add_link

DAM = "https://a.test/1"
WATER = "https://a.test/2"
YEARS = "https://b.test/3"
CHESS = "https://a.test/4"


def fill(session: Session) -> Article:
    """A dam in three articles, one of them unlinked and of another year; chess in the box."""
    asked = add_article(
        session, DAM, "Bendungan Sari Ayu Retak",
        "Bupati Rono Wirya menutup Bendungan Sari Ayu kemarin. Warga di hilir, kata Rono Wirya, "
        "diminta mengungsi karena Bendungan Sari Ayu retak.", published_at=NOON,
    )  # fmt: skip
    add_article(
        session, WATER, "Warga Hilir Mengungsi dari Luapan",
        "Ratusan warga di hilir Sari Ayu mengungsi ke balai desa. Menurut Rono Wirya air dari "
        "bendungan meluap.", published_at=NOON + timedelta(days=1),
    )  # fmt: skip
    add_article(
        session, YEARS, "Rono Wirya Resmikan Bendungan",
        "Setelah lima tahun, Bupati Rono Wirya meresmikan Bendungan Sari Ayu. Dana untuk Bendungan "
        "Sari Ayu berasal dari pusat.", published_at=NOON - timedelta(days=900),
    )  # fmt: skip
    add_article(
        session, CHESS, "Turnamen Catur Dimulai",
        "Pecatur muda Lina Marga membuka turnamen dengan menang di papan satu.", published_at=NOON,
    )  # fmt: skip
    for letter in "stuvwxyz":
        body = f"Pasar di kota {letter} buka lebih pagi dan ramai oleh pembeli dari {letter}."
        add_article(session, f"https://c.test/{letter}", f"Kabar {letter}", body)
    add_link(session, DAM, WATER)
    add_link(session, DAM, CHESS, position=2)
    return asked


def by_url(chapters: list[Chapter]) -> dict[str, Chapter]:
    return {chapter.url: chapter for chapter in chapters}


def test_story_is_linked_and_unlinked_articles_in_time(session: Session) -> None:
    chapters = story(session, fill(session))
    assert [chapter.url for chapter in chapters] == [YEARS, DAM, WATER]
    assert [chapter.is_asked for chapter in chapters] == [False, True, False]


def test_each_chapter_says_why_it_belongs(session: Session) -> None:
    found = by_url(story(session, fill(session)))
    (step,) = found[WATER].path
    assert (step.kind, step.direction, step.near, step.far) == ("related", "out", DAM, WATER)
    assert found[YEARS].path == ()
    assert {"Sari", "Wirya"} <= {*found[YEARS].words}


def test_story_is_the_same_from_where_the_link_leads(session: Session) -> None:
    fill(session)
    there = session.query(Article).filter_by(url=WATER).one()
    found = by_url(story(session, there))
    assert DAM in found
    assert found[DAM].path[0].direction == "in"
    assert CHESS not in found


def test_link_of_another_kind_is_no_reason(session: Session) -> None:
    asked = fill(session)
    add_link(session, CHESS, DAM, kind="other")
    add_link(session, YEARS, DAM, kind="other")
    assert by_url(story(session, asked))[YEARS].path == ()


def test_copy_is_a_chapter_that_names_its_original(session: Session) -> None:
    asked = fill(session)
    copy = add_article(
        session, "https://d.test/9", "Bendungan Sari Ayu Retak",
        "Bupati Rono Wirya menutup Bendungan Sari Ayu kemarin. Warga di hilir, kata Rono Wirya, "
        "diminta mengungsi.", published_at=NOON + timedelta(hours=1),
    )  # fmt: skip
    add_cluster(session, asked, copy)
    assert by_url(story(session, asked))[copy.url].copy_of == DAM


def test_words_of_headings_in_capitals_are_no_names(session: Session) -> None:
    asked = add_article(
        session, DAM, "Advice For You And The Dam", "The dam leaks, and water runs to you and to "
        "the town. What To Do And What The Town Can Do For You.", published_at=NOON,
    )  # fmt: skip
    other = add_article(
        session, YEARS, "Chess For You And The Club", "The club plays, and it calls to you and to "
        "the guests. What To Bring And What The Club Can Do For You.", published_at=NOON,
    )  # fmt: skip
    add_link(session, DAM, YEARS)
    found = by_url(story(session, asked)).get(other.url)
    assert found is None or not {"The", "And", "To", "You"} & {*found.words}


def test_limit_keeps_the_likest_and_the_article_itself(session: Session) -> None:
    assert [chapter.is_asked for chapter in story(session, fill(session), limit=1)] == [True]


def test_way_over_a_link_of_another_kind_is_not_too_long(session: Session) -> None:
    asked = fill(session)
    add_link(session, DAM, YEARS, kind="other", position=3)
    add_link(session, WATER, YEARS)
    add_link(session, YEARS, "https://c.test/s")
    assert len(by_url(story(session, asked))[YEARS].path) == 2


@pytest.mark.parametrize("body", ["", "x", "Kata. " * 3, "\u202e\x00 [b] 東京"])
def test_article_of_few_words_is_its_own_story(session: Session, body: str) -> None:
    alone = add_article(session, "https://a.test/77", "", body)
    assert [chapter.is_asked for chapter in story(session, alone)] == [True]


def test_how_common_a_word_is_is_learned_in_the_language_of_the_article(session: Session) -> None:
    for n in range(40):
        other = " ".join(f"word{n}x{place}" for place in range(200))
        add_article(session, f"https://e.test/{n}", f"Title {n}", other, language="en")
    for n in range(4):
        local = f"Pasar{n} ramai antara pagi{n} dan sore{n}."
        add_article(session, f"https://f.test/{n}", f"Pasar {n}", local, language="id")
    asked = add_article(
        session, DAM, "Bendungan Sari", "Bendungan Sari retak antara tebing.", language="id"
    )
    add_article(session, WATER, "Air Sari", "Air Sari surut antara batu.", language="id")
    add_link(session, DAM, WATER)
    assert by_url(story(session, asked))[WATER].words == ("Sari",)
