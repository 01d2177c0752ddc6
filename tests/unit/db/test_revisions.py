"""What changed from one version to the next, as a reader sees it."""

from hypothesis import given
from hypothesis import strategies as st

from db.queries.revisions import FieldChange, changes, is_correction, marks


def test_changed_added_and_deleted_words_are_told_apart() -> None:
    before = "Dua orang tewas di pasar lama.\n\nPolisi datang.\n\nWarga pulang."
    after = "Tiga orang tewas di pasar lama itu.\n\nPolisi datang."
    found = [(change.kind, change.before, change.after) for change in changes(before, after)]
    assert found == [
        ("changed", "Dua", "Tiga"),
        ("changed", "lama.", "lama itu."),
        ("deleted", "Warga pulang.", ""),
    ]


def test_deletion_and_correction_are_marked() -> None:
    found = changes("Satu.\n\nDua.", "Satu.\n\nRalat: bukan dua.")
    assert [*marks((), found)] == ["correction"]
    assert [*marks((), changes("Satu.\n\nDua.", "Satu."))] == ["deletion"]
    title = FieldChange(field="title", before="Gempa", after="[Koreksi] Gempa")
    assert [*marks((title,), ())] == ["correction"]


def test_correction_that_stood_there_before_is_none() -> None:
    assert not is_correction("Ralat: lima orang.", "Ralat: enam orang.")
    assert not is_correction("Lima orang.", "Enam orang.")


@given(st.text(), st.text())
def test_no_text_raises_and_the_same_has_no_changes(one: str, other: str) -> None:
    changes(one, other)
    assert changes(one, one) == []
