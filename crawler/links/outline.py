"""A page as a flat table in document order, so that questions about any part of it are cheap.

An element is its position in the table; its subtree is the range up to ``ends``. Only what
people read is in it: no scripts, styles or comments.
"""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: a page of more elements than this is cut there; the largest article page seen has 5,000
MAX_ELEMENTS = 15_000

_SILENT = frozenset(("script", "style", "template", "svg", "head", "iframe", "select", "-comment"))

#: elements that flow with the text around them; all others begin a block of their own
_INLINE = frozenset(
    [
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "dfn"),
        *("em", "font", "i", "img", "ins", "kbd", "label", "mark", "noscript", "picture", "q"),
        *("s", "small", "source", "span", "strike", "strong", "sub", "sup", "time", "tt", "u"),
        *("var", "wbr"),
    ]
)


@dataclass(kw_only=True, slots=True)
class Outline:
    """Elements (lists of equal length, by position) and the pieces of text between them."""

    #: the nodes of the tree, in document order
    nodes: list[LexborNode] = field(default_factory=list)
    #: tag names in lower case
    tags: list[str] = field(default_factory=list)
    #: position of the parent, -1 for the root
    parents: list[int] = field(default_factory=list)
    #: the nearest block around the element, or the element itself
    blocks: list[int] = field(default_factory=list)
    #: the first position after the element's subtree
    ends: list[int] = field(default_factory=list)
    #: the first piece of text in the element's subtree, and the first after it
    text_starts: list[int] = field(default_factory=list)
    text_ends: list[int] = field(default_factory=list)
    #: the pieces of text, none blank, as in the source, and the element each stands in
    pieces: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    #: characters of text before each piece, and in all (one longer than ``pieces``)
    chars: list[int] = field(default_factory=lambda: [0])
    #: the same, counting only text inside links
    linked_chars: list[int] = field(default_factory=lambda: [0])

    def __len__(self) -> int:
        return len(self.nodes)

    def text(self, at: int) -> str:
        """The text of an element, white space folded."""
        return self.text_between(self.text_starts[at], self.text_ends[at])

    def text_between(self, start: int, end: int) -> str:
        """The text of some pieces, white space folded; a word may be of several pieces."""
        if end - start == 1:
            return " ".join(self.pieces[start].split())
        parts = []
        for piece in range(start, end):
            if piece > start and not self._flows_into(piece):
                parts.append(" ")
            parts.append(self.pieces[piece])
        return " ".join("".join(parts).split())

    def _flows_into(self, piece: int) -> bool:
        """Whether a piece goes on from the one before: text beside emphasised text or a link."""
        a, b = self.owners[piece - 1], self.owners[piece]
        if a == b or self.blocks[a] != self.blocks[b]:
            return False
        return self.contains(a, b) or self.contains(b, a)

    def length(self, at: int) -> int:
        """Characters of text in an element, white space within pieces included."""
        return self.chars[self.text_ends[at]] - self.chars[self.text_starts[at]]

    def linked(self, at: int) -> int:
        """Characters of text in an element that are inside links."""
        return self.linked_chars[self.text_ends[at]] - self.linked_chars[self.text_starts[at]]

    def contains(self, outer: int, inner: int) -> bool:
        """Whether an element is another one or stands in it."""
        return outer <= inner < self.ends[outer]

    def attribute(self, at: int, name: str) -> str:
        """An attribute's value, "" where there is none."""
        return self.nodes[at].attributes.get(name) or ""


def outline_of(tree: LexborHTMLParser) -> Outline:
    """Make the table of a parsed page; an empty one where there is no body."""
    outline = Outline()
    body = tree.body
    if body is not None:
        _fill(outline, body)
        _close(outline)
    return outline


def _fill(outline: Outline, body: LexborNode) -> None:
    """One walk over the tree in document order; silent elements are passed over.

    The one hot loop of the link finder: hence local names and no calls of our own.
    """
    nodes, tags, parents, blocks = outline.nodes, outline.tags, outline.parents, outline.blocks
    starts, stops, pieces, owners = (
        outline.text_starts, outline.text_ends, outline.pieces, outline.owners
    )  # fmt: skip
    total = linked = 0
    around: list[tuple[LexborNode, int, bool]] = []
    node: LexborNode | None = body
    above, in_link = -1, False
    while True:
        if node is None:
            node, above, in_link = around.pop()
            if above < 0:
                return
            node = node.next
            continue
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content
            if text is not None and not text.isspace():
                pieces.append(text)
                owners.append(above)
                total += len(text)
                linked += len(text) if in_link else 0
                outline.chars.append(total)
                outline.linked_chars.append(linked)
                stops[above] = len(pieces)
        elif tag not in _SILENT:
            at = len(nodes)
            if at >= MAX_ELEMENTS:
                return
            nodes.append(node)
            tags.append(tag)
            parents.append(above)
            starts.append(len(pieces))
            stops.append(len(pieces))
            blocks.append(blocks[above] if tag in _INLINE and above >= 0 else at)
            around.append((node, above, in_link))
            node, above, in_link = node.child, at, in_link or tag == "a"
            continue
        node = node.next


def _close(outline: Outline) -> None:
    """Compute where each subtree ends, from the last element to the first."""
    parents, stops = outline.parents, outline.text_ends
    ends = list(range(1, len(parents) + 1))
    for at in range(len(parents) - 1, 0, -1):
        above = parents[at]
        if ends[at] > ends[above]:
            ends[above] = ends[at]
        if stops[at] > stops[above]:
            stops[above] = stops[at]
    outline.ends = ends
