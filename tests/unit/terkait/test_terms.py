"""A query as text with a term more or less."""

import pytest

from terkait.web.pages.terms import has_term, toggled


@pytest.mark.parametrize(
    ("name", "value"),
    [("site", "a.test"), ("topic", "Air pasang"), ("author", "O'Neil"), ("section", "Ekonomi")],
)
def test_a_click_adds_a_term_and_another_takes_it_away(name: str, value: str) -> None:
    query = toggled("banjir", name, value)
    assert has_term(query, name, value)
    assert toggled(query, name, value) == "banjir"


def test_a_value_with_quotes_stays_one_term() -> None:
    assert toggled("", "topic", 'sebut "rob"') == 'topic:"=sebut  rob "'
