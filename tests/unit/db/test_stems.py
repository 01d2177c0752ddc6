"""Stems of words: what is indexed beside a word, and what a query asks for."""

import pytest

from db.queries.search.query import parse_query
from db.queries.search.snippet import make_snippet
from db.terms.stems import MARK, alternatives, has_stem, stems_of
from db.terms.tokens import words


def finds(query: str, text: str, language: str | None) -> bool:
    """Whether the word of a query is found by the stem of a word of a text."""
    indexed = {*words(text), *stems_of(words(text), language)}
    (phrase,) = parse_query(query).wanted
    return bool(indexed & {*phrase.words, *phrase.stems})


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("banjir", "Warga kebanjiran", "id"),
        ("kebanjiran", "Banjir di kota", "id"),
        ("membunuh", "Pembunuhan itu", "id"),
        ("berita", "beritanya", "id"),
        ("flood", "Flooding in the city", "en"),
        ("elections", "He was elected", "en"),
    ],
)
def test_words_of_one_stem_find_each_other(query: str, text: str, language: str) -> None:
    assert finds(query, text, language)


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ('"banjir"', "Warga kebanjiran", "id"),  # quotes mean the word
        ("gempa", "Warga kebanjiran", "id"),
        ("banjir", "Warga kebanjiran", None),
        ("new", "The news", "en"),
        ("flood", "Flooding in the city", "id"),
        ("2026", "20261", "id"),
    ],
)
def test_other_words_do_not(query: str, text: str, language: str) -> None:
    assert not finds(query, text, language)


def test_a_stem_is_no_word_that_anyone_can_type() -> None:
    (stem,) = stems_of(["kebanjiran"], "id")
    assert stem.startswith(MARK)
    assert stem not in words(stem)
    assert not parse_query(f"{MARK}idbanjir*").wanted[0].words[0].startswith(MARK)


def test_what_is_left_out_is_the_word_alone() -> None:
    (phrase,) = parse_query("x -kebanjiran").unwanted
    assert phrase.stems == ()


def test_a_snippet_marks_what_was_found_by_its_stem() -> None:
    snippet = make_snippet("Warga kebanjiran sejak Senin.", parse_query("banjir"))
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["kebanjiran"]
    assert has_stem("kebanjiran", alternatives("banjir"))
