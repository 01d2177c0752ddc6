"""What titles of links speak of, and how much of it the article speaks of too, in any language."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from math import log

#: shorter words are of the language, not of the subject
MIN_WORD_CHARS = 4
#: a word is known by its beginning, whatever its ending
STEM_CHARS = 6
#: of a script without spaces, so many signs in a row are a word
WIDE_CHARS = 3
#: of the article's text, so many characters are looked at
MAX_BODY_CHARS = 3_000

#: letters, with the marks that some scripts write vowels with
_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f\u064b-\u065f\u0900-\u0dff]+")
#: the same of ASCII text, found in half the time
_ASCII_WORD = re.compile(r"[A-Za-z]\w+", re.ASCII)
#: these marks; long words of a text without them are found in two thirds of the time
_MARK = re.compile("[\u0300-\u036f\u064b-\u065f\u0900-\u0dff]")
_LONG_PLAIN_WORD = re.compile(rf"[^\W\d_]\w{{{MIN_WORD_CHARS - 1},}}")
_LONG_WORD = re.compile(rf"{_WORD.pattern[:-1]}{{{MIN_WORD_CHARS - 1},}}")
#: the same of ASCII text in lower case, found in half the time
_LONG_ASCII_WORD = re.compile(rf"[a-z][a-z0-9_]{{{MIN_WORD_CHARS - 1},}}")
#: writing without spaces between words
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff]{3,}")


def stems(text: str) -> frozenset[str]:
    """What a text speaks of: beginnings of its longer words, acronyms, or three signs each."""
    kept = set()
    for word in (_ASCII_WORD if text.isascii() else _WORD).findall(text):
        if len(word) >= MIN_WORD_CHARS:
            kept.add(word[:STEM_CHARS].lower())
        elif word.isupper():
            kept.add(word.lower())
    if not text.isascii():
        for run in _WIDE.findall(text):
            kept.update(run[at : at + WIDE_CHARS] for at in range(len(run) - 2))
    return frozenset(kept)


def _words_of(text: str) -> set[str]:
    """The same of a long text, without acronyms."""
    text = text.lower()  # which may set a mark of its own, as of "\u0130"
    if text.isascii():
        return {word[:STEM_CHARS] for word in _LONG_ASCII_WORD.findall(text)}
    long_word = _LONG_WORD if _MARK.search(text) else _LONG_PLAIN_WORD
    words = {word[:STEM_CHARS] for word in long_word.findall(text)}
    for run in _WIDE.findall(text):
        words.update(run[at : at + WIDE_CHARS] for at in range(len(run) - 2))
    return words


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What an article speaks of, beside the titles that its page shows."""

    headline: frozenset[str]
    body: Set[str]
    #: in how many titles of the page each stem stands, and what it weighs: rare ones more
    counts: Counter[str]
    weights: dict[str, float]

    def shared(self, title: frozenset[str]) -> tuple[float, float, bool, float, float]:
        """What a title shares with the article, rare words counting more.

        With the headline: the share of all that the title says, its weight, whether any; with the
        text: the share and the weight.
        """
        total = headline = body = 0.0
        for stem in title:
            weight = self.weights[stem]
            total += weight
            if stem in self.headline:
                headline += weight
            if stem in self.body:
                body += weight
        total = total or 1.0
        return headline / total, headline, headline > 0, body / total, body

    def own_of(self, titles: Sequence[frozenset[str]]) -> frozenset[str]:
        """The words of the headline that several titles of a box have and few others."""
        if len(titles) < 2:
            return frozenset()
        inside = Counter(stem for title in titles for stem in title & self.headline)
        return frozenset(s for s, n in inside.items() if n > 1 and 2 * n > self.counts[s])


def subject_of(headline: Iterable[str], body: str, titles: dict[str, frozenset[str]]) -> Subject:
    """The subject of an article; ``titles`` are the stems of each by the address it leads to."""
    counts: Counter[str] = Counter()
    for title in titles.values():
        counts.update(title)
    size = len(titles) + 2
    return Subject(
        headline=frozenset().union(*map(stems, headline)),
        body=_words_of(body[:MAX_BODY_CHARS]),
        counts=counts,
        weights={stem: log(size / (count + 0.5)) for stem, count in counts.items()},
    )
