"""What a text is looked up by: shared by copies and parts, never had by short texts."""

import random

from hypothesis import given
from hypothesis import strategies as st

from workers.dedup.fingerprint import (
    MAX_SAMPLE,
    MIN_WORDS,
    SAMPLE,
    core,
    core_words,
    count_words,
    keys_of,
    words_of,
)

LETTERS = "abcdefghijklmnopqrst"
WORDS = [f"kata{a}{b}" for a in LETTERS for b in LETTERS]
TEXT = " ".join(WORDS)


def shared(one: list[str], other: list[str]) -> int:
    return len({*keys_of(one)} & {*keys_of(other)})


def test_dateline_case_and_punctuation_do_not_count() -> None:
    first = keys_of([f"Jakarta (ANTARA) - {TEXT}."])
    assert first == keys_of([f"WARTA.CO, Bandung – {TEXT.upper()}!"]) == keys_of([f'"{TEXT}"'])


def test_paragraphs_do_not_count() -> None:
    assert keys_of([TEXT]) == keys_of([" ".join(WORDS[:20]), " ".join(WORDS[20:])])


def test_lines_of_credit_at_the_end_are_no_text() -> None:
    assert core(["Isi berita.", "Sumber: Reuters", "(Antara/Rina)"]) == ["Isi berita."]
    assert core(["Satu kalimat saja, dan ia tetap."]) == ["Satu kalimat saja, dan ia tetap."]


def test_another_word_makes_another_text_with_much_in_common() -> None:
    one, other = keys_of([TEXT]), keys_of([f"{TEXT} lain"])
    assert one[0] != other[0]
    assert len({*one} & {*other}) >= SAMPLE // 2


def test_part_of_a_long_text_is_found_by_its_keys() -> None:
    around = [f"lain{a}{b}{c}" for a in LETTERS for b in LETTERS for c in "abcdefg"]
    assert shared([TEXT], [" ".join(around[:900]), TEXT, " ".join(around[900:])]) >= 8


def test_reworded_text_is_found_by_its_keys() -> None:
    dice = random.Random(7)
    changed = [f"ganti{word}" if dice.random() < 0.2 else word for word in WORDS]
    assert shared([TEXT], [" ".join(changed)]) >= 4


def test_other_text_shares_none() -> None:
    assert shared([TEXT], [" ".join(reversed(WORDS))]) == 0


def test_short_flash_has_none() -> None:
    assert keys_of(["Gempa 5,1 magnitudo guncang laut."]) == keys_of([]) == ()
    assert keys_of([" ".join(WORDS[:MIN_WORDS])])


def test_long_text_has_no_more_keys_than_are_good() -> None:
    assert len(keys_of([" ".join(f"k{n}" for n in range(100_000))])) < 2 * MAX_SAMPLE


def test_keys_fit_into_a_column_and_stay_what_they_are() -> None:
    assert all(-(2**63) <= key < 2**63 for key in keys_of([TEXT]))
    # stored keys are compared with those of later versions of this program
    assert keys_of([TEXT])[:2] == (7712404815196472874, 18695415139656895)


def test_scripts_without_spaces_are_cut_into_characters() -> None:
    assert core_words(["東京で地震"]) == tuple("東京で地震")
    long = "".join(chr(0x4E00 + n) for n in range(300))
    assert shared([long], [f"前置き{long}"]) > 3


@given(st.lists(st.text()))
def test_no_text_raises(paragraphs: list[str]) -> None:
    assert keys_of(paragraphs) == keys_of(paragraphs)


@given(st.lists(st.text()))
def test_no_word_goes_over_the_end_of_a_paragraph(paragraphs: list[str]) -> None:
    assert count_words(paragraphs) == len(words_of("\n\n".join(paragraphs)))
    assert core_words(paragraphs) == tuple(words_of(" ".join(core(paragraphs))))
