"""A paragraph that only names who made the article: "Oleh: Sari", "Reporter: A | Editor: B"."""

import re
from collections.abc import Iterable
from functools import cache

from workers.parsing.fields.writers.names import is_person, names_in
from workers.parsing.lexicon import lexicon

MAX_CHARS = 120  # of such a paragraph
MAX_WORDS = 5  # of a name in it
FULL_NAME = 2  # words from which a name needs no colon before it

_PARTS = re.compile(r"\s*(?:[|;/•·\n]|\s[–—-]\s|\)\s*\()\s*")
_EDGES = " \t.,()[]{}*–—-"


def signed_by(text: str) -> list[str] | None:
    """The writers that the line names, none where it has editors only; None for no byline."""
    if len(text) > MAX_CHARS or not _first_words(text):
        return None
    writers: list[str] = []
    for part in filter(None, (part.strip(_EDGES) for part in _PARTS.split(text.strip(_EDGES)))):
        match = _label_pattern().match(part)
        if match is None:
            return None
        rest = part[match.end() :].strip(_EDGES)
        if not _are_names(rest, has_colon=bool(match["colon"])):
            return None
        if match["by"]:
            writers.append(rest)
    return writers


def _are_names(text: str, *, has_colon: bool) -> bool:
    """Whether the text is names of people and nothing else."""
    names = names_in(text)
    if not names or len(" ".join(names)) < len(text) / 2:
        return False
    if any(len(name.split()) > MAX_WORDS or not is_person(name) for name in names):
        return False
    words = [word for word in text.replace(",", " ").split() if word[:1].isalpha()]
    if any(word[0].islower() for word in words if word.lower() not in _small_words()):
        return False
    return has_colon or len(names[0].split()) >= FULL_NAME


def _first_words(text: str) -> bool:
    """A quick look at how the text begins; most paragraphs begin with no label."""
    return text.lstrip(_EDGES)[:2].lower() in _heads()


@cache
def _heads() -> frozenset[str]:
    names = lexicon().names
    return frozenset(label[:2] for kind in ("by", "others") for label in names[kind])


@cache
def _small_words() -> frozenset[str]:
    return lexicon().names["particles"] | {"and", "dan", "und", "et", "y", "e", "en", "og", "och"}


@cache
def _label_pattern() -> re.Pattern[str]:
    names = lexicon().names
    by, others = _either(names["by"]), _either(names["others"])
    return re.compile(rf"(?:(?P<by>{by})|(?:{others}))(?!\w)\s*(?P<colon>[:：])?\s*", re.IGNORECASE)


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
