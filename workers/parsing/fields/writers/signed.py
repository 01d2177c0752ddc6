"""What writers are looked for in: a page's metadata, its texts, and where its article stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.page.document import Document
from workers.parsing.body.outline import Block, TextOutline
from workers.parsing.fields.metadata import Credit

MAX_LINE = 140  # characters of a byline
MIN_TELLING = 3  # letters of a word that tells a phrase from a name

Names = tuple[str, ...]

_KANA = re.compile("[ぁ-ヿ]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A page on which writers are looked for."""

    #: what metadata name, the most trusted first
    credits: Sequence[Credit]
    outline: TextOutline
    document: Document
    #: places of the headline, the first and the last paragraph among the outline's blocks
    title: int
    start: int
    end: int
    #: names of the site, which are no people
    publishers: Sequence[str] = ()

    @property
    def tree(self) -> LexborHTMLParser | None:
        """The parsed page; None where it is too large for a search."""
        return None if self.document.is_huge else self.document.tree

    @property
    def links(self) -> Sequence[tuple[LexborNode, str]]:
        """Its links with their addresses, those of ``link`` elements too; none of a huge page."""
        return () if self.document.is_huge else self.document.references

    @property
    def blocks(self) -> Sequence[Block]:
        """The page's texts."""
        return self.outline.blocks

    @property
    def is_japanese(self) -> bool:
        """Whether its text has signs that only Japanese has."""
        return any(map(_KANA.search, (self.blocks[self.title].text, self.blocks[self.start].text)))

    def is_phrase(self, name: str) -> bool:
        """Whether each word of the "name" stands in small letters elsewhere on the page.

        "Limited Offer" and "Travel Tips" are made of words, "Ana Ruiz" of names.
        """
        words = {word for word in name.lower().split() if len(word) >= MIN_TELLING}
        if name.isascii() is False and not any(map(str.isupper, name)):
            return False  # a script without capitals
        for block in self.blocks:
            if not words:
                return True
            words -= words & set(block.text.split())
        return not words

    def shows(self, names: Sequence[str]) -> bool:
        """Whether the page shows one of the people: somebody's last name, in any case."""
        lasts = {name.split()[-1].lower() for name in names if name.split()}
        return any(last in block.text.lower() for block in self.blocks for last in lasts)
