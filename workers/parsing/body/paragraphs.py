"""From an element of the tree to its paragraphs, by structure alone."""

from collections.abc import Container
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas",
    "audio", "video", "select", "textarea", "button", "input", "head", "figure", "figcaption",
    "nav", "aside", "form", "map", "math",
})  # fmt: skip


@dataclass(slots=True)
class _InlineRun:
    """Text that is being collected until the next boundary."""

    parts: list[str] = field(default_factory=list)
    breaks: int = 0


def paragraphs_of(node: LexborNode, *, without: Container[int] = ()) -> list[str]:
    """The paragraphs in ``node``: block elements and double line breaks part them.

    ``without`` holds the ``mem_id`` of elements to leave out.
    """
    found: list[str] = []
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
                _flush(run, found)
        else:
            _flush(run, found)
    _flush(run, found)
    return found


def _flush(run: _InlineRun, found: list[str]) -> None:
    text = " ".join("".join(run.parts).split())
    if text:
        found.append(text)
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
        elif item.is_element_node and item.tag not in SKIPPED and item.mem_id not in without:
            if item.tag not in INLINE:
                steps.append(("boundary", ""))
                stack.append(None)
            child = item.last_child
            while child is not None:
                stack.append(child)
                child = child.prev
    return steps
