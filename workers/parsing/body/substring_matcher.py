"""Finds which of many short patterns stand in names, in one pass over all names."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation

_EDGE, _NOT = "\b", "\0"
_UNKNOWN = frozenset(".+^${}])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Needle:
    """One spelling of a pattern."""

    text: str
    #: whether a word must begin or end there
    opens: bool
    closes: bool
    #: what must not follow
    but_not: tuple[str, ...]
    #: what is said of a name that holds it
    bits: int

    def stands(self, name: str, at: int) -> bool:
        """Whether the needle stands at this place of the name."""
        if not name.startswith(self.text, at):
            return False
        end = at + len(self.text)
        if self.opens and at and name[at - 1].isalnum():
            return False
        if self.closes and end < len(name) and name[end].isalnum():
            return False
        return not (self.but_not and name.startswith(self.but_not, end))


class Substrings:
    """Finds every place of many texts in another, whether they overlap or not."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._automaton = AhoCorasick(texts, implementation=Implementation.DFA)

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """(number of the text found, where it begins) for each place, by their ends."""
        try:
            matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # half a character pair; what takes its place is as long
            text = text.encode("utf-8", "replace").decode()
            matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return ((number, start) for number, start, _ in matches)

    def are_in(self, text: str) -> bool:
        """Whether one of them stands in a text of ASCII alone."""
        return bool(self._automaton.find_matches_as_indexes(text))


class Needles:
    """Patterns; the first of them sets the lowest bit of the answer.

    They are regular expressions of letters, ``?`` and ``*`` (at most once), ``[]``, ``(?:|)``,
    and ``\\b`` or ``(?!|)`` at the ends.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        bits: dict[str, int] = {}
        for number, pattern in enumerate(patterns):
            for spelling in spellings(pattern):
                bits[spelling] = bits.get(spelling, 0) | 1 << number
        needles: dict[str, list[Needle]] = {}
        for spelling, sets in bits.items():
            needles.setdefault(plain(spelling), []).append(_needle(spelling, sets))
        self._needles = list(needles.values())
        self._substrings = Substrings(needles)

    def bits(self, names: Sequence[str]) -> list[int]:
        """For each name, in lower case, the bits of all patterns that it holds."""
        joined = "\n".join([*names, "\n"])
        bits_of = [0] * len(names)
        starts = list(accumulate((len(name) + 1 for name in names), initial=0))
        for number, place in self._substrings.places(joined):
            at = bisect_right(starts, place) - 1
            for needle in self._needles[number]:
                if needle.bits & ~bits_of[at] and needle.stands(joined, place):
                    bits_of[at] |= needle.bits
        return bits_of


def _needle(spelling: str, bits: int) -> Needle:
    text, _, but_not = spelling.partition(_NOT)
    return Needle(
        text=plain(spelling),
        opens=text.startswith(_EDGE),
        closes=text.endswith(_EDGE),
        but_not=tuple(but_not.split("|")) if but_not else (),
        bits=bits,
    )


def plain(spelling: str) -> str:
    """The letters of a spelling, without what must begin, end or not follow there."""
    return spelling.partition(_NOT)[0].strip(_EDGE)


def spellings(pattern: str) -> list[str]:
    """Every text that the pattern stands for; raises ``ValueError`` for other notation."""
    ways, end = _either(pattern, 0)
    if end != len(pattern):
        raise ValueError(f"unbalanced pattern: {pattern}")
    return list(dict.fromkeys(ways))


def _either(pattern: str, at: int) -> tuple[list[str], int]:
    """The texts of the alternatives from ``at`` to the end of their group, and that end."""
    ways: list[str] = []
    current = [""]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            ways, current, at = ways + current, [""], at + 1
            continue
        options, at = _atom(pattern, at)
        if pattern[at : at + 1] in ("?", "*"):
            options, at = ["", *options], at + 1
        current = [head + tail for head in current for tail in options]
    return ways + current, at


def _atom(pattern: str, at: int) -> tuple[list[str], int]:
    if pattern.startswith("(?:", at):
        inner, end = _either(pattern, at + 3)
        return inner, end + 1
    if pattern.startswith("(?!", at):
        end = pattern.index(")", at)
        return [_NOT + pattern[at + 3 : end]], end + 1
    if pattern.startswith("\\b", at):
        return [_EDGE], at + 2
    if pattern[at] == "[":
        end = pattern.index("]", at)
        return list(pattern[at + 1 : end]), end + 1
    if pattern[at] in _UNKNOWN or pattern[at] in "\\(?*":
        raise ValueError(f"not a pattern of names: {pattern}")
    return [pattern[at]], at + 1
