"""Words of headline and address say what kind of page it is, and nothing where none is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.parsing.kind_words import WordWeights, page_words, word_weights
from workers.parsing.kinds import with_odds

WEIGHTS = WordWeights(bias=1.0, title={"how": -2.0, "service": 3.0}, address={"blog": -4.0})


def test_each_word_of_a_page_counts_once() -> None:
    words = page_words("How, how and HOW: a quay", "https://lantern.example/blog/blog/2026/how?q=1")
    assert words.title == {"how", "and", "quay"}
    assert words.address == {"blog", "how", "lantern"}
    assert WEIGHTS.odds(words) == 1.0 - 2.0 - 4.0


@pytest.mark.parametrize("title", ["부두가 열렸다", "Причал открыт", "ท่าเรือเปิดแล้ว", "", None])
def test_a_page_without_a_known_word_is_judged_by_its_other_signs(title: str | None) -> None:
    words = page_words(title, "https://xn--e1afmkfd.example/12345")
    assert WEIGHTS.odds(words) == 0.0
    assert with_odds(0.3, 0.0) == pytest.approx(0.3)


def test_a_lone_known_word_says_little_of_those_that_are_missing() -> None:
    assert WEIGHTS.odds(page_words("Service", "https://a.example/")) == 0.5 + 3.0


def test_guides_and_services_are_told_by_their_words() -> None:
    guide = page_words("How to choose the best lantern", "https://quay.example/blog/best-lantern")
    service = page_words("Lantern repair service", "https://quay.example/services/repair")
    assert word_weights().odds(guide) < 0 < word_weights().odds(service)


@given(st.floats(1e-12, 1 - 1e-12), st.floats(-1e6, 1e6))
def test_odds_leave_a_probability(chance: float, odds: float) -> None:
    moved = with_odds(chance, odds)
    assert 0 <= moved <= 1
    assert moved >= chance - 1e-9 if odds >= 0 else moved <= chance + 1e-9


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_raises(title: str, url: str) -> None:
    page_words(title, f"http://{url}")
