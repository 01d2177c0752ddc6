"""Counts phrases in texts, some hundred phrases at once.

Where the first letters of a phrase stand is looked up for all texts at once, by a number made
of them: a regular expression tries each of its alternatives at each letter.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from workers.parsing.needles import HEAD, head_numbers, head_table, spellings


class Phrases:
    """Phrases in lower case, in the notation of ``workers.parsing.needles``."""

    def __init__(self, patterns: Sequence[str], *, at_word: bool) -> None:
        """``at_word``: whether a phrase counts at the beginning of a word only."""
        words = [word for pattern in patterns for word in spellings(pattern)]
        before = r"(?<!\w)" if at_word else ""
        self._pattern = re.compile(f"{before}(?:{'|'.join(patterns)})")
        self._heads = head_table(word for word in words if len(word) >= HEAD)
        #: first letters of what is too short for a number
        self._alone = {ord(word[0]) for word in words if len(word) < HEAD}

    def counts(self, texts: Sequence[str]) -> list[int]:
        """How many of the phrases stand in each text, which is in lower case."""
        joined = "\n".join([*texts, "\n"])
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        likely = self._heads[head_numbers(codes)]
        for letter in self._alone:
            likely |= codes[:-2] == letter
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        counts = [0] * len(texts)
        done = 0
        for place in np.flatnonzero(likely).tolist():
            match = self._pattern.match(joined, place) if place >= done else None
            if match is not None:
                done = match.end()
                counts[bisect_right(starts, place) - 1] += 1
        return counts
