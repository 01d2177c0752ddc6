"""The body of an article on any page: which of its texts are the article's.

A small model (``body.json``, trained by ``bench/train_body.py`` on labelled pages) weighs the
features of each text; no rule knows a site.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.parsing.features import Claims, features, letters
from workers.parsing.outline import Block, Outline
from workers.parsing.trees import trees

KEEP = 0.55  # probability from which a text is the article's
MIN_BODY_CHARS = 40  # less than this is no body


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """The texts of a page that are its article."""

    blocks: tuple[Block, ...]
    #: mean probability of what was kept, weighed by size; 0 where nothing was
    confidence: float

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts in order, without one that repeats the one before."""
        kept: list[str] = []
        for block in self.blocks:
            if not kept or block.text != kept[-1]:
                kept.append(block.text)
        return tuple(kept)


def body_of(outline: Outline, claims: Claims) -> Body:
    """Finds the article's texts on the page."""
    if not outline.blocks:
        return Body(blocks=(), confidence=0.0)
    chances = trees("body").probabilities(features(outline, claims))
    keep = chances >= KEEP
    blocks = [b for b, kept in zip(outline.blocks, keep, strict=True) if kept]
    blocks = _without_title(blocks, claims)
    if sum(len(b.text) for b in blocks) < MIN_BODY_CHARS:
        return Body(blocks=(), confidence=0.0)
    sizes = np.array([len(b.text) for b in outline.blocks], dtype=float) * keep
    return Body(blocks=tuple(blocks), confidence=float((chances * sizes).sum() / sizes.sum()))


def _without_title(blocks: Sequence[Block], claims: Claims) -> list[Block]:
    """The headline itself is no paragraph."""
    return [b for b in blocks if not (b.tag == "h1" and letters(b.text) == claims.title)]
