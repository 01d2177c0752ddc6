"""Where the article's own text is on a page: the paragraphs, and what holds them.

Only as exact as the link finder needs it; the article reader has its own, finer idea.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from crawler.page.html_tags import CONTENT, HEADINGS
from crawler.page.tree import PageTree

#: a block with so many characters outside links is a paragraph
PARAGRAPH_CHARS = 70
#: characters from here on are words or syllables, and count twice
FIRST_WIDE = "\u2e80"
#: the longest article seen has 300; more are not looked at
MAX_PARAGRAPHS = 800
#: a longer text is no teaser in a card
MAX_TEASER_CHARS = 400
#: of all its text, what a paragraph may have inside links
PARAGRAPH_LINKED = 0.5
#: a larger container is taken only where it has so much more text
GROWTH = 1.1

#: an article or main element with so much text is the whole article
MIN_ARTICLE_CHARS = 600
#: how far up an element is looked at
MAX_CLIMB = 50

#: tag, and class or depth
_Sort = tuple[str, str]

#: no paragraph of an article stands in one of these
_ASIDE = HEADINGS | {
    "address", "aside", "button", "dialog", "fieldset", "figcaption", "figure", "footer", "form",
    "label", "nav",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """The body of the article, as positions in the outline."""

    #: the element that holds the paragraphs; 0 where none was found
    container: int
    #: the last h1 before the first paragraph, -1 where there is none
    headline: int
    #: the parent of the first paragraph
    parent: int
    #: paragraphs by position: characters outside links
    paragraphs: dict[int, int]
    #: the first piece of text of the body, and the first after it
    start: int
    end: int
    #: the paragraphs in document order
    order: tuple[int, ...]
    #: the paragraph in the middle of the text; what holds it holds the body, not a box
    middle: int


NO_PROSE = Prose(
    container=0, headline=-1, parent=0, paragraphs={}, start=0, end=0, order=(), middle=0
)


def prose_of(outline: PageTree, links: Sequence[int]) -> Prose:
    """Find the body: the container with most paragraph text that no larger one much exceeds.

    ``links`` are the positions of the links to articles, in order.
    """
    paragraphs = {
        block: size
        for block, size in _paragraphs(outline).items()
        if not _is_teaser(outline, block, size, links)
        and not _is_picture_card(outline, block, size, links)
    }
    sorts = {block: _sort_of(outline, block) for block in paragraphs}
    container = _container(outline, paragraphs, sorts)
    inside = {b: n for b, n in paragraphs.items() if outline.contains(container, b)}
    if not inside:
        return NO_PROSE
    blocks = _body(outline, inside, sorts, links)
    return Prose(
        container=container,
        headline=_headline(outline, blocks[0]),
        parent=max(outline.parents[blocks[0]], 0),
        paragraphs={b: inside[b] for b in blocks},
        start=outline.text_starts[blocks[0]],
        end=max(_last_piece(outline, b) for b in blocks),
        order=tuple(blocks),
        middle=_middle(blocks, inside),
    )


def _headline(outline: PageTree, first: int) -> int:
    """The last h1 before the first paragraph, -1 where there is none."""
    at = first
    while (at := at - 1) >= 0 and outline.tags[at] != "h1":
        pass
    return at


def _middle(blocks: Sequence[int], sizes: dict[int, int]) -> int:
    """The paragraph at which half of the text is reached."""
    total = sum(sizes[block] for block in blocks)
    reached = accumulate(sizes[block] for block in blocks)
    return next(block for block, so_far in zip(blocks, reached, strict=True) if 2 * so_far >= total)


def _body(
    outline: PageTree, inside: dict[int, int], sorts: dict[int, _Sort], links: Sequence[int]
) -> list[int]:
    """The paragraphs from the first to the last of the commonest sort, and their neighbours.

    What comes after a link to an article is not the body any more, unless it is of that sort.
    """
    sort = _commonest(inside, sorts)
    order = sorted(inside)
    main = [n for n, block in enumerate(order) if sorts[block] == sort]
    first, last = main[0], main[-1]
    while first > 0 and not _between(links, order[first - 1], order[first]):
        first -= 1
    while last + 1 < len(order) and not _between(links, outline.ends[order[last]], order[last + 1]):
        last += 1
    return order[first : last + 1]


def _between(links: Sequence[int], start: int, end: int) -> bool:
    return bisect_left(links, end) > bisect_left(links, start)


def _sort_of(outline: PageTree, block: int) -> _Sort:
    """Paragraphs of one text have one tag and one class, or no class and stand at one depth."""
    names = outline.attribute(block, "class").split()
    name = names[0].rstrip("0123456789") if names else str(_depth(outline, block))
    return outline.tags[block], name


def _depth(outline: PageTree, at: int) -> int:
    for depth in range(MAX_CLIMB):
        at = outline.parents[at]
        if at < 0:
            return depth
    return MAX_CLIMB


def _commonest(paragraphs: dict[int, int], sorts: dict[int, _Sort]) -> _Sort:
    """The sort that has most text."""
    sizes: dict[_Sort, int] = defaultdict(int)
    for block, size in paragraphs.items():
        sizes[sorts[block]] += size
    return max(sizes, key=lambda sort: sizes[sort])


def _is_teaser(outline: PageTree, block: int, size: int, links: Sequence[int]) -> bool:
    """Whether a paragraph stands in a card: beside a link to an article, with little else."""
    if size > MAX_TEASER_CHARS:
        return False
    above = outline.parents[block]
    plain = min(size, outline.length(block) - outline.linked(block))  # wide signs count once here
    for _ in range(3):
        if above <= 0 or outline.length(above) - outline.linked(above) > 2 * plain:
            return False
        before = bisect_left(links, block) - bisect_left(links, above)
        after = bisect_left(links, outline.ends[above]) - bisect_left(links, outline.ends[block])
        if before or after:
            return True
        above = outline.parents[above]
    return False


def _is_picture_card(outline: PageTree, block: int, size: int, links: Sequence[int]) -> bool:
    """Whether a short block is a card: a picture that leads to an article, and its title beside."""
    if size > MAX_TEASER_CHARS or outline.tags[block] == "p":
        return False
    inside = links[bisect_left(links, block) : bisect_left(links, outline.ends[block])]
    return any(not outline.length(link) for link in inside)


def _last_piece(outline: PageTree, block: int) -> int:
    """After the last piece of text that the block holds itself, outside blocks in it."""
    for piece in range(outline.text_ends[block] - 1, outline.text_starts[block], -1):
        if outline.blocks[outline.owners[piece]] == block:
            return piece + 1
    return outline.text_ends[block]


def _paragraphs(outline: PageTree) -> dict[int, int]:
    """Characters outside links of every block that is a paragraph."""
    plain: dict[int, int] = {}
    linked: dict[int, int] = {}
    blocks = outline.blocks
    pieces = zip(outline.owners, outline.pieces, outline.in_links, strict=True)
    for owner, text, is_linked in pieces:
        size, block = len(text), blocks[owner]
        if text[size // 2] >= FIRST_WIDE:
            size *= 2
        sizes = linked if is_linked else plain
        sizes[block] = sizes.get(block, 0) + size
    paragraphs = (
        (block, size)
        for block, size in plain.items()
        if size >= PARAGRAPH_CHARS
        and linked.get(block, 0) <= PARAGRAPH_LINKED * (size + linked.get(block, 0))
        and not _stands_aside(outline, block)
    )
    return dict(islice(paragraphs, MAX_PARAGRAPHS))


def _stands_aside(outline: PageTree, block: int) -> bool:
    at = block
    for _ in range(MAX_CLIMB):
        if at < 0:
            return False
        if outline.tags[at] in _ASIDE:
            return True
        at = outline.parents[at]
    return False


def _container(outline: PageTree, paragraphs: dict[int, int], sorts: dict[int, _Sort]) -> int:
    """The element whose paragraphs, near beneath it, have most text; larger if that adds much."""
    scores: dict[int, float] = defaultdict(float)
    parents = outline.parents
    for block, size in paragraphs.items():
        scores[block] += size * 0.9
        above, score = parents[block], float(size)
        for _ in range(MAX_CLIMB):
            if above < 0:
                break
            scores[above] += score
            score *= 0.6
            above = parents[above]
    if not scores:
        return 0
    best = max(scores, key=lambda at: scores[at])
    sort = _commonest({b: n for b, n in paragraphs.items() if outline.contains(best, b)}, sorts)
    return _grown(outline, best, {b: n for b, n in paragraphs.items() if sorts[b] == sort})


def _grown(outline: PageTree, best: int, paragraphs: dict[int, int]) -> int:
    """The container, or one around it with much more text of the same sort."""
    places = sorted(paragraphs)
    totals = list(accumulate((paragraphs[at] for at in places), initial=0))

    def size(at: int) -> int:
        """Of the paragraphs in an element."""
        return totals[bisect_left(places, outline.ends[at])] - totals[bisect_left(places, at + 1)]

    above = best
    for _ in range(MAX_CLIMB):
        if outline.tags[above] in CONTENT and size(above) >= MIN_ARTICLE_CHARS:
            break
        above = outline.parents[above]
        if above <= 0:
            break
        if size(above) >= GROWTH * size(best):
            best = above
    return best
