"""Two texts beside each other."""

from hypothesis import given
from hypothesis import strategies as st

from db.queries.diff import Piece, aligned, pair_of


def marked(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.text for piece in pieces if piece.is_different]


def test_words_that_differ_are_marked_on_both_sides() -> None:
    pair = pair_of("Lima rumah rusak.", "Tujuh rumah rusak parah.")
    assert (marked(pair.before), marked(pair.after)) == (
        ["Lima", "rusak."],
        ["Tujuh", "rusak parah."],
    )


def test_paragraphs_stand_beside_those_they_belong_to() -> None:
    old = "Banjir di kota pagi ini.\n\nWarga aman semua.\n\nPenutup lama."
    new = "Pembuka baru sama sekali.\n\nBanjir di kota sore ini.\n\nWarga aman semua."
    assert [pair.kind for pair in aligned(old, new)] == ["added", "changed", "same", "deleted"]


TEXTS = st.lists(st.text(alphabet="ab \u202e.", max_size=12), max_size=5)


@given(TEXTS, TEXTS)
def test_nothing_of_either_text_is_lost(old: list[str], new: list[str]) -> None:
    before, after = "\n\n".join(old), "\n\n".join(new)
    pairs = list(aligned(before, after))
    whole = [
        ["".join(p.text for p in side) for side in (pair.before, pair.after)] for pair in pairs
    ]
    assert [text for text, _ in whole if text] == [text for text in before.split("\n\n") if text]
    assert [text for _, text in whole if text] == [text for text in after.split("\n\n") if text]
