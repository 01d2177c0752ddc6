"""Bounds how deep elements are nested before a page is parsed.

A parser asks at each block whether a paragraph is open, and so looks at all open elements:
100,000 nested blocks take 12 seconds. Browsers stop nesting at 512; so do we.
"""

import re
from collections.abc import Iterable

#: no page that people read is nested deeper
MAX_DEPTH = 512
#: what comes after so many tags is cut off; the largest page seen has 22,000. Tags that close
#: nothing hide from the counting here how deep a page is: half a million took minutes
MAX_TAGS = 60_000
#: with so few tags a page is parsed as it is: nested blocks of that number take 30 ms at worst
FEW_TAGS = 4_000
#: with so many more tags opened than closed somewhere, pictures and line breaks included, the
#: tags of a page are counted one by one
MAX_UNCLOSED = 2_000
#: characters between two places where that is asked
STRIDE = 20_000

_TAG = re.compile(r"<(/?)([a-z][^\s/>]*)[^>]*>?", re.IGNORECASE)
#: how the commonest tags begin that nobody closes, or need not
_OFTEN_UNCLOSED = ("<br", "<p>", "<p ", "<img", "<input", "<meta", "<li>", "<li ", "<td>", "<td ")
#: elements without content, or that the next of their kind closes
_FLAT = frozenset(
    [
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr", "p", "li", "dt", "dd", "option", "tr", "td", "th", "thead"),
        *("tbody", "tfoot", "path"),
    ]
)


def flattened(html: str) -> str:
    """The page without the tags that stand deeper than ``MAX_DEPTH``; most are as they were."""
    html = _shortened(html)
    if not _may_be_deep(html):
        return html
    depth = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2].lower() in _FLAT:
            return match[0]
        depth = max(0, depth - 1) if match[1] else depth + 1
        return match[0] if match[1] or depth <= MAX_DEPTH else ""

    return _TAG.sub(kept, html)


def _shortened(html: str) -> str:
    if html.count("<") <= MAX_TAGS:
        return html
    return html[: -1 - len(html.split("<", MAX_TAGS + 1)[-1])]


def _may_be_deep(html: str) -> bool:
    """Whether many tags are open somewhere; a quick look, as most pages are not deep."""
    return (
        html.count("<") > FEW_TAGS
        and _most_unclosed(html, ()) > MAX_UNCLOSED
        and _most_unclosed(html, _OFTEN_UNCLOSED) > MAX_UNCLOSED
    )


def _most_unclosed(html: str, allowed: Iterable[str]) -> int:
    """How many more tags are opened than closed at most, without those that begin as allowed."""
    unclosed = most = 0
    for start in range(0, len(html), STRIDE):
        end = start + STRIDE
        unclosed += html.count("<", start, end) - 2 * html.count("</", start, end)
        unclosed -= sum(html.count(tag, start, end) for tag in allowed)
        most = max(most, unclosed)
    return most
