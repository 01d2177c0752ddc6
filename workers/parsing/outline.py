"""A page flattened once: its texts in order, and the elements that they stand in.

Everything that looks for something on the page works on this and not on the tree.
"""

import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workers.parsing.paragraphs import INLINE
from workers.parsing.regions import MAX_NAME, bit, region_bits

MAX_BLOCKS = 4_000  # texts looked at in one page; beyond that no article goes on
MAX_NODES = 80_000
MAX_DEPTH = 400  # of elements kept apart; what is deeper counts to its ancestor
LONG_CELL = 200  # characters from which a table cell is a text of its own
LONG_LINE = 60  # mean characters from which single line breaks part paragraphs
WHOLE_LINE = 40  # characters of a line that is a paragraph where it ends with an end mark
LINE_BREAK = "\u2028"  # stands for a br in collected text

SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas",
    "audio", "video", "select", "textarea", "button", "input", "head", "map", "-comment",
    "dialog", "datalist", "nav", "rt", "rp", "rtc", "img", "picture", "source", "link", "meta",
    "hr",
})  # fmt: skip
BOLD = frozenset({"b", "strong", "em", "i"})
CELLS = frozenset({"td", "th"})
BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "header", "footer", "aside", "figure", "figcaption",
    "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tbody",
    "thead", "tfoot", "tr", "blockquote", "pre", "form", "fieldset", "address", "center",
    "details", "summary", "hgroup",
})  # fmt: skip
# what begins or ends nothing, the texts' marks, and what makes boxes, in this order
_TEXT, _BREAK, _SKIP, _INLINE, _LINK, _BOLD, _TIME, _CELL, _BLOCK = range(9)
_KINDS = (
    dict.fromkeys(BLOCKS, _BLOCK)
    | dict.fromkeys(INLINE, _INLINE)
    | dict.fromkeys(BOLD, _BOLD)
    | dict.fromkeys(CELLS, _CELL)
    | dict.fromkeys(SKIPPED, _SKIP)
    | {"-text": _TEXT, "br": _BREAK, "a": _LINK, "time": _TIME}
)
ENDS = tuple('.!?:…。！？”"’»')
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
    depth: int
    attributes: Mapping[str, str | None]
    node: LexborNode
    _own: int = -1

    @property
    def is_body(self) -> bool:
        """Whether microdata name it as the article's body."""
        return self.attributes.get("itemprop") == "articleBody"

    @property
    def is_hidden(self) -> bool:
        """Whether its own attributes hide it."""
        style = self.attributes.get("style")
        return "hidden" in self.attributes or bool(style and _HIDING.search(style))

    @property
    def own(self) -> int:
        """Bits of the kinds of region that its name, tag and role point to (``regions.bit``).

        Worked out when first asked for: most boxes of a page are never asked.
        """
        if self._own < 0:
            attributes = self.attributes
            role = attributes.get("role") or "" if attributes else ""
            name = self.name if len(self.name) <= MAX_NAME else self.name[:MAX_NAME]
            bits = region_bits(self.tag, name, role)
            bits |= bit("hidden") if attributes and self.is_hidden else 0
            self._own = bits if self.parent >= 0 else 0
        return self._own


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
    #: for each box the place after the last box inside it
    ends: list[int] = field(default_factory=list)
    #: for each box the place of the box around it; 0 for the outermost
    parents: "array[int]" = field(default_factory=lambda: array("q"))
    #: for each box the place of the first text in it, and that after the last
    firsts: "array[int]" = field(default_factory=lambda: array("q"))
    lasts: "array[int]" = field(default_factory=lambda: array("q"))
    #: machine-readable times of the page: place of the box, value
    times: list[tuple[int, str]] = field(default_factory=list)
    _beside: "dict[int, Beside]" = field(default_factory=dict)

    def begin(self, box: Box) -> None:
        """Adds a box; what is added until its end is inside it."""
        self.boxes.append(box)
        self.ends.append(0)
        self.parents.append(max(box.parent, 0))
        self.firsts.append(len(self.blocks))
        self.lasts.append(0)

    def end(self, box: int) -> None:
        """Ends the box at this place."""
        self.ends[box] = len(self.boxes)
        self.lasts[box] = len(self.blocks)

    def ancestors(self, box: Box) -> Iterator[Box]:
        """The box, the box around it, and so on to the outermost."""
        while True:
            yield box
            if box.parent < 0:
                return
            box = self.boxes[box.parent]

    def marks_beside(self, core: int) -> "Beside":
        """For each box the marks of all boxes around it that do not hold the box ``core``."""
        if core not in self._beside:
            self._beside[core] = Beside(self, core)
        return self._beside[core]


class Beside:
    """The marks of boxes up to where they meet one box, worked out when asked for."""

    def __init__(self, outline: Outline, core: int) -> None:
        self.boxes = outline.boxes
        self.marks = {box.index: 0 for box in outline.ancestors(outline.boxes[core])}

    def __getitem__(self, index: int) -> int:
        way: list[Box] = []
        while index not in self.marks:
            way.append(self.boxes[index])
            index = self.boxes[index].parent
        marks = self.marks[index]
        for box in reversed(way):
            marks |= box.own
            self.marks[box.index] = marks
        return marks


def outline_of(tree: LexborHTMLParser) -> Outline:
    """Walks the page's body once."""
    walk = _Walk()
    if tree.body is not None:
        walk.run(tree.body)
    return walk.outline


@cache
def _kinds() -> Mapping[int, tuple[int, str]]:
    """The parser's number of each tag that is known here -> its kind and name.

    Numbers of other tags hold for one page only.
    """
    parser = LexborHTMLParser("<i>text</i><!--comment-->")
    nodes = [*parser.root.traverse(include_text=True)] if parser.root else []
    found = {node.tag_id: (_KINDS[node.tag], node.tag) for node in nodes if node.tag in _KINDS}
    return found | {
        parser.create_node(tag).tag_id: (k, tag) for tag, k in _KINDS.items() if tag[0] != "-"
    }


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
        stack: list[tuple[LexborNode, int, Box]] = []
        node = body.first_child
        budget = MAX_NODES
        kinds, blocks = _kinds(), self.outline.blocks
        while budget and len(blocks) < MAX_BLOCKS:
            if node is None:
                if not stack:
                    break
                inner = box
                node, kind, box = stack.pop()
                if kind > _INLINE:
                    self._leave(kind, inner)
                node = node.next
                continue
            budget -= 1
            kind, tag = kinds.get(node.tag_id) or (_BLOCK, node.tag or "")
            if kind == _TEXT:
                self._take(node.text_content or "")
            elif kind > _SKIP and (child := node.first_child) is not None:
                stack.append((node, kind, box))
                if kind > _INLINE:
                    box = self._enter(node, tag, kind, box)
                node = child
                continue
            elif kind == _BREAK or (kind == _INLINE and _is_break(node)):
                self.parts.append(LINE_BREAK)
            node = node.next
        self._flush(box)
        self._close(len(stack))

    def _take(self, text: str) -> None:
        """One text node; white space counts between texts only."""
        if text.isspace():
            if self.parts:
                self.parts.append(" ")
            return
        self.parts.append(text)
        if self.in_link:
            self.linked += len(text)
        if self.in_bold:
            self.bold += len(text)

    def _enter(self, node: LexborNode, tag: str, kind: int, box: Box) -> Box:
        """Begins a link, bold text, a time, or a box, which is returned."""
        if kind == _BLOCK:
            if self.parts:
                self._flush(box)
        elif kind == _CELL:
            self._end_cell(box)
        else:
            self._mark(node, kind, box)
            return box
        return self._open(node, tag, box) if box.depth < MAX_DEPTH else box

    def _mark(self, node: LexborNode, kind: int, box: Box) -> None:
        if kind == _LINK:
            self.in_link += 1
            self.links += 1
        elif kind == _BOLD:
            self.in_bold += 1
        elif value := node.attributes.get("datetime"):
            self.time = self.time or value
            self.outline.times.append((box.index, value))

    def _leave(self, kind: int, box: Box) -> None:
        if kind == _LINK:
            self.in_link -= 1
        elif kind == _BOLD:
            self.in_bold -= 1
        elif kind >= _CELL:
            if kind == _CELL:
                self._end_cell(box)
            elif self.parts:
                self._flush(box)
            self.outline.end(box.index)

    def _close(self, still_open: int) -> None:
        """Ends the boxes that are still open, where the walk stopped early."""
        self.outline.end(0)
        if still_open:
            for place, end in enumerate(self.outline.ends):
                if not end:
                    self.outline.end(place)

    def _end_cell(self, box: Box) -> None:
        self.parts.append(" ")
        if sum(map(len, self.parts)) > LONG_CELL:
            self._flush(box)

    def _open(self, node: LexborNode, tag: str, parent: Box | None) -> Box:
        attributes = node.attributes
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}" if attributes else ""
        boxes = self.outline.boxes
        above, depth = (parent.index, parent.depth + 1) if parent is not None else (-1, 0)
        box = Box(len(boxes), above, tag, name, depth, attributes, node)
        self.outline.begin(box)
        return box

    def _flush(self, box: Box) -> None:
        """Ends the run of text; what is in it becomes one block, or more at line breaks."""
        raw = "".join(self.parts)
        self.parts.clear()
        if raw and not raw.isspace():
            self._add(raw, box)
        self.linked = self.bold = self.links = 0
        self.time = ""

    def _add(self, raw: str, box: Box) -> None:
        pieces = _pieces(raw) if LINE_BREAK in raw else [raw]
        blocks = self.outline.blocks
        linked, bold = self.linked, self.bold
        for piece in pieces:
            # what is printable has no white space but blanks
            is_plain = piece.isprintable() and "  " not in piece
            text = piece.strip() if is_plain else " ".join(piece.split())
            if not text:
                continue
            if len(pieces) > 1:
                share = len(piece) / len(raw)
                linked, bold = int(self.linked * share), int(self.bold * share)
            blocks.append(
                Block(len(blocks), text, box, linked, bold, self.links, box.tag, self.time)
            )


def _is_break(node: LexborNode) -> bool:
    """Whether an empty element stands for a line break, as its class name says."""
    return "br" in (node.attributes.get("class") or "").split()


def _pieces(raw: str) -> list[str]:
    """Paragraphs that line breaks part: double ones, or single ones between whole sentences."""
    return [piece for part in _PARAGRAPH_BREAK.split(raw) for piece in _lines(part)]


def _lines(part: str) -> list[str]:
    """The part cut at single line breaks, where its lines read like paragraphs."""
    lines = [line for line in part.split(LINE_BREAK) if line and not line.isspace()]
    if len(lines) > 2 and sum(map(len, lines)) / len(lines) > LONG_LINE:
        return lines
    joined: list[str] = []
    for line in lines:
        if joined and not (_is_paragraph(joined[-1]) and len(line) >= WHOLE_LINE):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def _is_paragraph(line: str) -> bool:
    text = line.rstrip()
    return len(text) >= WHOLE_LINE and text.endswith(ENDS)
