"""Counts phrases in texts, some hundred phrases at once.

Where the first letters of a phrase stand is looked up for all texts at once, by a number made
of them: a regular expression tries each of its alternatives at each letter.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from workers.parsing.body.substring_matcher import HEAD, head_numbers, head_table, plain, spellings

#: for each character whether no word begins after it; the last stands for all others
_IN_WORD = np.array([chr(code).isalnum() or chr(code) == "_" for code in range(128)] + [False])


class Phrases:
    """Phrases in lower case, in the notation of ``workers.parsing.body.substring_matcher``."""

    def __init__(self, patterns: Sequence[str], *, at_word: bool) -> None:
        """``at_word``: whether a phrase counts at the beginning of a word only."""
        texts = [plain(word) for pattern in patterns for word in spellings(pattern)]
        before = r"(?<!\w)" if at_word else ""
        self._pattern = re.compile(f"{before}(?:{'|'.join(patterns)})")
        self._at_word = at_word
        self._heads = head_table(text for text in texts if len(text) >= HEAD)
        #: what is too short for a number
        self._short = tuple(text for text in texts if len(text) < HEAD)
        #: first letters -> what begins with them, and what is short
        self._by_head: dict[str, tuple[str, ...]] = {}
        for text in texts:
            head = text[:HEAD]
            self._by_head[head] = (*self._by_head.get(head, self._short), text)

    def _likely(self, text: str) -> list[int]:
        """Where the first letters of a phrase may stand."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        likely = self._heads[head_numbers(codes)]
        for letter in {ord(short[0]) for short in self._short}:
            likely |= codes[:-2] == letter
        if self._at_word:
            likely[1:] &= ~_IN_WORD[np.minimum(codes[:-3], len(_IN_WORD) - 1)]
        return likely.nonzero()[0].tolist()

    def counts(self, texts: Sequence[str]) -> list[int]:
        """How many of the phrases stand in each text, which is in lower case."""
        joined = "\n".join([*texts, "\n"])
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        counts = [0] * len(texts)
        done = 0
        for place in self._likely(joined):
            begins = self._by_head.get(joined[place : place + HEAD], self._short)
            if place < done or not joined.startswith(begins, place):
                continue
            if match := self._pattern.match(joined, place):
                done = match.end()
                counts[bisect_right(starts, place) - 1] += 1
        return counts
