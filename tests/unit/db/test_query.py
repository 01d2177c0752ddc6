"""What a query typed by a person means."""

import pytest

from db.queries.search import conditions
from db.queries.search.query import FIELDS, Condition, Phrase, Query, parse_query


def parsed(text: str) -> Query:
    """The query without stems, of which tests/unit/db/test_stems.py tells."""
    return parse_query(text).exact


def phrase(*words: str, **marks: bool) -> Phrase:
    return Phrase(words=words, **marks)


def test_or_takes_either() -> None:
    query = parsed("banjir OR rob OR pasang jakarta")
    assert query.choices == ((phrase("banjir"), phrase("rob"), phrase("pasang")),)
    assert query.wanted == (phrase("jakarta"),)


def test_or_in_small_letters_is_a_word() -> None:
    assert parsed("banjir or rob").wanted == (phrase("banjir"), phrase("or"), phrase("rob"))


@pytest.mark.parametrize("text", ["OR", "OR banjir", "banjir OR", "banjir OR -rob"])
def test_or_without_two_sides_is_nothing(text: str) -> None:
    assert not parsed(text).choices


def test_or_between_a_word_and_a_field_is_said_to_be_none() -> None:
    query = parsed("banjir OR site:a.test")
    assert (query.wanted, query.conditions) == (
        (phrase("banjir"),),
        (Condition(name="site", values=("a.test",)),),
    )
    assert "OR stands between" in query.notes[0]


def test_or_between_values_of_a_field_takes_either() -> None:
    assert parsed("site:a.test OR site:b.test").conditions == (
        Condition(name="site", values=("a.test", "b.test")),
    )


def test_a_star_is_a_beginning() -> None:
    assert parsed("banj*").wanted == (phrase("banj", is_prefix=True),)
    assert parsed('"banj*"').wanted == (phrase("banj"),)


def test_a_beginning_of_one_letter_is_a_word_and_said_so() -> None:
    query = parsed("b*")
    assert (query.wanted, len(query.notes)) == ((phrase("b"),), 1)


def test_title_asks_for_words_of_the_headline() -> None:
    assert parsed('title:"air pasang" title:banj*').wanted == (
        phrase("air", "pasang", in_title=True),
        phrase("banj", in_title=True, is_prefix=True),
    )


def test_fields_are_conditions_and_minus_turns_them_round() -> None:
    assert parsed('Author:"Rani Dewi" -has:copies').conditions == (
        Condition(name="author", values=("Rani Dewi",)),
        Condition(name="has", values=("copies",), is_negative=True),
    )


def test_unknown_fields_and_addresses_are_words() -> None:
    assert parsed("body:tebal https://a.test/1").wanted == (
        phrase("body", "tebal"),
        phrase("https", "a", "test", "1"),
    )


@pytest.mark.parametrize(
    ("text", "meant"), [("auther:ani", "author"), ("lang:id", "language"), ("titel:air", "title")]
)
def test_field_that_is_nearly_one_is_said_to_be_none(text: str, meant: str) -> None:
    assert f"did you mean {meant}: ?" in parse_query(text).notes[0]


def test_words_with_a_colon_are_no_field_and_need_no_note() -> None:
    assert parse_query("https://a.test/1 jam:12 body:tebal").notes == ()


@pytest.mark.parametrize("field", ["has", "is", "missing"])
def test_values_that_a_field_is_said_to_know_are_those_that_it_knows(field: str) -> None:
    known = {"has": conditions._HAS, "is": conditions._IS, "missing": conditions._MISSING}[field]
    assert sorted(FIELDS[field].split(", ")) == sorted(known)


@pytest.mark.parametrize(
    "quoted", ["“air pasang”", "„air pasang“", "«air pasang»", "＂air pasang＂"]
)
def test_quotes_of_any_kind_make_a_phrase(quoted: str) -> None:
    assert parsed(quoted).wanted == (phrase("air", "pasang"),)
    assert parsed(f"topic:{quoted}").conditions[0].values == ("air pasang",)


def test_and_and_not_between_words_mean_what_they_say() -> None:
    assert parsed("banjir AND rob") == parsed("banjir rob")
    assert parsed('"AIR AND PASANG"').wanted == (phrase("air", "and", "pasang"),)
    assert parsed('banjir NOT "air pasang" AND rob') == parsed('banjir -"air pasang" rob')


@pytest.mark.parametrize("text", ["air AND", "NOT air", "air and rob", "STAND NOTE"])
def test_and_and_not_elsewhere_are_words(text: str) -> None:
    wanted = tuple(phrase(word) for word in text.lower().split())
    assert (parsed(text).wanted, parsed(text).unwanted) == (wanted, ())


def test_nothing_asks_for_nothing() -> None:
    assert parsed("  ") == Query()
    assert parsed("-banjir").is_empty
