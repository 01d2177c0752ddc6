"""Which paragraphs may be repeated, and a text without those that are."""

from hypothesis import given
from hypothesis import strategies as st

from workers.dedup.boilerplate import MAX_WORDS, digest_of, lines_of, without

APPEAL = "Dukung kami dengan berlangganan."


def test_case_and_punctuation_do_not_count() -> None:
    assert digest_of(APPEAL) == digest_of("DUKUNG KAMI, dengan berlangganan!")


def test_long_paragraph_and_one_without_words_are_no_lines() -> None:
    assert digest_of("kata " * (MAX_WORDS + 1)) is None
    assert digest_of("***") is None
    assert list(lines_of(["kata " * (MAX_WORDS + 1), APPEAL, APPEAL]).values()) == [APPEAL]


def test_repeated_lines_are_cut_wherever_they_stand() -> None:
    known = lines_of([APPEAL])
    assert without(["Satu.", APPEAL, "Dua."], known) == ("Satu.", "Dua.")


def test_text_never_becomes_empty() -> None:
    assert without([APPEAL], lines_of([APPEAL])) == (APPEAL,)


@given(st.lists(st.text()), st.lists(st.text()))
def test_only_known_lines_are_cut(paragraphs: list[str], known: list[str]) -> None:
    kept = without(paragraphs, lines_of(known))
    digests = {digest_of(p) for p in known}
    assert set(paragraphs) - set(kept) <= {p for p in paragraphs if digest_of(p) in digests}
