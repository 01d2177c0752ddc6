"""Numbers for each text of a page from which the content finder tells what is article.

All of them are of structure, size, place and agreement; none names a site or needs to know
the language.  One row a block; ``FEATURES`` columns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workers.parsing.credits import is_aside, selling_pattern
from workers.parsing.outline import Block, Box, Outline
from workers.parsing.regions import bit, regions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PROSE_CHARS = 60  # from here on a text with an end mark counts as prose
MAX_PROSE_LINKS = 0.4  # share of link text in prose
LEVELS = 5  # boxes around a text whose content is summed up
CONTAINER_SHARE = 0.7  # of the page's prose that the main container holds
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)

_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "div", "tr", "td", "blockquote", "figcaption", "dd",
         "pre", "span", "section", "article", "body")  # fmt: skip
_TAG_NUMBER = {tag: number for number, tag in enumerate(_TAGS)} | {
    "h5": _TAGS.index("h4"), "h6": _TAGS.index("h4"), "th": _TAGS.index("td"),
    "dt": _TAGS.index("dd"), "main": _TAGS.index("section"),
}  # fmt: skip
_ENDS = tuple(".!?…。！？:»”\"“’')।؟")
_STOP = re.compile(r"[.!?。！？।؟](?:\s|$|[”\"’»])|[。！？]")
_SELLING = selling_pattern()
_KEY = re.compile(r"\W+")


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


def features(outline: Outline, claims: Claims) -> Floats:
    """The matrix of the page's blocks (rows) and their features (columns)."""
    blocks = outline.blocks
    texts = _texts(blocks, claims)
    places = _places(outline)
    core = _core(outline, places[0], texts)
    parts = [
        texts.table,
        _one_hot(np.array([_TAG_NUMBER.get(b.tag, len(_TAGS)) for b in blocks]), len(_TAGS)),
        _bits(np.array([b.box.own for b in blocks])),
        _bits(np.array(outline.marks_beside(core))[places[0]]),
        _order(texts),
        _flow(outline, places[0], texts, core),
        _surroundings(outline, places, texts),
        _signatures(blocks, outline, texts),
        _declared(outline, places[0], texts),
    ]
    table = np.hstack(parts)
    return np.hstack([table, _beside(texts.table[:, :_NEAR])])


_NEAR = 8  # the first so many text features are looked at in the neighbours too


@dataclass(slots=True)
class _Texts:
    """Per block: sizes that several groups of features need."""

    table: Floats
    size: Floats
    prose: Floats
    linked: Floats
    is_title: Floats


def _texts(blocks: Sequence[Block], claims: Claims) -> _Texts:
    size = np.array([len(b.text) for b in blocks], dtype=float)
    linked = np.minimum(np.array([b.linked for b in blocks], dtype=float) / size, 1.0)
    bold = np.minimum(np.array([b.bold for b in blocks], dtype=float) / size, 1.0)
    words = np.array([b.text.count(" ") + 1 for b in blocks], dtype=float)
    ends = np.array([b.text.endswith(_ENDS) for b in blocks], dtype=float)
    stops = np.array([len(_STOP.findall(b.text)) for b in blocks], dtype=float)
    commas = np.array([b.text.count(",") + b.text.count("、") for b in blocks], dtype=float)
    prose = np.where((size >= PROSE_CHARS) & (linked < MAX_PROSE_LINKS) & (stops > 0), size, 0.0)
    keys = [letters(b.text) for b in blocks]
    seen: dict[str, int] = {}
    twice = np.array([seen.setdefault(key, i) != i for i, key in enumerate(keys)], dtype=float)
    is_title = np.array([bool(claims.title) and key == claims.title for key in keys], dtype=float)
    table = np.column_stack([
        np.log1p(size), linked, ends, np.log1p(stops), bold, np.log1p(commas),
        (prose > 0).astype(float), np.array([is_aside(b.text) for b in blocks], dtype=float),
        np.array([min(len(_SELLING.findall(b.text)), 4) for b in blocks]) / 2,
        np.log1p(words), np.log1p([b.links for b in blocks]),
        [b.text.isupper() for b in blocks], [b.text[:1].islower() for b in blocks],
        [b.text[:1].isdigit() for b in blocks],
        ["©" in b.text or "copyright" in b.text.lower() for b in blocks],
        [b.text.endswith(":") for b in blocks], ["|" in b.text for b in blocks],
        [b.text[:1] in "\"“„«”'‘»" for b in blocks], ["?" in b.text for b in blocks],
        np.array([sum(c.isdigit() for c in b.text[:60]) for b in blocks]) / 10,
        twice, is_title, *_agreement(keys, claims),
    ])  # fmt: skip
    return _Texts(table=table, size=size, prose=prose, linked=linked * size, is_title=is_title)


def _agreement(keys: Sequence[str], claims: Claims) -> list[Any]:
    """Whether metadata has the text: in the description, in the body (1, 0 unknown, -1)."""
    in_description = [len(k) > 20 and k[:200] in claims.description for k in keys]
    if len(claims.body) < 200:
        in_body = [0.0] * len(keys)
    else:
        in_body = [1.0 if len(k) > 8 and k[:400] in claims.body else -1.0 for k in keys]
    return [in_description, in_body, [float(np.log1p(len(claims.body)))] * len(keys)]


def _one_hot(numbers: Ints, count: int) -> Floats:
    return (numbers[:, None] == np.arange(count)[None, :]).astype(float)


def _bits(values: Ints) -> Floats:
    return ((values[:, None] >> np.arange(len(regions()))[None, :]) & 1).astype(float)


def _order(texts: _Texts) -> Floats:
    """Where on the page: by count, by text, from the title, from the first and last prose."""
    count = len(texts.size)
    index = np.arange(count, dtype=float)
    before = np.cumsum(texts.size) - texts.size
    prose_before = np.cumsum(texts.prose) - texts.prose
    all_prose = max(texts.prose.sum(), 1.0)
    titles = np.flatnonzero(texts.is_title)
    title = titles[0] if len(titles) else -1
    return np.column_stack([
        index / count, before / texts.size.sum(), prose_before / all_prose,
        np.clip((index - title) / 20, -3, 5) if title >= 0 else np.zeros(count),
        (index > title).astype(float) if title >= 0 else np.full(count, 0.5),
        np.full(count, np.log1p(all_prose)), np.full(count, np.log1p(count)),
    ])  # fmt: skip


def _flow(outline: Outline, at: Ints, texts: _Texts, core: int) -> Floats:
    """How far from the core of the article, in the tree and in what lies between."""
    up, down = _steps(outline, core)
    titles = np.flatnonzero(texts.is_title)
    own = np.flatnonzero((at == core) | (up[at] + down[at] <= 2) & (up[at] <= 1))
    first = own[texts.prose[own] > 0][:1]
    start = int(first[0]) if len(first) else 0
    is_linky = ((texts.linked > 0.5 * texts.size) & (texts.size > 10)).astype(float)
    linky, linked, size, jumps = (
        _between(values, start)
        for values in (is_linky, texts.linked, texts.size, _jumps(up[at], texts))
    )
    title_up = np.full(len(texts.size), -1.0)
    if len(titles):
        t_up, _ = _steps(outline, int(at[titles[-1 if titles[-1] <= start else 0]]))
        title_up = np.minimum(t_up[at], 8) / 4
    return np.column_stack([
        np.minimum(up[at], 8) / 4, np.minimum(down[at], 8) / 4, (up[at] == 0).astype(float),
        (up[at] == 1).astype(float), (up[at] == 2).astype(float), title_up,
        np.sign(linky) * np.log1p(np.abs(linky)), np.sign(linked) * np.log1p(np.abs(linked)) / 3,
        np.sign(size) * np.log1p(np.abs(size)) / 3, np.clip(jumps, -3, 3),
    ])  # fmt: skip


def _between(values: Floats, start: int) -> Floats:
    """The sum of the values from ``start`` to each place, negative before it."""
    total = np.cumsum(values)
    return np.asarray(total - total[start])


def _jumps(up: Floats, texts: _Texts) -> Floats:
    """Where the flow of prose leaves the surroundings of the core."""
    leaves = np.zeros(len(up))
    leaves[1:] = (up[1:] > up[:-1] + 1).astype(float)
    return leaves


def _core(outline: Outline, at: Ints, texts: _Texts) -> int:
    """The box with most prose directly in it and in the boxes in it, the title's side first."""
    boxes = outline.boxes
    titles = np.flatnonzero(texts.is_title)
    weight = texts.prose.copy()
    if len(titles):
        weight[: titles[0]] *= 0.5
    direct = np.bincount(at, weights=weight, minlength=len(boxes))
    score = direct * 0.3
    parents = np.array([max(box.parent, 0) for box in boxes])
    np.add.at(score, parents, direct)
    np.add.at(score, parents[parents], direct * 0.5)
    return int(np.argmax(score))


def _steps(outline: Outline, core: int) -> tuple[Floats, Floats]:
    """Per box: steps up from the core to the nearest box around both, and down from there."""
    count = len(outline.boxes)
    up, down = [0.0] * count, [0.0] * count
    line = {box.index: n for n, box in enumerate(outline.ancestors(outline.boxes[core]))}
    for box in outline.boxes:
        if box.index in line:
            up[box.index] = float(line[box.index])
        elif box.parent >= 0:
            up[box.index] = up[box.parent]
            down[box.index] = down[box.parent] + 1
    return np.array(up), np.array(down)


def _places(outline: Outline) -> Ints:
    """For each block the boxes around it, nearest first, ``LEVELS`` of them (rows: levels)."""
    parents = np.array([max(box.parent, 0) for box in outline.boxes])
    rows = [np.array([b.box.index for b in outline.blocks])]
    for _ in range(LEVELS - 1):
        rows.append(parents[rows[-1]])
    return np.array(rows)


def _surroundings(outline: Outline, places: Ints, texts: _Texts) -> Floats:
    """What the boxes around a text hold, and how far it is from the main container."""
    boxes = outline.boxes
    total = {
        name: _summed(outline, places[0], values)
        for name, values in (("prose", texts.prose), ("size", texts.size),
                             ("linked", texts.linked), ("count", np.ones(len(texts.size))))
    }  # fmt: skip
    all_prose = max(total["prose"][0], 1.0)
    columns: list[Floats] = []
    for level in range(LEVELS):
        at = places[level]
        size = np.maximum(total["size"][at], 1.0)
        columns += [total["prose"][at] / all_prose, total["prose"][at] / size,
                    total["linked"][at] / size, np.log1p(total["count"][at])]  # fmt: skip
    container = _container(outline, total["prose"])
    hops, inside = _distance(outline, container)
    columns += [hops[places[0]], inside[places[0]]]
    columns.append(np.array([boxes[i].depth for i in places[0]]) / 10)
    return np.column_stack(columns)


def _summed(outline: Outline, at: Ints, values: Floats) -> Floats:
    """Per box the sum of the values of all blocks inside it."""
    sums = np.bincount(at, weights=values, minlength=len(outline.boxes)).tolist()
    for box in reversed(outline.boxes):
        if box.parent >= 0:
            sums[box.parent] += sums[box.index]
    return np.array(sums)


def _container(outline: Outline, prose: Floats) -> int:
    """The smallest box that holds most of the page's prose."""
    at = 0
    needed = CONTAINER_SHARE * prose[0]
    for box in outline.boxes[1:]:
        if box.parent == at and prose[box.index] >= needed > 0:
            at = box.index
    return at


def _distance(outline: Outline, container: int) -> tuple[Floats, Floats]:
    """Per box: steps to the container (outside: to the nearest box around both), inside or not."""
    count = len(outline.boxes)
    hops, inside = [0] * count, [0.0] * count
    line = {
        box.index: steps for steps, box in enumerate(outline.ancestors(outline.boxes[container]))
    }
    for box in outline.boxes:
        if box.index in line:
            hops[box.index] = -line[box.index]
            inside[box.index] = float(box.index == container)
        else:
            inside[box.index] = inside[box.parent]
            hops[box.index] = hops[box.parent] + (1 if inside[box.index] else 0)
    return np.array(hops, dtype=float) / 5, np.array(inside)


def _declared(outline: Outline, at: Ints, texts: _Texts) -> Floats:
    """Whether a text is in the element that the page itself marks as the article's body.

    Four marks, from the strictest: microdata, a name such as "article-body", the tag
    ``article``, the tag ``main``.  For each: inside or not, and its share of the prose.
    """
    prose = _summed(outline, at, texts.prose)
    all_prose = max(float(prose[0]), 1.0)
    columns: list[Floats] = []
    for marked in _marked(outline):
        names = _largest(outline, marked, prose)
        inside = np.zeros(len(outline.boxes))
        for box in outline.boxes:
            inside[box.index] = box.index in names or (box.parent >= 0 and inside[box.parent])
        held = float(texts.prose[inside[at] > 0].sum()) / all_prose
        columns += [inside[at], np.full(len(at), held), inside[at] * held]
    return np.column_stack(columns)


def _marked(outline: Outline) -> list[list[Box]]:
    body, article = bit("body"), bit("article")
    boxes = outline.boxes[1:]
    return [
        [b for b in boxes if b.is_body],
        [b for b in boxes if b.own & body],
        [b for b in boxes if b.tag == "article" or b.own & article],
        [b for b in boxes if b.tag == "main"],
    ]


def _largest(outline: Outline, marked: Sequence[Box], prose: Floats) -> set[int]:
    """Of the marked boxes that with most prose, as deep as possible, and those named alike."""
    if not marked:
        return set()
    best = max(marked, key=lambda box: prose[box.index])
    inner = [
        b for b in marked if prose[b.index] >= 0.85 * prose[best.index] and b.depth > best.depth
    ]
    best = max(inner, key=lambda box: box.depth) if inner else best
    if best.tag == "article" or not best.name.strip():
        return {best.index}
    return {b.index for b in marked if b.name == best.name and b.tag == best.tag}


def _signatures(blocks: Sequence[Block], outline: Outline, texts: _Texts) -> Floats:
    """What the texts in elements of the same tag, class and surroundings have in common."""
    numbers: dict[tuple[str, str, str], int] = {}
    of = np.array([
        numbers.setdefault(
            (b.tag, b.box.name, outline.boxes[max(b.box.parent, 0)].name), len(numbers)
        )
        for b in blocks
    ])  # fmt: skip
    count = np.bincount(of).astype(float)
    prose = np.bincount(of, weights=texts.prose)
    size = np.bincount(of, weights=texts.size)
    linked = np.bincount(of, weights=texts.linked)
    return np.column_stack([
        prose[of] / max(texts.prose.sum(), 1.0), prose[of] / size[of], linked[of] / size[of],
        np.log1p(count[of]), np.log1p(size[of] / count[of]),
    ])  # fmt: skip


def _beside(table: Floats) -> Floats:
    """The same features of the texts before and after."""
    count, width = table.shape
    reach = max(NEIGHBOURS)
    padded = np.vstack([np.zeros((reach, width)), table, np.zeros((reach, width))])
    return np.hstack([padded[reach + step : reach + step + count] for step in NEIGHBOURS])
