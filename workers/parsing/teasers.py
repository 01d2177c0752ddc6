"""Teasers of other articles among the texts of an article, by rules that see the page's boxes.

Beside an article of one sentence ten teasers of whole sentences weigh more than itself.  Each is
one of several boxes of one kind with a link and the age of what it leads to; or it ends with a
link that says that there is more, which in a long article is also what follows a summary.  And
below an article stands the next one, or its beginning, under a headline and a date of its own.
"""

from collections.abc import Sequence

from crawler.links.labels import is_more
from workers.parsing.outline import Block, Outline
from workers.parsing.stamps import is_age, is_date

SHORT = 1_500  # characters of texts, teasers included, among which a link for more marks a teaser
MIN_CARDS = 3  # boxes of one kind side by side
MAX_UP = 5  # boxes around a text that may be its card
CARD = range(2, 13)  # texts in a card
MAX_SIDE = 500  # boxes in the one around a card that are looked at
BENEATH = 3  # texts beneath a headline in which its date is looked for
MAX_POINTER = 40  # characters of a link that says that there is more


def teasers_among(outline: Outline, blocks: Sequence[Block]) -> set[int]:
    """Places of those of the texts that are teasers."""
    is_short = sum(len(block.text) for block in blocks) <= SHORT
    found = {block.index for block in blocks if points_on(block)} if is_short else set()
    end = next_article(outline, blocks[0].index if blocks else 0)
    found.update(block.index for block in blocks if block.index >= end)
    parents, firsts, lasts = outline.boxes.parents, outline.firsts, outline.lasts
    in_card: dict[int, bool] = {}
    for block in blocks:
        start = block.place
        if lasts[start] - firsts[start] < CARD.start:
            start = max(parents[start], 0)  # most paragraphs have it in common
        if start not in in_card:
            in_card[start] = _is_in_card(outline, start)
        if in_card[start]:
            found.add(block.index)
    return found


def next_article(outline: Outline, start: int) -> int:
    """Place of the next article's headline below the text that begins at ``start``.

    It is a second headline of the page with a date beneath it.  The number of texts where there
    is none.
    """
    blocks = outline.blocks
    heads = [block.index for block in blocks if block.tag == "h1"]
    for head in heads[1:]:
        if head > start and any(
            is_date(block.text) for block in blocks[head + 1 : head + 1 + BENEATH]
        ):
            return head
    return len(blocks)


def points_on(block: Block) -> bool:
    """Whether the text ends with a link that says that there is more, and has no other."""
    size = block.linked
    if not 0 < size <= MAX_POINTER or size >= len(block.text):
        return False
    return is_more(block.text[-size:])


def _is_in_card(outline: Outline, index: int) -> bool:
    """Whether the box at this place or one around it is a card."""
    for _ in range(MAX_UP):
        size = outline.lasts[index] - outline.firsts[index]
        if not index or size >= CARD.stop:
            return False
        if size in CARD and _is_card(outline, index):
            return True
        index = outline.boxes.parents[index]
    return False


def _is_card(outline: Outline, place: int) -> bool:
    """Whether the box is one of several of its kind, with a link and an age."""
    inside = outline.blocks[outline.firsts[place] : outline.lasts[place]]
    if not any(b.links for b in inside) or not any(is_age(b.text) for b in inside):
        return False
    boxes = outline.boxes
    kind = (boxes.tags[place], boxes.name(place))
    beside = _children(outline, outline.boxes.parents[place])
    return sum((boxes.tags[other], boxes.name(other)) == kind for other in beside) >= MIN_CARDS


def _children(outline: Outline, parent: int) -> list[int]:
    """Places of the boxes right inside a box: its texts end where the box after it begins."""
    parents, end = outline.boxes.parents, outline.lasts[parent]
    found: list[int] = []
    for place in range(parent + 1, min(parent + 1 + MAX_SIDE, len(parents))):
        if outline.firsts[place] >= end:
            break
        if parents[place] == parent:
            found.append(place)
    return found
