"""The body of an article on any page: which of its texts are the article's.

A small model (``body.json``, trained by ``bench/train_body.py`` on labelled pages) weighs the
features of each text, and teasers of other articles are cut out; no rule knows a site.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.decision_trees import Trees, trees
from crawler.links.labels import is_box_label
from crawler.page.html_tags import HEADINGS
from workers.parsing.body.date_lines import is_date
from workers.parsing.body.gates import gate_of
from workers.parsing.body.outline import Block, TextOutline
from workers.parsing.body.regions import bit
from workers.parsing.body.scripts import CUT_MARKS
from workers.parsing.body.teasers import teasers_among
from workers.parsing.body.text_features import Claims, features, letters

KEEP = 0.55  # probability from which a text is the article's
LEAST = 0.2  # the same where all texts above it are teasers of other articles
NEARLY = 0.75  # of the likeliest of these
DOUBLE_CHARS = 80  # characters of a paragraph that an article has once
IDLE_HEADINGS = 2  # at the end of a text with nothing below
MIN_BODY_CHARS = 40  # less than this is no body


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """The texts of a page that are its article."""

    blocks: tuple[Block, ...]
    #: mean probability of what was kept, weighed by size; 0 where nothing was
    confidence: float
    #: whether it ends at a gate for subscribers
    is_closed: bool = False

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts in order, without one that repeats the one before."""
        kept: list[str] = []
        for block in self.blocks:
            if not kept or block.text != kept[-1]:
                kept.append(block.text)
        return tuple(kept)


def body_of(outline: TextOutline, claims: Claims, model: Trees | None = None) -> Body:
    """Finds the article's texts on the page, by another model than the program's if need be."""
    weights = [(b, p) for b, p in weighed(outline, claims, model) if not _is_title(b, claims)]
    kept = [(b, p) for b, p in weights if p >= KEEP]
    if teasers := teasers_among(outline, [b for b, _ in kept], claims.host):
        kept = [(b, p) for b, p in kept if b.index not in teasers]
        if sum(len(b.text) for b, _ in kept) < MIN_BODY_CHARS:
            kept = _outweighed(outline, weights, claims.host)
    kept = _trimmed(_without_doubles(_without_sides(outline, kept)))
    if gate := gate_of(outline, [b for b, _ in kept]):
        kept = [(b, p) for b, p in kept if not gate.first <= b.index < gate.end]
    size = sum(len(b.text) for b, _ in kept)
    if size < MIN_BODY_CHARS:
        return Body(blocks=(), confidence=0.0)
    confidence = sum(len(b.text) * p for b, p in kept) / size
    blocks = tuple(b for b, _ in kept)
    return Body(blocks=blocks, confidence=confidence, is_closed=bool(gate and gate.is_closed))


def _without_sides(
    outline: TextOutline, kept: list[tuple[Block, float]]
) -> list[tuple[Block, float]]:
    """The texts without readers' comments and the site's foot, by the names of the boxes.

    A box around the first or the longest text says nothing; nor do boxes with half of the text.
    """
    if not kept:
        return kept
    longest = max((b for b, _ in kept), key=lambda block: len(block.text))
    first, other = (outline.marks_beside(b.box.index) for b in (kept[0][0], longest))
    sides = bit("comment") | bit("foot")
    inner = [(b, p) for b, p in kept if not first[b.place] & other[b.place] & sides]
    size = sum(len(b.text) for b, _ in inner)
    return inner if 2 * size > sum(len(b.text) for b, _ in kept) else kept


def _trimmed(kept: Sequence[tuple[Block, float]]) -> list[tuple[Block, float]]:
    """The texts without a date above, headings with nothing below, and labels of link boxes."""
    texts = [(b, p) for b, p in kept if b.tag not in HEADINGS or not is_box_label(b.text)]
    last = next((n for n in range(len(texts), 0, -1) if texts[n - 1][0].tag not in HEADINGS), 0)
    if len(texts) - last <= IDLE_HEADINGS:  # more are a list, each over what is embedded
        del texts[last:]
    return texts[1:] if texts and is_date(texts[0][0].text) else texts


def _without_doubles(kept: Sequence[tuple[Block, float]]) -> list[tuple[Block, float]]:
    """Of paragraphs that stand on the page twice, as in a preview, those among most others."""
    kept = [(b, p) for b, p in kept if not _is_cut_copy(b, kept)]
    texts = Counter(b.text for b, _ in kept if len(b.text) >= DOUBLE_CHARS)
    if all(count == 1 for count in texts.values()):
        return list(kept)
    around: Counter[int] = Counter()
    for block, _ in kept:
        around[block.boxes.parents[block.place]] += len(block.text)
    best: dict[str, Block] = {}
    for block, _ in kept:
        other = best.get(block.text)
        parents = block.boxes.parents
        if other is None or around[parents[block.place]] > around[parents[other.place]]:
            best[block.text] = block
    return [(b, p) for b, p in kept if texts[b.text] < 2 or best[b.text] is b]


def _is_cut_copy(block: Block, kept: Sequence[tuple[Block, float]]) -> bool:
    """Whether the text breaks off where another one goes on."""
    if not block.text.endswith(CUT_MARKS) or len(block.text) < DOUBLE_CHARS:
        return False
    stem = block.text.rstrip(" .…[]")
    return any(b is not block and b.text.startswith(stem) for b, _ in kept)


def _outweighed(
    outline: TextOutline, weights: Sequence[tuple[Block, float]], host: str
) -> list[tuple[Block, float]]:
    """The likeliest texts of an article that is too short to stand up to teasers beside it."""
    likely = [(b, p) for b, p in weights if p >= LEAST and len(b.text) >= MIN_BODY_CHARS]
    teasers = teasers_among(outline, [b for b, _ in likely], host)
    left = [(b, p) for b, p in likely if b.index not in teasers and b.tag not in HEADINGS]
    top = max((p for _, p in left), default=0.0)
    return [(b, p) for b, p in left if p >= NEARLY * top]


def weighed(
    outline: TextOutline, claims: Claims, model: Trees | None = None
) -> list[tuple[Block, float]]:
    """The page's texts but entries of menus, each with the probability of being the article's."""
    if not outline.blocks:
        return []
    table, rows = features(outline, claims)
    if not len(rows):
        return []
    chances = (model or trees("workers.parsing.body", "body")).probabilities(table).tolist()
    return [(outline.blocks[i], p) for i, p in zip(rows.tolist(), chances, strict=True)]


def _is_title(block: Block, claims: Claims) -> bool:
    """The headline itself is no paragraph."""
    return block.tag == "h1" and letters(block.text) == claims.title
