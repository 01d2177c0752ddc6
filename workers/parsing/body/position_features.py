"""Where on its page each text stands: beside what, in what, how far from the article's core.

Boxes are numbered in document order, so what is inside a box is a range of the page's texts,
and the difference of two running totals sums up what they hold.
"""

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from workers.parsing.body.outline import TextOutline
from workers.parsing.body.regions import bit, regions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEVELS = 3  # boxes around a text whose content is summed up
DEEPER_SHARE = 0.85  # of the prose that a deeper box must hold to stand for one around it
UNLIKELY_WEIGHT = 0.2  # of prose in such boxes when the core is looked for
_TEXT_TAGS = frozenset({"p", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "br", "dd", "dt"})
_OWN_MARKS = ("caption", "list", "meta", "author")  # of the nearest box, beside the core or not
_BODY = "articleBody"  # what microdata call it
_LINKY, _LINKED, _SIZE, _PROSE, _COUNT = range(5)  # running totals of a page


class Places:
    """Sizes of one page, and the columns of features that they make.

    A group of features is an array of columns x rows.
    """

    def __init__(
        self, outline: TextOutline, rows: Ints, *, size: Floats, linked: Floats, is_prose: Floats,
        titles: Sequence[int],
    ) -> None:  # fmt: skip
        """``size``, ``linked``: of all texts; ``rows``: those looked at, which can be prose."""
        self.outline, self.boxes, self.rows, self.titles = outline, outline.boxes, rows, titles
        blocks = outline.blocks
        self.blocks = [blocks[place] for place in rows.tolist()]
        self.prose = np.where(is_prose > 0, size[rows], 0.0)
        self.totals = np.zeros((5, len(blocks) + 1))
        self.totals[_SIZE, 1:], self.totals[_LINKED, 1:], self.totals[_COUNT, 1:] = size, linked, 1
        self.totals[_PROSE, rows + 1] = self.prose
        self.totals[_LINKY, 1:] = (linked > 0.5 * size) & (size > 10)
        self.of_rows = self.totals[_LINKED:, rows + 1]
        self.totals.cumsum(axis=1, out=self.totals)
        self.all_prose = max(float(self.totals[_PROSE, -1]), 1.0)
        self.firsts, self.lasts = np.array(outline.firsts), np.array(outline.lasts)
        self.around = self._around()
        #: box -> its own marks
        self.own = self._seen()
        self.core = self._core()

    def columns(self) -> Iterator[Floats]:
        """The groups of features."""
        yield self.marks()
        yield self.order()
        yield self.flow()
        yield self.surroundings()
        yield self.alike()
        yield self.declared()
        yield self.repeats()

    def _around(self) -> Ints:
        """The boxes around the text of each row, from the nearest outwards, LEVELS of them."""
        parents = np.maximum(self.boxes.parents, 0)
        around = np.empty((LEVELS, len(self.blocks)), dtype=np.int64)
        around[0] = [block.place for block in self.blocks]
        for level in range(1, LEVELS):
            around[level] = parents[around[level - 1]]
        return around

    def _seen(self) -> dict[int, int]:
        """All boxes around the rows' texts but the outermost, in order, and their own marks."""
        parents = self.boxes.parents
        seen = {0}
        for place in self.around[0].tolist():
            while place not in seen:
                seen.add(place)
                place = parents[place]
        places = sorted(seen)[1:]
        return dict(zip(places, self.boxes.owns(places), strict=True))

    def _beside(self, core: int) -> dict[int, int]:
        """For each box that was seen the marks of those around it that do not hold ``core``."""
        marks = dict.fromkeys(self.outline.ancestors(core), 0)
        parents = self.boxes.parents
        for place, own in self.own.items():
            if place not in marks:
                marks[place] = marks[parents[place]] | own
        return marks

    def _core(self) -> int:
        """The box with most prose directly in it and in the boxes in it, the title's side first."""
        parents, unlikely = self.boxes.parents, _unlikely()
        around = self._beside(0)
        title = self.titles[0] if self.titles else 0
        scores: dict[int, float] = {0: 0.0}
        for row in self.prose.nonzero()[0].tolist():
            block = self.blocks[row]
            weight, box = float(len(block.text)), block.place
            weight *= UNLIKELY_WEIGHT if around[box] & unlikely else 1.0
            weight *= 0.5 if block.index < title else 1.0
            above = max(parents[box], 0)
            for place, share in ((box, 0.3), (above, 1.0), (max(parents[above], 0), 0.5)):
                scores[place] = scores.get(place, 0.0) + share * weight
        return max(scores, key=lambda place: (scores[place], -place))

    def marks(self) -> Floats:
        """The marks of the boxes around each text beside the core, some of its own box."""
        beside, boxes = self._beside(self.core), self.around[0].tolist()
        around = np.array([beside[place] for place in boxes], dtype=np.int64)
        nearest = np.array([self.own.get(place, 0) for place in boxes], dtype=np.int64)
        count = len(regions())
        table = np.empty((count + len(_OWN_MARKS), len(boxes)))
        table[:count] = (around & _bits()) != 0
        table[count:] = (nearest & _own_bits()) != 0
        return table

    def steps(self, core: int) -> Ints:
        """Per row: steps up from ``core`` to the nearest box around both."""
        around = [
            *self.outline.ancestors(core)
        ]  # none of them begins behind or ends before another
        begun = self.firsts[around[::-1]].searchsorted(self.rows, side="right")
        ended = self.lasts[around].searchsorted(self.rows, side="right")
        return len(around) - begun + ended

    def order(self) -> Floats:
        """Where on the page: by text, by prose, and from the title."""
        table = np.empty((6, len(self.rows)))
        table[0] = self.totals[_SIZE, self.rows] / self.totals[_SIZE, -1]
        table[1] = self.totals[_PROSE, self.rows] / self.all_prose
        if self.titles:
            table[2] = np.minimum(np.maximum((self.rows - self.titles[0]) / 20, -3), 5)
            table[3] = self.rows > self.titles[0]
        else:
            table[2], table[3] = 0.0, 0.5
        table[4], table[5] = np.log1p(self.all_prose), np.log1p(len(self.outline.blocks))
        return table

    def flow(self) -> Floats:
        """How far from the core of the article, in the tree and in what lies between."""
        up = self.steps(self.core)
        depths = np.array([self.boxes.depths[block.place] for block in self.blocks])
        down = np.maximum(depths - (self.boxes.depths[self.core] - up), 0)
        is_near = (self.around[0] == self.core) | ((up + down <= 2) & (up <= 1))
        first = self.rows[is_near & (self.prose > 0)][:1]
        start = int(first[0]) if len(first) else 0
        table = np.empty((7, len(up)))
        table[0], table[1], table[2] = np.minimum(up, 8), np.minimum(down, 8), depths
        table[3] = self._title_up(start)
        between = self.totals[: _SIZE + 1, self.rows + 1]
        between -= self.totals[: _SIZE + 1, start + 1, None]
        table[4:] = np.copysign(np.log1p(np.abs(between)), between)
        return table

    def _title_up(self, start: int) -> Floats | float:
        """Steps up from the headline, for each text; the last headline where all precede it."""
        if not self.titles:
            return -1.0
        title = self.titles[-1] if self.titles[-1] <= start else self.titles[0]
        up = self.steps(self.outline.blocks[title].place)
        return np.asarray(np.minimum(up, 8), dtype=float)

    def surroundings(self) -> Floats:
        """What the boxes around a text hold."""
        totals = self.totals[_LINKED:]
        inner = totals[:, self.lasts[self.around]] - totals[:, self.firsts[self.around]]
        linked, size, prose, count = inner
        some = np.maximum(size, 1)
        shares = np.empty((4, *self.around.shape))
        np.divide(prose, self.all_prose, out=shares[0])
        np.divide(prose, some, out=shares[1])
        np.divide(linked, some, out=shares[2])
        np.log1p(count, out=shares[3])
        return shares.reshape(4 * LEVELS, -1)

    def alike(self) -> Floats:
        """What the texts in elements of the same tag, class and surroundings have in common."""
        numbers: dict[tuple[str, str, str], int] = {}
        name = self.boxes.name
        of = np.array([
            numbers.setdefault((block.tag, name(block.place), name(above)), len(numbers))
            for block, above in zip(self.blocks, self.around[1].tolist(), strict=True)
        ])  # fmt: skip
        linked, size, prose, count = (np.bincount(of, weights=column) for column in self.of_rows)
        table = np.empty((5, len(count)))
        table[0] = prose / self.all_prose
        table[1] = prose / size
        table[2] = linked / size
        table[3] = np.log1p(count)
        table[4] = np.log1p(size / count)
        return table[:, of]

    def repeats(self) -> Floats:
        """How many boxes of the same tag and class stand beside those around a text.

        Cards, comments and teasers come in rows; paragraphs and their likes are not counted.
        """
        numbers: dict[tuple[int, str, str], int] = {}
        tags, parents, name = self.boxes.tags, self.boxes.parents, self.boxes.name
        of = np.zeros(len(tags), dtype=np.int64)
        places = [place for place in self.own if tags[place] not in _TEXT_TAGS]
        of[places] = [
            numbers.setdefault((parents[place], tags[place], name(place)), len(numbers) + 1)
            for place in places
        ]
        same = np.log1p(np.bincount(of[places], minlength=1).astype(float))
        return np.asarray(same[of[self.around]])

    def declared(self) -> Floats:
        """Whether a text is in the element that the page itself marks as the article's body.

        Four marks, from the strictest: microdata, a name such as "article-body", the tag
        ``article``, the tag ``main``.  For each: inside or not, and its share of the prose.
        """
        table = np.zeros((4, 3, len(self.rows)))
        outline = self.outline
        for columns, marked in zip(table, self._marked(), strict=True):
            if not marked:
                continue
            for box in self._largest(marked):
                first, last = self.rows.searchsorted((outline.firsts[box], outline.lasts[box]))
                columns[0, first:last] = 1.0
            columns[1] = float(columns[0] @ self.prose) / self.all_prose
            columns[2] = columns[0] * columns[1]
        return table.reshape(12, -1)

    def _marked(self) -> list[dict[int, float]]:
        """The boxes with prose in them that bear each of the marks, and how much that is."""
        places = list(self.own)
        held = self.totals[_PROSE, self.lasts[places]] - self.totals[_PROSE, self.firsts[places]]
        prose = {p: size for p, size in zip(places, held.tolist(), strict=True) if size > 0}
        boxes, body, article = self.boxes, bit("body"), bit("article")
        found: list[dict[int, float]] = [{}, {}, {}, {}]
        for place, size in prose.items():
            own = self.own[place]
            if boxes.attributes(place).get("itemprop") == _BODY:
                found[0][place] = size
            if own & body:
                found[1][place] = size
            if own & article:
                found[2][place] = size
            if boxes.tags[place] == "main":
                found[3][place] = size
        return found

    def _largest(self, marked: dict[int, float]) -> list[int]:
        """Of the marked boxes that with most prose, deep as can be, and those named alike."""
        tags, depths, name = self.boxes.tags, self.boxes.depths, self.boxes.name
        best = max(marked, key=marked.__getitem__)
        enough = DEEPER_SHARE * marked[best]
        deeper = [p for p, n in marked.items() if n >= enough and depths[p] > depths[best]]
        best = max(deeper, key=depths.__getitem__) if deeper else best
        if tags[best] == "article" or not name(best).strip():
            return [best]
        return [p for p in marked if name(p) == name(best) and tags[p] == tags[best]]


@cache
def _bits() -> Ints:
    """The bits of all kinds of region, as a column."""
    return np.array([[bit(name)] for name in regions()], dtype=np.int64)


@cache
def _own_bits() -> Ints:
    return np.array([[bit(name)] for name in _OWN_MARKS], dtype=np.int64)


@cache
def _unlikely() -> int:
    """The marks of boxes in which the core of an article hardly stands."""
    kinds = ("comment", "related", "foot", "modal", "hidden", "promo", "aside", "caption")
    return sum(bit(kind) for kind in kinds)
