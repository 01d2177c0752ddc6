"""What stands around a link: the label over it, the class names, the article's text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from crawler.links.headings import Label
from crawler.links.labels import Meaning, class_meaning, fold, is_never_related
from crawler.links.outline import Outline
from crawler.links.prose import Prose

#: how far up class names are believed to speak of the link
MAX_CLIMB = 8

#: a longer value of an attribute is a title or a picture's address
MAX_TRACKED_CHARS = 60
#: a longer link text names no section
MAX_SECTION_CHARS = 30

Place = Literal["before", "inside", "after"]


_NUMBERS = re.compile(r"\d+")
_SECTION_PATH = re.compile(r"(?:https?://[^/]+)?/([^/?#]{2,40})/?$")


@dataclass(frozen=True, kw_only=True)
class Boxes:
    """A page with its body and its labels known, to be asked about any link."""

    outline: Outline
    prose: Prose
    #: in order of what is under them
    labels: tuple[Label, ...]
    _said: dict[int, tuple[Meaning | None, bool]] = field(default_factory=dict, repr=False)
    _paths: dict[int, str] = field(default_factory=dict, repr=False)

    @cached_property
    def _menus(self) -> list[tuple[int, int]]:
        """The ranges of the page's nav elements."""
        outline = self.outline
        return [(at, outline.ends[at]) for at, tag in enumerate(outline.tags) if tag == "nav"]

    def is_in_menu(self, at: int) -> bool:
        """Whether an element stands in a nav element."""
        return any(start <= at < end for start, end in self._menus)

    @cached_property
    def sections(self) -> frozenset[str]:
        """The names of the site's sections, as its menus call them ("world", "ekonomi")."""
        outline = self.outline
        return frozenset(
            fold(outline.text(at))
            for at, tag in enumerate(outline.tags)
            if tag == "a"
            and 0 < outline.length(at) <= MAX_SECTION_CHARS
            and _SECTION_PATH.match(outline.attribute(at, "href"))
        )

    def place_of(self, at: int) -> Place:
        """Whether an element stands before, between or after the article's paragraphs."""
        piece = self.outline.text_starts[at]
        if piece < self.prose.start:
            return "inside" if self.is_beside_paragraphs(at) else "before"
        return "inside" if piece < self.prose.end else "after"

    def is_beside_paragraphs(self, at: int) -> bool:
        """Whether an element stands in the element that the paragraphs stand in."""
        return self._has_siblings and self.outline.contains(self.prose.parent, at)

    @cached_property
    def _has_siblings(self) -> bool:
        """Whether the first paragraph has another one beside it, not only around it."""
        parents, parent = self.outline.parents, self.prose.parent
        return sum(1 for block in self.prose.order if parents[block] == parent) > 1

    def label_of(self, at: int) -> Label | None:
        """The label that an element stands under: of those whose part it is in, the nearest.

        A word over one title gives way to a heading around it that the lexicon knows.
        """
        best = None
        for label in self.labels:
            if label.start > at:
                break
            if at >= label.end:
                continue
            if best is None or (label.scope >= best.scope and not (label.is_kicker and best.said)):
                best = label
        return best

    def class_meaning(self, at: int) -> Meaning | None:
        """What class names and ids say of an element, the nearest that says something first."""
        for _ in range(MAX_CLIMB):
            if at <= 0 or self._holds_prose(at):
                return None
            if found := self._class_says(at)[0]:
                return found
            at = self.outline.parents[at]
        return None

    def related_by_class(self, at: int, label: Label | None = None) -> bool:
        """Whether class names say related; not beside such a box, where a label is given."""
        for _ in range(MAX_CLIMB):
            if at <= 0 or self._holds_prose(at):
                return False
            if found := self._class_says(at)[0]:
                is_shared = label is not None and self._has_related_label(at, label)
                return found == "related" and not is_shared
            at = self.outline.parents[at]
        return False

    def tracked_meaning(self, at: int) -> Meaning | None:
        """What a link tells the publisher's statistics: "?source=related", data-box="popular"."""
        attributes = self.outline.nodes[at].attributes
        said = [(attributes.get("href") or "").partition("?")[2]]
        said.extend(v for name, v in attributes.items() if v and name.startswith("data-"))
        words = " ".join(text for text in said if len(text) <= MAX_TRACKED_CHARS)
        return class_meaning(words) if words else None

    def _has_related_label(self, at: int, but: Label) -> bool:
        """Whether a related box stands in an element, or in another one named alike."""
        names = self._names(at)
        return any(
            self.outline.contains(at, label.at) or self._names(label.scope) == names
            for label in self.labels
            if label is not but and label.said and label.said.meaning in ("related", "readmore")
        )

    def path_of(self, at: int) -> str:
        """Tags and first class names from near the body down to an element, numbers left out."""
        if (path := self._paths.get(at)) is None:
            path = ">".join(reversed(list(self._steps(at))))
            self._paths[at] = path
        return path

    def _steps(self, at: int) -> Iterator[str]:
        for _ in range(MAX_CLIMB):
            if at <= 0:
                return
            name = _NUMBERS.sub("", self._names(at).split(" ", 1)[0])
            yield f"{self.outline.tags[at]}.{name}" if name else self.outline.tags[at]
            at = self.outline.parents[at]

    def is_never_related(self, at: int, within: int) -> bool:
        """Whether an element is navigation or advertising inside the box it stands in."""
        for _ in range(MAX_CLIMB):
            if at <= within or self._holds_prose(at):
                return False
            if self._class_says(at)[1]:
                return True
            at = self.outline.parents[at]
        return False

    def _class_says(self, at: int) -> tuple[Meaning | None, bool]:
        """What an element's names mean, and whether they say navigation or advertising.

        Kept for the page, as the links of a box share its elements.
        """
        if (said := self._said.get(at)) is None:
            names = self._names(at)
            said = self._said[at] = (class_meaning(names), is_never_related(names))
        return said

    def _names(self, at: int) -> str:
        """The class attribute and the id of an element."""
        attributes = self.outline.nodes[at].attributes
        return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"

    def _holds_prose(self, at: int) -> bool:
        """Whether an element holds the body of the article: it is no box then."""
        return at <= self.prose.middle < self.outline.ends[at]
