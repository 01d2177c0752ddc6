"""Full text on both databases: the same words find the same articles."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.articles.word_index import MAX_PLACES, MAX_PLACES_OF_WORD, Words, index, remove
from db.models import Article
from db.queries.search.conditions import Filters
from db.queries.search.full_text import matching_ids
from db.queries.search.query import parse_query
from db.queries.search.results import search
from tests.rows import add_article

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
