"""The labels of a page and the part of it that stands under each.

A label is a heading, or a short text that the lexicon knows, directly before links to articles.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.links.labels import (
    MAX_LABEL_CHARS,
    Said,
    guessed,
    is_heading_class,
    is_more,
    said_by,
)
from crawler.links.prose import Prose
from crawler.page.html_tags import HEADINGS
from crawler.page.tree import MENU, PageTree

#: so much other text may stand between a label and its first link
MAX_GAP_CHARS = 250
#: a longer heading that the lexicon does not know is the title of an article
MAX_HEADING_CHARS = 45
#: a text of more pieces is a list or a table, no label
MAX_LABEL_PIECES = 8
#: pages with more labels than this are no articles; the rest are not looked at
MAX_LABELS = 300
#: a title and its picture may both be links
MAX_LINKS_OF_TITLE = 2
#: how far up or down the tree a label is followed
MAX_CLIMB = 12

#: so many nodes after a label are looked at for an empty list
MAX_BESIDE = 4
_LISTS = frozenset(("ul", "ol"))
#: what tabs are made of; of other labels a panel must hold more than one card
_TABS = frozenset(("a", "button", "label", "li"))

#: a label before it is known what stands under it: position, text, meaning
_Text = tuple[int, str, Said | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A label and what stands under it."""

    text: str
    #: None: a heading that the lexicon does not know
    said: Said | None
    #: the label's own position
    at: int
    #: the element that holds both label and links
    scope: int
    #: positions of the elements under the label
    start: int
    end: int
    #: whether it may be a word over a single title ("Opinion") instead of a heading of a box
    is_kicker: bool = False


def labels_of(outline: PageTree, prose: Prose, links: Sequence[int]) -> tuple[Label, ...]:
    """Find the labels of a page, given the positions of its links to articles in order."""
    by_scope: dict[int, list[_Text]] = defaultdict(list)
    count = 0
    for at, text, said in _texts(outline, prose, links):
        scope = _scope(outline, at, links)
        if scope >= 0:
            by_scope[scope].append((at, text, said))
            count += 1
        if count >= MAX_LABELS:
            break
    labels = [
        label
        for scope, texts in by_scope.items()
        for label in _under(outline, prose, links, scope, texts)
    ]
    labels.sort(key=lambda label: label.start)
    return tuple(label for label in labels if not _is_empty(outline, links, label, labels))


def _is_empty(
    outline: PageTree, links: Sequence[int], label: Label, labels: Sequence[Label]
) -> bool:
    """Whether the box of a label is one that a script fills, so that no link is under it.

    The list beside the label is empty, or what follows stands in another box with a known label.
    """
    if not label.said:
        return False
    if _is_before_empty_list(outline, label.at):
        return True
    first = links[bisect_left(links, label.start)]
    return any(
        other.said and not other.is_kicker and label.at < other.at and label.scope < other.scope
        for other in labels
        if other.start <= first < other.end
    )


def _is_before_empty_list(outline: PageTree, at: int) -> bool:
    """Whether a list without links stands in or beside a label; the table leaves it out."""
    label = outline.nodes[at]
    is_of_text = next(label.iter(), None) is None  # most are, and need no search
    inside = None if is_of_text else label.css_first("ul, ol")
    if inside is not None and inside.css_first("a") is None:
        return True
    beside = label.next
    for _ in range(MAX_BESIDE):
        if beside is None:
            return False
        if beside.tag in _LISTS:
            return beside.css_first("a") is None
        beside = beside.next
    return False


def _texts(outline: PageTree, prose: Prose, links: Sequence[int]) -> Iterator[_Text]:
    """Headings and known short texts near before a link to an article, and in none."""
    tags, ends, chars = outline.tags, outline.ends, outline.chars
    starts, stops = outline.text_starts, outline.text_ends
    at, last = 1, links[-1] if links else 0
    number = 0  # of the first link that does not stand before the element
    near = _near(outline, links[0]) if links else 0
    seen = (0, 0)  # the texts of the last element that was none: its only child is none
    while at < last:
        if links[number] < at:
            number = bisect_left(links, at, number)
            near = _near(outline, links[number])
        start, stop = starts[at], stops[at]
        if links[number] == at or chars[stop] < near or tags[at] == MENU:
            at = ends[at]
            continue
        is_short = (
            2 <= chars[stop] - chars[start] <= 2 * MAX_LABEL_CHARS
            and stop - start <= MAX_LABEL_PIECES
        )
        if not is_short or links[number] < ends[at]:
            at += 1
            continue
        is_heading = tags[at] in HEADINGS
        if is_heading or (start, stop) != seen:
            seen = start, stop
            if label := _label(outline, prose, at, is_heading=is_heading):
                if not _belongs_to_link(outline, at, links):
                    yield label
                at = ends[at]
                continue
        at += 1


def _near(outline: PageTree, link: int) -> int:
    """How many characters stand before the end of a link's label, at least."""
    return outline.chars[outline.text_starts[link]] - MAX_GAP_CHARS


def _label(outline: PageTree, prose: Prose, at: int, *, is_heading: bool) -> _Text | None:
    """A text that the lexicon knows, or a heading too short to be the title of an article."""
    start, stop = outline.text_starts[at], outline.text_ends[at]
    text = outline.text_between(start, stop)
    said = said_by(text)
    if said is None and not is_heading and not _may_head_a_box(outline, prose, at, text):
        return None
    if said is None:
        return (at, text.rstrip(" :|"), None) if len(text) <= MAX_HEADING_CHARS else None
    is_words = _is_other(said) and outline.blocks[at] in prose.paragraphs
    if is_words or (is_more(text) and _is_link(outline, at)):
        return None
    if not is_heading and said.rest and _is_composite(outline, at):
        return None
    return at, text.rstrip(" :|"), said


def _may_head_a_box(outline: PageTree, prose: Prose, at: int, text: str) -> bool:
    """Whether a short block outside headings is one by its words or its class name."""
    if len(text) > MAX_HEADING_CHARS or len(text) < 3 or outline.linked(at) == outline.length(at):
        return False
    if outline.blocks[at] != at and outline.length(outline.blocks[at]) != outline.length(at):
        return False
    if outline.blocks[at] in prose.paragraphs or _is_composite(outline, at):
        return False
    if guessed(text) in ("related", "readmore", "perhaps"):
        return True
    return is_heading_class(outline.attribute(at, "class"))


def _is_other(said: Said | None) -> bool:
    return said is not None and said.meaning == "other"


def _is_link(outline: PageTree, at: int) -> bool:
    """Whether all of an element's text is that of a link ("Read more", to anywhere)."""
    return outline.linked(at) == outline.length(at)


def _is_composite(outline: PageTree, at: int) -> bool:
    """Whether an element's text is that of several, as in a row of tabs."""
    parts, child = 0.0, at + 1
    while child < outline.ends[at]:
        if outline.text_ends[child] > outline.text_starts[child]:
            weight = 1.0 if outline.tags[child] == "a" or outline.blocks[child] == child else 0.5
            parts += weight
        child = outline.ends[child]
    return parts >= 2


def _has(links: Sequence[int], outline: PageTree, at: int) -> bool:
    return count_between(links, at, outline.ends[at]) > 0


def count_between(links: Sequence[int], start: int, end: int) -> int:
    """How many of the sorted positions are in a range."""
    return bisect_left(links, end) - bisect_left(links, start)


def _belongs_to_link(outline: PageTree, label: int, links: Sequence[int]) -> bool:
    """Whether a text stands on the card of the link before it, as a number of comments does."""
    at = label
    for _ in range(MAX_CLIMB):
        at = outline.parents[at]
        if at <= 0:
            return False
        if _has(links, outline, at):
            return not count_between(links, label, outline.ends[at])
    return False


def _scope(outline: PageTree, label: int, links: Sequence[int]) -> int:
    """The smallest element that holds the label and links after it, -1 where none is near."""
    at = bisect_left(links, outline.ends[label])
    if at >= len(links):
        return -1
    first = links[at]
    scope = outline.parents[label]
    while scope >= 0 and outline.ends[scope] <= first:
        scope = outline.parents[scope]
    return scope


def _under(
    outline: PageTree,
    prose: Prose,
    links: Sequence[int],
    scope: int,
    texts: Sequence[_Text],
) -> Iterator[Label]:
    """The labels of one scope: each reaches to the next, to the next paragraph, or to the end."""
    for row, stop in _rows(outline, links, scope, texts):
        parts = _panels(outline, links, scope, row, stop) if _are_tabs(outline, row) else []
        if not parts:
            start = outline.ends[row[-1][0]]
            chosen = _opened_tab(outline, row)
            parts = [(start, stop if n == chosen else start) for n in range(len(row))]
        for (at, text, said), (start, end) in zip(row, parts, strict=True):
            end = min(end, _next_paragraph(outline, prose, start, end, scope))
            if start < end:
                is_kicker = _is_kicker(outline, links, scope, at, said)
                yield Label(
                    text=text,
                    said=said,
                    at=at,
                    scope=scope,
                    start=start,
                    end=end,
                    is_kicker=is_kicker,
                )


def _is_kicker(
    outline: PageTree, links: Sequence[int], scope: int, at: int, said: Said | None
) -> bool:
    if not _is_other(said) or outline.tags[at] in HEADINGS:
        return False
    return count_between(links, scope, outline.ends[scope]) <= MAX_LINKS_OF_TITLE


def _rows(
    outline: PageTree,
    links: Sequence[int],
    scope: int,
    texts: Sequence[_Text],
) -> Iterator[tuple[list[_Text], int]]:
    """Labels with no link between them (tabs, or a title over a title), and where they end."""
    row: list[_Text] = []
    for label in texts:
        if row and count_between(links, row[-1][0], label[0]):
            yield row, label[0]
            row = []
        row.append(label)
    if row:
        yield row, outline.ends[scope]


def _opened_tab(outline: PageTree, row: Sequence[_Text]) -> int:
    """Of labels without links between them, the number of the one that the links belong to.

    The last; but of tabs of which one panel is filled, the first that says related.
    """
    tags, parents = outline.tags, outline.parents
    last = row[-1][0]
    for number, (at, _, said) in enumerate(row):
        if tags[at] != tags[last] or tags[parents[at]] != tags[parents[last]]:
            continue
        if said is not None and said.meaning in ("related", "readmore") and not said.rest:
            return number
    return len(row) - 1


def _are_tabs(outline: PageTree, row: Sequence[_Text]) -> bool:
    """Whether labels may be tabs: alike, and none is a line of words and links ("Tags: storm")."""
    first = row[0][0]
    sort = outline.tags[first], outline.tags[outline.parents[first]]
    return len(row) > 1 and all(
        (outline.tags[at], outline.tags[outline.parents[at]]) == sort
        and outline.linked(at) in (0, outline.length(at))
        for at, _, _ in row
    )


def _panels(
    outline: PageTree,
    links: Sequence[int],
    scope: int,
    row: Sequence[_Text],
    stop: int,
) -> list[tuple[int, int]]:
    """As many elements with links as there are labels in a row: the panels of its tabs."""
    inside, child = scope, _sibling_after(outline, scope, row[-1][0])
    for _ in range(MAX_CLIMB):
        parts = []
        while child < min(outline.ends[inside], stop):
            if _has(links, outline, child) and outline.ends[child] <= stop:
                parts.append((child, outline.ends[child]))
            child = outline.ends[child]
        if len(parts) == len(row):
            return parts if _are_panels(outline, links, row, parts) else []
        if len(parts) != 1:
            return []
        inside = parts[0][0]
        child = inside + 1
    return []


def _are_panels(
    outline: PageTree,
    links: Sequence[int],
    row: Sequence[_Text],
    parts: Sequence[tuple[int, int]],
) -> bool:
    """Whether elements under a row of labels are panels, not the cards under the last of these."""
    return outline.tags[row[0][0]] in _TABS or any(
        count_between(links, start, end) > MAX_LINKS_OF_TITLE for start, end in parts
    )


def _sibling_after(outline: PageTree, scope: int, at: int) -> int:
    """The position after that child of ``scope`` in which an element stands."""
    while outline.parents[at] > scope:
        at = outline.parents[at]
    return outline.ends[at]


def _next_paragraph(outline: PageTree, prose: Prose, start: int, end: int, scope: int) -> int:
    """Where the article goes on after a box in its midst."""
    if not (outline.contains(scope, prose.container) or outline.contains(prose.container, scope)):
        return end
    order = prose.order
    at = bisect_left(order, start)
    return order[at] if at < len(order) and order[at] < end else end
