"""Which of many matches are looked at, and in which order they come."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.models import Article
from db.queries.search import ranking, selection
from db.queries.search.conditions import Filters
from db.queries.search.facets import facets, histogram
from db.queries.search.results import SORTS, search, search_page
from db.sql.dialect import is_sqlite
from tests.rows import add_article


@pytest.mark.parametrize(
    ("few", "left", "common"), [(0, 3, 0), (0, 7, 0), (0, 0, 0), (0, 0, 99), (99, 99, 99)]
)
def test_filters_leave_the_same_of_many_matches_as_of_few(
    session: Session, monkeypatch: pytest.MonkeyPatch, few: int, left: int, common: int
) -> None:
    limits = {"FEW": few, "FEW_LEFT": left, "FEW_LEFT_ON_SERVER": left, "COMMON": common}
    limits["SHARE_WALKED"] = left * 1_000_000
    for name, limit in limits.items():
        monkeypatch.setattr(selection, name, limit)
    for number in range(12):
        site, language = f"{'ab'[number % 2]}.test", ("id", "en", None)[number % 3]
        article = add_article(
            session, f"https://{site}/{number}", f"Panen {number}", "Padi dan air."
        )
        article.language = language
    session.flush()
    newest = article.id - 2
    for query, filters, total in (
        ("padi", Filters(), 12),
        ("padi", Filters(site="a.test"), 6),
        ("padi", Filters(site="a.test", language="id"), 2),
        ("padi", Filters(newest_id=newest), 10),
        ("padi", Filters(site="b.test", newest_id=newest), 5),
        ("padi -language:en", Filters(), 8),
        ("padi site:b.test", Filters(), 6),
        ("padi -air", Filters(), 0),
        ("", Filters(newest_id=newest), len(session.scalars(select(Article.id)).all()) - 2),
        ("-padi", Filters(site="a.test"), 0),
    ):
        for sort in ("relevance", "newest", "changed"):
            page = search_page(session, query, filters, sort=sort)
            assert (page.total, len(page.hits)) == (total, total)
            if query:
                ids = [hit.id for hit in page.hits]
                assert ids == sorted(ids, reverse=True)
        assert facets(session, query, filters).counted == total


@pytest.mark.parametrize("place", ["newest", "oldest"])
def test_the_newest_of_very_many_matches_are_ranked(
    session: Session, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    for name, limit in {"FEW": 0, "COMMON": 0, "SHARE_WALKED": 0}.items():
        monkeypatch.setattr(selection, name, limit)
    monkeypatch.setattr(ranking, "MAX_RANKED", 3)
    monkeypatch.setattr(ranking, "_NEWEST_OF_MANY", 6)
    bodies = ["Padi dan air."] * 12 + ["Jalan rusak."] * 12
    ids = {
        body: add_article(session, f"https://a.test/{number}", "Kabar", body).id
        for number, body in enumerate(bodies if place == "oldest" else bodies[::-1])
    }
    if not is_sqlite(session):
        session.execute(text("ANALYZE article_words"))
    last = ids["Padi dan air."]
    assert {hit.id for hit in search_page(session, "padi").hits} == {last, last - 1, last - 2}


def test_few_with_a_word_are_found_first_and_then_put_in_order(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, limit in {"FEW": 0, "SHARE_IN_ORDER": 2, "OF_A_PAGE": 1}.items():
        monkeypatch.setattr(selection, name, limit)
    for number in range(30):
        body = "Langka dan padi." if number == 7 else "Padi dan air."
        add_article(session, f"https://a.test/{number}", "Panen", body)
    if not is_sqlite(session):
        session.execute(text("ANALYZE article_words"))
    for word, is_rare in (("langka", True), ("padi", False)):
        chosen = selection.select_articles(session, word)
        is_asked = is_rare and not is_sqlite(session)  # SQLite always finds them first
        assert selection.is_put_in_order(session, chosen) == is_asked
        for sort in SORTS:
            assert search_page(session, word, sort=sort).total == (1 if is_rare else 30)


def test_a_phrase_of_frequent_words_says_where_it_was_looked_for(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, limit in {"FEW": 0, "FEW_LEFT_ON_SERVER": 0, "COMMON": 0, "MAX_LOOKED": 3}.items():
        monkeypatch.setattr(selection, name, limit)
    for number in range(5):
        add_article(session, f"https://a.test/{number}", "Panen", f"Padi {'air' * (number % 2)}")
    session.flush()
    for filters in (Filters(), Filters(site="a.test")):
        page = search_page(session, '"padi air"', filters)
        counted, days = facets(session, '"padi air"', filters), histogram(session, '"padi air"')
        is_all = is_sqlite(session)  # its index knows what stands beside what
        assert page.total == len(page.hits) == counted.counted == (2 if is_all else 1)
        assert page.is_total_exact == is_all == (not counted.is_cut) == (not days.is_cut)
        assert is_all or (days.newest == 3 and "newest 3 articles" in page.hints[0])
        assert search_page(session, "padi", filters).total == 5


def test_stems_are_found_after_the_words_themselves(session: Session) -> None:
    # the older article has the word, the newer ones its stem alone, and in the title
    exact = add_article(session, "https://a.test/1", "Kota", "Ada makan di sini.")
    in_body = add_article(session, "https://a.test/2", "Desa", "Pekat makanan lagi.")
    in_title = add_article(session, "https://a.test/3", "Makanan", "Makanan. Makanan.")
    add_article(session, "https://a.test/4", "Kota", "Pekat makanan.", language="en")
    found = [hit.url for hit in search(session, "makan")]
    assert found[0] == exact.url
    assert set(found) == {exact.url, in_body.url, in_title.url}
    assert [hit.url for hit in search(session, "title:makan")] == [in_title.url]
    assert [hit.url for hit in search(session, '"makan"')] == [exact.url]
    assert {hit.url for hit in search(session, "makan OR xyz", sort="newest")} == set(found)
    assert {hit.url for hit in search(session, "pekat -makan")} == {
        in_body.url,
        "https://a.test/4",
    }


def test_scores_fall_from_the_first_to_the_last(session: Session) -> None:
    for number in range(4):
        text = "makan " * number + "makanan"
        add_article(session, f"https://a.test/{number}", "Judul", text)
    scores = [hit.score for hit in search(session, "makan")]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 4


def test_a_phrase_ends_before_the_stems(session: Session) -> None:
    add_article(session, "https://a.test/1", "Makanan", "pekat")
    assert not search(session, '"makanan makan"')
    assert not search(session, '"makanan pekat"')
