"""Numbers for each text of a page from which the content finder tells what is article.

All of them are of structure, size, place and agreement; none names a site or needs to know
the language.  Boxes are numbered in document order, so what is inside a box is a range of
numbers, and everything can be summed up with running totals.
"""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from workers.parsing.credits import appeals, is_pointer
from workers.parsing.lexicon import lexicon
from workers.parsing.outline import Block, Box, Outline
from workers.parsing.phrases import Phrases
from workers.parsing.regions import MAX_NAME, bit, learn, regions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PROSE_CHARS = 60  # from here on a text with an end mark counts as prose
MAX_PROSE_LINKS = 0.4  # share of link text in prose
MENU_LINKS = 0.9  # share of link text from which a short text is an entry of a menu
MENU_CHARS = 100
LEVELS = 5  # boxes around a text whose content is summed up
DEEPER_SHARE = 0.85  # of the prose that a deeper box must hold to stand for one around it
UNLIKELY_WEIGHT = 0.2  # of prose in such boxes when the core is looked for
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
KEY_CHARS = 240  # of a text that are compared with what metadata say
MAX_CHARS = 5_000  # of one text that are looked at
SELLING_CHARS = 300  # of a text in which words of appeals are looked for
ASIDE_CHARS = 300  # of a text that can point elsewhere
SHORT = 200  # characters of a text of which the letters are kept for the next question
KNOWN_BODY = 200  # letters from which a claimed text is compared with

_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "div", "tr", "td", "blockquote", "figcaption", "dd",
         "pre", "span", "section", "article", "body")  # fmt: skip
_TAG_NUMBER = {tag: number for number, tag in enumerate(_TAGS)} | {
    "h5": _TAGS.index("h4"), "h6": _TAGS.index("h4"), "th": _TAGS.index("td"),
    "dt": _TAGS.index("dd"), "main": _TAGS.index("section"),
}  # fmt: skip
_TEXT_TAGS = frozenset({"p", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "br", "dd", "dt"})
_ENDS = tuple(".!?…。！？:»”\"“’')।؟")
_STOP = re.compile(r"[.!?।؟。！？](?:(?<=[。！？])|\s|$|[”\"’»])")
_KEY = re.compile(r"\W+")
_MARKS = bytes(code for code in range(128) if not (chr(code).isalnum() or chr(code) == "_"))
_DIGIT = re.compile(r"\d")
_NEAR = 8  # the first so many numbers of a text are looked at in its neighbours too
_OWN = 21  # numbers of a text by itself, see _numbers
_LOGARITHMIC = [3, 5, 9, 10]  # of these
_LINKY, _LINKED, _SIZE, _PROSE, _COUNT = range(5)  # running totals of a page


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """What metadata say of the text, as letters and digits only, lower case."""

    title: str = ""
    description: str = ""
    #: the whole text as JSON-LD or a script's state has it, or ""
    body: str = ""


def letters(text: str) -> str:
    """The text's letters and digits in lower case: equal for texts that read the same."""
    return _short_letters(text) if len(text) <= SHORT else _letters(text)


@lru_cache(maxsize=5_000)  # titles and names are compared with each other again and again
def _short_letters(text: str) -> str:
    return _letters(text)


def _letters(text: str) -> str:
    # bytes are a quick way to lose what is ASCII; of other marks most texts have few
    found = text.lower().encode("utf-8", "replace").translate(None, _MARKS).decode()
    return found if found.isascii() else _KEY.sub("", found)


def features(outline: Outline, claims: Claims) -> tuple[Floats, Ints]:
    """The matrix of features, and the blocks that its rows stand for.

    Entries of menus (short, all link) get no row: they are never an article's text.
    """
    page = _Page(outline, claims)
    columns = [
        page.own,
        page.tags == np.arange(len(_TAGS))[:, None],
        page.marks(),
        page.order(),
        page.flow(),
        page.surroundings(),
        page.alike(),
        page.declared(),
        page.repeats(),
        page.neighbours(),
    ]
    return np.concatenate(columns).T, page.rows


class _Page:
    """Sizes of one page that several groups of features need.

    A group is an array of columns x rows.  What stands in a box is a range of the page's
    texts, so that the difference of two running totals sums it up.
    """

    def __init__(self, outline: Outline, claims: Claims) -> None:
        blocks = outline.blocks
        self.outline = outline
        self.size = np.array([len(block.text) for block in blocks], dtype=float)
        linked = np.minimum([block.linked for block in blocks], self.size)
        is_menu = (linked > MENU_LINKS * self.size) & (self.size < MENU_CHARS)
        self.rows = np.flatnonzero(~is_menu)
        self.blocks = [blocks[place] for place in self.rows.tolist()]
        self.linked_share = linked / self.size
        self.own, self.prose, self.titles = _numbers(self, claims)
        self.tags = np.array([_TAG_NUMBER.get(block.tag, len(_TAGS)) for block in self.blocks])
        self.totals = np.zeros((5, len(blocks) + 1))
        self.totals[_SIZE, 1:], self.totals[_LINKED, 1:], self.totals[_COUNT, 1:] = (
            self.size,
            linked,
            1,
        )
        self.totals[_PROSE, self.rows + 1] = self.prose
        self.totals[_LINKY, 1:] = (linked > 0.5 * self.size) & (self.size > 10)
        np.cumsum(self.totals, axis=1, out=self.totals)
        self.spans = np.array([_column(outline.firsts), _column(outline.lasts)])
        self.all_prose = max(float(self.totals[_PROSE, -1]), 1.0)
        self.around = self._around()
        self._learn()
        self.core = self._core()

    def _around(self) -> Ints:
        """The boxes around the text of each row, from the nearest outwards, LEVELS of them."""
        parents = _column(self.outline.parents)
        around = [np.array([block.box.index for block in self.blocks], dtype=np.int64)]
        while len(around) < LEVELS:
            around.append(parents[around[-1]])
        return np.array(around)

    def _learn(self) -> None:
        """Looks at once at the class names of all boxes that hold a text."""
        boxes, parents = self.outline.boxes, self.outline.parents
        seen = {0}
        for place in self.around[0].tolist():
            while place not in seen:
                seen.add(place)
                place = parents[place]
        learn(word for place in seen for word in boxes[place].name[:MAX_NAME].split())

    def _core(self) -> int:
        """The box with most prose directly in it and in the boxes in it, the title's side first."""
        parents, unlikely = self.outline.parents, _unlikely()
        around = self.outline.marks_beside(0)
        title = self.titles[0] if self.titles else 0
        scores: dict[int, float] = {0: 0.0}
        for row in np.flatnonzero(self.prose).tolist():
            block = self.blocks[row]
            weight, box = float(len(block.text)), block.box.index
            weight *= UNLIKELY_WEIGHT if around[box] & unlikely else 1.0
            weight *= 0.5 if block.index < title else 1.0
            above = parents[box]
            for place, share in ((box, 0.3), (above, 1.0), (parents[above], 0.5)):
                scores[place] = scores.get(place, 0.0) + share * weight
        return max(scores, key=lambda place: (scores[place], -place))

    def marks(self) -> Ints:
        """The marks of each text's own box, and of the boxes around it beside the core."""
        beside = self.outline.marks_beside(self.core)
        own = [block.box.own for block in self.blocks]
        around = [beside[place] for place in self.around[0].tolist()]
        values = np.array([own, around], dtype=np.int64)  # of no texts, too
        bits = np.arange(len(regions()))[:, None]
        return np.asarray(((values[:, None] >> bits) & 1).reshape(2 * len(bits), -1))

    def steps(self, core: int) -> Ints:
        """Per text of the page: steps up from ``core`` to the nearest box around both."""
        up = np.zeros(len(self.size), dtype=np.int64)
        outline = self.outline
        for box in outline.ancestors(outline.boxes[core]):
            up[: outline.firsts[box.index]] += 1
            up[outline.lasts[box.index] :] += 1
        return up

    def order(self) -> Floats:
        """Where on the page: by count, by text, by prose, and from the title."""
        count = len(self.size)
        table = np.empty((7, len(self.rows)))
        table[0] = self.rows / count
        table[1] = self.totals[_SIZE, self.rows] / self.totals[_SIZE, -1]
        table[2] = self.totals[_PROSE, self.rows] / self.all_prose
        if self.titles:
            table[3] = np.clip((self.rows - self.titles[0]) / 20, -3, 5)
            table[4] = self.rows > self.titles[0]
        else:
            table[3], table[4] = 0.0, 0.5
        table[5], table[6] = np.log1p(self.all_prose), np.log1p(count)
        return table

    def flow(self) -> Floats:
        """How far from the core of the article, in the tree and in what lies between."""
        steps = self.steps(self.core)
        up = steps[self.rows]
        depths = np.array([block.box.depth for block in self.blocks])
        down = np.maximum(depths - (self.outline.boxes[self.core].depth - up), 0)
        is_near = (self.around[0] == self.core) | ((up + down <= 2) & (up <= 1))
        first = self.rows[is_near & (self.prose > 0)][:1]
        start = int(first[0]) if len(first) else 0
        table = np.empty((10, len(up)))
        table[0], table[1] = np.minimum(up, 8) / 4, np.minimum(down, 8) / 4
        table[2:5] = up == np.arange(3)[:, None]
        table[5] = self._title_up(start)
        between = self.totals[_LINKY : _SIZE + 1, self.rows + 1]
        between -= self.totals[_LINKY : _SIZE + 1, start + 1, None]
        table[6:9] = np.copysign(np.log1p(np.abs(between)), between)
        table[7:9] /= 3
        leaves = np.zeros(len(steps))
        leaves[1:] = steps[1:] > steps[:-1] + 1
        np.cumsum(leaves, out=leaves)
        table[9] = np.clip(leaves[self.rows] - leaves[start], -3, 3)
        return table

    def _title_up(self, start: int) -> Floats | float:
        """Steps up from the headline, for each text; the last headline where all precede it."""
        if not self.titles:
            return -1.0
        title = self.titles[-1] if self.titles[-1] <= start else self.titles[0]
        up = self.steps(self.outline.blocks[title].box.index)
        return np.asarray(np.minimum(up[self.rows], 8) / 4)

    def surroundings(self) -> Floats:
        """What the boxes around a text hold."""
        firsts, lasts = self.spans[:, self.around]
        inner = self.totals[:, lasts] - self.totals[:, firsts]
        some = np.maximum(inner[_SIZE], 1)
        shares = np.empty((LEVELS, 4, len(self.rows)))
        shares[:, 0] = inner[_PROSE] / self.all_prose
        shares[:, 1] = inner[_PROSE] / some
        shares[:, 2] = inner[_LINKED] / some
        shares[:, 3] = np.log1p(inner[_COUNT])
        depths = np.array([[block.box.depth / 10 for block in self.blocks]])
        return np.concatenate([shares.reshape(4 * LEVELS, -1), depths])

    def alike(self) -> Floats:
        """What the texts in elements of the same tag, class and surroundings have in common."""
        numbers: dict[tuple[str, str, str], int] = {}
        boxes = self.outline.boxes
        of = np.array([
            numbers.setdefault((b.tag, b.box.name, boxes[b.box.parent].name), len(numbers))
            for b in self.outline.blocks
        ])  # fmt: skip
        sums = [np.bincount(of, weights=total[1:] - total[:-1]) for total in self.totals[_LINKED:]]
        linked, size, prose, count = sums
        table = np.empty((5, len(count)))
        table[0] = prose / self.all_prose
        table[1] = prose / size
        table[2] = linked / size
        table[3] = np.log1p(count)
        table[4] = np.log1p(size / count)
        return np.asarray(table[:, of[self.rows]])

    def repeats(self) -> Floats:
        """How many boxes of the same tag and class stand beside those around a text.

        Cards, comments and teasers come in rows; paragraphs and their likes are not counted.
        """
        numbers: dict[tuple[int, str, str], int] = {}
        of = np.array([
            0 if box.tag in _TEXT_TAGS
            else numbers.setdefault((box.parent, box.tag, box.name), len(numbers) + 1)
            for box in self.outline.boxes
        ])  # fmt: skip
        same = np.log1p(np.bincount(of).astype(float))
        same[0] = 0.0
        return np.asarray(same[of[self.around]])

    def declared(self) -> Floats:
        """Whether a text is in the element that the page itself marks as the article's body.

        Four marks, from the strictest: microdata, a name such as "article-body", the tag
        ``article``, the tag ``main``.  For each: inside or not, and its share of the prose.
        """
        table = np.zeros((4, 3, len(self.rows)))
        firsts, lasts = np.searchsorted(self.rows, self.spans)
        for columns, marked in zip(table, self._marked(), strict=True):
            if not marked:
                continue
            for box in self._largest(marked):
                columns[0, firsts[box] : lasts[box]] = 1.0
            columns[1] = float(columns[0] @ self.prose) / self.all_prose
            columns[2] = columns[0] * columns[1]
        return table.reshape(12, -1)

    def neighbours(self) -> Floats:
        """The first numbers of the texts before and after; 0 beyond the page's ends."""
        reach = max(NEIGHBOURS)
        near = np.zeros((_NEAR, len(self.size) + 2 * reach))
        near[0, reach:-reach] = np.log1p(self.size)
        near[1, reach:-reach] = self.linked_share
        places = self.rows + reach
        near[2:, places] = self.own[2:_NEAR]
        found = near[:, places + np.array(NEIGHBOURS)[:, None]]
        return np.asarray(found.swapaxes(0, 1).reshape(_NEAR * len(NEIGHBOURS), -1))

    def _marked(self) -> list[list[Box]]:
        """The boxes with prose in them that bear each of the marks."""
        body, article = bit("body"), bit("article")
        boxes = [self.outline.boxes[i + 1] for i in np.flatnonzero(self.box_prose[1:]).tolist()]
        return [
            [b for b in boxes if b.is_body],
            [b for b in boxes if b.own & body],
            [b for b in boxes if b.own & article],
            [b for b in boxes if b.tag == "main"],
        ]

    @cached_property
    def box_prose(self) -> Floats:
        """Per box the prose in it."""
        firsts, lasts = self.spans
        return np.asarray(self.totals[_PROSE, lasts] - self.totals[_PROSE, firsts])

    def _largest(self, marked: Sequence[Box]) -> list[int]:
        """Of the marked boxes that with most prose, deep as can be, and those named alike."""
        if not marked:
            return []
        prose = {box.index: float(self.box_prose[box.index]) for box in marked}
        best = max(marked, key=lambda box: prose[box.index])
        enough = DEEPER_SHARE * prose[best.index]
        deeper = [b for b in marked if prose[b.index] >= enough and b.depth > best.depth]
        best = max(deeper, key=lambda box: box.depth) if deeper else best
        if best.tag == "article" or not best.name.strip():
            return [best.index]
        return [b.index for b in marked if b.name == best.name and b.tag == best.tag]


@cache
def _selling() -> Phrases:
    """Words of appeals, forms and consent texts."""
    return Phrases(lexicon().labels["selling"], at_word=True)


@cache
def _unlikely() -> int:
    """The marks of boxes in which the core of an article hardly stands."""
    kinds = ("comment", "related", "foot", "modal", "hidden", "promo", "aside", "caption")
    return sum(bit(kind) for kind in kinds)


def _numbers(page: _Page, claims: Claims) -> tuple[Floats, Floats, list[int]]:
    """Each text by itself, its size if it is prose, and the places of the headline."""
    blocks = page.blocks
    heads = [block.text[:SELLING_CHARS].lower() for block in blocks]
    keys = [_letters(head[:KEY_CHARS]) for head in heads]
    size = page.size[page.rows]
    table = np.empty((_OWN, len(blocks)))
    table[0] = np.log1p(size)
    table[1] = page.linked_share[page.rows]
    table[2:18] = _of_texts(blocks)
    table[7] = np.maximum(table[7], appeals([block.text for block in blocks]))
    table[8] = np.minimum(_selling().counts(heads), 4) / 2
    table[18:21] = np.array(_of_keys(keys, claims), dtype=float).reshape(-1, 3).T
    is_prose = (size >= PROSE_CHARS) & (table[1] < MAX_PROSE_LINKS) & (table[3] > 0)
    table[6] = is_prose
    table[_LOGARITHMIC] = np.log1p(table[_LOGARITHMIC])
    wanted = claims.title or None
    titles = [block.index for block, key in zip(blocks, keys, strict=True) if key == wanted]
    return table, np.where(is_prose, size, 0.0), titles


def _of_texts(blocks: Sequence[Block]) -> Floats:
    """The numbers 2 to 17 of each text; 6, 8 and a part of 7 are worked out elsewhere."""
    texts = [block.text[:MAX_CHARS] for block in blocks]
    firsts = [text[0] for text in texts]
    zeros = [0] * len(texts)
    columns: list[Sequence[float]] = [
        [text.endswith(_ENDS) for text in texts],
        [len(_STOP.findall(text)) if len(text) > 20 else 0 for text in texts],
        [block.bold / len(text) for block, text in zip(blocks, texts, strict=True)],
        [text.count(",") + text.count("、") for text in texts],
        zeros,
        [len(text) < ASIDE_CHARS and is_pointer(text) for text in texts],
        zeros,
        [text.count(" ") + 1 for text in texts],
        [block.links for block in blocks],
        [text.isupper() for text in texts],
        [first.islower() for first in firsts],
        [first.isdigit() for first in firsts],
        ["©" in text for text in texts],
        [text[-1] == ":" for text in texts],
        ["|" in text for text in texts],
        [len(_DIGIT.findall(text[:60])) / 10 for text in texts],
    ]
    return np.array(columns, dtype=float)


def _column(numbers: "array[int]") -> Ints:
    """The same numbers without a copy."""
    return np.frombuffer(numbers, dtype=np.int64)


def _of_keys(keys: Sequence[str], claims: Claims) -> list[tuple[float, float, float]]:
    """Whether each text repeats one above it, is in the description, is in the claimed body."""
    table: list[tuple[float, float, float]] = []
    seen: set[str] = set()
    known = claims.body if len(claims.body) >= KNOWN_BODY else ""
    for key in keys:
        told = len(key) > 20 and key[:200] in claims.description
        held = (1.0 if len(key) > 8 and key in known else -1.0) if known else 0.0
        table.append((key in seen, told, held))
        seen.add(key)
    return table
