"""What a query means to SQLite's index of words, asked of a real one."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.queries.search.full_text import _fts_query, _ts_query
from db.queries.search.query import Phrase, Query, parse_query
from db.terms.tokens import words

ARTICLES = (
    ("banjir surut", "air pasang di jakarta mulai surut"),
    ("pasang air", "banjir rob di semarang"),
    ("harga es", "air pasang membuat harga es naik"),
    ("banjiran", "sungai meluap"),
    ("洪水", "東京 で 洪水"),
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE article_words USING fts5(title, body)")
    for title, body in ARTICLES:
        pair = (" ".join(words(title)), " ".join(words(body)))
        connection.execute("INSERT INTO article_words VALUES (?, ?)", pair)
    yield connection
    connection.close()


def found(index: sqlite3.Connection, text: str) -> list[int]:
    query = parse_query(text).exact
    rows = index.execute(
        "SELECT rowid FROM article_words WHERE article_words MATCH ? ORDER BY rowid",
        (_fts_query(query),),
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("banjir", [1, 2]),
        ("BANJIR!", [1, 2]),
        ("banjir*", [1, 2, 4]),
        ("banjir jakarta", [1]),
        ("banjir OR es", [1, 2, 3]),
        ("air -banjir", [3]),
        ('"air pasang"', [1, 3]),
        ('"pasang air"', [2]),
        ("title:banjir", [1]),
        ("title:banjir*", [1, 4]),
        ('title:"air pasang"', []),
        ("pasang jakarta OR semarang -surut", [2]),
        ("洪水", [5]),
    ],
)
def test_query_finds_the_articles_that_it_means(
    index: sqlite3.Connection, text: str, articles: list[int]
) -> None:
    assert found(index, text) == articles


_WORDS = st.sampled_from(["banjir", "air", "pasang", "es", "jakarta", "semarang", "ban"])


@given(st.lists(_WORDS, min_size=1, max_size=4), st.lists(_WORDS, max_size=2))
def test_words_wanted_and_not_wanted_are_a_law(
    index: sqlite3.Connection, wanted: list[str], unwanted: list[str]
) -> None:
    text = " ".join([*wanted, *(f"-{word}" for word in unwanted)])
    expected = [
        number
        for number, parts in enumerate(ARTICLES, start=1)
        for held in [set(words(" ".join(parts)))]
        if held.issuperset(wanted) and held.isdisjoint(unwanted)
    ]
    assert found(index, text) == expected


@given(st.text(alphabet="ab\"*()-:^{}+ ANDORNEAR;\\'", min_size=1, max_size=40))
def test_no_text_of_a_person_breaks_the_language_of_the_index(
    index: sqlite3.Connection, text: str
) -> None:
    query = parse_query(text)
    if query.wanted or query.choices:
        rows = index.execute(
            "SELECT rowid FROM article_words WHERE article_words MATCH ?", (_fts_query(query),)
        )
        assert {row[0] for row in rows} <= set(range(1, len(ARTICLES) + 1))


def test_stems_are_found_beside_the_word_itself() -> None:
    phrase = Phrase(words=("flooding",), stems=("flood",))
    assert _fts_query(Query(wanted=(phrase,))) == '("flooding" OR "flood")'
    assert _ts_query(Query(wanted=(phrase,))) == "('flooding' | 'flood')"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("banjir rob", "('banjir') & ('rob')"),
        ('"air pasang"', "('air' <-> 'pasang')"),
        ("title:ban*", "('ban':*A)"),
        ("a OR b -c", "(('a') | ('b')) & !('c')"),
    ],
)
def test_same_query_in_the_language_of_postgresql(text: str, asked: str) -> None:
    assert _ts_query(parse_query(text).exact) == asked
