"""The words that are indexed, and what a query means."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.queries.search.query import MAX_QUERY_TERMS, Phrase, parse_query
from db.queries.search.snippet import make_snippet
from db.terms.tokens import MAX_WORD_CHARS, words


def wanted(text: str) -> list[str]:
    return [" ".join(phrase.words) for phrase in parse_query(text).wanted]


def unwanted(text: str) -> list[str]:
    return [" ".join(phrase.words) for phrase in parse_query(text).unwanted]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Presiden Korea-Utara, 75 TAHUN!", ["presiden", "korea", "utara", "75", "tahun"]),
        ("Café İzmir straße", ["cafe", "izmir", "strasse"]),
        ("ko\u00adran se\u200bkali", ["koran", "se", "kali"]),
        ("한국어 뉴스", ["한국어", "뉴스"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("خَبَر", ["خبر"]),
        ("が", ["が"]),
        ("", []),
        ("…!?—", []),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(alphabet=st.sampled_from("aB1 _-'’“”—…éÉñß\u0301\u00a0\u00adﬁ²½İK"), max_size=60))
def test_what_else_a_text_has_does_not_change_how_its_words_are_cut(text: str) -> None:
    assert words(f"{text} ж") == [*words(text), "ж"]


def test_scripts_without_spaces_are_cut_into_pairs_and_a_tail() -> None:
    assert words("東京都とNHK") == ["東京", "京都", "都と", "と", "nhk"]


def test_the_same_letters_composed_or_not_are_the_same_words() -> None:
    assert words("Ti\u0302n é") == words("Tîn e\u0301")


def test_a_very_long_word_is_cut_to_what_both_databases_take() -> None:
    assert words("a" * 5000) == ["a" * MAX_WORD_CHARS]
    assert words("é" * 5000) == ["e" * MAX_WORD_CHARS]


@given(st.text())
def test_words_of_any_text_hold_nothing_that_a_query_language_could_read(text: str) -> None:
    for word in words(text):
        assert word
        assert not set(word) & set("'\"\\ :&|!()<>*\x00\t\n")


@given(st.text())
def test_cutting_words_again_changes_nothing(text: str) -> None:
    for word in words(text):
        assert words(word)[0] == word


def test_plain_words_are_each_wanted() -> None:
    assert wanted("Banjir JAKARTA banjir") == ["banjir", "jakarta"]


def test_quotes_make_a_phrase_even_when_they_stay_open() -> None:
    assert wanted('"Jakarta Utara" banjir "dan rob') == ["jakarta utara", "banjir", "dan rob"]


def test_a_minus_excludes_a_word_or_a_phrase() -> None:
    text = 'banjir -jakarta -"air pasang" bandar-lampung'
    assert unwanted(text) == ["jakarta", "air pasang"]
    assert wanted(text) == ["banjir", "bandar lampung"]


def test_a_run_that_may_go_on_in_the_text_is_wanted_without_its_tail() -> None:
    assert wanted("東京都") == ["東京 京都"]
    assert parse_query("都").wanted == (Phrase(words=("都",)),)
    assert parse_query("都").wanted[0].is_open
    assert not parse_query("a").wanted[0].is_open


@pytest.mark.parametrize("text", ["", "   ", '"', "-", '-""', "!!! ???", "--"])
def test_a_query_without_words_wants_nothing(text: str) -> None:
    assert not parse_query(text).wanted


def test_an_endless_query_is_cut() -> None:
    assert len(wanted(" ".join(f"w{n}" for n in range(300)))) == MAX_QUERY_TERMS


@given(st.text(), st.text())
@example(body="ß\r", query="ß")
def test_a_snippet_of_anything_marks_pieces_of_its_text(body: str, query: str) -> None:
    snippet = make_snippet(body, parse_query(query))
    ends = [0, *(edge for mark in snippet.marks for edge in mark), len(snippet.text)]
    assert ends == sorted(ends)
    assert "\n" not in snippet.text


def test_a_snippet_shows_the_densest_place() -> None:
    body = "Banjir di kota. " + "Kata lain. " * 60 + "Rumah\n\nterendam banjir malam ini."
    snippet = make_snippet(body, parse_query("banjir terendam"))
    assert "Rumah terendam banjir malam" in snippet.text
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["terendam", "banjir"]


def test_a_snippet_marks_words_with_other_case_accents_and_scripts() -> None:
    snippet = make_snippet("Le CAFÉ de 東京都庁.", parse_query("cafe 京都"))
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["CAFÉ", "京都"]


def test_a_snippet_without_match_is_the_beginning() -> None:
    snippet = make_snippet("Awal berita. " * 50, parse_query("judul"))
    assert snippet.text.startswith("Awal berita.")
    assert snippet.text.endswith("…")
    assert not snippet.marks
