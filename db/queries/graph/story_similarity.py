"""How much two articles tell of the same: their words, weighed by how few others have them.

Plain Python, no model. Names (words in capitals within a sentence) count twice, words of the
title three times, and a word that most articles have counts nearly nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import log, log1p, sqrt

from db.terms.tokens import words

#: a story is told in its first words; the rest is background
MAX_BODY_WORDS = 600
#: how much more a word of the title, or a name, counts
TITLE_WEIGHT, NAME_WEIGHT = 3.0, 2.0
#: a story's names are in all its articles and still say what it is about
MIN_RARITY_OF_NAME = 0.4
#: share of all words from which on a word that is no name says little: "the", "dan"
COMMON_RATE = 0.001
#: common words that are shown as the reason
MAX_SHOWN, MIN_SHOWN_RARITY = 6, 0.1
#: among fewer articles nobody can tell "dari" from a rare word: only names and common words of
#: both titles are shown
MIN_FOR_RARITY = 40

_SENTENCE_START = re.compile(r"(?:^|[.!?:;\"“”«»(\n]\s*|[-–—]\s+)$")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
#: "6 Oktober", "October 6, 2024", "Oktober 2024": a month is in capitals and is no name
_DAY_BEFORE = re.compile(r"\b\d{1,2}\.? $")
_DATE_AFTER = re.compile(r" (?:\d{1,2},? )?\d{4}\b")
#: characters at the beginning in which a dateline stands, and behind its place up to the dash
_DATELINE_WITHIN, _DATELINE_REST = 100, 60
_DASH = re.compile(r"[-–—]+\s|:\s")
_PHRASE = re.compile(r"\b[A-ZÀ-ÝА-Я]\w+(?: [A-ZÀ-ÝА-Я]\w+){1,3}")


@dataclass(frozen=True, kw_only=True)
class Telling:
    """The words of one article, as they are compared."""

    #: word -> how much it counts, before it is known how rare it is
    weights: Mapping[str, float]
    #: word -> how often it stands there
    uses: Mapping[str, int]
    #: the words that are names, as written
    names: Mapping[str, str]
    #: the words of the title
    headed: frozenset[str] = frozenset()

    @cached_property
    def keys(self) -> frozenset[str]:
        """The words alone."""
        return frozenset(self.weights)


def telling(title: str | None, body: str, dateline: str | None = None) -> Telling:
    """The words of an article; where it was written is not what it tells of."""
    opening = _without(dateline, " ".join(body.split()[:MAX_BODY_WORDS]))
    counts = Counter(words(opening))
    headed = frozenset(words(title or ""))
    names = _names(opening)
    for word in words(dateline or ""):
        names.pop(word, None)
    weights = {
        word: log1p(counts[word])
        * (NAME_WEIGHT if word in names else 1.0)
        * (TITLE_WEIGHT if word in headed else 1.0)
        for word in counts
    }
    for word in headed - counts.keys():
        weights[word] = TITLE_WEIGHT * log1p(1)
    return Telling(weights=weights, uses=counts, names=names, headed=headed)


def _without(dateline: str | None, text: str) -> str:
    """The text without "KABAR.TEST, Tarawi - " at its head."""
    place = text[:_DATELINE_WITHIN].lower().find(dateline.lower()) if dateline else -1
    if place < 0:
        return text
    dash = _DASH.search(text, place, place + _DATELINE_REST)
    return text[dash.end() :] if dash else text


def _names(text: str) -> dict[str, str]:
    """Words in capitals that no sentence begins with, most frequent first.

    None that the text has in small letters as often: headings in English capitalise all words.
    """
    written = Counter(_WORD.findall(text))
    names = []
    for match in _WORD.finditer(text):
        word = match[0]
        if word[0].isupper() and not _is_no_name(text, match.start(), match.end()):
            names.append(word)
    counts = Counter(names)
    found: dict[str, str] = {}
    for word, count in counts.most_common():
        if written[word.lower()] >= count:
            continue
        for key in words(word):
            found.setdefault(key, word)
    return found


def _is_no_name(text: str, start: int, end: int) -> bool:
    """Whether a capital has another cause: a sentence begins, or the word is of a date."""
    before = max(0, start - 4)
    return bool(
        _SENTENCE_START.search(text, before, start)
        or _DAY_BEFORE.search(text, before, start)
        or _DATE_AFTER.match(text, end)
    )


def name_phrases(text: str) -> list[str]:
    """Names of several words, most frequent first: "Kim Jong Un"."""
    opening = " ".join(text.split()[:MAX_BODY_WORDS])
    return [name for name, _ in Counter(_PHRASE.findall(opening)).most_common()]


class Rarity:
    """How much each word says, from how often these articles have it."""

    def __init__(self, tellings: Iterable[Telling]) -> None:
        self._articles: Counter[str] = Counter()
        self._names: set[str] = set()
        self._uses: Counter[str] = Counter()
        self._count = 0
        for each in tellings:
            self._count += 1
            self._articles.update(each.keys)
            self._names.update(each.names)
            self._uses.update(each.uses)
        self._known: dict[str, float] = {}
        self._total = max(1, self._uses.total())

    def of(self, word: str) -> float:
        """From 0, what all have, to 1, what one alone has."""
        rarity = self._known.get(word)
        if rarity is None:
            rarity = self._known[word] = self._worked_out(word)
        return rarity

    def _worked_out(self, word: str) -> float:
        having = max(1, self._articles[word])
        rare = log(self._count / having) / log(self._count) if self._count > 1 else 1.0
        if word in self._names:
            return max(MIN_RARITY_OF_NAME, rare)
        often = self._uses[word] / self._total
        return max(0.0, rare) * COMMON_RATE / (COMMON_RATE + often)

    def likeness(self, one: Telling, other: Telling) -> float:
        """Cosine of the weighed words, 0 to 1."""
        common = one.keys & other.keys
        product = sum(self._weight(one, word) * self._weight(other, word) for word in common)
        return product / (self._length(one) * self._length(other) or 1.0)

    def common(self, one: Telling, other: Telling) -> tuple[str, ...]:
        """The words that make them alike, the weightiest first."""
        shared = sorted(
            one.keys & other.keys,
            key=lambda word: (-self._weight(one, word) * self._weight(other, word), word),
        )
        telling_words = (word for word in shared if self._says_something(word, one, other))
        best = islice(telling_words, MAX_SHOWN)
        return tuple(one.names.get(word) or other.names.get(word) or word for word in best)

    def _says_something(self, word: str, one: Telling, other: Telling) -> bool:
        if word.isdecimal() or self.of(word) < MIN_SHOWN_RARITY:
            return False
        is_named = word in one.names or word in other.names
        in_titles = word in one.headed and word in other.headed
        return is_named or in_titles or self._count >= MIN_FOR_RARITY

    def _weight(self, text: Telling, word: str) -> float:
        return text.weights[word] * self.of(word)

    def _length(self, text: Telling) -> float:
        return sqrt(sum(self._weight(text, word) ** 2 for word in text.keys))
