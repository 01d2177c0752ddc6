"""A page as a flat table in document order, so that questions about any part of it are cheap.

An element is its position in the table; its subtree is the range up to ``ends``. Only what
people read is in it: no scripts, styles or comments.
"""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: a page of more elements than this is cut there; the largest article page seen has 5,000
MAX_ELEMENTS = 20_000

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
    #: how many elements are around the element
    depths: list[int] = field(default_factory=list)
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
        """The text of some pieces, white space folded."""
        return " ".join(" ".join(self.pieces[start:end]).split())

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
    """One walk over the tree; what is in silent elements is left out with them."""
    positions: dict[int, int] = {}
    in_link: list[bool] = []
    nodes = outline.nodes
    for node in body.traverse(include_text=True):
        tag = node.tag or ""
        parent = node.parent
        above = positions.get(parent.mem_id, -1) if nodes and parent is not None else -1
        if tag == "-text":
            if above >= 0:
                _add_text(outline, node.text_content, above, in_link[above])
        elif tag not in _SILENT and (above >= 0 or not nodes):
            if len(nodes) >= MAX_ELEMENTS:
                break
            positions[node.mem_id] = len(nodes)
            in_link.append(tag == "a" or (above >= 0 and in_link[above]))
            _add_element(outline, node, tag, above)


def _add_text(outline: Outline, text: str | None, owner: int, in_link: bool) -> None:
    if text is None or text.isspace():
        return
    size = len(text)
    outline.pieces.append(text)
    outline.owners.append(owner)
    outline.chars.append(outline.chars[-1] + size)
    outline.linked_chars.append(outline.linked_chars[-1] + (size if in_link else 0))
    outline.text_ends[owner] = len(outline.pieces)


def _add_element(outline: Outline, node: LexborNode, tag: str, above: int) -> None:
    at = len(outline.nodes)
    outline.nodes.append(node)
    outline.tags.append(tag)
    outline.parents.append(above)
    outline.depths.append(outline.depths[above] + 1 if above >= 0 else 0)
    outline.blocks.append(outline.blocks[above] if tag in _INLINE and above >= 0 else at)
    outline.text_starts.append(len(outline.pieces))
    outline.text_ends.append(len(outline.pieces))


def _close(outline: Outline) -> None:
    """Compute where each subtree ends, from the last element to the first."""
    parents, stops = outline.parents, outline.text_ends
    ends = list(range(1, len(parents) + 1))
    for at in range(len(parents) - 1, 0, -1):
        above = parents[at]
        ends[above] = max(ends[above], ends[at])
        stops[above] = max(stops[above], stops[at])
    outline.ends = ends
