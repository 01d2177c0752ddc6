"""Words: the one tokeniser for both databases.

Case, accents and punctuation do not count. Scripts written without spaces (Han, kana, Thai ...)
are cut into overlapping pairs of characters, so that any part of a run can be found.
"""

import re
import unicodedata
from collections.abc import Iterator

#: longer words are cut; PostgreSQL takes 2046 bytes at most
MAX_WORD_CHARS = 64

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\U00020000-\U0003ffff"
)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SCRIPT_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
#: breaks words although it is a format character
_ZERO_WIDTH_SPACE = 0x200B


class _Letters(dict[int, str | None]):
    """For ``str.translate``: letters, digits and vowel signs stay, accents go, the rest parts."""

    def __missing__(self, code: int) -> str | None:
        kept = self[code] = _kept(chr(code))
        return kept


def _kept(char: str) -> str | None:
    kind = unicodedata.category(char)
    if kind[0] in "LN":
        return char
    if kind[0] == "M":
        # Arabic and Hebrew vowel points, Latin accents; not the vowel signs of Indic scripts
        order = unicodedata.combining(char)
        return None if 10 <= order <= 36 or order >= 200 else char
    return None if kind == "Cf" and ord(char) != _ZERO_WIDTH_SPACE else " "


_LETTERS = _Letters()


class _Spellings(dict[str, str]):
    """What a character alone becomes in a word."""

    def __missing__(self, char: str) -> str:
        spelling = unicodedata.normalize("NFKD", char).casefold().translate(_LETTERS)
        self[char] = spelling
        return spelling


_SPELLINGS = _Spellings()
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
#: characters at a text's beginning, and the share of those that are not ASCII from which on it is
#: of another script
_LOOKED_AT, _MAX_STRANGE = 400, 0.1


def words(text: str) -> list[str]:
    """The words of a text as both databases index them, in order."""
    if not text.isascii():
        text = _plain(text)
    if text.isascii():
        runs: list[str] = _ASCII_WORD.findall(text.lower())
        if len(max(runs, key=len, default="")) <= MAX_WORD_CHARS:
            return runs
        return [run[:MAX_WORD_CHARS] for run in runs]
    return list(_cut(text))


def _plain(text: str) -> str:
    """A text in ASCII that has the same words, where it has but quotes, dashes and accents beside.

    Most texts are of this kind, and are cut in a third of the time.
    """
    if len(_NOT_ASCII.findall(text, 0, _LOOKED_AT)) > _LOOKED_AT * _MAX_STRANGE:
        return text
    strange = set(_NOT_ASCII.findall(text))
    if not all(_SPELLINGS[char].isascii() for char in strange):
        return text
    for char in strange:
        text = text.replace(char, _SPELLINGS[char])
    return text


def _cut(text: str) -> Iterator[str]:
    # NFKD leaves Hangul in pieces and kana without their marks; NFC joins what is kept
    letters = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    for run in unicodedata.normalize("NFC", letters).split():
        if _IS_UNSPACED.search(run):
            for part in _SCRIPT_RUN.findall(run):
                yield from _pairs(part) if _IS_UNSPACED.match(part) else [part[:MAX_WORD_CHARS]]
        else:
            yield run[:MAX_WORD_CHARS]


def _pairs(run: str) -> Iterator[str]:
    for start in range(len(run) - 1):
        yield run[start : start + 2]
    # the last character alone, so that a query for one character finds it by its beginning
    yield run[-1]


def phrase_words(text: str) -> tuple[str, ...]:
    """The words of a query; a run of an unspaced script at its end may go on in the text."""
    cut = words(text)
    if len(cut) > 1 and _is_tail(cut[-2], cut[-1]):
        cut.pop()
    return tuple(cut)


def _is_tail(before: str, last: str) -> bool:
    return len(last) == 1 and len(before) == 2 and before[1] == last and is_unspaced(last)


def is_unspaced(word: str) -> bool:
    """Whether it is of a script written without spaces."""
    return _IS_UNSPACED.match(word) is not None
