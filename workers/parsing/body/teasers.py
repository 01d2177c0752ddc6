"""Teasers of other articles among the texts of an article, by rules that see the page's boxes.

Beside an article of one sentence ten teasers of whole sentences weigh more than itself.  Each is
one of several boxes of one kind with a link and the age of what it leads to; or, below the text,
with a headline that is a link to the same site; or it ends with a link that says that there is
more, which in a long article is also what follows a summary.  And below an article stands the next
one, or its beginning, under a headline and a date of its own.
"""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from crawler.links.labels import is_more
from workers.parsing.body.date_lines import is_age, is_date
from workers.parsing.body.outline import Block, TextOutline

SHORT = 1_500  # characters of texts, teasers included, among which a link for more marks a teaser
MIN_CARDS = 3  # boxes of one kind side by side
MAX_UP = 5  # boxes around a text that may be its card
CARD = range(2, 13)  # texts in a card
HEADLINE = range(12, 200)  # characters of a card's headline
HEADLINE_LINKED = 0.9  # share of it that is link text
CARD_CHARS = 700  # of all texts in a card with a headline
CARDS_SHARE = 0.4  # of the text that such cards may be; where they are more, they are the text
MAX_INSIDE = 500  # boxes in the one around a card that are looked at
MAX_ASKED = 500  # boxes of texts that may be cards
MAX_HEADS = 50  # headlines that may be that of the next article
BENEATH = 3  # texts beneath a headline in which its date is looked for
MAX_POINTER = 40  # characters of a link that says that there is more


def teasers_among(outline: TextOutline, blocks: Sequence[Block], host: str = "") -> set[int]:
    """Places of those of the texts that are teasers; ``host``: that of the page."""
    is_short = sum(len(block.text) for block in blocks) <= SHORT
    found = {block.index for block in blocks if points_on(block)} if is_short else set()
    end = next_article(outline, blocks[0].index if blocks else 0)
    found.update(block.index for block in blocks if block.index >= end)
    cards = _Cards(outline)
    found.update(block.index for block in blocks if cards.hold(block))
    found.update(_headed(blocks, _Cards(outline, host)))
    return found


def _headed(blocks: Sequence[Block], cards: "_Cards") -> list[int]:
    """Texts below the article in cards with headlines."""
    whole = sum(len(block.text) for block in blocks)
    above, start = 0, 0
    while start < len(blocks) and above < whole * (1 - CARDS_SHARE) / 2:
        above, start = above + len(blocks[start].text), start + 1
    held = [block for block in blocks[start:] if cards.hold(block)]
    if not held:
        return []
    size = sum(len(block.text) for block in held)
    above = sum(len(block.text) for block in blocks if block.index < held[0].index)
    is_below = size <= CARDS_SHARE * whole and above >= (whole - size) / 2
    return [block.index for block in held] if is_below else []


def next_article(outline: TextOutline, start: int) -> int:
    """Place of the next article's headline below the text that begins at ``start``.

    It is a second headline of the page with a date beneath it.  The number of texts where there
    is none.
    """
    blocks = outline.blocks
    heads = [block.index for block in blocks if block.tag == "h1"]
    for head in heads[1:MAX_HEADS]:
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


def _leads_to(node: LexborNode, host: str) -> bool:
    """Whether the first link in or around the element leads to a page of the host."""
    link: LexborNode | None = node.css_first("a[href]")
    parent = node.parent
    if link is None and parent is not None and parent.tag == "a":
        link = parent
    href = ((link.attributes.get("href") if link else None) or "").strip()
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    is_own = not parts.netloc or _site(parts.netloc) == _site(host)
    return is_own and parts.scheme in ("", "http", "https") and len(parts.path) > 1


def _site(host: str) -> str:
    return host.lower().removeprefix("www.")


class _Cards:
    """The cards of a page, found when asked for; what was looked at is kept."""

    def __init__(self, outline: TextOutline, host: str | None = None) -> None:
        """``host``: where cards are looked for that have a headline, a link to this host."""
        self.outline, self.host = outline, host
        #: place of a box -> whether it or one around it is a card
        self.known: dict[int, bool] = {}
        #: place of a box -> how many boxes of each kind are right inside
        self.inside: dict[int, Counter[tuple[str, str]]] = {}
        #: place of a text -> whether it is an age
        self.ages: dict[int, bool] = {}

    def hold(self, block: Block) -> bool:
        """Whether the text is in a card."""
        start, outline = block.place, self.outline
        if outline.lasts[start] - outline.firsts[start] < CARD.start:
            start = max(outline.boxes.parents[start], 0)  # most paragraphs have it in common
        if start not in self.known:
            self.known[start] = len(self.known) < MAX_ASKED and self._is_in_card(start)
        return self.known[start]

    def _is_in_card(self, index: int) -> bool:
        outline = self.outline
        for _ in range(MAX_UP):
            size = outline.lasts[index] - outline.firsts[index]
            if not index or size >= CARD.stop:
                return False
            if size in CARD and self._is_card(index):
                return True
            index = outline.boxes.parents[index]
        return False

    def _is_card(self, place: int) -> bool:
        """Whether the box is one of several of its kind, with a link and an age."""
        outline, boxes = self.outline, self.outline.boxes
        inside = outline.blocks[outline.firsts[place] : outline.lasts[place]]
        if not any(block.links for block in inside):
            return False
        if self.host is None:
            if not any(map(self._is_age, inside)):
                return False
        elif not self._has_headline(inside):
            return False
        kind = (boxes.tags[place], boxes.name(place))
        return self._kinds_in(boxes.parents[place])[kind] >= MIN_CARDS

    def _has_headline(self, inside: Sequence[Block]) -> bool:
        """Whether one of a card's few texts is a link to another page of the site."""
        if sum(len(block.text) for block in inside) > CARD_CHARS:
            return False
        return any(
            len(block.text) in HEADLINE
            and block.linked >= HEADLINE_LINKED * len(block.text)
            and _leads_to(block.box.node, self.host or "")
            for block in inside
        )

    def _is_age(self, block: Block) -> bool:
        if block.index not in self.ages:
            self.ages[block.index] = is_age(block.text)
        return self.ages[block.index]

    def _kinds_in(self, parent: int) -> "Counter[tuple[str, str]]":
        """Tags and names of the boxes right inside a box, up to where its texts end."""
        if parent in self.inside:
            return self.inside[parent]
        firsts, boxes = self.outline.firsts, self.outline.boxes
        end, found = self.outline.lasts[parent], Counter[tuple[str, str]]()
        for place in range(parent + 1, min(parent + 1 + MAX_INSIDE, len(boxes))):
            if firsts[place] >= end:
                break
            if boxes.parents[place] == parent:
                found[boxes.tags[place], boxes.name(place)] += 1
        self.inside[parent] = found
        return found
