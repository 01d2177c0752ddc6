"""Numbers for each text of a page from which the content finder tells what is article.

All of them are of structure, size, place and agreement; none names a site or needs to know
the language.  Boxes are numbered in document order, so what is inside a box is a range of
numbers, and everything can be summed up with running totals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from workers.parsing.credits import appeals, is_pointer
from workers.parsing.lexicon import lexicon
from workers.parsing.outline import Block, Box, Outline
from workers.parsing.phrases import Phrases
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
ASIDE_CHARS = 300  # of a text that can point elsewhere
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
_LOGARITHMIC = (3, 5, 9, 10)  # of these
_NO_TITLE = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """What metadata say of the text, as letters and digits only, lower case."""

    title: str = ""
    description: str = ""
    #: the whole text as JSON-LD or a script's state has it, or ""
    body: str = ""


def letters(text: str) -> str:
    """The text's letters and digits in lower case: equal for texts that read the same."""
    # bytes are a quick way to lose what is ASCII; of other marks most texts have few
    found = text.lower().encode("utf-8", "replace").translate(None, _MARKS).decode()
    return found if found.isascii() else _KEY.sub("", found)


def features(outline: Outline, claims: Claims) -> tuple[Floats, Ints]:
    """The matrix of features, and the blocks that its rows stand for.

    Entries of menus (short, all link) get no row: they are never an article's text.
    """
    page = _Page(outline, claims)
    boxes = [outline.blocks[place].box for place in page.rows.tolist()]
    columns = [
        page.own[:, page.rows],
        page.tags[page.rows] == np.arange(len(_TAGS))[:, None],
        _bits([box.own for box in boxes]),
        _bits([page.beside[box.index] for box in boxes]),
        page.order()[:, page.rows],
        page.flow()[:, page.rows],
        page.surroundings(),
        page.alike(),
        page.declared()[:, page.rows],
        page.repeats(),
        _neighbours(page.own[:_NEAR], page.rows),
    ]
    return np.concatenate(columns).T, page.rows


class _Page:
    """Sizes of one page that several groups of features need; each group is columns x texts."""

    def __init__(self, outline: Outline, claims: Claims) -> None:
        blocks, boxes = outline.blocks, outline.boxes
        self.outline = outline
        self.size = np.array([len(b.text) for b in blocks], dtype=float)
        self.linked = np.minimum(np.array([b.linked for b in blocks], dtype=float), self.size)
        self.at = np.array([b.box.index for b in blocks])
        self.tags = np.array([_TAG_NUMBER.get(b.tag, len(_TAGS)) for b in blocks])
        is_menu = (self.linked > MENU_LINKS * self.size) & (self.size < MENU_CHARS)
        self.rows = np.flatnonzero(~is_menu)
        self.own, self.prose, titles = _numbers(self, claims)
        self.titles = titles
        self.parents = np.array([max(box.parent, 0) for box in boxes])
        self.ends = np.array(outline.ends)
        self.depths = np.array([box.depth for box in boxes])
        self.box_prose = self.summed(self.prose)
        self.all_prose = max(float(self.box_prose[0]), 1.0)
        self.around = self._around()
        self.core = self._core()
        self.beside = outline.marks_beside(self.core)

    def summed(self, values: Floats) -> Floats:
        """Per box the sum of the values of all blocks inside it."""
        total = np.zeros(len(self.ends) + 1)
        np.cumsum(np.bincount(self.at, weights=values, minlength=len(self.ends)), out=total[1:])
        return np.asarray(total[self.ends] - total[:-1])

    def _around(self) -> Ints:
        """The boxes around each text that has a row, from the nearest outwards, LEVELS of them."""
        around = [self.at[self.rows]]
        while len(around) < LEVELS:
            around.append(self.parents[around[-1]])
        return np.array(around)

    def _core(self) -> int:
        """The box with most prose directly in it and in the boxes in it, the title's side first."""
        weight = self.prose.copy()
        around, unlikely = self.outline.marks_beside(0), _unlikely()
        for place in np.flatnonzero(weight).tolist():
            if around[self.outline.blocks[place].box.index] & unlikely:
                weight[place] *= UNLIKELY_WEIGHT
        if self.titles:
            weight[: self.titles[0]] *= 0.5
        count = len(self.ends)
        direct = np.bincount(self.at, weights=weight, minlength=count)
        score = direct * 0.3
        score += np.bincount(self.parents, weights=direct, minlength=count)
        score += np.bincount(self.parents[self.parents], weights=direct * 0.5, minlength=count)
        return int(np.argmax(score))

    def steps(self, core: int) -> tuple[Ints, Ints]:
        """Per block: steps up from ``core`` to the nearest box around both, and down from it."""
        ways = list(self.outline.ancestors(self.outline.boxes[core]))
        starts = np.array([box.index for box in reversed(ways)])
        up = len(ways) - np.searchsorted(starts, self.at, side="right")
        up += np.searchsorted(self.ends[starts[::-1]], self.at, side="right")
        down = self.depths[self.at] - (self.depths[core] - up)
        return up, np.maximum(down, 0)

    def order(self) -> Floats:
        """Where on the page: by count, by text, by prose, and from the title."""
        count = len(self.size)
        index = np.arange(count, dtype=float)
        before = np.cumsum(self.size) - self.size
        prose_before = np.cumsum(self.prose) - self.prose
        table = np.empty((7, count))
        table[0] = index / count
        table[1] = before / self.size.sum()
        table[2] = prose_before / self.all_prose
        title = self.titles[0] if self.titles else _NO_TITLE
        table[3] = np.clip((index - title) / 20, -3, 5) if title >= 0 else 0.0
        table[4] = index > title if title >= 0 else 0.5
        table[5] = np.log1p(self.all_prose)
        table[6] = np.log1p(count)
        return table

    def flow(self) -> Floats:
        """How far from the core of the article, in the tree and in what lies between."""
        up, down = self.steps(self.core)
        own = (self.at == self.core) | ((up + down <= 2) & (up <= 1))
        first = np.flatnonzero(own & (self.prose > 0))[:1]
        start = int(first[0]) if len(first) else 0
        table = np.empty((10, len(up)))
        table[0] = np.minimum(up, 8) / 4
        table[1] = np.minimum(down, 8) / 4
        table[2:5] = up == np.arange(3)[:, None]
        table[5] = self._title_up(start)
        between = np.zeros((4, len(up)))
        between[0] = (self.linked > 0.5 * self.size) & (self.size > 10)
        between[1], between[2] = self.linked, self.size
        between[3, 1:] = up[1:] > up[:-1] + 1
        np.cumsum(between, axis=1, out=between)
        between -= between[:, start][:, None].copy()
        table[6:9] = np.copysign(np.log1p(np.abs(between[:3])), between[:3])
        table[7:9] /= 3
        table[9] = np.clip(between[3], -3, 3)
        return table

    def _title_up(self, start: int) -> Floats | float:
        """Steps up from the headline, for each text; the last headline where all precede it."""
        if not self.titles:
            return -1.0
        title = self.titles[-1] if self.titles[-1] <= start else self.titles[0]
        return np.asarray(np.minimum(self.steps(int(self.at[title]))[0], 8) / 4)

    def surroundings(self) -> Floats:
        """What the boxes around a text hold."""
        size, linked = self.summed(self.size), self.summed(self.linked)
        some = np.maximum(size, 1)
        shares = np.empty((4, len(size)))
        shares[0] = self.box_prose / self.all_prose
        shares[1] = self.box_prose / some
        shares[2] = linked / some
        shares[3] = np.log1p(self.summed(np.ones(len(self.size))))
        table = np.empty((4 * LEVELS + 1, len(self.rows)))
        table[:-1] = shares[:, self.around].swapaxes(0, 1).reshape(4 * LEVELS, -1)
        table[-1] = self.depths[self.around[0]] / 10
        return table

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
        table = np.empty((5, len(count)))
        table[0] = prose / self.all_prose
        table[1] = prose / size
        table[2] = np.bincount(of, weights=self.linked) / size
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
        table = np.zeros((12, len(self.at)))
        for number, marked in enumerate(self._marked()):
            inside = np.zeros(len(self.at), dtype=bool)
            for box in self._largest(marked):
                inside |= (self.at >= box) & (self.at < self.ends[box])
            if marked:
                share = float(self.prose[inside].sum()) / self.all_prose
                table[3 * number] = inside
                table[3 * number + 1] = share
                table[3 * number + 2, inside] = share
        return table

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
    places = page.rows.tolist()
    blocks = [page.outline.blocks[place] for place in places]
    heads = [block.text[:SELLING_CHARS].lower() for block in blocks]
    keys = [letters(head[:KEY_CHARS]) for head in heads]
    found = [_of_text(block) for block in blocks]
    table = np.zeros((_OWN, len(page.size)))
    table[0] = np.log1p(page.size)
    table[1] = page.linked / page.size
    if places:
        table[2:18, page.rows] = np.array(found, dtype=float).T
        table[7, page.rows] += appeals([block.text for block in blocks])
        table[7] = np.minimum(table[7], 1)
        table[8, page.rows] = np.minimum(_selling().counts(heads), 4) / 2
        table[18:21, page.rows] = np.array(_of_keys(keys, claims), dtype=float).T
    is_prose = (page.size >= PROSE_CHARS) & (table[1] < MAX_PROSE_LINKS) & (table[3] > 0)
    table[6] = is_prose
    for column in _LOGARITHMIC:
        np.log1p(table[column], out=table[column])
    titles = [
        p for p, key in zip(places, keys, strict=True) if claims.title and key == claims.title
    ]
    return table, np.where(is_prose, page.size, 0.0), titles


def _of_text(block: Block) -> tuple[float, ...]:
    """The numbers 2 to 17 of a text; 6, 8 and a part of 7 for all texts at once."""
    text = block.text[:MAX_CHARS]
    first, size = text[0], len(text)
    return (
        text.endswith(_ENDS), len(_STOP.findall(text)) if size > 20 else 0,
        block.bold / size, text.count(",") + text.count("、"), 0,
        size < ASIDE_CHARS and is_pointer(text), 0,
        text.count(" ") + 1, block.links, text.isupper(), first.islower(), first.isdigit(),
        "©" in text, text[-1] == ":", "|" in text, len(_DIGIT.findall(text[:60])) / 10,
    )  # fmt: skip


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


def _bits(values: Sequence[int]) -> Ints:
    return (np.array(values, dtype=np.int64) >> np.arange(len(regions()))[:, None]) & 1


def _neighbours(table: Floats, rows: Ints) -> Floats:
    """The same features of the texts before and after; 0 beyond the page's ends."""
    width, count = table.shape
    reach = max(NEIGHBOURS)
    padded = np.zeros((width, count + 2 * reach))
    padded[:, reach : reach + count] = table
    places = rows + reach + np.array(NEIGHBOURS)[:, None]
    return np.asarray(padded[:, places].swapaxes(0, 1).reshape(width * len(NEIGHBOURS), -1))
