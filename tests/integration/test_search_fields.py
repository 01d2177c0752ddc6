"""Fields of a query, facets and orders: the same on both databases."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.queries.search.conditions import Filters
from db.queries.search.facets import facets, histogram
from db.queries.search.results import search_page
from tests.integration.test_search import found
from tests.rows import NOON, add_article, add_cluster, add_page


def fielded(session: Session) -> None:
    """Articles with fields to ask for."""
    first = add_article(
        session, "https://www.berita.test/1", "Longsor di lereng", "Gempa satu",
        authors=["Asep Suryana", "José Ruiz"], sources=["Antara"], topics=["Gempa Bumi"],
        section="Daerah", published="2026-08-20T23:30:00+00:00",
        published_at=datetime(2026, 8, 20, 23, 30, tzinfo=UTC), revisions=2, page_type="live",
    )  # fmt: skip
    copy = add_article(
        session, "https://kabar.test/1", "Gempa", "Gempa satu", language="en",
        published="2026-08-21", published_at=datetime(2026, 8, 21, tzinfo=UTC),
    )  # fmt: skip
    add_cluster(session, first, copy)
    add_article(session, "https://lain.test/1", "Lain", "Gempa dua", language=None)
    add_page(session, "https://lain.test/1", gone_at=NOON)


FIELDED = {
    "longsor OR gempa OR tidakada": ["berita", "kabar", "lain"],
    "gem*": ["berita", "kabar", "lain"],
    "gem": [],
    "title:gempa": ["kabar"],
    "title:gem*": ["kabar"],
    'title:"longsor di"': ["berita"],
    "title:satu": [],
    "gempa -title:gempa": ["berita", "lain"],
    "author:suryana": ["berita"],
    "author:jose": ["berita"],
    'author:"=Asep Suryana"': ["berita"],
    "author:asep author:ruiz": ["berita"],
    "source:antara gempa": ["berita"],
    "topic:bumi": ["berita"],
    "section:daerah": ["berita"],
    "type:live": ["berita"],
    "site:berita.test": ["berita"],
    "site:www.berita.test": ["berita"],
    "site:kabar.test OR site:lain.test": ["kabar", "lain"],
    "language:en": ["kabar"],
    "gempa -language:en": ["berita", "lain"],
    "has:versions": ["berita"],
    "has:copies": ["berita", "kabar"],
    "is:original": ["berita"],
    "is:copy": ["kabar"],
    "is:gone": ["lain"],
    "gempa missing:published": ["lain"],
    "gempa -missing:authors": ["berita"],
    "since:2026-08-21 until:2026-08-21": ["berita", "kabar"],
    "since:2026-08 gempa": ["berita", "kabar"],
    "until:2026-08-20": [],
}


def test_fields_find_the_same_on_both_databases(session: Session) -> None:
    fielded(session)
    filters = Filters(zone=ZoneInfo("Asia/Jakarta"))
    answers = {query: found(session, query, filters) for query in FIELDED}
    assert answers == FIELDED


def test_a_day_alone_is_that_day_in_every_zone(session: Session) -> None:
    fielded(session)
    for zone in ("America/Los_Angeles", "Asia/Kathmandu", "Pacific/Auckland"):
        filters = Filters(zone=ZoneInfo(zone))
        assert "kabar" in found(session, "since:2026-08-21 until:2026-08-21", filters), zone
        assert "kabar" not in found(session, "until:2026-08-20", filters), zone


def test_a_value_that_nothing_has_gets_a_hint(session: Session) -> None:
    fielded(session)
    hints = [
        search_page(session, query).hints[0]
        for query in ("site:berita", "language:xx", "has:what", "since:soon", "run:x", "author:nn")
    ]
    assert hints[0] == "no article has site 'berita': did you mean berita.test?"
    assert [hint.split(":")[0] for hint in hints[2:5]] == ["has", "since", "run"]
    assert "no article has author 'nn'" in hints[5]
    filters = Filters(site="berita")
    assert search_page(session, "gempa", filters).hints == (hints[0],)


def test_an_answer_has_its_total_and_orders(session: Session) -> None:
    fielded(session)
    page = search_page(session, "gempa", sort="newest", limit=1)
    assert (page.total, [hit.site for hit in page.hits]) == (3, ["kabar.test"])
    oldest = search_page(session, "gempa", sort="oldest", limit=3)
    assert [hit.site for hit in oldest.hits] == ["berita.test", "kabar.test", "lain.test"]
    changed = search_page(session, "gempa", sort="changed", limit=1)
    assert [(hit.site, hit.versions, hit.copies) for hit in changed.hits] == [("berita.test", 2, 1)]


def test_facets_and_days_count_what_a_query_leaves(session: Session) -> None:
    fielded(session)
    filters = Filters(zone=ZoneInfo("Asia/Jakarta"))
    counted = {facet.name: dict(facet.values) for facet in facets(session, "gempa", filters).facets}
    assert counted["site"] == {"berita.test": 1, "kabar.test": 1, "lain.test": 1}
    assert (counted["author"]["José Ruiz"], counted["topic"]) == (1, {"Gempa Bumi": 1})
    assert (counted["has"], counted["is"]) == ({"copies": 2, "versions": 1}, {"gone": 1})
    days = histogram(session, "gempa", filters)
    assert (days.days, days.undated) == (((date(2026, 8, 21), 2),), 1)
    plain = histogram(session, "gempa")
    assert plain.days == ((date(2026, 8, 20), 1), (date(2026, 8, 21), 1))


def test_values_that_differ_in_capitals_alone_are_one(session: Session) -> None:
    articles: list[dict[str, Any]] = [
        {"section": "News", "topics": ["NEWS", "news"], "authors": ["SARI ADI"]},
        {"section": "News", "topics": ["news"], "authors": ["Sari Adi"]},
        {"section": "NEWS", "topics": ["News"]},
        {"section": "Sport", "topics": []},
    ]
    for at, article in enumerate(articles):
        add_article(session, f"https://a.test/{at}", "Gempa", "Gempa.", **article)
    counted = {facet.name: dict(facet.values) for facet in facets(session, "gempa").facets}
    assert (counted["section"], counted["topic"]) == ({"News": 3, "Sport": 1}, {"news": 3})
    assert counted["author"] == {"Sari Adi": 2}, "of two as common, not the one in capitals"
    for query in ('section:"=News"', 'section:"=NEWS"', 'topic:"=news"'):
        assert search_page(session, query).total == 3, query


def test_what_comes_later_does_not_move_an_answer(session: Session) -> None:
    fielded(session)
    before = search_page(session, "gempa", limit=1)
    add_article(session, "https://baru.test/1", "Gempa gempa", "Gempa")
    after = search_page(session, "gempa", Filters(newest_id=before.newest_id), limit=3)
    assert (after.total, "baru.test" in [hit.site for hit in after.hits]) == (3, False)
