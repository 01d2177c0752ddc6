"""From an element of the tree to its paragraphs, by structure alone."""

from collections.abc import Container
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.page.html_tags import BLOCKS, HEADINGS, INLINE, WITHOUT_TEXT

MAX_UNKNOWN = 4  # unknown elements around one that are looked at
MAX_CHILDREN = 20  # of an unknown element that are looked at
#: elements that are passed over
_SKIPPED = WITHOUT_TEXT | {"aside", "figcaption", "figure", "form", "math", "nav"}
#: elements in which text runs on
_OF_TEXT = INLINE | HEADINGS | {"p"}


@dataclass(slots=True)
class _InlineRun:
    """Text that is being collected until the next boundary."""

    parts: list[str] = field(default_factory=list)
    breaks: int = 0


def paragraphs_of(node: LexborNode, *, without: Container[int] = ()) -> list[str]:
    """The paragraphs in ``node``: block elements and double line breaks part them.

    ``without`` holds the ``mem_id`` of elements to leave out.
    """
    paragraphs: list[str] = []
    run = _InlineRun()
    for step, item in _steps(node, without):
        if step == "text":
            if item.strip():
                run.breaks = 0
            run.parts.append(item)
        elif step == "break":
            run.breaks += 1
            run.parts.append(" ")
            if run.breaks > 1:
                _flush(run, paragraphs)
        else:
            _flush(run, paragraphs)
    _flush(run, paragraphs)
    return paragraphs


def is_in_text(node: LexborNode) -> bool:
    """Whether an element that HTML does not know, or a button, is a part of the text around it.

    As browsers do, it is taken for one in a paragraph or heading, or beside bare text; unless it
    holds a block itself.  A button in a paragraph is one only where the text goes on behind it.
    """
    if node.tag == "button":
        parent = node.parent
        return (parent is not None and parent.tag in HEADINGS) or _is_words(node.next)
    return _is_around_text(node) and not _holds_block(node)


def _is_around_text(node: LexborNode) -> bool:
    """Whether the element, or one of the unknown ones right around it, stands in running text."""
    inner: LexborNode | None = node
    for _ in range(MAX_UNKNOWN):
        if inner is None or (parent := inner.parent) is None:
            return False
        if parent.tag in _OF_TEXT or _is_words(inner.prev) or _is_words(inner.next):
            return True
        if parent.tag in BLOCKS:
            return False
        inner = parent
    return False


def _holds_block(node: LexborNode) -> bool:
    child, left = node.first_child, MAX_CHILDREN
    while child is not None and left:
        if child.tag in BLOCKS:
            return True
        child, left = child.next, left - 1
    return False


def _is_words(node: LexborNode | None) -> bool:
    return node is not None and bool(node.is_text_node) and not node.is_empty_text_node


def _flush(run: _InlineRun, paragraphs: list[str]) -> None:
    text = " ".join("".join(run.parts).split())
    if text:
        paragraphs.append(text)
    run.parts.clear()


def _steps(node: LexborNode, without: Container[int]) -> list[tuple[str, str]]:
    """Texts, line breaks and block boundaries inside ``node`` in document order."""
    steps: list[tuple[str, str]] = []
    stack: list[LexborNode | None] = [node]
    while stack:
        item = stack.pop()
        if item is None:
            steps.append(("boundary", ""))
        elif item.is_text_node:
            steps.append(("text", item.text_content or ""))
        elif item.tag == "br":
            steps.append(("break", ""))
        elif item.is_element_node and item.tag not in _SKIPPED and item.mem_id not in without:
            is_known = item.tag in INLINE or item.tag in BLOCKS
            if item.tag == "button" and not is_in_text(item):
                continue
            if item.tag in BLOCKS or not (is_known or is_in_text(item)):
                steps.append(("boundary", ""))
                stack.append(None)
            child = item.last_child
            while child is not None:
                stack.append(child)
                child = child.prev
    return steps
