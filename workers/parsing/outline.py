"""A page flattened once: its texts in order, and the elements that they stand in.

Everything that looks for something on the page works on this and not on the tree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workers.parsing.paragraphs import INLINE
from workers.parsing.regions import bit, region_bits

MAX_BLOCKS = 6_000  # texts looked at in one page; beyond that no article goes on
MAX_NODES = 150_000
MAX_DEPTH = 400  # of elements kept apart; what is deeper counts to its ancestor
LONG_CELL = 200  # characters from which a table cell is a text of its own
LONG_LINE = 60  # mean characters from which single line breaks part paragraphs

LINE_BREAK = "\u2028"  # stands for a br in collected text

SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas",
    "audio", "video", "select", "textarea", "button", "input", "head", "map", "-comment",
    "dialog", "datalist", "rt", "rp", "rtc",
})  # fmt: skip
BOLD = frozenset({"b", "strong", "em", "i"})
CELLS = frozenset({"td", "th"})
_PARAGRAPH_BREAK = re.compile(rf"{LINE_BREAK}\s*{LINE_BREAK}")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(slots=True)
class Box:
    """A block element of the page."""

    #: place in ``Outline.boxes``
    index: int
    #: place of the box around it, -1 for the outermost
    parent: int
    tag: str
    #: class and id, as written
    name: str
    #: bits of its own name and tag (``regions.REGIONS``)
    own: int
    #: bits of itself and everything around it
    inherited: int
    depth: int
    #: whether microdata name it as the article's body
    is_body: bool
    node: LexborNode


@dataclass(slots=True)
class Block:
    """A run of text between two boundaries of block elements."""

    #: place in ``Outline.blocks``
    index: int
    text: str
    #: the nearest block element
    box: Box
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


@dataclass(slots=True)
class Outline:
    """A page's texts and boxes in document order."""

    blocks: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    #: machine-readable times of the page: place of the box, value
    times: list[tuple[int, str]] = field(default_factory=list)

    def ancestors(self, box: Box) -> Iterator[Box]:
        """The box, the box around it, and so on to the outermost."""
        while True:
            yield box
            if box.parent < 0:
                return
            box = self.boxes[box.parent]

    def marks_beside(self, core: int) -> list[int]:
        """For each box the marks of all boxes around it that do not hold the box ``core``."""
        line = {box.index for box in self.ancestors(self.boxes[core])}
        marks = [0] * len(self.boxes)
        for box in self.boxes:
            if box.index not in line:
                marks[box.index] = box.own | marks[box.parent]
        return marks


def outline_of(tree: LexborHTMLParser) -> Outline:
    """Walks the page's body once."""
    walk = _Walk()
    if tree.body is not None:
        walk.run(tree.body)
    return walk.outline


class _Walk:
    """The state of one walk over the tree."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.parts: list[str] = []
        self.linked = self.bold = self.links = 0
        self.in_link = self.in_bold = 0
        self.time = ""

    def run(self, body: LexborNode) -> None:
        """Visits every node under ``body``; iterative, for pages nested without end."""
        box = self._open(body, "body", None)
        stack: list[tuple[LexborNode, str, Box]] = []
        node = body.first_child
        budget = MAX_NODES
        while budget and len(self.outline.blocks) < MAX_BLOCKS:
            if node is None:
                if not stack:
                    break
                node, tag, box = stack.pop()
                self._leave(tag, box)
                box = stack[-1][2] if stack else self.outline.boxes[0]
                node = node.next
                continue
            budget -= 1
            tag = node.tag or ""
            if tag == "-text":
                self._text(node.text_content or "")
            elif tag == "br":
                self.parts.append(LINE_BREAK)
            elif tag not in SKIPPED:
                child = node.first_child
                if child is not None:
                    box = self._enter(node, tag, box)
                    stack.append((node, tag, box))
                    node = child
                    continue
            node = node.next
        self._flush(box)

    def _enter(self, node: LexborNode, tag: str, box: Box) -> Box:
        if tag in INLINE:
            if tag == "a":
                self.in_link += 1
                self.links += 1
            elif tag in BOLD:
                self.in_bold += 1
            elif tag == "time" and (value := node.attributes.get("datetime")):
                self.time = self.time or value
                self.outline.times.append((box.index, value))
            return box
        if tag in CELLS:
            self.parts.append(" ")
            if sum(map(len, self.parts)) > LONG_CELL:
                self._flush(box)
        else:
            self._flush(box)
        return self._open(node, tag, box) if box.depth < MAX_DEPTH else box

    def _leave(self, tag: str, box: Box) -> None:
        if tag in INLINE:
            if tag == "a":
                self.in_link -= 1
            elif tag in BOLD:
                self.in_bold -= 1
        elif tag in CELLS:
            self.parts.append(" ")
            if sum(map(len, self.parts)) > LONG_CELL:
                self._flush(box)
        else:
            self._flush(box)

    def _open(self, node: LexborNode, tag: str, parent: Box | None) -> Box:
        attributes = node.attributes
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        own = region_bits(tag, name[:300], attributes.get("role") or "")
        style = attributes.get("style")
        if "hidden" in attributes or (style and _HIDING.search(style)):
            own |= bit("hidden")
        box = Box(
            index=len(self.outline.boxes),
            parent=parent.index if parent else -1,
            tag=tag,
            name=name,
            own=own if parent else 0,
            inherited=own | parent.inherited if parent else 0,
            depth=parent.depth + 1 if parent else 0,
            is_body=attributes.get("itemprop") == "articleBody",
            node=node,
        )
        self.outline.boxes.append(box)
        return box

    def _text(self, text: str) -> None:
        self.parts.append(text)
        if self.in_link or self.in_bold:
            size = len(text) if not text.isspace() else 0
            self.linked += size if self.in_link else 0
            self.bold += size if self.in_bold else 0

    def _flush(self, box: Box) -> None:
        """Ends the run of text; what is in it becomes one block, or more at line breaks."""
        if self.parts:
            raw = "".join(self.parts)
            self.parts.clear()
            if raw and not raw.isspace():
                self._add(raw, box)
        self.linked = self.bold = self.links = 0
        self.time = ""

    def _add(self, raw: str, box: Box) -> None:
        pieces = _pieces(raw) if LINE_BREAK in raw else [raw]
        whole = max(len(raw.strip()), 1)
        for piece in pieces:
            text = " ".join(piece.split())
            if not text:
                continue
            share = 1.0 if len(pieces) == 1 else len(piece) / whole
            self.outline.blocks.append(
                Block(
                    index=len(self.outline.blocks),
                    text=text,
                    box=box,
                    linked=int(self.linked * share),
                    bold=int(self.bold * share),
                    links=self.links,
                    tag=box.tag,
                    time=self.time,
                )
            )


def _pieces(raw: str) -> list[str]:
    """Paragraphs that line breaks part: double ones, or single ones between long lines."""
    pieces = _PARAGRAPH_BREAK.split(raw)
    if len(pieces) > 1:
        return pieces
    lines = [line for line in raw.split(LINE_BREAK) if line and not line.isspace()]
    if len(lines) > 2 and sum(map(len, lines)) / len(lines) > LONG_LINE:
        return lines
    return [raw]
