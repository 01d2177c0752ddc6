"""Snippets: the part of a body that shows best why a query found it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from db.queries.search.query import Phrase, Query
from db.terms.stems import has_stem
from db.terms.tokens import MAX_WORD_CHARS, is_unspaced, words

SNIPPET_CHARS = 220
#: what is looked at of a body, and of the matches in it; a bound for hostile pages
MAX_BODY_CHARS = 200_000
MAX_MATCHES = 400
#: different runs of letters that are remembered
MAX_RUNS = 20_000
#: of a title
MAX_SHORT_CHARS = 1_000

#: letters with the marks that belong to them, as far as ``\w`` leaves those out
_RUN = re.compile(
    r"[\w\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u1cff\u1dc0-\u1dff"
    r"\u200c\u200d\u302a-\u302f\u3099\u309a\ua8e0-\uabff]+"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """A piece of text on one line and where the words looked for stand in it."""

    text: str
    #: (start, end) in ``text``, in order, not overlapping
    marks: tuple[tuple[int, int], ...] = ()


def make_snippet(body: str, query: Query, *, width: int = SNIPPET_CHARS) -> Snippet:
    """The densest piece of the body, of about ``width`` characters; its beginning without any."""
    body = body[:MAX_BODY_CHARS]
    matches = _matches(body, query.phrases)
    start, end = _window(body, matches, width)
    inside = [(a, b) for a, b, _ in matches if start <= a and b <= end]
    return _folded(body, start, end, inside)


def mark_words(text: str, query: Query) -> Snippet:
    """A short text as far as it is one, on one line, with the words looked for."""
    text = text[:MAX_SHORT_CHARS]
    matches = _matches(text, query.phrases)
    return _folded(text, 0, len(text), [(start, end) for start, end, _ in matches])


def _matches(body: str, wanted: tuple[Phrase, ...]) -> list[tuple[int, int, str]]:
    """(start, end, word) of every word looked for."""
    places = _places(wanted)
    matches: list[tuple[int, int, str]] = []
    for run in _RUN.finditer(body):
        if within := places[run[0]]:
            at = run.start()
            matches += ((at + start, at + end, word) for start, end, word in within)
        if len(matches) >= MAX_MATCHES:
            break
    return matches


class _Places(dict[str, tuple[tuple[int, int, str], ...]]):
    """A run of letters -> (start, end, word) of every word in it that is looked for."""

    def __init__(self, wanted: tuple[Phrase, ...]) -> None:
        self._exact = {word for phrase in wanted for word in phrase.words}
        self._open_words = tuple(phrase.words[-1] for phrase in wanted if phrase.is_open)
        self._stems = frozenset(stem for phrase in wanted for stem in phrase.stems)

    def __missing__(self, run: str) -> tuple[tuple[int, int, str], ...]:
        # nearly all runs are one word, whose tokeniser would find nothing to cut
        if run.isascii() and run.isalnum():
            within = self._of_word(0, len(run), run.lower()[:MAX_WORD_CHARS])
        else:
            within = tuple(chain.from_iterable(self._of_word(*placed) for placed in _placed(run)))
        if len(self) < MAX_RUNS:
            self[run] = within
        return within

    def _of_word(self, start: int, end: int, word: str) -> tuple[tuple[int, int, str], ...]:
        if word in self._exact or (self._stems and has_stem(word, self._stems)):
            return ((start, end, word),)
        if self._open_words and word.startswith(self._open_words):
            is_longer = len(word) > 1 and not is_unspaced(word)
            return ((start, end if is_longer else start + 1, word[0]),)
        return ()


@lru_cache(maxsize=8)
def _places(wanted: tuple[Phrase, ...]) -> _Places:
    return _Places(wanted)


def _placed(run: str) -> Iterator[tuple[int, int, str]]:
    """The words of a run with their places; the whole run where they can't be told apart."""
    cut = words(run)
    each_char = len(cut) == len(run)
    for index, word in enumerate(cut):
        if each_char:
            # a word may be longer than what it was made of: "ß" is indexed as "ss"
            yield index, min(index + len(word), len(run)), word
        else:
            yield 0, len(run), word


def _window(body: str, matches: list[tuple[int, int, str]], width: int) -> tuple[int, int]:
    best, best_score, first = 0, (0, 0), 0
    for last, (_, end, _) in enumerate(matches):
        while end - matches[first][0] > width * 3 // 4 and first < last:
            first += 1
        inside = matches[first : last + 1]
        score = (len({word for *_, word in inside}), len(inside))
        if score > best_score:
            best, best_score = matches[first][0], score
    return _widened(body, best, width)


def _widened(body: str, match: int, width: int) -> tuple[int, int]:
    """A window that begins a little before the match, at the beginnings of words."""
    start = max(0, match - width // 6)
    if start:
        space = body.find(" ", start, match)
        start = space + 1 if space >= 0 else match
    end = min(len(body), start + width)
    if end < len(body):
        space = body.rfind(" ", start + width // 2, end)
        end = space if space >= 0 else end
    return start, end


def _folded(body: str, start: int, end: int, inside: list[tuple[int, int]]) -> Snippet:
    """The window with white space folded; the marks move along."""
    text = "… " if start else ""
    marks: list[tuple[int, int]] = []
    at = start
    for match_start, match_end in sorted(inside):
        if match_end <= at:
            continue
        text = _joined(text, body[at : max(match_start, at)])
        begin = len(text)
        text += body[max(match_start, at) : match_end]
        marks = _with_mark(marks, begin, len(text))
        at = match_end
    text = _joined(text, body[at:end]).rstrip()
    return Snippet(text=text + (" …" if end < len(body) else ""), marks=tuple(marks))


def _joined(text: str, more: str) -> str:
    folded = re.sub(r"\s+", " ", more)
    return text + (folded.lstrip() if not text or text.endswith(" ") else folded)


def _with_mark(marks: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    if marks and marks[-1][1] == start:
        return [*marks[:-1], (marks[-1][0], end)]
    return [*marks, (start, end)]
