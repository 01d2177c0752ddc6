"""Which label a link stands under, and what the class names around it say."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.labels import MAX_LABEL_CHARS, Meaning, class_meaning, meaning_of
from crawler.outline import Outline
from crawler.prose import Prose

#: a label stands directly before its links: so much other text may come between
MAX_GAP_CHARS = 250
#: pages with more labels than this are no articles; the rest are not looked at
MAX_LABELS = 300
#: how far up class names are believed to speak of the link
MAX_CLIMB = 8

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A heading, or a short text that the lexicon knows, with the part of the page under it."""

    text: str
    #: None: a heading that the lexicon does not know
    meaning: Meaning | None
    #: the element that holds both label and links
    scope: int
    #: positions of the elements under the label
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Boxes:
    """The labels of a page."""

    outline: Outline
    prose: Prose
    labels: tuple[Label, ...]

    def label_of(self, at: int) -> Label | None:
        """The label that an element stands under: of those whose part it is in, the nearest."""
        best = None
        for label in self.labels:
            if label.start > at:
                break
            if at < label.end and (best is None or label.scope >= best.scope):
                best = label
        return best

    def class_meaning(self, at: int) -> Meaning | None:
        """What class names and ids say of an element, the nearest that says something first."""
        for _ in range(MAX_CLIMB):
            if at <= 0 or self._holds_prose(at):
                return None
            if found := class_meaning(self._names(at)):
                return found
            at = self.outline.parents[at]
        return None

    def _names(self, at: int) -> str:
        attributes = self.outline.nodes[at].attributes
        return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"

    def _holds_prose(self, at: int) -> bool:
        """Whether half of the article stands in an element: it is no box then."""
        outline, prose = self.outline, self.prose
        if outline.contains(at, prose.container):
            return True
        inside = sum(n for b, n in prose.paragraphs.items() if outline.contains(at, b))
        return inside * 2 > sum(prose.paragraphs.values())


def boxes_of(outline: Outline, prose: Prose, links: Sequence[int]) -> Boxes:
    """Find the labels of a page, given the positions of its links to articles in order."""
    found = []
    for at, text, meaning in _label_texts(outline, links):
        scope = _scope(outline, at, links)
        if scope >= 0:
            found.append((at, text, meaning, scope))
        if len(found) >= MAX_LABELS:
            break
    return Boxes(outline=outline, prose=prose, labels=tuple(_with_ends(outline, prose, found)))


def _label_texts(
    outline: Outline, links: Sequence[int]
) -> Iterator[tuple[int, str, Meaning | None]]:
    at, count = 1, len(outline)
    while at < count:
        size = outline.length(at)
        if 2 <= size <= 2 * MAX_LABEL_CHARS and not _count(links, at, outline.ends[at]):
            text = outline.text(at)
            if len(text) <= MAX_LABEL_CHARS:
                meaning = meaning_of(text)
                if meaning is not None or outline.tags[at] in HEADINGS:
                    yield at, text, meaning
                    at = outline.ends[at]
                    continue
        at += 1


def _count(links: Sequence[int], start: int, end: int) -> int:
    return bisect_left(links, end) - bisect_left(links, start)


def _scope(outline: Outline, label: int, links: Sequence[int]) -> int:
    """The smallest element that holds the label and links after it, -1 where none is near."""
    at = bisect_left(links, outline.ends[label])
    if at >= len(links):
        return -1
    first = links[at]
    gap = outline.chars[outline.text_starts[first]] - outline.chars[outline.text_ends[label]]
    if gap > MAX_GAP_CHARS:
        return -1
    scope = outline.parents[label]
    while scope >= 0 and outline.ends[scope] <= first:
        scope = outline.parents[scope]
    return scope


def _with_ends(
    outline: Outline, prose: Prose, found: Sequence[tuple[int, str, Meaning | None, int]]
) -> Iterator[Label]:
    """A label reaches to the next label in its scope, to the next paragraph, or to the end."""
    following: dict[int, int] = {}
    labels = []
    for at, text, meaning, scope in reversed(found):
        end = min(following.get(scope, outline.ends[scope]), outline.ends[scope])
        start = outline.ends[at]
        end = min(end, _next_paragraph(outline, prose, start, end, scope))
        labels.append(Label(text=text, meaning=meaning, scope=scope, start=start, end=end))
        following[scope] = at
    return reversed(labels)


def _next_paragraph(outline: Outline, prose: Prose, start: int, end: int, scope: int) -> int:
    """Where the article goes on after a box in its midst."""
    if not outline.contains(scope, prose.container) and not outline.contains(
        prose.container, scope
    ):
        return end
    for block in sorted(prose.paragraphs):
        if start <= block < end and outline.tags[block] == "p":
            return block
    return end
