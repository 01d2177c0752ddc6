"""Who wrote the article: metadata, bylines on the page, links to the writers' own pages."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.page.structured_data import folded
from workers.parsing.body.outline import Block, TextOutline
from workers.parsing.body.regions import bit, is_within
from workers.parsing.candidates import FieldCandidate
from workers.parsing.fields.han_names import han_names
from workers.parsing.fields.metadata import MICRODATA, Credit
from workers.parsing.fields.names import (
    after_label,
    handle_after_label,
    is_full_name,
    is_heading,
    is_office,
    is_other_label,
    names_in,
    starts_weakly,
    without_dates,
)

BEFORE_TITLE = 12  # blocks before the title in which a byline may stand
AFTER_TITLE = 25
INTO_TEXT = 3  # blocks of the text, in which a byline may stand that was taken for a part of it
AFTER_TEXT = 12  # blocks after the last paragraph
BIO_REACH = (15, 30)  # blocks before and after the text's end in which a writer is presented
BYLINE = "byline on the page"
MAX_LINE = 140  # characters of a byline
MAX_DATED = 14  # words of a line of date and name
MAX_LINKS = 40  # links to writers' pages that are looked at
MAX_NAME_WORDS = 5  # of an organisation in a byline
LABEL_LEVELS = 3  # elements around a link before which a label may stand
MAX_SIGNATURE = 4  # words
MAX_HANDLE = 2  # words of a name in small letters
MAX_CREDITED = 60  # characters of a line with such a name
MIN_BIO = 40  # characters of a text that presents a writer

_PARTS = re.compile(r"\s*[|•·●⋅]\s*|\s[–—-]\s|\s{2,}")
_IN_SECTION = re.compile(r"\s+in\s+[A-Z].*$")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[.:]\d\d")
_DIGIT = re.compile(r"\d")
_NAMED = '[itemprop~="author"] [itemprop~="name"]'
_WRITER_PLACE = re.compile(
    r"/(?:author|penulis|autor|auteur|reporter|journalist|contributor"
    r"|(?:profile|redaktion|writers|people|by|staff)/)"
)

_ELSEWHERE = ("related", "comment")

Names = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A page on which writers are looked for."""

    #: what metadata name, the most trusted first
    credits: Sequence[Credit]
    outline: TextOutline
    #: None where the page is too large for a search
    tree: LexborHTMLParser | None
    #: places of the headline, the first and the last paragraph among the outline's blocks
    title: int
    start: int
    end: int
    #: names of the site, which are no people
    publishers: Sequence[str] = ()


def authors_of(page: Signed) -> Iterator[FieldCandidate[Names]]:
    """The authors: people first.

    Where nobody names a person, the organisation that metadata or a byline name stands for them.
    """
    sure = [credit for credit in page.credits if credit.where != MICRODATA]
    yield from _surely(page, sure)
    if people := _people(page.credits[len(sure) :], page.publishers):
        yield FieldCandidate(value=people, where=MICRODATA, why="teasers have authors too")
    parts = [part.strip() for credit in page.credits for part in credit.name.split(";")]
    if named := tuple(dict.fromkeys(part for part in parts if _is_plain(part))):
        yield FieldCandidate(value=named, where=page.credits[0].where, why="names no person")
    yield from _perhaps(page)


def _surely(page: Signed, credits: Sequence[Credit]) -> Iterator[FieldCandidate[Names]]:
    """People in metadata and in what marks itself as a byline.

    One word in metadata is as often the name of an account, where a byline has the whole name.
    """
    people = _people(credits, page.publishers)
    claimed = FieldCandidate(value=people, where=credits[0].where) if people else None
    is_whole = any(map(is_full_name, people))
    if claimed and is_whole:
        yield claimed
    if found := _bylines(page, _signed):
        yield FieldCandidate(value=found, where=BYLINE)
    if claimed and not is_whole:
        yield claimed
    if found := _signature(page):
        yield FieldCandidate(value=found, where="signature under the text")


def _perhaps(page: Signed) -> Iterator[FieldCandidate[Names]]:
    """Names that nothing marks as those of writers, the likeliest first."""
    if found := _linked(page):
        yield FieldCandidate(value=found, where="link to the writer")
    if found := _bylines(page, _dated):
        yield FieldCandidate(value=found, where="beside the date")
    if found := _presented(page):
        yield FieldCandidate(value=found, where="presented after the text")
    if found := _bylines(page, _credited):
        yield FieldCandidate(value=found, where=BYLINE, why="names no person")


def _people(credits: Sequence[Credit], sites: Sequence[str]) -> Names:
    found: list[str] = []
    for credit in credits:
        if credit.is_person is not False:
            found += names_in(credit.name, publishers=sites)
    return tuple(dict.fromkeys(found))


def _is_plain(name: str) -> bool:
    return 1 < len(name) <= 60 and not re.search(r"[<>{}@]|://", name)


def _bylines(page: Signed, names: Callable[[Signed, int], Names]) -> Names:
    """What ``names`` finds in a line after the title, before it, or after the text."""
    blocks, title = page.outline.blocks, page.title
    if not blocks:
        return ()
    side = page.outline.marks_beside(blocks[min(title, len(blocks) - 1)].box.index)
    unwanted = bit("comment") | bit("related") | bit("foot")
    into = min(title + AFTER_TITLE, max(page.start, title) + INTO_TEXT, len(blocks))
    for places in (
        range(title + (title != page.start), into),  # a headline that is nowhere has no place
        range(title - 1, max(title - BEFORE_TITLE, 0) - 1, -1),
        range(page.end, min(page.end + 1 + AFTER_TEXT, len(blocks))),
    ):
        for place in places:
            if len(blocks[place].text) > MAX_LINE or side[blocks[place].box.index] & unwanted:
                continue
            if is_other_label(blocks[place - 1].text if place else ""):
                continue
            if found := names(page, place):
                return found
    return ()


def _signed(page: Signed, place: int) -> Names:
    """The people in a line that a label or its element marks as a byline."""
    block = page.outline.blocks[place]
    is_author = _is_author(page, block)
    if block.box.own & bit("caption") and not is_author:
        return ()
    if names := han_names(block.text):
        return tuple(names)
    if labelled := _labelled(page, place):
        line = _PARTS.split(without_dates(labelled))[0]
        return _full(names_in(line, publishers=page.publishers))
    return _in_parts(without_dates(block.text), page) if is_author else ()


def _dated(page: Signed, place: int) -> Names:
    """The one name beside a date, where nothing says that it is a name."""
    block = page.outline.blocks[place]
    text = without_dates(block.text)
    beside = [b.text for b in page.outline.blocks[max(place - 1, 0) : place + 2]]
    is_beside = any(len(t) < MAX_LINE and without_dates(t) != t for t in beside)
    if (text == block.text and not is_beside) or block.box.own & bit("caption"):
        return ()
    if block.box.own & (bit("tags") | bit("nav")):
        return ()
    names = _in_parts(text, page) if len(block.text.split()) <= MAX_DATED else ()
    if any(map(is_heading, names)):
        return ()
    if text == block.text and names != (text.strip(" |·•–—-"),):
        return ()  # beside the line with the date: a name and nothing else
    return names if len(names) == 1 else ()


def _credited(page: Signed, place: int) -> Names:
    """Whoever a label or an element's name says, also where it is no full name of a person."""
    block = page.outline.blocks[place]
    is_name = _is_author(page, block) and "name" in block.box.name.lower()
    labelled = "" if starts_weakly(block.text) else _labelled(page, place)
    labelled = labelled or (block.text if is_name else "")
    if handle := handle_after_label(_PARTS.split(without_dates(block.text))[0]):
        return (handle,)
    if not labelled or (block.box.own & bit("caption") and not is_name):
        return ()
    name = _PARTS.split(without_dates(labelled))[0].strip(" .,:;-–—|")
    if not _is_plain(name) or len(name.split()) > MAX_NAME_WORDS:
        return ()
    # in small letters it is a name only where it stands alone behind the label
    is_alone = len(name.split()) <= MAX_HANDLE and len(block.text) <= MAX_CREDITED
    if not name[0].isupper() and not is_alone:
        return ()
    return () if _DATE.search(name) or not any(map(str.isalpha, name)) else (name,)


def _is_author(page: Signed, block: Block) -> bool:
    """Whether the element of the text, or the one around it, is named for the author."""
    around = page.outline.boxes[max(block.box.parent, 0)]
    return bool((block.box.own | around.own) & bit("author"))


def _labelled(page: Signed, place: int) -> str:
    """What stands behind the label of a byline, in the same text or in the next; or ""."""
    blocks = page.outline.blocks
    labelled = after_label(blocks[place].text)
    if labelled == "" and place + 1 < len(blocks):
        following = blocks[place + 1].text
        labelled = following if len(following) < MAX_LINE else ""
    return labelled or ""


def _in_parts(text: str, page: Signed) -> Names:
    """The names in the parts of a line; "News / Sport" is the way to the page and no name."""
    parts = [q for p in _PARTS.split(text) for q in _beside_slash(p)]
    parts = [part for part in parts if part and not _DIGIT.search(part)]
    named = (_IN_SECTION.sub("", after_label(part) or part) for part in parts)
    return _full([n for part in named for n in names_in(part, publishers=page.publishers)])


def _beside_slash(part: str) -> list[str]:
    """The name before a slash with a place or an office behind it: "Ana Ruiz / Granada"."""
    first, *others = (piece.strip() for piece in part.split("/"))
    if not others:
        return [part]
    is_list = any(is_full_name(other) and not is_office(other) for other in others)
    return [first] if is_full_name(first) and not is_list else []


def _full(names: Sequence[str]) -> Names:
    return tuple(dict.fromkeys(name for name in names if is_full_name(name)))


def _signature(page: Signed) -> Names:
    """A full name in bold that stands alone as the last paragraph or right after it."""
    for block in page.outline.blocks[page.end : page.end + 2]:
        names = _full(names_in(block.text, publishers=page.publishers))
        if any(map(is_heading, names)):
            continue
        is_plain = block.tag == "p" and block.bold and not block.linked and names == (block.text,)
        if is_plain and 1 < len(block.text.split()) <= MAX_SIGNATURE:
            return names
    return ()


def _linked(page: Signed) -> Names:
    """The text of the first link to a writer's page that is a full name."""
    for node in islice(_writer_links(page.tree), MAX_LINKS) if page.tree else ():
        text = folded(node.text(separator=" "))
        names = _full(names_in(text, publishers=page.publishers)) if len(text) < MAX_LINE else ()
        if names and not any(map(is_heading, names)) and not is_within(node, _ELSEWHERE):
            return () if _is_other(node) else names
    return ()


def _writer_links(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """What microdata name as the author, or else leads to a writer's page, in document order."""
    # a selector with each of the places takes twice as long as to look at each link
    named = {node.mem_id for node in tree.css(_NAMED)}
    for node in tree.css(f"{_NAMED},a") if named else tree.tags("a"):
        attributes = node.attributes
        is_author = "author" in (attributes.get("rel") or "").split() or node.mem_id in named
        if is_author or (node.tag == "a" and _WRITER_PLACE.search(attributes.get("href") or "")):
            yield node


def _is_other(node: LexborNode) -> bool:
    """Whether a label of somebody who did not write stands before the element."""
    around: LexborNode | None = node
    for _ in range(LABEL_LEVELS):
        if around is None:
            return False
        before = around.prev
        while (
            before is not None and before.is_text_node and not (before.text_content or "").strip()
        ):
            before = before.prev
        if before is not None:
            return is_other_label(before.text()[:MAX_LINE])
        around = around.parent
    return False


def _presented(page: Signed) -> Names:
    """The name over a text that begins with it, near the text's end: its writer's portrait."""
    before, after = BIO_REACH
    blocks = page.outline.blocks[max(page.end - before, page.start) : page.end + after]
    for place, block in enumerate(blocks):
        if len(block.text) > MAX_LINE:
            continue
        names = _full(names_in(after_label(block.text) or block.text))
        if len(names) != 1 or len(names[0].split()) > MAX_SIGNATURE:
            continue
        begins = (names[0], f"{names[0].split()[0]} is ")
        texts = [other.text for other in blocks[place + 1 : place + 3]]
        if any(len(text) >= MIN_BIO and text.startswith(begins) for text in texts):
            return names
    return ()
