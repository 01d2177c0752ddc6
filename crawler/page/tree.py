"""A page as a flat table in document order, so that questions about any part of it are cheap.

An element is its position in the table; its subtree is the range up to ``ends``. Only what
people read is in it: no scripts, styles or comments. What stands in a menu is left out, too.
"""

from dataclasses import dataclass, field
from itertools import accumulate
from operator import mul

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.page import html_tags

#: a page of more elements than this is cut there; the largest article page seen has 5,000
MAX_ELEMENTS = 15_000

_COMMENT = "-comment"
_SILENT = html_tags.SILENT | {_COMMENT}

#: its links are the site's, not the article's
MENU = "nav"

#: elements that say something without holding anything; other empty ones are passed over
_SPEAKING = frozenset(("a", "img", MENU))

#: elements that do not begin a block of their own
_INLINE = html_tags.INLINE | {"br", "img", "noscript", "picture", "source"}

#: other elements that are common
_COMMON = html_tags.BLOCKS | {"button", "footer", "header", "input", "td"}


def _names() -> dict[int, str]:
    """The parser's numbers of common tags; a node takes three times as long to tell its name."""
    tree = LexborHTMLParser("<body>text<!-- comment -->")
    nodes = list(tree.body.iter(include_text=True)) if tree.body is not None else []
    nodes += map(tree.create_node, (_SILENT | _SPEAKING | _INLINE | _COMMON) - {_COMMENT})
    return {node.tag_id: node.tag or "" for node in nodes}


_NAMES = _names()
_TEXT = next(number for number, name in _NAMES.items() if name == "-text")


@dataclass(kw_only=True, slots=True)
class PageTree:
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
    #: whether each piece stands in a link
    in_links: list[bool] = field(default_factory=list)
    #: positions of the links
    links: list[int] = field(default_factory=list)
    #: whether what stands in menus is in the table
    has_menus: bool = False
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


def outline_of(tree: LexborHTMLParser, *, with_menus: bool = False) -> PageTree:
    """Make the table of a parsed page; an empty one where there is no body."""
    outline = PageTree(has_menus=with_menus)
    body = tree.body
    if body is not None:
        _open(outline, body)
        _fill(outline, body.first_child, frozenset() if with_menus else frozenset((MENU,)))
        _count(outline)
    return outline


def _open(outline: PageTree, body: LexborNode) -> None:
    """Begin the table with the element that holds all others."""
    outline.nodes.append(body)
    outline.tags.append(body.tag or "")
    outline.parents.append(-1)
    for column in (outline.blocks, outline.ends, outline.text_starts, outline.text_ends):
        column.append(0)


def _fill(outline: PageTree, node: LexborNode | None, hollow: frozenset[str]) -> None:
    """One walk over the tree in document order; silent elements are passed over.

    What stands in a hollow element is, too. The one hot loop of the link finder: hence local
    names and no calls of our own.
    """
    nodes, tags, parents, blocks = outline.nodes, outline.tags, outline.parents, outline.blocks
    ends, starts, stops = outline.ends, outline.text_starts, outline.text_ends
    pieces, owners, in_links = outline.pieces, outline.owners, outline.in_links
    name_of, above, link, count, told = _NAMES.get, 0, -1, 1, 0
    while above >= 0 and count < MAX_ELEMENTS:
        if node is None:
            ends[above], stops[above] = count, told
            link = -1 if link == above else link
            node, above = nodes[above].next, parents[above]
            continue
        if (number := node.tag_id) == _TEXT:
            if not node.is_empty_text_node and not (text := node.text_content or " ").isspace():
                pieces.append(text)
                owners.append(above)
                in_links.append(link >= 0)
                told += 1
        elif (tag := name_of(number) or node.tag or "") not in _SILENT:
            child = None if tag in hollow else node.first_child
            if child is not None or link >= 0 or tag in _SPEAKING:
                nodes.append(node)
                tags.append(tag)
                parents.append(above)
                blocks.append(blocks[above] if tag in _INLINE else count)
                starts.append(told)
                stops.append(told)
                ends.append(count := count + 1)
                if child is not None:
                    link = count - 1 if tag == "a" and link < 0 else link
                    above, node = count - 1, child
                    continue
        node = node.next
    _cut(outline, above)


def _cut(outline: PageTree, above: int) -> None:
    """End the elements that are open where a page is cut."""
    while above >= 0:
        outline.ends[above], outline.text_ends[above] = len(outline.nodes), len(outline.pieces)
        above = outline.parents[above]


def _count(outline: PageTree) -> None:
    """Note the links, and how many characters stand before each piece of text."""
    outline.links = [at for at, tag in enumerate(outline.tags) if tag == "a"]
    sizes = list(map(len, outline.pieces))
    outline.chars = list(accumulate(sizes, initial=0))
    outline.linked_chars = list(accumulate(map(mul, sizes, outline.in_links), initial=0))
