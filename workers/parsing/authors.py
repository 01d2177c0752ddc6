"""Who wrote the article: metadata, bylines on the page, the byline at the end of the text."""

import re
from collections.abc import Iterable, Sequence

from workers.parsing.metadata import Credit
from workers.parsing.names import MAX_BYLINE, by_label, names_in
from workers.parsing.outline import Block, Outline
from workers.parsing.regions import bit

NEAR_TITLE = 25  # blocks after the title in which a byline stands
AFTER_TEXT = 6  # blocks after the last paragraph
MAX_LINE = 120  # characters of a byline


def authors_of(
    credits: Sequence[Credit],
    outline: Outline,
    *,
    title: int,
    end: int,
    publishers: Iterable[str] = (),
) -> tuple[tuple[str, ...], str]:
    """The authors and where they were found.

    ``title`` and ``end`` are the places of the headline and of the last paragraph among the
    outline's blocks.  People come first; where nobody names a person, the organisation that
    metadata name as author stands for them.
    """
    sites = list(publishers)
    people = _people(credits, sites)
    if people:
        return people, credits[0].where
    if found := _bylines(outline, title, end, sites):
        return found, "byline on the page"
    named = tuple(dict.fromkeys(c.name for c in credits if _is_plain(c.name)))
    return (named, credits[0].where) if named else ((), "")


def _people(credits: Sequence[Credit], sites: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for credit in credits:
        if credit.is_person is not False:
            found += names_in(credit.name, publishers=sites)
    return tuple(dict.fromkeys(found))


def _is_plain(name: str) -> bool:
    return 1 < len(name) <= 60 and not re.search(r"[<>{}@]|://", name)


def _bylines(outline: Outline, title: int, end: int, sites: Sequence[str]) -> tuple[str, ...]:
    """Names in the author's element or after a "By" near the title or the end of the text."""
    near = outline.blocks[max(title - 3, 0) : title + NEAR_TITLE]
    after = outline.blocks[end + 1 : end + 1 + AFTER_TEXT]
    author, comment = bit("author"), bit("comment") | bit("related")
    for blocks in (near, after):
        found: list[str] = []
        for block in blocks:
            if len(block.text) > min(MAX_LINE, MAX_BYLINE) or block.box.inherited & comment:
                continue
            if block.box.own & author or by_label(block.text):
                found += names_in(_first_line(block), publishers=sites)
            if found:
                break
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _first_line(block: Block) -> str:
    return re.split(r"\s[|•·]\s", block.text)[0] if len(block.text) > 40 else block.text
