"""Many patterns in one name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.parsing.body.substring_matcher import Needles, Substrings, spellings
from workers.parsing.lexicon import lexicon

PATTERNS = ("\\bads?\\b|side-?bar", "foot(?!ball|age)", "(?:story|post)-?(?:body|text)|c[ao]t")


def test_each_pattern_has_its_bit() -> None:
    needles = Needles(PATTERNS)
    assert needles.bits(["footer", "post-text-sidebar", "plain"]) == [2, 5, 0]


def test_edges_of_words_are_respected() -> None:
    needles = Needles(PATTERNS)
    assert needles.bits(["ad", "top-ads", "adze", "bad"]) == [1, 1, 0, 0]


def test_what_must_not_follow_is_respected() -> None:
    assert Needles(PATTERNS).bits(["football", "footage", "foot-x"]) == [0, 0, 2]


def test_no_name_goes_on_in_the_next() -> None:
    assert Needles(PATTERNS).bits(["side", "bar", "post-", "text", "\ud800"]) == [0] * 5
    assert Needles(PATTERNS).bits([]) == []


def test_spellings_are_written_out() -> None:
    assert spellings("a-?(?:b|c)") == ["ab", "ac", "a-b", "a-c"]


@pytest.mark.parametrize("pattern", ["a+", "a.b", "(ab)", "a)", "a{2}"])
def test_other_notation_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        spellings(pattern)


@given(st.lists(st.sampled_from(["ad", "s", "-", "foot", "ball", "side", "bar", "post", "body"])))
def test_the_answer_is_that_of_regular_expressions(parts: list[str]) -> None:
    name = "".join(parts)
    expected = sum(1 << n for n, p in enumerate(PATTERNS) if re.search(p, name))
    assert Needles(PATTERNS).bits([name, "x"]) == [expected, 0]


def test_the_regions_of_the_lexicon_can_be_written_out() -> None:
    assert all(spellings(pattern) for pattern in lexicon().regions.values())


@given(st.text("ab ", max_size=9), st.lists(st.text("ab ", min_size=1, max_size=3), min_size=1))
def test_a_quick_look_finds_what_a_search_for_each_finds(text: str, words: list[str]) -> None:
    assert Substrings(words).are_in(text) == any(word in text for word in words)
