"""Counts phrases in texts, some hundred phrases at once."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from workers.parsing.body.substring_matcher import Substrings, plain, spellings


class Phrases:
    """Phrases in lower case, in the notation of ``workers.parsing.body.substring_matcher``."""

    def __init__(self, patterns: Sequence[str], *, at_word: bool) -> None:
        """``at_word``: whether a phrase counts at the beginning of a word only."""
        texts = {plain(word) for pattern in patterns for word in spellings(pattern)}
        before = r"(?<!\w)" if at_word else ""
        self._pattern = re.compile(f"{before}(?:{'|'.join(patterns)})")
        self._substrings = Substrings(sorted(texts))

    def counts(self, texts: Sequence[str]) -> list[int]:
        """How many of the phrases stand in each text, which is in lower case."""
        joined = "\n".join([*texts, "\n"])
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        counts = [0] * len(texts)
        done = 0
        for place in sorted({start for _, start in self._substrings.places(joined)}):
            if place >= done and (match := self._pattern.match(joined, place)):
                done = match.end()
                counts[bisect_right(starts, place) - 1] += 1
        return counts
