"""Gates below a text that only subscribers may pass, and whether the text ends there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from workers.parsing.body.outline import Block, TextOutline
from workers.parsing.body.phrases import Phrases
from workers.parsing.body.scripts import CUT_MARKS
from workers.parsing.lexicon import lexicon

MAX_LINE = 200  # characters of a text that names a gate
MAX_GATE = 700  # characters of all texts in a gate
LAST = 6  # texts of the article, from its end, in which a gate is looked for
BELOW = 12  # texts below the article's in which a gate is looked for
MAX_UP = 4  # boxes around the line that may be the gate
PARAGRAPH = 80  # characters of a text that is a paragraph of the article
OPEN_CHARS = 3_000  # of text above a gate from which it is one for something else, if not cut off


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """A box that bids to subscribe, in the place where an article would go on."""

    #: places of its first text and that after its last
    first: int
    end: int
    #: whether the article's text ends there
    is_closed: bool


def gate_of(outline: TextOutline, kept: Sequence[Block]) -> Gate | None:
    """The gate among the last texts of an article, or right below."""
    if not kept:
        return None
    start, stop = kept[-LAST:][0].index, min(kept[-1].index + 1 + BELOW, len(outline.blocks))
    around = outline.blocks[start:stop]
    lines = [b.text.lower() if len(b.text) <= MAX_LINE else "" for b in around]
    for block, count in zip(around, _closing().counts(lines), strict=True):
        if count:
            return _gate(outline, kept, block)
    return None


def _gate(outline: TextOutline, kept: Sequence[Block], line: Block) -> Gate:
    first, end = line.index, line.index + 1
    box = line.place
    for _ in range(MAX_UP):
        low, high = outline.firsts[box], outline.lasts[box]
        if not box or not _is_gate(outline.blocks[low:high], kept, line):
            break
        first, end = min(first, low), max(end, high)
        box = outline.boxes.parents[box]
    above = [b for b in kept if b.index < first]
    goes_on = any(b.index >= end and len(b.text) >= PARAGRAPH for b in kept)
    is_cut = bool(above) and above[-1].text.endswith(CUT_MARKS)
    is_short = sum(len(b.text) for b in above) < OPEN_CHARS
    return Gate(
        first=first, end=end, is_closed=bool(above) and not goes_on and (is_cut or is_short)
    )


def _is_gate(texts: Sequence[Block], kept: Sequence[Block], line: Block) -> bool:
    """Whether the texts of a box are those of the gate alone."""
    own = {b.index for b in kept if b.index < line.index and len(b.text) >= PARAGRAPH}
    return sum(len(b.text) for b in texts) <= MAX_GATE and not any(
        b.tag == "h1" or b.index in own for b in texts
    )


@cache
def _closing() -> Phrases:
    return Phrases(lexicon().labels["gate"], at_word=False)
