"""Finds which of many short patterns stand in names, in one pass over all names.

A regular expression of some hundred alternatives tries each of them at each letter; here the
three letters at a place, made a number, say whether one can stand there, and which.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

HEAD = 3  # letters by which needles are looked up
HEAD_NUMBERS = 1 << 14  # numbers that they can make; the table of them fits a cache

Codes = npt.NDArray[np.uint32]

_FIRST, _SECOND, _MASK = np.uint32(961), np.uint32(31), np.uint32(HEAD_NUMBERS - 1)

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


class Needles:
    """Patterns; the first of them sets the lowest bit of the answer.

    They are regular expressions of letters, ``?`` and ``*`` (at most once), ``[]``, ``(?:|)``,
    and ``\\b`` or ``(?!|)`` at the ends.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._by_head: dict[str, list[Needle]] = {}
        self._short: list[Needle] = []
        bits: dict[str, int] = {}
        for number, pattern in enumerate(patterns):
            for spelling in spellings(pattern):
                bits[spelling] = bits.get(spelling, 0) | 1 << number
        for spelling, sets in bits.items():
            self._add(spelling, sets)
        self._heads = head_table(self._by_head)
        self._texts = {h: tuple(n.text for n in found) for h, found in self._by_head.items()}

    def _add(self, spelling: str, bits: int) -> None:
        text, _, but_not = spelling.partition(_NOT)
        needle = Needle(
            text=plain(spelling),
            opens=text.startswith(_EDGE),
            closes=text.endswith(_EDGE),
            but_not=tuple(but_not.split("|")) if but_not else (),
            bits=bits,
        )
        if len(needle.text) < HEAD:
            self._short.append(needle)
        else:
            self._by_head.setdefault(needle.text[:HEAD], []).append(needle)

    def bits(self, names: Sequence[str]) -> list[int]:
        """For each name, in lower case, the bits of all patterns that it holds."""
        joined = "\n".join([*names, "\n\n"])
        found = [0] * len(names)
        starts = list(accumulate((len(name) + 1 for name in names), initial=0))
        for place in self._likely(joined):
            head = joined[place : place + HEAD]
            if not joined.startswith(self._texts.get(head, ()), place):
                continue
            at = bisect_right(starts, place) - 1
            for needle in self._by_head[head]:
                if needle.bits & ~found[at] and needle.stands(joined, place):
                    found[at] |= needle.bits
        for needle in self._short:
            place = joined.find(needle.text)
            while place >= 0:
                if needle.stands(joined, place):
                    found[bisect_right(starts, place) - 1] |= needle.bits
                place = joined.find(needle.text, place + 1)
        return found

    def _likely(self, text: str) -> list[int]:
        """Where the first letters of a needle may stand."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        return self._heads[head_numbers(codes)].nonzero()[0].tolist()


def head_numbers(codes: Codes) -> Codes:
    """A number for the three letters at each place of a text, given as their codes."""
    return (codes[:-2] * _FIRST + codes[1:-1] * _SECOND + codes[2:]) & _MASK


def head_table(words: Iterable[str]) -> npt.NDArray[np.bool_]:
    """For each number whether one of the words, of three letters or more, begins with it."""
    found = np.zeros(HEAD_NUMBERS, dtype=bool)
    for word in words:
        found[head_numbers(np.array([ord(letter) for letter in word[:HEAD]], dtype="<u4"))] = True
    return found


def plain(spelling: str) -> str:
    """The letters of a spelling, without what must begin, end or not follow there."""
    return spelling.partition(_NOT)[0].strip(_EDGE)


def spellings(pattern: str) -> list[str]:
    """Every text that the pattern stands for; raises ``ValueError`` for other notation."""
    found, end = _either(pattern, 0)
    if end != len(pattern):
        raise ValueError(f"unbalanced pattern: {pattern}")
    return list(dict.fromkeys(found))


def _either(pattern: str, at: int) -> tuple[list[str], int]:
    """The texts of the alternatives from ``at`` to the end of their group, and that end."""
    found: list[str] = []
    current = [""]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            found, current, at = found + current, [""], at + 1
            continue
        options, at = _atom(pattern, at)
        if pattern[at : at + 1] in ("?", "*"):
            options, at = ["", *options], at + 1
        current = [head + tail for head in current for tail in options]
    return found + current, at


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
