"""Many phrases counted in many texts."""

from workers.parsing.body.phrases import Phrases

WORDS = ("newsletter", "subscri", "log ?in", "klik", "©")
PHRASES = Phrases(WORDS, at_word=True)


def test_each_text_gets_its_own_count() -> None:
    texts = ["subscribe to our newsletter", "the harbour was closed", "© 2024, log in or login"]
    assert PHRASES.counts(texts) == [2, 0, 3]


def test_words_count_at_their_beginning_only() -> None:
    texts = ["klinik", "the klik", "autoklik"]
    assert PHRASES.counts(texts) == [0, 1, 0]
    assert Phrases(WORDS, at_word=False).counts(texts) == [0, 1, 1]


def test_no_phrase_goes_on_in_the_next_text() -> None:
    assert PHRASES.counts(["please log", "in the harbour"]) == [0, 0]


def test_anything_can_be_counted() -> None:
    assert PHRASES.counts([]) == []
    assert PHRASES.counts(["\ud800", "", "😀 klik", "ab"]) == [0, 0, 1, 0]
