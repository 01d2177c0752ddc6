"""Where the article's own text is on a page: the paragraphs, and what holds them.

Only as exact as the link finder needs it; the article reader has its own, finer idea.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.outline import Outline

#: a block with so many characters outside links is a paragraph; half of it in scripts where
#: one character is a word or a syllable
PARAGRAPH_CHARS = 70
#: of all its text, what a paragraph may have inside links
PARAGRAPH_LINKED = 0.5
#: a larger container is taken only where it has so much more text
GROWTH = 1.25

_ASIDE = frozenset(("header", "footer", "nav", "aside", "form", "figure", "figcaption", "button"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """The body of the article, as positions in the outline."""

    #: the element that holds the paragraphs; 0 where none was found
    container: int
    #: paragraphs by position: characters outside links
    paragraphs: dict[int, int]
    #: the first piece of text of the body, and the first after it
    start: int
    end: int


def prose_of(outline: Outline, links: Sequence[int]) -> Prose:
    """Find the body: the container with most paragraph text that no larger one much exceeds."""
    paragraphs = _paragraphs(outline)
    paragraphs = {b: n for b, n in paragraphs.items() if not _is_teaser(outline, b, n, links)}
    container = _container(outline, paragraphs)
    inside = {b: n for b, n in paragraphs.items() if outline.contains(container, b)}
    if not inside:
        return Prose(container=0, paragraphs={}, start=0, end=0)
    return Prose(
        container=container,
        paragraphs=inside,
        start=min(outline.text_starts[b] for b in inside),
        end=max(_last_piece(outline, b) for b in inside),
    )


def _is_teaser(outline: Outline, block: int, size: int, links: Sequence[int]) -> bool:
    """Whether a paragraph stands in a card: beside a link to an article, with little else."""
    above = outline.parents[block]
    for _ in range(3):
        if above <= 0 or outline.length(above) - outline.linked(above) > 2 * size:
            return False
        before = bisect_left(links, block) - bisect_left(links, above)
        after = bisect_left(links, outline.ends[above]) - bisect_left(links, outline.ends[block])
        if before or after:
            return True
        above = outline.parents[above]
    return False


def _last_piece(outline: Outline, block: int) -> int:
    """After the last piece of text that the block holds itself, outside blocks in it."""
    for piece in range(outline.text_ends[block] - 1, outline.text_starts[block], -1):
        if outline.blocks[outline.owners[piece]] == block:
            return piece + 1
    return outline.text_ends[block]


def _paragraphs(outline: Outline) -> dict[int, int]:
    """Characters outside links of every block that is a paragraph."""
    plain: dict[int, int] = defaultdict(int)
    linked: dict[int, int] = defaultdict(int)
    total, links = outline.chars, outline.linked_chars
    for piece, owner in enumerate(outline.owners):
        block = outline.blocks[owner]
        in_links = links[piece + 1] - links[piece]
        linked[block] += in_links
        plain[block] += total[piece + 1] - total[piece] - in_links
    return {
        block: size
        for block, size in plain.items()
        if size >= PARAGRAPH_CHARS and linked[block] <= PARAGRAPH_LINKED * (size + linked[block])
    }


def _container(outline: Outline, paragraphs: dict[int, int]) -> int:
    """The element whose paragraphs, near beneath it, have most text; larger if that adds much."""
    scores: dict[int, float] = defaultdict(float)
    sizes: dict[int, int] = defaultdict(int)
    for block, size in paragraphs.items():
        above, share, aside = outline.parents[block], 1.0, False
        scores[block] += size * 0.9
        sizes[block] += size
        while above >= 0:
            aside = aside or outline.tags[above] in _ASIDE
            if not aside:
                scores[above] += size * share
                sizes[above] += size
            share *= 0.6
            above = outline.parents[above]
    if not scores:
        return 0
    best = max(scores, key=lambda at: scores[at])
    above = outline.parents[best]
    while above > 0:
        if sizes[above] >= GROWTH * sizes[best]:
            best = above
        above = outline.parents[above]
    return best
