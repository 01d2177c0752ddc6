"""What the label of a link box means, in many languages; the words are in labels.toml."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal
from unicodedata import normalize

#: ``perhaps`` may be said of related links and of anything; ``other`` is a box for all readers
Meaning = Literal["related", "readmore", "perhaps", "other"]

#: a longer text is no label
MAX_LABEL_CHARS = 90
#: the same with the white space of the source
MAX_RAW_CHARS = 2 * MAX_LABEL_CHARS
#: a label known by its last words has at most so many
MAX_CLOSED_WORDS = 5
#: a longer text says more than that there is more
MAX_MORE_CHARS = 40
#: of a class attribute, what is looked at
MAX_CLASS_CHARS = 300

#: a label outside the lexicon is guessed at if it is so long
MIN_GUESSED_CHARS = 4
MAX_GUESSED_CHARS = 60
MAX_GUESSED_WORDS = 7
#: by so many letters a stem is looked up
STEM_KEY_CHARS = 3
#: from here on scripts set particles before a word, or no spaces between words
FIRST_FAR = "\u0590"

_MEANINGS: tuple[Meaning, ...] = ("other", "perhaps", "readmore", "related")
_NOISE = re.compile(r"[\W\d_]+")
#: of Latin, Greek and Cyrillic letters, which capitals and hasty writers leave out
_ACCENTS = re.compile("[\u0300-\u036f]")
#: the same, and what Hebrew, Arabic and Indic writing leave out: points, hamza, nukta
_POINTS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u093c\u09bc\u0a3c\u0abc\u0b3c]"
)
#: signs of vowels and tones, which belong to a word though they are no letters
_SIGNS = "".join(
    f"{chr(base + first)}-{chr(base + last)}"
    for base in range(0x900, 0xD80, 0x80)  # from Devanagari to Malayalam
    for first, last in ((0x00, 0x03), (0x3E, 0x4D), (0x55, 0x57))
)
_SIGNS += "\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"  # Sinhala, Thai
_SIGNS += "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"  # Lao, Burmese, Khmer
_NO_WORD = re.compile(rf"(?:(?![{_SIGNS}])[\W\d_])+")
#: letters that Arabic and Persian keyboards write with different codes, and a final sigma
_ALIKE = str.maketrans({"ς": "σ", "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه"})
_CLASS_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_EDGES = " .,:;!?|/-–—→»›>«‹<\"'()[]【】「」•·*#"
#: what stands between a word that asks to read and the title
_COLONS = ":：|>»►▶→"
#: "Tema: ...", "이슈 | ...", "Dossier - ..."
_TOPIC = re.compile(r"\s*(\S.{0,24}?)\s*(?:[:：|–—/]|\s-\s)\s*(\S.*)")
_TABLE = tomllib.loads(Path(__file__).with_name("labels.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a label says."""

    meaning: Meaning
    #: the words after those that the lexicon knows: "gaza" in "Mehr zum Thema Gaza", or ""
    rest: str = ""


def fold(text: str) -> str:
    """Lower case without accents, with one space for whatever belongs to no word."""
    text = text.lower()
    if text.isascii():
        return _NOISE.sub(" ", text).strip()
    return _NO_WORD.sub(" ", _POINTS.sub("", normalize("NFD", text)).translate(_ALIKE)).strip()


def kept_words(text: str) -> str:
    """The same for Latin letters, as what is kept of a site's boxes has always been written."""
    text = _ACCENTS.sub("", normalize("NFD", text.lower())).replace("ς", "σ")
    return _NOISE.sub(" ", text).strip()


def _entries(section: str) -> Iterator[str]:
    languages: dict[str, Iterable[str]] = _TABLE[section]
    for labels in languages.values():
        yield from labels


def _lexicon() -> tuple[dict[str, Meaning], ...]:
    """Labels to be met as a whole, those that may open a longer one, those that may close it."""
    whole: dict[str, Meaning] = {}
    opening: dict[str, Meaning] = {}
    closing: dict[str, Meaning] = {}
    for meaning in _MEANINGS:  # the later, the stronger, where a label stands under two
        for entry in _entries(meaning):
            label = fold(entry)
            whole[label] = meaning
            if entry.endswith(" *"):
                opening[label] = meaning
            elif entry.startswith("* "):
                closing[label] = meaning
    return whole, opening, closing


_WHOLE, _OPENING, _CLOSING = _lexicon()
_KNOWN_FIRST_WORDS = frozenset(label.split(" ", 1)[0] for label in _WHOLE)
_FIRST_WORDS = frozenset(label.split(" ", 1)[0] for label in _OPENING)
_LAST_WORDS = frozenset(label.rsplit(" ", 1)[-1] for label in _CLOSING)
_MORE = frozenset(map(fold, _entries("more")))
_MORE_FIRST_WORDS = frozenset(label.split(" ", 1)[0] for label in _MORE)
_TOPICS = frozenset(map(fold, _entries("topics")))
_FURTHER = frozenset(map(fold, _entries("further")))
_LONGEST_FURTHER = 2
#: "More by Ana", "Weitere Rezepte von Ana"
_OF_SOMEBODY = frozenset(("by", "from", "von", "par", "por", "van", "av", "fra", "fran", "door"))
_POINTERS = frozenset(map(fold, _entries("pointers")))
_SPONSORED = frozenset(fold(e) for e in _entries("sponsored") if not e.endswith(" *"))
_SPONSORED_OPENINGS = tuple(fold(e) + " " for e in _entries("sponsored") if e.endswith(" *"))
_LONGEST = max(label.count(" ") + 1 for label in _OPENING)


def said_by(text: str) -> Said | None:
    """What a label says of the links under it; None where the lexicon does not know it."""
    return _said_by(text) if len(text) <= MAX_RAW_CHARS else None


@lru_cache(maxsize=8_192)
def _said_by(text: str) -> Said | None:
    text = " ".join(text.split())
    if len(text) > MAX_LABEL_CHARS or not _may_be_known(text):
        return None
    label = fold(text)
    if meaning := _WHOLE.get(label):
        return Said(meaning=meaning)
    words = label.split(" ")
    return _opened(words) or _closed(words)


def _may_be_known(text: str) -> bool:
    """A quick look at the first and last word; most texts of a page are no labels."""
    if not text.isascii():
        return True
    ends = text.partition(" ")[0], text.rpartition(" ")[2]
    first, last = (word.lower().strip(_EDGES) for word in ends)
    is_plain = first.isalpha() and last.isalpha()
    return not is_plain or first in _KNOWN_FIRST_WORDS or last in _LAST_WORDS


def _opened(words: list[str]) -> Said | None:
    """A label known by its first words: "mehr zum Thema Gaza"."""
    if words[0] not in _FIRST_WORDS:
        return None
    for count in range(min(len(words) - 1, _LONGEST), 0, -1):
        if meaning := _OPENING.get(" ".join(words[:count])):
            return Said(meaning=meaning, rest=" ".join(words[count:]))
    return None


def _closed(words: list[str]) -> Said | None:
    """A short label known by its last words: "weitere Beiträge zum Thema"."""
    if len(words) > MAX_CLOSED_WORDS or words[-1] not in _LAST_WORDS:
        return None
    for count in range(len(words) - 1, 0, -1):
        if meaning := _CLOSING.get(" ".join(words[-count:])):
            of_goods = "no" in _groups_of(" ".join(words[:-count]))
            return Said(meaning="other" if of_goods else meaning)
    return None


def is_box_label(text: str) -> bool:
    """Whether the text is, as a whole, the label of a box of links to other pages."""
    said = said_by(text)
    return said is not None and not said.rest and said.meaning in ("related", "readmore")


def is_more(text: str) -> bool:
    """Whether a link's text only says that there is more ("Read more"), and is no title."""
    if len(text) > MAX_MORE_CHARS:
        return False
    first = text.partition(" ")[0]
    if first.isalpha() and first.isascii() and first.lower() not in _MORE_FIRST_WORDS:
        return False
    return fold(text) in _MORE


def asks_to_read(text: str) -> bool:
    """Whether a text before a link only asks to read what it leads to ("Read: ...")."""
    text = text.rstrip()
    return 2 < len(text) <= MAX_MORE_CHARS and text[-1] in _COLONS and fold(text) in _POINTERS


def topic_in(text: str) -> str:
    """The topic that a label names ("Tema: ..."), or ""."""
    match = _TOPIC.match(text) if len(text) <= MAX_LABEL_CHARS else None
    return match[2] if match and fold(match[1]) in _TOPICS else ""


def further_of(text: str) -> str:
    """Of what a label promises further articles ("More bread recipes"), or ""."""
    words = fold(text).split(" ") if len(text) <= MAX_LABEL_CHARS else []
    for count in range(min(len(words) - 1, _LONGEST_FURTHER), 0, -1):
        if " ".join(words[:count]) in _FURTHER:
            return "" if not _OF_SOMEBODY.isdisjoint(words) else " ".join(words[count:])
    return ""


def is_sponsored(text: str) -> bool:
    """Whether a short text on a card says that somebody paid for it."""
    if len(text) > MAX_LABEL_CHARS:
        return False
    label = fold(text)
    return label in _SPONSORED or label.startswith(_SPONSORED_OPENINGS)


def _class_words() -> dict[str, Meaning]:
    words: dict[str, Meaning] = dict.fromkeys(_TABLE["classes"]["other"], "other")
    words.update(dict.fromkeys(_TABLE["classes"]["related"], "related"))
    return words


_CLASS_WORDS = _class_words()
_NEVER = frozenset(_TABLE["classes"]["never"])


def _words_in(names: str) -> list[str]:
    """Words and pairs of words: "readAlso" and "read-also" give readalso, read, also."""
    words = [word.lower() for word in _CLASS_WORD.findall(names[:MAX_CLASS_CHARS])]
    return [*map("".join, pairwise(words)), *words]


def class_meaning(names: str) -> Meaning | None:
    """What the words in a class attribute or an id say; the first that says something counts."""
    return said_by_names(names)[0]


@lru_cache(maxsize=8_192)
def said_by_names(names: str) -> tuple[Meaning | None, bool]:
    """What the words in class names and ids say, and whether they say navigation or advertising."""
    words = _words_in(names)
    meaning = next((_CLASS_WORDS[word] for word in words if word in _CLASS_WORDS), None)
    return meaning, not _NEVER.isdisjoint(words)


def _place_bits() -> dict[str, int]:
    """By word, the bits of the places that it names."""
    bits: dict[str, int] = {}
    for number, group in enumerate(("popular", "beside", "foot")):
        for word in _TABLE["classes"][group]:
            bits[word] = bits.get(word, 0) | 1 << number
    return bits


_PLACES = _place_bits()
_HEADS = frozenset(_TABLE["classes"]["heading"])


@lru_cache(maxsize=8_192)
def places_named(names: str) -> int:
    """Where class names and ids place an element: bits for popular, beside, foot."""
    bits = 0
    for word in _words_in(names):
        bits |= _PLACES.get(word, 0)
    return bits


@lru_cache(maxsize=8_192)
def is_heading_class(names: str) -> bool:
    """Whether class names call an element the heading of something."""
    return bool(names) and not _HEADS.isdisjoint(_words_in(names))


def _stems() -> tuple[dict[str, list[tuple[str, str]]], list[tuple[str, str]]]:
    """The stems with their groups: by their first letters, and those of far scripts."""
    near: dict[str, list[tuple[str, str]]] = {}
    far = []
    for group, entries in _TABLE["stems"].items():
        for stem in map(fold, entries):
            if stem > FIRST_FAR:
                far.append((stem, group))
            else:
                near.setdefault(stem[:STEM_KEY_CHARS], []).append((stem, group))
    return near, far


_NEAR_STEMS, _FAR_STEMS = _stems()


def _groups_of(label: str) -> set[str]:
    """The groups of which a word of a folded label begins with a stem.

    In scripts that set particles before words, or no spaces between: of which a stem is in it.
    """
    groups, start = set(), 0
    while start >= 0:
        for stem, group in _NEAR_STEMS.get(label[start : start + STEM_KEY_CHARS], ()):
            if label.startswith(stem, start):
                groups.add(group)
        start = label.find(" ", start) + 1 or -1
    if not label.isascii() and max(label) > FIRST_FAR:
        groups.update(group for stem, group in _FAR_STEMS if stem in label)
    return groups


@lru_cache(maxsize=8_192)
def guessed(text: str) -> Meaning | None:
    """What a label may mean that the lexicon does not know, by the beginnings of its words."""
    if not MIN_GUESSED_CHARS <= len(text) <= MAX_GUESSED_CHARS:
        return None
    label = fold(text)
    if label.count(" ") >= MAX_GUESSED_WORDS:
        return None
    groups = _groups_of(label)
    if "readmore" in groups:
        return "readmore"
    if "related" in groups:
        return "other" if "no" in groups else "related"
    if "perhaps" in groups and "no" not in groups:
        return "perhaps"
    return "other" if "other" in groups else None


@lru_cache(maxsize=4_096)
def asks_for_more(text: str) -> bool:
    """Whether a label only says that there is more ("More news"), of no subject."""
    return "more" in _groups_of(fold(text))
