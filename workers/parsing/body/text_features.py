"""Numbers for each text of a page from which the content finder tells what is article.

All of them are of structure, size, place and agreement; none names a site or needs to know
the language.  What a text is by itself stands here, where it is in ``position_features``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from workers.parsing.body.outline import Block, TextOutline
from workers.parsing.body.phrases import Phrases
from workers.parsing.body.position_features import Floats, Ints, Places
from workers.parsing.body.scripts import CLOSED_MARKS, density, is_unparted
from workers.parsing.lexicon import lexicon

PROSE_CHARS = 60  # from here on a text with an end mark counts as prose
MAX_PROSE_LINKS = 0.4  # share of link text in prose
MENU_LINKS = 0.9  # share of link text from which a short text is an entry of a menu
MENU_CHARS = 100
KEY_CHARS = 240  # of a text that are compared with what metadata say
MAX_CHARS = 5_000  # of one text that are looked at
SELLING_CHARS = range(20, 301)  # characters of a text that may be an appeal
MARKS = 20  # characters of a headline that are no letters, beside half as many as it has
SHORT = 200  # characters of a text of which the letters are kept for the next question
LAST = 20  # characters of a text that tell whether its script ends sentences without a mark
KNOWN_BODY = 200  # letters from which a claimed text is compared with

#: tags that are told apart
_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "div", "tr", "td", "figcaption", "pre", "blockquote",
         "dd")  # fmt: skip
_TAG_NUMBER = {tag: number for number, tag in enumerate(_TAGS)} | {
    "h5": _TAGS.index("h4"), "h6": _TAGS.index("h4"), "th": _TAGS.index("td"),
    "dt": _TAGS.index("dd"),
}  # fmt: skip
_ENDS = (*".!?…:»”\"“’')", *CLOSED_MARKS)
_STOP = re.compile(rf"[.!?](?:\s|$|[”\"’»])|[{CLOSED_MARKS}]")
_PLAIN_STOPS = (".", "!", "?")
_KEY = re.compile(r"\W+")
_MARKS = bytes(code for code in range(128) if not (chr(code).isalnum() or chr(code) == "_"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """What the page says of its text; texts as letters and digits only, lower case."""

    title: str = ""
    #: the whole text as JSON-LD or a script's state has it, or ""
    body: str = ""
    #: the page's host, as written
    host: str = ""


def letters(text: str) -> str:
    """The text's letters and digits in lower case: equal for texts that read the same."""
    return _short_letters(text) if len(text) <= SHORT else _letters(text)


@lru_cache(maxsize=5_000)  # titles and names are compared with each other again and again
def _short_letters(text: str) -> str:
    return _letters(text)


def _letters(text: str) -> str:
    # bytes are a quick way to lose what is ASCII; of other marks most texts have few
    kept = text.lower().encode("utf-8", "replace").translate(None, _MARKS).decode()
    return kept if kept.isascii() else _KEY.sub("", kept)


def features(outline: TextOutline, claims: Claims) -> tuple[Floats, Ints]:
    """The matrix of features, and the blocks that its rows stand for.

    Entries of menus (short, all link) get no row: they are never an article's text.
    """
    blocks = outline.blocks
    size = np.array([len(block.text) for block in blocks], dtype=float)
    linked = np.minimum([block.linked for block in blocks], size)
    dense = np.array([density(block.text) for block in blocks])
    size, linked = size * dense, linked * dense
    rows = ((linked <= MENU_LINKS * size) | (size >= MENU_CHARS)).nonzero()[0]
    chosen = [blocks[place] for place in rows.tolist()]
    if not chosen:
        return np.empty((0, 0)), rows
    share = linked[rows] / size[rows]
    is_prose = _are_prose(chosen, size[rows].tolist(), share.tolist())
    own = np.array([
        is_prose,
        [block.text.endswith(_ENDS) or is_unparted(block.text[-LAST:]) for block in chosen],
        [block.bold / len(block.text) for block in chosen],
        _selling_counts(chosen),
        *_repetitions(chosen, claims),
    ], dtype=float)  # fmt: skip
    titles = _titles(chosen, claims.title)
    places = Places(outline, rows, size=size, linked=linked, is_prose=own[0], titles=titles)
    tags = np.array([_TAG_NUMBER.get(block.tag, -1) for block in chosen])
    is_tag = tags == np.arange(len(_TAGS))[:, None]
    columns = [own, np.log1p(size[rows])[None], share[None], is_tag, *places.columns()]
    return np.concatenate(columns).T, rows


@cache
def _selling() -> Phrases:
    """Words of appeals, forms and consent texts."""
    return Phrases(lexicon().labels["selling"], at_word=True)


def _are_prose(
    blocks: Sequence[Block], sizes: Sequence[float], shares: Sequence[float]
) -> list[bool]:
    """Which of the texts are of whole sentences; ``shares`` are of link text."""
    return [
        size >= PROSE_CHARS
        and share < MAX_PROSE_LINKS
        and (
            (text := block.text[:MAX_CHARS]).endswith(_PLAIN_STOPS)  # most do
            or _STOP.search(text) is not None
            or is_unparted(text)
        )
        for block, size, share in zip(blocks, sizes, shares, strict=True)
    ]


def _selling_counts(blocks: Sequence[Block]) -> list[float]:
    """How many words of appeals, forms and consent texts each short text has, 4 at most."""
    heads = [block.text.lower() if len(block.text) in SELLING_CHARS else "" for block in blocks]
    return [min(count, 4) / 2 for count in _selling().counts(heads)]


def _titles(blocks: Sequence[Block], title: str) -> list[int]:
    """The places of the texts that are the headline, which is given as its letters."""
    if not title:
        return []
    fits = range(len(title), len(title) + len(title) // 2 + MARKS)
    return [b.index for b in blocks if len(b.text) in fits and letters(b.text) == title]


def _repetitions(blocks: Sequence[Block], claims: Claims) -> list[list[float]]:
    """Whether each text repeats one above it, and whether it is in the claimed body."""
    seen: set[str] = set()
    repeats: list[float] = []
    for block in blocks:
        repeats.append(block.text in seen)
        seen.add(block.text)
    if len(claims.body) < KNOWN_BODY:
        return [repeats, [0.0] * len(blocks)]
    keys = [letters(block.text[:KEY_CHARS]) for block in blocks]
    return [repeats, [1.0 if len(key) > 8 and key in claims.body else -1.0 for key in keys]]
