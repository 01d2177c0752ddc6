"""Fingerprints: the same for copies, never for short or different texts."""

from hypothesis import given
from hypothesis import strategies as st

from workers.dedup import MIN_WORDS, fingerprint

TEXT = " ".join(f"kata{n}" for n in range(MIN_WORDS))


def test_dateline_case_and_punctuation_do_not_count() -> None:
    first = fingerprint([f"Jakarta (ANTARA) - {TEXT}."])
    assert first is not None
    assert first == fingerprint([f"WARTA.CO, Bandung – {TEXT.upper()}!"])
    assert first == fingerprint([f'"{TEXT}"'])


def test_paragraphs_do_not_count() -> None:
    words = TEXT.split()
    assert fingerprint([TEXT]) == fingerprint([" ".join(words[:20]), " ".join(words[20:])])


def test_another_word_makes_another_text() -> None:
    assert fingerprint([TEXT]) != fingerprint([TEXT + " lain"])


def test_short_flash_has_none() -> None:
    assert fingerprint(["Gempa 5,1 magnitudo guncang laut."]) is None
    assert fingerprint([]) is None


@given(st.lists(st.text()))
def test_no_text_raises(paragraphs: list[str]) -> None:
    assert fingerprint(paragraphs) == fingerprint(paragraphs)
