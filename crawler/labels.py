"""What the label of a link box means, in many languages; the words are in labels.toml."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

#: ``perhaps`` may be said of related links and of anything; ``other`` is a box for all readers
Meaning = Literal["related", "readmore", "perhaps", "other"]

#: a longer text is no label
MAX_LABEL_CHARS = 90

_MEANINGS: tuple[Meaning, ...] = ("other", "perhaps", "readmore", "related")
_NOISE = re.compile(r"[\W\d_]+")
_CLASS_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_TABLE = tomllib.loads(Path(__file__).with_name("labels.toml").read_text(encoding="utf-8"))


def fold(text: str) -> str:
    """Lower case, with one space for whatever is neither letter nor mark."""
    return _NOISE.sub(" ", text.lower()).strip()


def _entries(section: str) -> Iterator[str]:
    languages: dict[str, Iterable[str]] = _TABLE[section]
    for labels in languages.values():
        yield from labels


def _lexicon() -> tuple[dict[str, Meaning], dict[str, Meaning]]:
    """Labels to be met as a whole, and those after which more words may follow."""
    whole: dict[str, Meaning] = {}
    opening: dict[str, Meaning] = {}
    for meaning in _MEANINGS:  # the later, the stronger, where a label stands under two
        for entry in _entries(meaning):
            label = fold(entry)
            whole[label] = meaning
            if entry.endswith(" *"):
                opening[label] = meaning
    return whole, opening


_WHOLE, _OPENING = _lexicon()
_MORE = frozenset(map(fold, _entries("more")))
_LONGEST = max(label.count(" ") + 1 for label in _OPENING)


@lru_cache(maxsize=8_192)
def meaning_of(text: str) -> Meaning | None:
    """What a label says of the links under it; None where the lexicon does not know it."""
    if len(text) > MAX_LABEL_CHARS:
        return None
    label = fold(text)
    if found := _WHOLE.get(label):
        return found
    words = label.split(" ")
    for count in range(min(len(words), _LONGEST), 0, -1):
        if found := _OPENING.get(" ".join(words[:count])):
            return found
    return None


def is_more(text: str) -> bool:
    """Whether a link's text only says that there is more ("Read more"), and is no title."""
    return len(text) <= MAX_LABEL_CHARS and fold(text) in _MORE


def _class_words() -> dict[str, Meaning]:
    words: dict[str, Meaning] = dict.fromkeys(_TABLE["classes"]["other"], "other")
    words.update(dict.fromkeys(_TABLE["classes"]["related"], "related"))
    return words


_CLASS_WORDS = _class_words()


@lru_cache(maxsize=8_192)
def class_meaning(names: str) -> Meaning | None:
    """What the words in a class attribute or an id say; the first that says something counts."""
    words = [word.lower() for word in _CLASS_WORD.findall(names[:300])]
    pairs = map("".join, pairwise(words))
    for word in (*pairs, *words):
        if found := _CLASS_WORDS.get(word):
            return found
    return None
