"""Finds which of many short patterns stand in a name, in one pass over the name.

A regular expression of some hundred alternatives tries each of them at each letter; here the
three letters at a place say which few can stand there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

HEAD = 3  # letters by which needles are looked up

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
    """Patterns, the first of which sets the lowest bit of the answer.

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

    def _add(self, spelling: str, bits: int) -> None:
        text, _, but_not = spelling.partition(_NOT)
        needle = Needle(
            text=text.strip(_EDGE),
            opens=text.startswith(_EDGE),
            closes=text.endswith(_EDGE),
            but_not=tuple(but_not.split("|")) if but_not else (),
            bits=bits,
        )
        if len(needle.text) < HEAD:
            self._short.append(needle)
        else:
            self._by_head.setdefault(needle.text[:HEAD], []).append(needle)

    def bits(self, name: str) -> int:
        """The bits of all patterns that the name, in lower case, holds."""
        found = 0
        heads = self._by_head
        for at in range(len(name) - HEAD + 1):
            for needle in heads.get(name[at : at + HEAD], ()):
                if needle.bits & ~found and needle.stands(name, at):
                    found |= needle.bits
        for needle in self._short:
            at = name.find(needle.text)
            while at >= 0 and not found & needle.bits:
                if needle.stands(name, at):
                    found |= needle.bits
                at = name.find(needle.text, at + 1)
        return found


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
