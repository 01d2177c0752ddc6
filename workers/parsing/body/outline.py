"""A page flattened once: its texts in order, and the elements that they stand in.

Everything that looks for something on the page works on this and not on the tree.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from selectolax.lexbor import LexborNode

from workers.parsing.body.regions import bit, bits_of_tags, name_bits, role_bits

#: attributes that tell more of an element than its name does
_TELLING = frozenset({"role", "style", "hidden"})
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Boxes(Sequence["Box"]):
    """The block elements of a page in document order.

    What is known of all lies in columns; what an element's attributes say is worked out when
    first asked for: a page has hundreds, and few are looked at.
    """

    __slots__ = ("_attributes", "_names", "_own", "depths", "nodes", "parents", "tags")

    def __init__(self) -> None:
        self.nodes: Sequence[LexborNode] = ()
        self.tags: Sequence[str] = ()
        #: place of the box around each, -1 for the outermost
        self.parents: Sequence[int] = ()
        self.depths: Sequence[int] = ()
        self._attributes: dict[int, Mapping[str, str | None]] = {}
        self._names: dict[int, str] = {}
        self._own: dict[int, int] = {}

    def attributes(self, place: int) -> Mapping[str, str | None]:
        """The attributes of a box as written."""
        given = self._attributes.get(place)
        if given is None:
            self._look((place,))
            given = self._attributes[place]
        return given

    def name(self, place: int) -> str:
        """Class and id of a box as written."""
        name = self._names.get(place)
        if name is None:
            self._look((place,))
            name = self._names[place]
        return name

    def _look(self, places: Iterable[int]) -> None:
        """Takes the attributes of the boxes that were not looked at yet."""
        nodes, names = self.nodes, self._names
        for place in places:
            if place not in names:
                self._attributes[place] = given = nodes[place].attributes
                names[place] = (
                    f"{given.get('class') or ''} {given.get('id') or ''}" if given else ""
                )

    def own(self, place: int) -> int:
        """Bits of the kinds of region that name, tag and role point to (``regions.bit``)."""
        bits = self._own.get(place)
        return self.owns((place,))[0] if bits is None else bits

    def owns(self, places: Sequence[int]) -> list[int]:
        """The same for many boxes, of which the names are looked at all at once."""
        own, names, of_tag = self._own, self._names, bits_of_tags()
        new = [place for place in places if place not in own]
        self._look(new)
        named = name_bits([names[place] for place in new])
        for place, bits in zip(new, named, strict=True):
            bits |= of_tag.get(self.tags[place], 0)
            if not _TELLING.isdisjoint(given := self._attributes[place]):
                bits |= _of_element(given)
            own[place] = bits if place else 0
        return [own[place] for place in places]

    def __len__(self) -> int:
        return len(self.tags)

    @overload
    def __getitem__(self, index: int) -> "Box": ...
    @overload
    def __getitem__(self, index: slice) -> "list[Box]": ...
    def __getitem__(self, index: "int | slice") -> "Box | list[Box]":
        if isinstance(index, slice):
            return [Box(self, place) for place in range(*index.indices(len(self.tags)))]
        return Box(self, range(len(self.tags))[index])


@dataclass(slots=True)
class Box:
    """A block element of the page."""

    boxes: Boxes
    #: place among them
    index: int

    @property
    def parent(self) -> int:
        """Place of the box around it, -1 for the outermost."""
        return self.boxes.parents[self.index]

    @property
    def tag(self) -> str:
        """Of the element."""
        return self.boxes.tags[self.index]

    @property
    def depth(self) -> int:
        """Boxes around it."""
        return self.boxes.depths[self.index]

    @property
    def node(self) -> LexborNode:
        """The element itself."""
        return self.boxes.nodes[self.index]

    @property
    def name(self) -> str:
        """Class and id, as written."""
        return self.boxes.name(self.index)

    @property
    def own(self) -> int:
        """Bits of the kinds of region that its name, tag and role point to."""
        return self.boxes.own(self.index)


def _of_element(attributes: Mapping[str, str | None]) -> int:
    """Bits of what an element's role says, and whether its own attributes hide it."""
    bits = role_bits(attributes["role"] or "") if "role" in attributes else 0
    style = attributes.get("style")
    if "hidden" in attributes or (style and _HIDING.search(style)):
        bits |= bit("hidden")
    return bits


@dataclass(slots=True)
class Block:
    """A run of text between two boundaries of block elements."""

    #: place in ``TextOutline.blocks``
    index: int
    text: str
    boxes: Boxes
    #: place of the nearest block element among the boxes
    place: int
    #: characters that are link text
    linked: int
    #: characters in bold or italics
    bold: int
    #: number of links
    links: int
    #: tag of that element
    tag: str
    #: machine-readable time of a time element in it, or ""
    time: str = ""

    @property
    def box(self) -> Box:
        """The nearest block element."""
        return self.boxes[self.place]


@dataclass(slots=True)
class TextOutline:
    """A page's texts and boxes in document order."""

    blocks: list[Block] = field(default_factory=list)
    boxes: Boxes = field(default_factory=Boxes)
    #: for each box the place of the first text in it, and that after the last
    firsts: Sequence[int] = ()
    lasts: Sequence[int] = ()
    #: machine-readable times of the page: place of the box, value
    times: list[tuple[int, str]] = field(default_factory=list)
    _beside: "dict[int, Beside]" = field(default_factory=dict)

    def ancestors(self, place: int) -> Iterator[int]:
        """The box at this place, the box around it, and so on to the outermost."""
        while place >= 0:
            yield place
            place = self.boxes.parents[place]

    def marks_beside(self, core: int) -> "Beside":
        """For each box the marks of all boxes around it that do not hold the box ``core``."""
        if core not in self._beside:
            self._beside[core] = Beside(self, core)
        return self._beside[core]


class Beside(dict[int, int]):
    """The marks of boxes up to where they meet one box, worked out when asked for."""

    def __init__(self, outline: TextOutline, core: int) -> None:
        super().__init__(dict.fromkeys(outline.ancestors(core), 0))
        self.boxes = outline.boxes

    def __missing__(self, index: int) -> int:
        way: list[int] = []
        while index not in self:
            way.append(index)
            index = self.boxes.parents[index]
        marks = self[index]
        for place in reversed(way):
            marks |= self.boxes.own(place)
            self[place] = marks
        return marks
