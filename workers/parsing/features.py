"""Numbers for each text of a page from which the content finder tells what is article.

All of them are of structure, size, place and agreement; none names a site or needs to know
the language.  Boxes are numbered in document order, so what is inside a box is a range of
numbers, and everything can be summed up with running totals.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from workers.parsing.credits import is_aside, selling_pattern
from workers.parsing.outline import Block, Box, Outline
from workers.parsing.regions import bit, regions

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

_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "div", "tr", "td", "blockquote", "figcaption", "dd",
         "pre", "span", "section", "article", "body")  # fmt: skip
_TAG_NUMBER = {tag: number for number, tag in enumerate(_TAGS)} | {
    "h5": _TAGS.index("h4"), "h6": _TAGS.index("h4"), "th": _TAGS.index("td"),
    "dt": _TAGS.index("dd"), "main": _TAGS.index("section"),
}  # fmt: skip
_TEXT_TAGS = frozenset({"p", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "br", "dd", "dt"})
_ENDS = tuple(".!?…。！？:»”\"“’')।؟")
_STOP = re.compile(r"[.!?।؟](?:\s|$|[”\"’»])|[。！？]")
_KEY = re.compile(r"\W+")
_DIGIT = re.compile(r"\d")
_SELLING = selling_pattern()
_NEAR = 8  # the first so many numbers of a text are looked at in its neighbours too
_OWN = 21  # numbers of a text by itself, see _numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """What metadata say of the text, as letters and digits only, lower case."""

    title: str = ""
    description: str = ""
    #: the whole text as JSON-LD or a script's state has it, or ""
    body: str = ""


def letters(text: str) -> str:
    """The text's letters and digits in lower case: equal for texts that read the same."""
    return _KEY.sub("", text.lower())


def features(outline: Outline, claims: Claims) -> tuple[Floats, Ints]:
    """The matrix of features, and the blocks that its rows stand for.

    Entries of menus (short, all link) get no row: they are never an article's text.
    """
    page = _Page(outline, claims)
    own = page.own
    parts = [
        own,
        _one_hot(page.tags, len(_TAGS)),
        _bits(page.of_live(lambda box: box.own)),
        _bits(page.of_live(lambda box: page.beside[box.index])),
        page.order(),
        page.flow(),
        page.surroundings(),
        page.alike(),
        page.declared(),
        page.repeats(),
        _neighbours(own[:, :_NEAR]),
    ]
    rows = np.flatnonzero(page.live)
    return np.hstack([part[rows] for part in parts]), rows


class _Page:
    """Sizes of one page that several groups of features need."""

    def __init__(self, outline: Outline, claims: Claims) -> None:
        blocks = outline.blocks
        self.outline = outline
        self.size = np.array([len(b.text) for b in blocks], dtype=float)
        self.linked = np.minimum(np.array([b.linked for b in blocks], dtype=float), self.size)
        self.at = np.array([b.box.index for b in blocks])
        self.tags = np.array([_TAG_NUMBER.get(b.tag, len(_TAGS)) for b in blocks])
        is_menu = (self.linked > MENU_LINKS * self.size) & (self.size < MENU_CHARS)
        self.live = ~is_menu
        self.own, self.prose, self.is_title = _numbers(blocks, self, claims)
        self.parents = np.array([max(box.parent, 0) for box in outline.boxes])
        self.ends = np.array(outline.ends)
        self.depths = np.array([box.depth for box in outline.boxes])
        self.box_prose = self.summed(self.prose)
        self.all_prose = max(float(self.box_prose[0]), 1.0)
        self.core = self._core()
        self.beside = outline.marks_beside(self.core)

    def of_live(self, value: Callable[[Box], int]) -> Ints:
        """Per block a number of its box; 0 for entries of menus."""
        blocks = self.outline.blocks
        numbers = np.zeros(len(blocks), dtype=np.int64)
        for place in np.flatnonzero(self.live).tolist():
            numbers[place] = value(blocks[place].box)
        return numbers

    def summed(self, values: Floats) -> Floats:
        """Per box the sum of the values of all blocks inside it."""
        count = len(self.outline.boxes)
        total = np.zeros(count + 1)
        np.cumsum(np.bincount(self.at, weights=values, minlength=count), out=total[1:])
        return np.asarray(total[self.ends] - total[:-1])

    def inside(self, box: int) -> npt.NDArray[np.bool_]:
        """Per box whether it is ``box`` or in it."""
        numbers = np.arange(len(self.ends))
        return np.asarray((numbers >= box) & (numbers < self.ends[box]))

    def _core(self) -> int:
        """The box with most prose directly in it and in the boxes in it, the title's side first."""
        weight = self.prose.copy()
        around = self.outline.marks_beside(0)
        for place in np.flatnonzero(weight).tolist():
            if around[int(self.at[place])] & _unlikely():
                weight[place] *= UNLIKELY_WEIGHT
        titles = np.flatnonzero(self.is_title)
        if len(titles):
            weight[: titles[0]] *= 0.5
        direct = np.bincount(self.at, weights=weight, minlength=len(self.parents))
        score = direct * 0.3
        np.add.at(score, self.parents, direct)
        np.add.at(score, self.parents[self.parents], direct * 0.5)
        return int(np.argmax(score))

    def steps(self, core: int) -> tuple[Floats, Floats]:
        """Per block: steps up from ``core`` to the nearest box around both, and down from it."""
        up = np.zeros(len(self.at))
        for box in self.outline.ancestors(self.outline.boxes[core]):
            up += (self.at < box.index) | (self.at >= self.ends[box.index])
        down = self.depths[self.at] - (self.depths[core] - up)
        return up, np.maximum(down, 0)

    def order(self) -> Floats:
        """Where on the page: by count, by text, by prose, and from the title."""
        count = len(self.size)
        index = np.arange(count, dtype=float)
        before = np.cumsum(self.size) - self.size
        prose_before = np.cumsum(self.prose) - self.prose
        titles = np.flatnonzero(self.is_title)
        title = titles[0] if len(titles) else -1
        return np.column_stack([
            index / count, before / self.size.sum(), prose_before / self.all_prose,
            np.clip((index - title) / 20, -3, 5) if title >= 0 else np.zeros(count),
            (index > title).astype(float) if title >= 0 else np.full(count, 0.5),
            np.full(count, np.log1p(self.all_prose)), np.full(count, np.log1p(count)),
        ])  # fmt: skip

    def flow(self) -> Floats:
        """How far from the core of the article, in the tree and in what lies between."""
        up, down = self.steps(self.core)
        own = np.flatnonzero((self.at == self.core) | ((up + down <= 2) & (up <= 1)))
        first = own[self.prose[own] > 0][:1]
        start = int(first[0]) if len(first) else 0
        is_linky = ((self.linked > 0.5 * self.size) & (self.size > 10)).astype(float)
        leaves = np.zeros(len(up))
        leaves[1:] = up[1:] > up[:-1] + 1
        linky, linked, size, jumps = (
            _between(values, start) for values in (is_linky, self.linked, self.size, leaves)
        )
        titles = np.flatnonzero(self.is_title)
        title_up = np.full(len(up), -1.0)
        if len(titles):
            title = titles[-1] if titles[-1] <= start else titles[0]
            title_up = np.minimum(self.steps(int(self.at[title]))[0], 8) / 4
        return np.column_stack([
            np.minimum(up, 8) / 4, np.minimum(down, 8) / 4, up == 0, up == 1, up == 2, title_up,
            np.sign(linky) * np.log1p(np.abs(linky)),
            np.sign(linked) * np.log1p(np.abs(linked)) / 3,
            np.sign(size) * np.log1p(np.abs(size)) / 3, np.clip(jumps, -3, 3),
        ])  # fmt: skip

    def surroundings(self) -> Floats:
        """What the boxes around a text hold."""
        size, linked = self.summed(self.size), self.summed(self.linked)
        count = self.summed(np.ones(len(self.size)))
        shares = np.column_stack([
            self.box_prose / self.all_prose, self.box_prose / np.maximum(size, 1),
            linked / np.maximum(size, 1), np.log1p(count),
        ])  # fmt: skip
        columns: list[Floats] = []
        at = self.at
        for _ in range(LEVELS):
            columns.append(shares[at])
            at = self.parents[at]
        return np.hstack([*columns, self.depths[self.at][:, None] / 10])

    def alike(self) -> Floats:
        """What the texts in elements of the same tag, class and surroundings have in common."""
        numbers: dict[tuple[str, str, str], int] = {}
        boxes = self.outline.boxes
        of = np.array([
            numbers.setdefault((b.tag, b.box.name, boxes[b.box.parent].name), len(numbers))
            for b in self.outline.blocks
        ])  # fmt: skip
        count = np.bincount(of).astype(float)
        prose, size = np.bincount(of, weights=self.prose), np.bincount(of, weights=self.size)
        linked = np.bincount(of, weights=self.linked)
        table = np.column_stack([
            prose / self.all_prose, prose / size, linked / size, np.log1p(count),
            np.log1p(size / count),
        ])  # fmt: skip
        return np.asarray(table[of])

    def repeats(self) -> Floats:
        """How many boxes of the same tag and class stand beside those around a text.

        Cards, comments and teasers come in rows; paragraphs and their likes are not counted.
        """
        numbers: dict[tuple[int, str, str], int] = {}
        boxes = self.outline.boxes
        of = np.array([
            numbers.setdefault((box.parent, box.tag, box.name), len(numbers)) for box in boxes
        ])  # fmt: skip
        same = np.log1p(np.bincount(of)[of].astype(float))
        same[np.array([box.tag in _TEXT_TAGS for box in boxes])] = 0.0
        columns: list[Floats] = []
        at = self.at
        for _ in range(LEVELS):
            columns.append(same[at])
            at = self.parents[at]
        return np.column_stack(columns)

    def declared(self) -> Floats:
        """Whether a text is in the element that the page itself marks as the article's body.

        Four marks, from the strictest: microdata, a name such as "article-body", the tag
        ``article``, the tag ``main``.  For each: inside or not, and its share of the prose.
        """
        columns: list[Floats] = []
        for marked in self._marked():
            inside = np.zeros(len(self.ends), dtype=bool)
            for box in self._largest(marked):
                inside |= self.inside(box)
            here = inside[self.at]
            share = float(self.prose[here].sum()) / self.all_prose
            columns += [here, np.full(len(here), share), here * share]
        return np.column_stack(columns).astype(float)

    def _marked(self) -> list[list[Box]]:
        """The boxes with prose in them that bear each of the marks."""
        body, article = bit("body"), bit("article")
        boxes = [self.outline.boxes[i] for i in np.flatnonzero(self.box_prose[1:]) + 1]
        return [
            [b for b in boxes if b.is_body],
            [b for b in boxes if b.own & body],
            [b for b in boxes if b.own & article],
            [b for b in boxes if b.tag == "main"],
        ]

    def _largest(self, marked: Sequence[Box]) -> list[int]:
        """Of the marked boxes that with most prose, deep as can be, and those named alike."""
        if not marked:
            return []
        prose = self.box_prose
        best = max(marked, key=lambda box: prose[box.index])
        enough = DEEPER_SHARE * prose[best.index]
        deeper = [b for b in marked if prose[b.index] >= enough and b.depth > best.depth]
        best = max(deeper, key=lambda box: box.depth) if deeper else best
        if best.tag == "article" or not best.name.strip():
            return [best.index]
        return [b.index for b in marked if b.name == best.name and b.tag == best.tag]


@cache
def _unlikely() -> int:
    """The marks of boxes in which the core of an article hardly stands."""
    kinds = ("comment", "related", "foot", "modal", "hidden", "promo", "aside", "caption")
    return sum(bit(kind) for kind in kinds)


def _numbers(
    blocks: Sequence[Block], page: _Page, claims: Claims
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Each text by itself, its size if it is prose, and whether it is the title."""
    table = np.zeros((len(blocks), _OWN))
    is_title = np.zeros(len(blocks), dtype=bool)
    seen: set[str] = set()
    body_unknown = len(claims.body) < 200
    for i in np.flatnonzero(page.live).tolist():
        block = blocks[i]
        text = block.text[:MAX_CHARS]
        lower = text[:SELLING_CHARS].lower()
        key = _KEY.sub("", lower[:KEY_CHARS])
        is_title[i] = bool(claims.title) and key == claims.title
        first, size = text[0], len(text)
        table[i, 2:] = (
            text.endswith(_ENDS), len(_STOP.findall(text)) if size > 20 else 0,
            block.bold / size, text.count(",") + text.count("、"), 0, is_aside(text),
            min(len(_SELLING.findall(lower)), 4) / 2,
            text.count(" ") + 1, block.links, text.isupper(), first.islower(), first.isdigit(),
            "©" in text, text[-1] == ":", "|" in text, len(_DIGIT.findall(text[:60])) / 10,
            key in seen, len(key) > 20 and key[:200] in claims.description,
            0.0 if body_unknown else 1.0 if len(key) > 8 and key in claims.body else -1.0,
        )  # fmt: skip
        seen.add(key)
    table[:, 0] = np.log1p(page.size)
    table[:, 1] = page.linked / page.size
    is_prose = (page.size >= PROSE_CHARS) & (table[:, 1] < MAX_PROSE_LINKS) & (table[:, 3] > 0)
    table[:, 6] = is_prose
    for column in (3, 5, 9, 10):
        table[:, column] = np.log1p(table[:, column])
    return table, np.where(is_prose, page.size, 0.0), is_title


def _between(values: Floats, start: int) -> Floats:
    """The sum of the values from ``start`` to each place, negative before it."""
    total = np.cumsum(values)
    return np.asarray(total - total[start])


def _one_hot(numbers: Ints, count: int) -> Floats:
    return np.asarray(numbers[:, None] == np.arange(count)[None, :], dtype=float)


def _bits(values: Ints) -> Floats:
    shifted = values[:, None] >> np.arange(len(regions()))[None, :]
    return np.asarray(shifted & 1, dtype=float)


def _neighbours(table: Floats) -> Floats:
    """The same features of the texts before and after."""
    count, width = table.shape
    reach = max(NEIGHBOURS)
    padded = np.zeros((count + 2 * reach, width))
    padded[reach : reach + count] = table
    return np.hstack([padded[reach + step : reach + step + count] for step in NEIGHBOURS])
