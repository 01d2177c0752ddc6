"""Short titles in a box that calls itself related: "Pasta e ceci" there is no section's name."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from crawler.links.labels import MAX_GUESSED_CHARS, guessed, said_by
from crawler.links.prose import FIRST_WIDE
from crawler.page.html_tags import HEADINGS
from crawler.page.tree import PageTree

#: a label is looked for where a short title is among so many links after it
MAX_AHEAD = 6
#: of a link and of what is around it, so many tags and classes tell how it stands
MAX_STEPS = 3
#: a title in a script without spaces has so many signs
MIN_WIDE_CHARS = 6
#: so many texts before a link are looked at: a label, and a word over the title
MAX_BACK = 2
#: how far up the element is looked for that holds label and links
MAX_CLIMB = 12


def under_related_labels(
    outline: PageTree, links: Sequence[tuple[int, str]], short: AbstractSet[int]
) -> Iterator[int]:
    """The links with short titles in boxes that are called related, but for names of sections.

    ``links``: positions and keys of all links, in order; ``short``: positions of those with short
    titles.
    """
    number, total = 0, len(links)
    while number < total:
        following = number + 1
        ahead = [at for at, _ in links[number : number + MAX_AHEAD]]
        if not short.isdisjoint(ahead) and (label := _label_before(outline, ahead[0])) >= 0:
            end = _end_of_box(outline, label, ahead[0])
            following = max(following, bisect_left(links, (end, "")))
            yield from _alike(outline, links[number:following], short)
        number = following


def _alike(
    outline: PageTree, box: Sequence[tuple[int, str]], short: AbstractSet[int]
) -> Iterator[int]:
    """Of a box the short titles: all where most are, else those that stand as long ones do."""
    named = [(at, key) for at, key in box if at in short and _may_be_title(outline.text(at))]
    is_mostly_short = 2 * len({key for _, key in named}) > len({key for _, key in box})
    sorts = {_sort_of(outline, at) for at, _ in box if at not in short}
    yield from (at for at, _ in named if is_mostly_short or _sort_of(outline, at) in sorts)


def _sort_of(outline: PageTree, at: int) -> tuple[tuple[str, str], ...]:
    """How a link stands in its card: tags and classes of the link and of what is around it."""
    steps = []
    for _ in range(MAX_STEPS):
        steps.append((outline.tags[at], outline.attribute(at, "class")))
        at = max(outline.parents[at], 0)
    return tuple(steps)


def _may_be_title(text: str) -> bool:
    """One word alone is a section's name ("Essays"); some scripts have no spaces."""
    return " " in text or (len(text) >= MIN_WIDE_CHARS and text[0] >= FIRST_WIDE)


def _label_before(outline: PageTree, at: int) -> int:
    """The element whose text, directly before a link, calls what follows related; -1: none."""
    piece = outline.text_starts[at]
    for before in range(piece - 1, max(piece - 1 - MAX_BACK, -1), -1):
        if outline.in_links[before]:
            return -1
        text = outline.pieces[before]
        if len(text) <= MAX_GUESSED_CHARS and _says_related(text):
            return outline.owners[before]
    return -1


def _says_related(text: str) -> bool:
    said = said_by(text)
    if said is None:
        return guessed(text) in ("related", "readmore", "perhaps")
    return not said.rest and said.meaning in ("related", "readmore", "perhaps")


def _end_of_box(outline: PageTree, label: int, link: int) -> int:
    """Where the element ends that holds both, or the next heading like the label begins."""
    box = label
    for _ in range(MAX_CLIMB):
        if outline.ends[box] > link:
            break
        box = outline.parents[box]
        if box <= 0:
            return 0
    tag = outline.tags[outline.blocks[label]]
    if tag in HEADINGS:
        for at in range(link, outline.ends[box]):
            if outline.tags[at] == tag and not outline.linked(at):
                return at
    return outline.ends[box] if outline.ends[box] > link else 0
