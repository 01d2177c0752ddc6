"""Who wrote the article: metadata, bylines on the page, links to the writers' own pages."""

import re
from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborHTMLParser

from crawler.structured import folded
from workers.parsing.metadata import Credit
from workers.parsing.names import after_label, is_full_name, names_in
from workers.parsing.outline import Block, Outline
from workers.parsing.regions import bit

BEFORE_TITLE = 12  # blocks before the title in which a byline may stand
AFTER_TITLE = 25
AFTER_TEXT = 8  # blocks after the last paragraph
MAX_LINE = 140  # characters of a byline
MAX_DATED = 14  # words of a line of date and name
MAX_LINKS = 40  # links to writers' pages that are looked at

_PARTS = re.compile(r"\s*[|•·●⋅/]\s*|\s[–—-]\s|\s{2,}")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[.:]\d\d")
_WRITER_LINKS = (
    'a[rel~="author"],[itemprop~="author"] [itemprop~="name"],a[href*="/author"],'
    'a[href*="/penulis"],a[href*="/autor"],a[href*="/auteur"],a[href*="/profile/"],'
    'a[href*="/reporter"],a[href*="/journalist"],a[href*="/contributor"],a[href*="/redaktion/"],'
    'a[href*="/writers/"],a[href*="/people/"],a[href*="/by/"],a[href*="/staff/"]'
)


def authors_of(
    credits: Sequence[Credit],
    outline: Outline,
    tree: LexborHTMLParser | None,
    *,
    title: int,
    end: int,
    publishers: Iterable[str] = (),
) -> tuple[tuple[str, ...], str]:
    """The authors and where they were found.

    ``title`` and ``end`` are the places of the headline and of the last paragraph among the
    outline's blocks; ``tree`` is None where the page is too large for a search.  People come
    first; where nobody names a person, the organisation that metadata name as author stands
    for them.
    """
    sites = list(publishers)
    if people := _people(credits, sites):
        return people, credits[0].where
    if found := _bylines(outline, title, end, sites):
        return found, "byline on the page"
    if named := tuple(dict.fromkeys(c.name for c in credits if _is_plain(c.name))):
        return named, credits[0].where
    if tree is not None and (found := _linked(tree, sites)):
        return found, "link to the writer"
    return (), ""


def _people(credits: Sequence[Credit], sites: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for credit in credits:
        if credit.is_person is not False:
            found += names_in(credit.name, publishers=sites)
    return tuple(dict.fromkeys(found))


def _is_plain(name: str) -> bool:
    return 1 < len(name) <= 60 and not re.search(r"[<>{}@]|://", name)


def _bylines(outline: Outline, title: int, end: int, sites: Sequence[str]) -> tuple[str, ...]:
    """Names in a byline after the title, before it, or after the text, in this order."""
    blocks = outline.blocks
    if not blocks:
        return ()
    side = outline.marks_beside(blocks[min(title, len(blocks) - 1)].box.index)
    unwanted = bit("comment") | bit("related") | bit("foot")
    for part in (
        blocks[title + 1 : title + AFTER_TITLE],
        blocks[max(title - BEFORE_TITLE, 0) : title][::-1],
        blocks[end + 1 : end + 1 + AFTER_TEXT],
    ):
        for place, block in enumerate(part):
            if len(block.text) > MAX_LINE or side[block.box.index] & unwanted:
                continue
            following = part[place + 1] if place + 1 < len(part) else None
            if names := _names(block, following, sites):
                return names
    return ()


def _names(block: Block, following: Block | None, sites: Sequence[str]) -> tuple[str, ...]:
    """The names in a line that a label, its element or a date beside them marks as a byline."""
    if block.box.own & bit("caption"):
        return ()
    labelled = after_label(block.text)
    if labelled == "" and following is not None:
        labelled = following.text if len(following.text) < MAX_LINE else ""
    if labelled:
        return _full(names_in(_PARTS.split(labelled)[0], publishers=sites))
    parts = [part for part in _PARTS.split(block.text) if part]
    is_dated = len(parts) > 1 and len(block.text.split()) <= MAX_DATED and _DATE.search(block.text)
    if block.box.own & bit("author") or is_dated:
        found: list[str] = []
        for part in parts:
            text = after_label(part) or part
            found += names_in(text, publishers=sites) if not _DATE.search(text) else []
        return _full(found)
    return ()


def _full(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if is_full_name(name)))


def _linked(tree: LexborHTMLParser, sites: Sequence[str]) -> tuple[str, ...]:
    """The text of the first link to a writer's page that is a full name."""
    for node in tree.css(_WRITER_LINKS)[:MAX_LINKS]:
        text = folded(node.text(separator=" "))
        if len(text) < MAX_LINE and (names := _full(names_in(text, publishers=sites))):
            return names
    return ()
