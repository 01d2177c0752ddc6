"""What stands around a link: the label over it, the class names, the article's text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Literal

from crawler.links.headings import Label
from crawler.links.labels import (
    MAX_CLASS_CHARS,
    Meaning,
    class_meaning,
    fold,
    guessed,
    kept_words,
    places_named,
    said_by_names,
)
from crawler.links.prose import Prose
from crawler.links.targets import Targets
from crawler.page.class_names import names_of_place
from crawler.page.tree import MENU, PageTree

#: how far up class names are believed to speak of the link
MAX_CLIMB = 8

#: a longer value of an attribute is a title or a picture's address
MAX_TRACKED_CHARS = 60
#: white space and signs around the name of a section
MAX_PADDING = 12
#: of the links in a box, how many are looked at to count its articles
MAX_COUNTED = 12

#: tags that say where an element stands, as class names do
TAGS_OF_PLACES = frozenset(("footer", "header", "aside"))

Place = Literal["before", "inside", "after"]


_NUMBERS = re.compile(r"\d+")
_SECTION_PATH = re.compile(r"(?:https?://[^/]+)?/([^/?#]{2,40})/?$")


@dataclass(frozen=True, kw_only=True)
class LinkContext:
    """A page with its body and its labels known, to be asked about any link."""

    outline: PageTree
    targets: Targets
    prose: Prose
    #: in order of what is under them
    labels: tuple[Label, ...]
    #: what was worked out once for the page, as the links of a box share the elements around it
    _said: dict[int, tuple[Meaning | None, bool]] = field(default_factory=dict, repr=False)
    _speaking: dict[int, int] = field(default_factory=dict, repr=False)
    _places: dict[tuple[int, int], str] = field(default_factory=dict, repr=False)
    _masks: dict[int, int] = field(default_factory=dict, repr=False)
    _sizes: dict[int, int] = field(default_factory=dict, repr=False)
    _named: dict[int, str] = field(default_factory=dict, repr=False)

    @cached_property
    def _menus(self) -> list[int]:
        """The positions of the menus."""
        return [at for at, tag in enumerate(self.outline.tags) if tag == MENU]

    def is_in_menu(self, at: int) -> bool:
        """Whether an element stands in a nav element."""
        if not self.outline.has_menus:
            return False
        ends = self.outline.ends
        return any(start <= at < ends[start] for start in self._menus)

    @cached_property
    def foreign(self) -> list[int]:
        """The headline and the paragraphs: no card holds any of them."""
        return sorted((self.prose.headline, *self.prose.order))

    def is_section(self, name: str) -> bool:
        """Whether a folded name is one of the site's sections ("world"), as a menu calls them."""
        outline = self.outline
        near = range(len(name), len(name) + MAX_PADDING)
        texts = (
            (outline.text(at), outline.nodes[at])
            for at in outline.links
            if outline.length(at) in near
        )
        in_menus = (
            (text, node)
            for menu in self._menus
            for node in outline.nodes[menu].css("a")
            if len(text := (node.text() or "").strip()) in near
        )
        return any(
            fold(text) == name and _SECTION_PATH.match(node.attributes.get("href") or "")
            for text, node in chain(texts, in_menus)
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

    def size_under(self, label: Label) -> int:
        """To how many articles the links under a label lead, counted up to a few."""
        if (size := self._sizes.get(label.at)) is None:
            numbers = self.targets.between(label.start, label.end)[:MAX_COUNTED]
            size = self._sizes[label.at] = len({self.targets.keys[n] for n in numbers})
        return size

    def label_of(self, at: int) -> Label | None:
        """The label that an element stands under: of those whose part it is in, the nearest.

        A word over one title ("Opinion") gives way to a heading around it.
        """
        best = None
        for label in self.labels:
            if label.start > at:
                break
            if at >= label.end:
                continue
            if best is None or (label.scope >= best.scope and not self._gives_way(label, best)):
                best = label
        return best

    def _gives_way(self, label: Label, around: Label) -> bool:
        """Whether a label inside the part of another one is a word over a single title."""
        if label.is_kicker and around.said:
            return True
        return (
            label.said is None
            and self.size_under(label) < 2 <= self.size_under(around)
            and label.scope > around.scope
            and guessed(label.text) is None
        )

    def class_meaning(self, at: int) -> Meaning | None:
        """What class names and ids say of an element, the nearest that says something first."""
        speaker = self._speaks_of(at)
        return self._class_says(speaker)[0] if self._is_around(speaker, at) else None

    def is_never_related(self, at: int, within: int) -> bool:
        """Whether an element is navigation or advertising inside the box it stands in."""
        parents, ends = self.outline.parents, self.outline.ends
        middle, said_of = self.prose.middle, self._said
        for _ in range(MAX_CLIMB):
            if at <= within or at <= middle < ends[at]:
                return False
            if (said_of.get(at) or self._class_says(at))[1]:
                return True
            at = parents[at]
        return False

    def _speaks_of(self, at: int) -> int:
        """The nearest element around whose names have a meaning; 0: none."""
        parents, ends, speaking = self.outline.parents, self.outline.ends, self._speaking
        middle, climbed = self.prose.middle, []
        while at > 0 and at not in speaking and not at <= middle < ends[at]:
            climbed.append(at)
            at = parents[at]
        speaker = speaking.get(at, 0)
        for at in reversed(climbed):
            speaker = speaking[at] = at if self.names(at) and self._class_says(at)[0] else speaker
        return speaker

    def _is_around(self, speaker: int, at: int) -> bool:
        """Whether an element stands so near around another one that it speaks of it."""
        if speaker <= 0 or self._holds_prose(speaker):
            return False
        for _ in range(MAX_CLIMB):
            if at == speaker:
                return True
            at = self.outline.parents[at]
        return False

    def tracked_meaning(self, at: int) -> Meaning | None:
        """What a link tells the publisher's statistics: "?source=related", data-box="popular"."""
        attributes = self.outline.nodes[at].attributes
        values = [v for name, v in attributes.items() if v and name[:5] == "data-"]
        if query := (attributes.get("href") or "").partition("?")[2]:
            values.insert(0, query)
        words = (
            " ".join([text for text in values if len(text) <= MAX_TRACKED_CHARS]) if values else ""
        )
        return class_meaning(words) if words else None

    def place_of_box(self, at: int, label: Label | None) -> str:
        """Where a box stands: tags and first class names from near the body down, its label.

        The same on all pages of one layout, as numbers are left out.
        """
        key = at, label.at if label else -1
        if (place := self._places.get(key)) is None:
            path = ">".join(reversed(list(self._steps(at))))
            place = f"{path} {kept_words(label.text) if label else ''}".rstrip()
            self._places[key] = place
        return place

    def _steps(self, at: int) -> Iterator[str]:
        for _ in range(MAX_CLIMB):
            if at <= 0:
                return
            name = _NUMBERS.sub("", self.names(at).split(" ", 1)[0])
            yield f"{self.outline.tags[at]}.{name}" if name else self.outline.tags[at]
            at = self.outline.parents[at]

    def _class_says(self, at: int) -> tuple[Meaning | None, bool]:
        """What an element's names mean, and whether they say navigation or advertising."""
        if (said := self._said.get(at)) is None:
            said = self._said[at] = said_by_names(self.names(at))
        return said

    def names_around(self, at: int) -> int:
        """What class names of the elements around a link say of their place, as bits."""
        parents, ends, tags = self.outline.parents, self.outline.ends, self.outline.tags
        masks, middle = self._masks, self.prose.middle
        climbed = []
        while at > 0 and at not in masks and not at <= middle < ends[at]:
            climbed.append(at)
            at = parents[at]
        bits = masks.get(at, 0)
        for at in reversed(climbed):
            if names := self.names(at):
                bits |= places_named(names)
            if tags[at] in TAGS_OF_PLACES:
                bits |= places_named(tags[at])
            masks[at] = bits
        return bits

    def names(self, at: int) -> str:
        """The class attribute and the id of an element."""
        if (names := self._named.get(at)) is None:
            names = ""
            if attributes := self.outline.nodes[at].attributes:
                names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
                names = names_of_place(names[:MAX_CLASS_CHARS])
            self._named[at] = names
        return names

    def _holds_prose(self, at: int) -> bool:
        """Whether an element holds the body of the article: it is no box then."""
        return at <= self.prose.middle < self.outline.ends[at]
