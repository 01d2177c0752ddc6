"""Counts the words of appeals, forms and consent texts in the texts of a page."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from workers.parsing.lexicon import lexicon
from workers.parsing.needles import spellings

HEAD_NUMBERS = 1 << 16  # numbers that the first three letters of a word can have

Codes = npt.NDArray[np.uint32]


def selling_counts(texts: Sequence[str]) -> list[int]:
    """How many words of appeals, forms and consent texts stand in each text, in lower case.

    Where the first letters of such a word stand is looked up for all texts at once, by a
    number made of them: a pattern of a hundred words would be tried at each letter.
    """
    joined = "\n".join([*texts, "\n"])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    likely = _heads()[_numbered(codes[:-2], codes[1:-1], codes[2:])]
    for letter in _alone():
        likely |= codes[:-2] == letter
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    counts = [0] * len(texts)
    done = 0
    for place in np.flatnonzero(likely).tolist():
        match = _pattern().match(joined, place) if place >= done else None
        if match is not None:
            done = match.end()
            counts[bisect_right(starts, place) - 1] += 1
    return counts


def _numbered(first: Codes, second: Codes, third: Codes) -> Codes:
    return (first * 961 + second * 31 + third) % HEAD_NUMBERS


@cache
def _heads() -> npt.NDArray[np.bool_]:
    """For each number of three letters whether a word of appeals can begin with them."""
    codes = np.array([[ord(c) for c in word[:3]] for word in _words() if len(word) >= 3])
    found = np.zeros(HEAD_NUMBERS, dtype=bool)
    found[_numbered(*codes.T.astype(np.uint32))] = True
    return found


@cache
def _alone() -> tuple[int, ...]:
    """The first letters of what is too short for that."""
    return tuple({ord(word[0]) for word in _words() if len(word) < 3})


def _words() -> list[str]:
    return [word for p in lexicon().labels["selling"] for word in spellings(p)]


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(lexicon().labels['selling'])})")
