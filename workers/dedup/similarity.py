"""Whether two texts are copies: compared on the texts themselves, and on what differs.

Plain Python; the same answer whichever of the two comes first.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import comb

from workers.dedup.fingerprint import MIN_WORDS, core, core_words, width_of, words_of

#: share of the shorter text's words that stand in runs which the other has too
MIN_SHARE = 0.45
#: common words over words of the longer text: from there on a copy, beneath it a part
MIN_COPY = 0.5
#: texts made by a template differ in their data: chance below which that is no accident ...
MAX_CHANCE = 0.003
#: ... and the share of names or numbers that differ, and how many: fewer prove nothing
MIN_LOSS, MIN_LOST = 0.4, 3
#: data may change at the rate of other words by this factor, and by this anyhow
LOSS_FACTOR, USUAL_LOSS = 1.5, 0.05
#: share of the words that stand in changed paragraphs: less is a corner of the text, whose data
#: say nothing about the rest
MIN_CHANGED = 0.05
#: words compared at most; what lies beyond is taken to be like what comes before
MAX_WORDS = 20_000

#: a word, and what shows that a sentence begins with it; letters of the longest text compared
_TOKEN = re.compile(r"([.!?:;\"“”«»(\n-]\s{0,3})?(\w+(?:[.,:]\d+)*)")
_MAX_CHARS = 10 * MAX_WORDS

_Common = Callable[[Sequence[str], Sequence[str]], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Similarity:
    """What two texts have in common."""

    #: of the shorter text's words, 0 to 1
    share: float
    #: words in common
    shared: int
    #: the shorter text stands inside a longer one that has much else
    is_part: bool
    #: True where the first of the two is the shorter
    is_first_shorter: bool


@dataclass(frozen=True)
class _CountedWords:
    """A text as it is compared."""

    all: tuple[str, ...]
    width: int

    @cached_property
    def different(self) -> frozenset[str]:
        """Its words, each once."""
        return frozenset(self.all)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Only of the longer of two texts."""
        return frozenset(runs(self.all, self.width))


class _Kinds:
    """The words of a text in order by what they are: numbers, names, the rest."""

    def __init__(self, text: str) -> None:
        tokens: list[tuple[str, str]] = _TOKEN.findall("\n" + text[:_MAX_CHARS])
        self.numbers = [token for _, token in tokens if token[0].isdigit()]
        self._words = [(start, token) for start, token in tokens if not token[0].isdigit()]
        #: capitals within a sentence
        self.names = [
            token.casefold() for start, token in self._words if token[0].isupper() and not start
        ]

    @cached_property
    def plain(self) -> list[str]:
        """The rest; most texts are told apart without it."""
        return [token.casefold() for start, token in self._words if start or not token[0].isupper()]


def likeness(one: str, other: str) -> Similarity | None:
    """What two bodies have in common; None unless one is a copy of the other or of a part."""
    first, second = _words(one), _words(other)
    if min(len(first.all), len(second.all)) < MIN_WORDS:
        return None
    is_first_shorter = (len(first.all), first.all) <= (len(second.all), second.all)
    shorter, longer = (first, second) if is_first_shorter else (second, first)
    # a quick look first: more words than both have cannot stand in runs that both have
    if sum(map(longer.different.__contains__, shorter.all)) < MIN_SHARE * len(shorter.all):
        return None
    shared = covered(shorter.all, longer.runs, longer.width)
    share = shared / len(shorter.all)
    if share < MIN_SHARE:
        return None
    bodies = (one, other) if is_first_shorter else (other, one)
    if shorter.all != longer.all and _is_template(*map(_kinds, bodies)) and _is_spread(*bodies):
        return None
    return Similarity(
        share=round(share, 4),
        shared=shared,
        is_part=shared < MIN_COPY * len(longer.all),
        is_first_shorter=is_first_shorter,
    )


@lru_cache(maxsize=64)
def _words(body: str) -> _CountedWords:
    words = core_words(body.split("\n\n"))[:MAX_WORDS]
    return _CountedWords(words, width_of(words))


@lru_cache(maxsize=64)
def _kinds(body: str) -> _Kinds:
    return _Kinds(_core_of(body))


def _core_of(body: str) -> str:
    return "\n".join(core(body.split("\n\n")))


def runs(words: Sequence[str], width: int) -> Iterable[tuple[str, ...]]:
    """All runs of ``width`` words."""
    return zip(*(words[place:] for place in range(width)), strict=False)


def covered(words: Sequence[str], shingles: frozenset[tuple[str, ...]], width: int) -> int:
    """How many words stand in a run that is known."""
    count = end = 0
    for start, run in enumerate(runs(words, width)):
        if run in shingles:
            count += start + width - max(start, end)
            end = start + width
    return count


def _is_template(shorter: _Kinds, longer: _Kinds) -> bool:
    """Whether the wording is the same and the data are not: prices, weather, tables.

    Looked at in order and as bags: a paragraph in another place changes the first alone, and a
    template that chooses among some phrases is told by the second.
    """
    data = [
        sorted(pair, key=len)
        for pair in ((shorter.numbers, longer.numbers), (shorter.names, longer.names))
    ]
    for common in (common_in_order, _common_at_all):
        numbers, names = (_Loss.of(fewer, more, common) for fewer, more in data)
        large = [loss for loss in (numbers, names, numbers + names) if loss.is_large]
        if large:
            wording = _Loss.of(shorter.plain, longer.plain, common)
            usual = min(1.0, wording.rate * LOSS_FACTOR + USUAL_LOSS)
            if any(_chance(loss.count, loss.lost, usual) < MAX_CHANCE for loss in large):
                return True
    return False


def _is_spread(shorter: str, longer: str) -> bool:
    """Whether the two differ in more than a corner, such as a line below the text."""
    own, others = (
        [words_of(paragraph) for paragraph in core(body[:_MAX_CHARS].split("\n\n"))]
        for body in (shorter, longer)
    )
    kept = {tuple(words) for words in others}
    changed = sum(len(words) for words in own if tuple(words) not in kept)
    return changed >= MIN_CHANGED * sum(map(len, own))


@dataclass(frozen=True, slots=True)
class _Loss:
    """How many words there are, and how many of them another text has not."""

    count: int
    lost: int

    @classmethod
    def of(cls, own: Sequence[str], others: Sequence[str], common: _Common) -> "_Loss":
        """Of these words; for data the fewer: what one text has more was added by its editor."""
        return cls(len(own), len(own) - common(own, others))

    def __add__(self, other: "_Loss") -> "_Loss":
        return _Loss(self.count + other.count, self.lost + other.lost)

    @property
    def rate(self) -> float:
        """From 0 to 1."""
        return self.lost / self.count if self.count else 0.0

    @property
    def is_large(self) -> bool:
        """Whether it can mean something: a number that was put right does not."""
        return self.lost >= max(MIN_LOST, MIN_LOSS * self.count)


def _chance(count: int, lost: int, rate: float) -> float:
    """Of ``count`` that are each lost at this rate, ``lost`` or more are."""
    if count > 1_000:  # the same for large numbers, without huge binomials
        lost, count = lost * 1_000 // count, 1_000
    kept = 1 - rate
    return sum(comb(count, n) * rate**n * kept ** (count - n) for n in range(lost, count + 1))


def _common_at_all(one: Sequence[str], other: Sequence[str]) -> int:
    """Words that both have, each as often as both have it, wherever they stand."""
    return (Counter(one) & Counter(other)).total()


def common_in_order(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence, by whole rows as bits of one number."""
    places: dict[str, int] = {}
    for place, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << place
    full = (1 << len(one)) - 1
    row = full
    for word in other:
        if positions := places.get(word):
            met = row & positions
            row = (row + met | row - met) & full
    return len(one) - row.bit_count()
