"""Bounds how deep elements are nested, how often emphasis is repeated, and how many attributes an
element has, before a page is parsed.

A parser asks at each block whether a paragraph is open, and so looks at all open elements:
100,000 nested blocks take 12 seconds. Browsers stop nesting at 512; so do we. Emphasis that a
paragraph leaves open is begun anew in each one that follows: with 20,000 of both a page of half a
megabyte would take more memory than there is.  Each attribute is compared with those before it:
an element with 40,000 takes more than two seconds, one with four times as many sixteen times as
long.
"""

import re
from collections import Counter

import numpy as np
import numpy.typing as npt

#: no page that people read is nested deeper
MAX_DEPTH = 512
#: what comes after so many tags is cut off; the largest page seen has 22,000
MAX_TAGS = 30_000
#: with so many tags they are counted one by one; with fewer, such as close nothing may hide how
#: deep a page is, which takes 90 ms at worst
MANY_TAGS = 15_000
#: with so few tags a page is parsed as it is, which takes 100 ms at worst, and mostly half a one
FEW_TAGS = 1_300
#: tags times different tags of emphasis: so many copies the parser may make, in a third of a second
MAX_COPIES = 300_000
#: with so many more tags opened than closed somewhere, pictures and line breaks included, the
#: tags of a page are counted one by one; nested blocks of that number take 30 ms
MAX_UNCLOSED = 4_000
#: bytes between two places where that is asked
STRIDE = 20_000
#: bytes of a stretch; what stands before one without a tag may have very many attributes
LONG_TAG = 4_000
#: attributes of an element that are kept where it has more; such as people write have some twenty
MAX_ATTRIBUTES = 500

#: a comment, else a tag
_TAG = re.compile(
    rb"<!--(?:-?>|.*?(?:--!?>|\Z))|<(/?)([a-z][^\s/>]*)[^>]*>?", re.IGNORECASE | re.DOTALL
)
#: emphasis with attributes; without, the parser repeats it three times at most. What stands first
#: says the same of two letters, and so passes quickly over most tags
_EMPHASIS = re.compile(
    rb"<(?=[bcefinstuBCEFINSTU][iomtIOMT\s/])"
    rb"(?i:(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u))[\s/][^>]*>?"
)
#: for each two bytes, in small letters or large, whether such a tag may begin with them
_MAY_BE_EMPHASIS = np.zeros((256, 256), np.bool_)
for _form in (bytes.lower, bytes.upper):
    _MAY_BE_EMPHASIS[np.ix_([*_form(b"bisu")], [*b" \t\n\r\f\v/"])] = True
for _letters in (b"bi", b"co", b"em", b"fo", b"no", b"sm", b"st", b"tt"):
    _either = [[letter, letter ^ 32] for letter in _letters]
    _MAY_BE_EMPHASIS[np.ix_(*_either)] = True
#: an attribute with what parts it from the one before
_ATTRIBUTE = re.compile(
    rb"""[\s/]*[^\s/>][^\s/>=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"'][^\s>]*))?"""
)
#: how the commonest tags begin that nobody closes, or need not
_OFTEN_UNCLOSED = (
    *(b"<br>", b"<br ", b"<br/", b"<p>", b"<p ", b"<img ", b"<input ", b"<meta ", b"<li>", b"<li "),
    *(b"<td>", b"<td "),
)
#: elements without content, or that the next of their kind closes
_FLAT = frozenset(
    [
        *(b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta"),
        *(b"param", b"source", b"track", b"wbr", b"p", b"li", b"dt", b"dd", b"option", b"tr"),
        *(b"td", b"th", b"thead", b"tbody", b"tfoot", b"path"),
    ]
)


def flattened(html: bytes) -> bytes:
    """The page (UTF-8) without what stands deeper than ``MAX_DEPTH``; most are as they were."""
    places = _tags_in(html)
    if (short := _with_few_attributes(html, places)) is not html:
        html, places = short, _tags_in(short)
    if len(places) <= FEW_TAGS:
        return html
    if len(places) > MAX_TAGS:
        html = html[: places[MAX_TAGS]]
        places = places[:MAX_TAGS]
    tags = len(places)
    signs = np.frombuffer(html, np.uint8)
    first = signs.take(places + 1, mode="clip")
    # looking for emphasis takes ten times as long as to see how much there may be
    emphasis = np.count_nonzero(_MAY_BE_EMPHASIS[first, signs.take(places + 2, mode="clip")])
    if tags * emphasis > MAX_COPIES and tags * len(_EMPHASIS.findall(html)) > MAX_COPIES:
        html = _plain(html, tags)
    is_doubtful = tags > MANY_TAGS or (tags > MAX_UNCLOSED and _may_be_deep(html, first))
    return _cut(html) if is_doubtful else html


def _tags_in(html: bytes) -> npt.NDArray[np.int64]:
    """Where tags begin, and what looks like one."""
    return np.flatnonzero(np.frombuffer(html, np.uint8) == ord("<"))


def _with_few_attributes(html: bytes, places: npt.NDArray[np.int64]) -> bytes:
    """The page where no element has more attributes than ``MAX_ATTRIBUTES``, nearly."""
    kept: list[bytes] = []
    done = 0
    stretches = np.append(places, len(html) + LONG_TAG - 1) // LONG_TAG
    for place in places[np.diff(stretches) > 1].tolist():
        if not html[place + 1 : place + 2].isalpha():
            continue
        if (end := _last_attribute(html, place)) is not None:
            kept.append(html[done:end])
            done = _tag_end(html, end)
    return b"".join([*kept, html[done:]]) if kept else html


def _last_attribute(html: bytes, begin: int) -> int | None:
    """Where the attributes of the tag become too many; None where it has no more than allowed."""
    at = begin + 1
    for _ in range(MAX_ATTRIBUTES):
        match = _ATTRIBUTE.match(html, at)
        if match is None:
            return None
        at = match.end()
    return at


def _tag_end(html: bytes, at: int) -> int:
    """Where the tag ends whose attributes go on at this place."""
    while match := _ATTRIBUTE.match(html, at):
        at = match.end()
    return at


def _plain(html: bytes, tags: int) -> bytes:
    """Without the attributes of emphasis where it is of too many sorts."""
    sorts = {match[0] for match in _EMPHASIS.finditer(html)}
    return _EMPHASIS.sub(rb"<\1>", html) if tags * len(sorts) > MAX_COPIES else html


def _cut(html: bytes) -> bytes:
    """Without the tags that stand too deep; a tag closes only what is open."""
    opened: Counter[bytes] = Counter()
    depth = 0

    def kept(match: re.Match[bytes]) -> bytes:
        nonlocal depth
        name = match[2]
        if name is None or (name := name.lower()) in _FLAT:
            return match[0]
        if not match[1]:
            if depth >= MAX_DEPTH:
                return b""
            step = 1
        else:
            step = -1 if opened[name] else 0
        opened[name] += step
        depth += step
        return match[0]

    return _TAG.sub(kept, html)


def _may_be_deep(html: bytes, first: npt.NDArray[np.uint8]) -> bool:
    """Whether many tags are open somewhere; a quick look, as most pages are not deep.

    first: the sign behind each "<".
    """
    unclosed = np.where(first == ord("/"), -1, 1).cumsum()
    return unclosed.max() > MAX_UNCLOSED and _most_unclosed(html) > MAX_UNCLOSED


def _most_unclosed(html: bytes) -> int:
    """How many more tags are opened than closed at most, without those that are often left open."""
    unclosed = most = 0
    for start in range(0, len(html), STRIDE):
        end = start + STRIDE
        unclosed += html.count(b"<", start, end) - 2 * html.count(b"</", start, end)
        unclosed -= sum(html.count(tag, start, end) for tag in _OFTEN_UNCLOSED)
        most = max(most, unclosed)
    return most
