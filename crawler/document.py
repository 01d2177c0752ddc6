"""A page decoded and parsed once, for whoever reads it: article reader and link finder."""

from functools import cached_property

from selectolax.lexbor import LexborHTMLParser

from crawler.items import Page


class Document:
    """A fetched page and its HTML tree; parsing happens on first use.

    The tree is shared, so whoever reads it must not change it (``clone`` first).
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def text(self) -> str:
        """The decoded HTML. NUL and lone surrogates are replaced."""
        return self.page.body.decode("utf-8", errors="replace").replace("\x00", "\ufffd")

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed HTML tree (lexbor). Read only."""
        return LexborHTMLParser(self.text)
