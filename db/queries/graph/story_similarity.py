"""How much two articles tell of the same: their words, weighed by how few others have them.

Plain Python, no model. Names (words in capitals within a sentence) count twice, words of the
title three times, and a word that most articles have counts nearly nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from math import log, log1p, sqrt
from operator import mul

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

#: what a sentence begins behind, with a space or without; with a space alone
_SENTENCE_ENDS, _DASHES = frozenset('.!?:;"“”«»('), frozenset("-–—")
#: the next word that does not begin with a small letter of ASCII, behind all that do: that is
#: quicker than a look at each; or the rest of the text, so that nothing is looked at twice
_NEXT_CAPITAL = re.compile(r"[\W\d_]*+(?:[a-z][\w’'-]*+[\W\d_]*+)*+([^\W\d_][\w’'-]*+)?")
#: "6 Oktober", "October 6, 2024", "Oktober 2024": a month is in capitals and is no name
_DAY_BEFORE = re.compile(r"\b\d{1,2}\.? $")
_DATE_AFTER = re.compile(r" (?:\d{1,2},? )?\d{4}\b")
#: characters at the beginning in which a dateline stands, and behind its place up to the dash
_DATELINE_WITHIN, _DATELINE_REST = 100, 60
_DASH = re.compile(r"[-–—]+\s|:\s")
_PHRASE = re.compile(r"\b[A-ZÀ-ÝА-Я]\w+(?: [A-ZÀ-ÝА-Я]\w+){1,3}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Telling:
    """The words of one article, as they are compared."""

    #: the words of the text's beginning, in order
    opening: Sequence[str]
    #: the words that are names, as written
    names: Mapping[str, str]
    #: the words of the title
    headed: frozenset[str] = frozenset()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Word of the opening -> how often it stands there."""
        return Counter(self.opening)

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """Word -> how much it counts, before it is known how rare it is."""
        weights = dict(zip(self.counts, map(log1p, self.counts.values()), strict=True))
        for word in self.names.keys() & weights.keys():
            weights[word] *= NAME_WEIGHT
        for word in self.headed:
            weights[word] = weights.get(word, log1p(1)) * TITLE_WEIGHT
        return weights


def telling(title: str | None, body: str, dateline: str | None = None) -> Telling:
    """The words of an article; where it was written is not what it tells of."""
    opening = _without(dateline, _beginning(body))
    names = _names(opening)
    for word in words(dateline or ""):
        names.pop(word, None)
    headed = frozenset(words(title or ""))
    return Telling(opening=words(opening), names=names, headed=headed)


def _beginning(text: str) -> str:
    """Its first words, with one space between them."""
    return " ".join(text.split(maxsplit=MAX_BODY_WORDS)[:MAX_BODY_WORDS])


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
    counts = Counter(
        word
        for match in _NEXT_CAPITAL.finditer(text)
        if (word := match[1] or " ")[0].isupper()
        and not _is_no_name(text, match.start(1), match.end())
    )
    found: dict[str, str] = {}
    for word, count in counts.most_common():
        if _stands_as_often(word.lower(), text, count):
            continue
        for key in words(word):
            found.setdefault(key, word)
    return found


def _stands_as_often(word: str, text: str, count: int) -> bool:
    """Whether the text has this word, in this spelling, so many times."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not _is_part(text[end : end + 1]) and not _is_within_word(text, at):
            count -= 1
            if not count:
                return True
        at = text.find(word, end)
    return False


def _is_part(char: str) -> bool:
    """Whether a word may go on with it."""
    return char.isalnum() or (char != "" and char in "_’'-")


def _is_within_word(text: str, at: int) -> bool:
    """Whether the word that this place is in begins before it."""
    while at and _is_part(char := text[at - 1]):
        if char.isalnum() and not char.isdecimal():
            return True
        at -= 1
    return False


def _is_no_name(text: str, start: int, end: int) -> bool:
    """Whether a capital has another cause: a sentence begins, or the word is of a date."""
    before = text[max(0, start - 2) : start]
    if not before or before[-1] in _SENTENCE_ENDS:
        return True
    if before[-1] == " ":
        last = before[0]
        if last in _SENTENCE_ENDS or last in _DASHES:
            return True
        if last.isdigit() and _DAY_BEFORE.search(text, max(0, start - 4), start):
            return True
    return text[end + 1 : end + 2].isdigit() and _DATE_AFTER.match(text, end) is not None


def name_phrases(text: str) -> list[str]:
    """Names of several words, most frequent first: "Kim Jong Un"."""
    return [name for name, _ in Counter(_PHRASE.findall(_beginning(text))).most_common()]


class WordUse:
    """How many of some articles have each word, and how often it stands in them."""

    def __init__(self, tellings: Iterable[Telling] = ()) -> None:
        self.count = 0
        self.articles: Counter[str] = Counter()
        #: how often it stands in an article that has it already
        self.repeated: Counter[str] = Counter()
        #: articles that have it in the title alone
        self.headed: Counter[str] = Counter()
        self.names: set[str] = set()
        self._add([*tellings])

    def and_in(self, tellings: Iterable[Telling]) -> "WordUse":
        """The same with further articles; this one stays as it is."""
        use = WordUse()
        use.count = self.count
        use.articles, use.repeated = self.articles.copy(), self.repeated.copy()
        use.headed, use.names = self.headed.copy(), self.names.copy()
        use._add([*tellings])
        return use

    def _add(self, tellings: Sequence[Telling]) -> None:
        self.count += len(tellings)
        # each word once a text: most are not repeated, and these few are counted apart
        self.articles.update(chain.from_iterable(text.counts for text in tellings))
        for text in tellings:
            self.headed.update(text.headed.difference(text.counts))
            self.names.update(text.names)
            for word, uses in text.counts.items():
                if uses > 1:
                    self.repeated[word] += uses - 1


class _Rarities(dict[str, float]):
    """Word -> from 0, what all articles have, to 1, what one alone has."""

    def __init__(self, use: WordUse) -> None:
        self.count = use.count
        articles, repeated, headed = use.articles, use.repeated, use.headed
        self._total = max(1, articles.total() + repeated.total())
        alike = {number: self._rarity(number, number) for number in {*articles.values()}}
        self.update(zip(articles, map(alike.__getitem__, articles.values()), strict=True))
        for word in headed.keys() | repeated.keys():
            within = articles[word]
            self[word] = self._rarity(within + headed[word], within + repeated[word])
        for word in use.names:
            self[word] = max(MIN_RARITY_OF_NAME, self._rare(articles[word] + headed[word]))

    def __missing__(self, word: str) -> float:
        return self._rarity(0, 0)

    def _rare(self, articles: int) -> float:
        if self.count <= 1:
            return 1.0
        return log(self.count / max(1, articles)) / log(self.count)

    def _rarity(self, articles: int, uses: int) -> float:
        """Of a word that so many articles have, and that stands so often in all of them."""
        often = uses / self._total
        return max(0.0, self._rare(articles)) * COMMON_RATE / (COMMON_RATE + often)


class Rarity:
    """How much each word says, from how often these articles have it."""

    def __init__(self, use: WordUse) -> None:
        self._rarities = _Rarities(use)
        self._lengths: dict[Telling, float] = {}

    def of(self, word: str) -> float:
        """From 0, what all have, to 1, what one alone has."""
        return self._rarities[word]

    def likeness(self, one: Telling, other: Telling) -> float:
        """Cosine of the weighed words, 0 to 1."""
        mine, others, rarity = one.weights, other.weights, self._rarities
        common = mine.keys() & others.keys()
        product = sum(mine[word] * others[word] * rarity[word] ** 2 for word in common)
        return product / (self._length(one) * self._length(other) or 1.0)

    def common(self, one: Telling, other: Telling) -> tuple[str, ...]:
        """The words that make them alike, the weightiest first."""
        shared = sorted(
            one.weights.keys() & other.weights.keys(),
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
        return is_named or in_titles or self._rarities.count >= MIN_FOR_RARITY

    def _weight(self, text: Telling, word: str) -> float:
        return text.weights[word] * self._rarities[word]

    def _length(self, text: Telling) -> float:
        length = self._lengths.get(text)
        if length is None:
            # word by word in C: this is most of what a comparison takes
            rarities = map(self._rarities.__getitem__, text.weights)
            weighed = list(map(mul, text.weights.values(), rarities))
            length = self._lengths[text] = sqrt(sum(map(mul, weighed, weighed)))
        return length
