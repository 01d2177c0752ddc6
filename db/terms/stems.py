"""Stems of words, beside the words themselves: "kebanjiran" is also found by "banjir".

Snowball's algorithms, by the article's language. Plain Python.
"""

import threading
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

#: ISO 639-1 -> Snowball's name
LANGUAGES = {"id": "indonesian", "en": "english"}
#: begins what is indexed of a stem; no word has it (``db.terms.tokens`` keeps letters and digits)
MARK = "\ue000"
#: shorter words have no ending to lose
_MIN_CHARS = 4
#: and shorter stems say nothing
_MIN_STEM_CHARS = 3

#: words of which the stems are kept in mind
_MAX_KEPT = 50_000

_own = threading.local()


class _Marked(dict[str, str | None]):
    """What is indexed of a word's stem; None where the word is its own stem."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, word: str) -> str | None:
        if len(self) >= _MAX_KEPT:
            self.clear()
        stem = _stem(word, self.language)
        marked = self[word] = None if stem == word else f"{MARK}{self.language}{stem}"
        return marked


_MARKED = {language: _Marked(language) for language in LANGUAGES}


def stems_of(words: Iterable[str], language: str | None) -> list[str]:
    """What is indexed of a text beside its words: the stems that differ from them, each once."""
    marked = _MARKED.get(language or "")
    if marked is None:
        return []
    return list(dict.fromkeys(filter(None, map(marked.__getitem__, dict.fromkeys(words)))))


@lru_cache(maxsize=2_000)
def alternatives(word: str) -> tuple[str, ...]:
    """What in the index has the stem of a word in a query, whose language nobody says."""
    if len(word) < _MIN_STEM_CHARS or not _has_stem(word):
        return ()
    stems: dict[str, None] = {}
    for language in LANGUAGES:
        stem = _stem(word, language)
        stems[f"{MARK}{language}{stem}"] = None
        if stem != word and _stem(stem, language) == stem:
            stems[stem] = None
    return tuple(stems)


def has_stem(word: str, stems: Collection[str]) -> bool:
    """Whether the index has one of these for the word, in whatever language it is."""
    return word in stems or any(marked[word] in stems for marked in _MARKED.values())


def _stem(word: str, language: str) -> str:
    if len(word) < _MIN_CHARS or not _has_stem(word):
        return word
    stem: str = _stemmer(language).stemWord(word)
    return stem


def _has_stem(word: str) -> bool:
    """Whether it can be a word of these languages: accents are gone by now."""
    return word.isascii() and word.isalpha()


def _stemmer(language: str) -> Any:
    """This thread's: they are not made for several."""
    stemmers: dict[str, Any] = _own.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        from Stemmer import Stemmer

        stemmers[language] = Stemmer(LANGUAGES[language])
    return stemmers[language]
