"""Full text on both databases: the same words find the same articles."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.articles.word_index import MAX_PLACES, MAX_PLACES_OF_WORD, Words, index, remove
from db.models import Article
from db.queries.search import ranking, selection
from db.queries.search.conditions import Filters
from db.queries.search.facets import facets, histogram
from db.queries.search.full_text import matching_ids
from db.queries.search.query import parse_query
from db.queries.search.results import search, search_page
from db.sql.dialect import is_sqlite
from tests.rows import NOON, add_article, add_cluster, add_page

BODIES = {
    "banjir": "Banjir merendam Jakarta Utara.\n\nWarga mengungsi.",
    "rob": "Rob di Jakarta Barat dan banjir di Semarang Utara.",
    "cafe": "Un café à l'École, Ōsaka und Straßenbahn.",
    "tokyo": "昨日、東京都庁で会議が開かれた。NHKによると",
    "seoul": "서울에서 회의가 열렸다.",
    "delhi": "दिल्ली में बारिश हुई।",
    "kairo": "قال الوَزِير إن القاهرة",
    "bangkok": "กรุงเทพมหานคร น้ำท่วม",
    "code": "C++ & O'Reilly: 100% \\ \"x\" 'y' <b>tebal</b> a_b",
}

EXPECTED = {
    "banjir": ["banjir", "rob"],
    "BANJIR utara": ["banjir", "rob"],
    'banjir "jakarta utara"': ["banjir"],
    "jakarta-utara": ["banjir"],
    "banjir -semarang": ["banjir"],
    'banjir -"jakarta barat" -hujan': ["banjir"],
    "CAFE ecole osaka strassenbahn": ["cafe"],
    "l'école": ["cafe"],
    "東京": ["tokyo"],
    "京都": ["tokyo"],
    "東京都庁": ["tokyo"],
    "庁": ["tokyo"],
    "た": ["tokyo"],
    '"東京 京都"': [],
    "京東": [],
    "nhkによ": ["tokyo"],
    "서울에서": ["seoul"],
    "बारिश": ["delhi"],
    "दिल्ला": [],
    "الوزير": ["kairo"],
    "น้ำท่วม": ["bangkok"],
    "judul rob": ["rob"],
    "rob rob": ["rob"],
    '"banjir banjir"': [],
    "tidakada": [],
    "": [],
    "-banjir": [],
}

HOSTILE = [
    "O'Reilly",
    '"x\' OR 1=1 --"',
    "tebal' & !b:*",
    "body:tebal",
    "tebal OR NOT AND NEAR",
    "{title body} : tebal ^",
    "a* b:* <-> ( )",
    "\x00 \ud800 \u202e tebal",
    "\\' \\\\ %_",
    '"' * 99,
    "w " * 5000,
]


@pytest.fixture(autouse=True)
def articles(session: Session) -> None:
    """The articles above."""
    for name, body in BODIES.items():
        add_article(session, f"https://{name}.test/1", f"Judul {name}", body)


def found(session: Session, query: str, filters: Filters | None = None) -> list[str]:
    return sorted(hit.site.removesuffix(".test") for hit in search(session, query, filters))


def test_a_query_finds_the_same_on_both_databases(session: Session) -> None:
    assert {query: found(session, query) for query in EXPECTED} == EXPECTED


def test_any_text_is_a_safe_query(session: Session) -> None:
    for query in HOSTILE:
        assert set(found(session, query)) <= {"code"}, query


def test_signs_in_a_text_are_no_words(session: Session) -> None:
    assert found(session, "c++ 100% reilly tebal") == ["code"]


def test_a_word_in_the_title_weighs_more(session: Session) -> None:
    add_article(session, "https://x.test/1", "Gempa bumi", "Getaran terasa.")
    add_article(session, "https://y.test/1", "Getaran", "Gempa bumi. " + "Gempa terasa. " * 3)
    assert [hit.title for hit in search(session, "gempa")] == ["Gempa bumi", "Getaran"]


def test_no_phrase_begins_in_the_title_and_ends_in_the_body(session: Session) -> None:
    add_article(session, "https://x.test/1", "Gempa bumi", "Terasa kuat")
    assert found(session, '"bumi terasa"') == []
    assert found(session, "bumi terasa") == ["x"]


def test_filters_leave_what_they_say(session: Session) -> None:
    day = datetime(2026, 8, 20, tzinfo=UTC)
    add_article(session, "https://a.x.test/1", "Gempa", "satu", published_at=day)
    add_article(session, "https://b.x.test/1", "Gempa", "dua", published_at=day, language="en")
    add_article(session, "https://a.y.test/1", "Gempa", "tiga")
    assert found(session, "gempa", Filters(site="x.test")) == ["x", "x"]
    assert found(session, "gempa", Filters(host="b.x.test")) == ["x"]
    assert found(session, "gempa", Filters(language="en")) == ["x"]
    assert found(session, "gempa", Filters(since=day)) == ["x", "x"]
    assert found(session, "gempa", Filters(until=day)) == []


def test_indexing_again_replaces_and_removing_forgets(session: Session) -> None:
    article = add_article(session, "https://x.test/1", "Lama", "kata lama")
    index(session, [Words(article_id=article.id, title="Baru", body="kata segar")])
    assert found(session, "lama") == []
    assert found(session, "segar") == ["x"]
    remove(session, article.id)
    assert found(session, "segar") == []


def test_pages_of_an_answer_follow_each_other(session: Session) -> None:
    for number in range(7):
        add_article(session, f"https://x.test/{number}", "Gempa", "sama")
    urls = [hit.url for at in (0, 3, 6) for hit in search(session, "gempa", limit=3, offset=at)]
    assert urls == [f"https://x.test/{number}" for number in reversed(range(7))]


def test_hits_say_where_the_words_are(session: Session) -> None:
    (hit,) = search(session, "mengungsi warga")
    assert hit.snippet.text == "Banjir merendam Jakarta Utara. Warga mengungsi."
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["Warga", "mengungsi"]


def test_all_matching_ids_can_be_selected(session: Session) -> None:
    ids = matching_ids(session, parse_query("banjir"))
    sites = session.scalars(select(Article.site).where(Article.id.in_(ids)))
    assert set(sites) == {"banjir.test", "rob.test"}


@pytest.mark.parametrize(
    "body",
    [
        "kata " * (MAX_PLACES * 3),
        " ".join(f"k{n}" for n in range(MAX_PLACES * 3)),
        " ".join(f"{n:05d}" + "é" * 70 for n in range(MAX_PLACES)),
        "東" * 100_000,
        "a" * 2_000_000,
        "\x00\ud800\u202e",
    ],
    ids=["one word", "many words", "long words", "one run", "one long word", "unstorable"],
)
def test_any_body_can_be_indexed(session: Session, body: str) -> None:
    article = add_article(session, "https://x.test/1", "Gempa", "pendek")
    index(session, [Words(article_id=article.id, title="Gempa", body=body)])
    assert found(session, "gempa") == ["x"]


def test_what_comes_too_often_is_cut_alike_on_both_databases(session: Session) -> None:
    body = "kata " * MAX_PLACES_OF_WORD + "kata terakhir " + "isi " * MAX_PLACES + "ekor"
    add_article(session, "https://x.test/1", "Judul", body)
    assert found(session, "kata terakhir") == ["x"]
    assert found(session, '"kata terakhir"') == []
    assert found(session, "ekor") == []


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
