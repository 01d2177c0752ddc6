"""Words of appeals in texts."""

from workers.parsing.selling import selling_counts


def test_each_text_gets_its_own_count() -> None:
    texts = ["subscribe to our newsletter", "the harbour was closed", "© 2024, log in or login"]
    assert selling_counts(texts) == [2, 0, 3]


def test_words_count_at_their_beginning_only() -> None:
    assert selling_counts(["klinik", "the klik", "autoklik"]) == [0, 1, 0]


def test_no_word_goes_on_in_the_next_text() -> None:
    assert selling_counts(["please log", "in the harbour"]) == [0, 0]


def test_anything_can_be_counted() -> None:
    assert selling_counts([]) == []
    assert selling_counts(["\ud800", "", "😀 gratis", "ab"]) == [0, 0, 1, 0]
