"""Flattens the tree of a page into its outline."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.page.html_tags import BLOCKS, CONTENT, INLINE, WITHOUT_TEXT
from workers.parsing.body.outline import Block, TextOutline
from workers.parsing.body.paragraphs import is_in_text
from workers.parsing.body.scripts import CLOSED_MARKS, is_unparted

MAX_BLOCKS = 4_000  # texts looked at in one page; beyond that no article goes on
MAX_NODES = 80_000
MAX_DEPTH = 400  # of elements kept apart; what is deeper counts to its ancestor
LONG_CELL = 200  # characters from which a table cell is a text of its own
LONG_LINE = 60  # mean characters from which single line breaks part paragraphs
WHOLE_LINE = 40  # characters of a line that is a paragraph where it ends with an end mark
MAX_INITIAL = 2  # characters of a large initial, a quotation mark included
INITIAL_WORDS = frozenset("AIOYEÀÉÅÖÍÉИВКСУОЯАЗІ")  # that are words by themselves
MAX_ENDS = 20  # headers and footers that are looked into
LONG_END = 5_000  # characters from which a header or footer is more than the site's
LINE_BREAK = "\u2028"  # stands for a br in collected text

_SKIPPED = WITHOUT_TEXT | {
    "-comment", "datalist", "dialog", "hr", "img", "link", "meta", "nav", "picture", "rp", "rt",
    "rtc", "source",
}  # fmt: skip
BOLD = frozenset({"b", "strong", "em", "i"})
CELLS = frozenset({"td", "th"})
SITE_ENDS = frozenset({"header", "footer"})  # of the site, where they are not of its content
# what begins or ends nothing, the texts' marks, and what makes boxes, in this order
_TEXT, _BREAK, _SKIP, _INLINE, _LINK, _BOLD, _TIME, _CELL, _BLOCK, _ENDS = range(10)
_KINDS = (
    dict.fromkeys(BLOCKS, _BLOCK)
    | dict.fromkeys(SITE_ENDS, _ENDS)
    | dict.fromkeys(INLINE, _INLINE)
    | dict.fromkeys(BOLD, _BOLD)
    | dict.fromkeys(CELLS, _CELL)
    | dict.fromkeys(_SKIPPED, _SKIP)
    | {"-text": _TEXT, "br": _BREAK, "a": _LINK, "time": _TIME}
)
ENDS = (*'.!?:…”"’»', *CLOSED_MARKS)
_PARAGRAPH_BREAK = re.compile(rf"{LINE_BREAK}\s*{LINE_BREAK}")


def outline_of(tree: LexborHTMLParser) -> TextOutline:
    """Walks the page's body once."""
    walk = _TreeWalk()
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
    kinds = {node.tag_id: (_KINDS[node.tag], node.tag) for node in nodes if node.tag in _KINDS}
    return kinds | {
        parser.create_node(tag).tag_id: (k, tag) for tag, k in _KINDS.items() if tag[0] != "-"
    }


class _TreeWalk:
    """The state of one walk over the tree."""

    __slots__ = (
        "bold", "ends", "found", "in_bold", "in_link", "lasts", "linked", "links", "outline",
        "parts", "time",
    )  # fmt: skip

    def __init__(self) -> None:
        self.outline = TextOutline()
        #: of each box: element, tag, the box around it, depth, the first text in it
        self.found: list[tuple[LexborNode, str, int, int, int]] = []
        #: the place after the last text of each box, while it is open that of its first
        self.lasts: list[int] = []
        self.parts: list[str] = []
        self.linked = self.bold = self.links = 0
        self.in_link = self.in_bold = self.ends = 0
        self.time = ""

    def run(self, body: LexborNode) -> None:
        """Visits every node under ``body``; iterative, for pages nested without end."""
        self.found.append((body, "body", -1, 0, 0))
        self.lasts.append(0)
        box = 0
        stack: list[tuple[LexborNode, int, int]] = [(body, _INLINE, -1)]
        node = body.first_child
        budget = MAX_NODES
        kind_of, blocks, parts = _kinds().get, self.outline.blocks, self.parts
        while box >= 0 and budget and len(blocks) < MAX_BLOCKS:
            if node is None:
                inner = box
                node, kind, box = stack.pop()
                if kind > _INLINE:
                    self._leave(kind, inner)
                node = node.next
                continue
            kind, tag = kind_of(node.tag_id) or _unknown(node)
            if kind == _TEXT:
                if not node.is_empty_text_node:
                    self._take(node.text_content or "")
                elif parts:
                    parts.append(" ")
            elif (
                kind > _SKIP
                and (child := node.first_child) is not None
                and (kind < _ENDS or self._is_content(node, box))
            ):
                budget -= 1
                stack.append((node, kind, box))
                if kind > _INLINE:
                    box = self._enter(node, tag, kind, box)
                node = child
                continue
            elif kind == _BREAK or (kind == _INLINE and _is_break(node)):
                parts.append(LINE_BREAK)
            node = node.next
        self._flush(max(box, 0))
        self._close(box, stack)

    def _is_content(self, node: LexborNode, box: int) -> bool:
        """Whether a header or a footer is not the site's: in a content element, or with one in it.

        A footer that nobody closes has the article in it.
        """
        self._flush(box)
        self.ends += 1
        around = box
        while around >= 0:
            _, tag, around, _, _ = self.found[around]
            if tag in CONTENT:
                return True
        return (
            self.ends > MAX_ENDS
            or len(node.text()) > LONG_END
            or node.css_first("h1,article,main") is not None
        )

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

    def _enter(self, node: LexborNode, tag: str, kind: int, box: int) -> int:
        """Begins a link, bold text, a time, or a box, which is returned."""
        if kind < _CELL:
            self._mark(node, kind, box)
            return box
        if kind == _CELL:
            self._end_cell(box)
        elif self.parts:
            self._flush(box)
        boxes = self.found
        depth = boxes[box][3] + 1
        if depth > MAX_DEPTH:
            return box
        first = len(self.outline.blocks)
        boxes.append((node, tag, box, depth, first))
        self.lasts.append(first)
        return len(boxes) - 1

    def _mark(self, node: LexborNode, kind: int, box: int) -> None:
        if kind == _LINK:
            self.in_link += 1
            self.links += 1
        elif kind == _BOLD:
            self.in_bold += 1
        elif value := node.attributes.get("datetime"):
            self.time = self.time or value
            self.outline.times.append((box, value))

    def _leave(self, kind: int, box: int) -> None:
        if kind >= _CELL:
            if kind == _CELL:
                self._end_cell(box)
            elif self.parts:
                self._flush(box)
            self.lasts[box] = len(self.outline.blocks)
        elif kind == _LINK:
            self.in_link -= 1
        elif kind == _BOLD:
            self.in_bold -= 1

    def _close(self, box: int, stack: Sequence[tuple[LexborNode, int, int]]) -> None:
        """Ends the boxes that are still open, and lays columns out."""
        for place in (0, box, *(around for _, _, around in stack)):
            if place >= 0:
                self.lasts[place] = len(self.outline.blocks)
        outline, boxes = self.outline, self.outline.boxes
        columns = zip(*self.found, strict=True)
        boxes.nodes, boxes.tags, boxes.parents, boxes.depths, outline.firsts = columns
        outline.lasts = self.lasts

    def _end_cell(self, box: int) -> None:
        self.parts.append(" ")
        if sum(map(len, self.parts)) > LONG_CELL:
            self._flush(box)

    def _flush(self, box: int) -> None:
        """Ends the run of text; what is in it becomes one block, or more at line breaks."""
        parts = self.parts
        raw = parts[0] if len(parts) == 1 else "".join(parts)
        parts.clear()
        if raw and not raw.isspace():
            self._add(raw, box)
        self.linked = self.bold = self.links = 0
        self.time = ""

    def _initial(self, raw: str, box: int) -> str:
        """The large initial of the text that now ends, if it stood in a box of its own."""
        blocks, text = self.outline.blocks, raw.lstrip()
        if not _is_initial(blocks[-1].text) or not text[:1].isalpha():
            return ""
        last = blocks[-1]
        around = self.found[last.place][2]
        if box not in (around, last.place) and self.found[box][2] not in (around, last.place):
            return ""
        if text[:1].isupper() and not text[1:2].isupper():
            return ""
        blocks.pop()
        is_word = last.text[-1] in INITIAL_WORDS and raw[:1].isspace()
        return f"{last.text} " if is_word else last.text

    def _add(self, raw: str, box: int) -> None:
        pieces = _pieces(raw) if LINE_BREAK in raw else [raw]
        boxes, blocks = self.outline.boxes, self.outline.blocks
        is_behind_one = blocks and len(blocks[-1].text) <= MAX_INITIAL
        initial = self._initial(raw, box) if is_behind_one else ""
        tag, linked, bold = self.found[box][1], self.linked, self.bold
        for piece in pieces:
            # what is printable has no white space but blanks
            is_plain = piece.isprintable() and "  " not in piece
            text = piece.strip() if is_plain else " ".join(piece.split())
            if not text:
                continue
            text, initial = initial + text, ""
            if len(pieces) > 1:
                share = len(piece) / len(raw)
                linked, bold = int(self.linked * share), int(self.bold * share)
            blocks.append(
                Block(len(blocks), text, boxes, box, linked, bold, self.links, tag, self.time)
            )


def _is_initial(text: str) -> bool:
    """Whether the text is one capital, perhaps behind a quotation mark."""
    return len(text) <= MAX_INITIAL and text[-1:].isupper() and not text[:-1].isalnum()


def _unknown(node: LexborNode) -> tuple[int, str]:
    """Kind and name of an element that HTML does not know, or of a button."""
    tag = node.tag or ""
    if is_in_text(node):
        return _INLINE, tag
    return (_SKIP if tag == "button" else _BLOCK), tag


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
    return len(text) >= WHOLE_LINE and (text.endswith(ENDS) or is_unparted(text))
