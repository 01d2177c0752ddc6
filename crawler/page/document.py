"""A page decoded and parsed once, for whoever reads it: article reader and link finder."""

import re
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from crawler.page.encoding import Decoded, decode
from crawler.page.items import FetchedPage
from crawler.page.nesting import flattened
from crawler.page.structured_data import StructuredData, structured_data

MAX_CHARS = 1_500_000  # of HTML that are parsed; what is beyond are data, seldom text
MAX_LIGHTENED = 4_000_000  # of HTML that are looked through for what can be left out

_BALLAST = re.compile(
    r"<(?P<tag>script(?![^>]{0,200}json)|style|svg)\b|;base64,[\w+/=%]{1000,}",
)


def _lightened(text: str) -> str:
    """A huge page without scripts, styles and embedded pictures, cut to the limit.

    The end of a sort of element that is not to be found is looked for once: the work grows as the
    page does, however many are left open.
    """
    text = text[:MAX_LIGHTENED]
    kept: list[str] = []
    open_for_good: set[str] = set()
    done = 0
    for match in _BALLAST.finditer(text):
        tag = match["tag"]
        if match.start() < done or tag in open_for_good:
            continue
        end = match.end()
        if tag:
            closing = f"</{tag}>"
            end = text.find(closing, end)
            if end < 0:
                open_for_good.add(tag)
                continue
            end += len(closing)
        kept.append(text[done : match.start()])
        done = end
    kept.append(text[done:])
    return "".join(kept)[:MAX_CHARS]


#: how a slash or a small letter can stand in an address other than as it is
_WRITTEN_ELSE = re.compile(
    r"&(?:#0*(?:47|9[7-9]|1[01]\d|12[0-2])(?!\d)|#x0*(?:2f|6[1-9a-f]|7[0-9a])(?![0-9a-f])|sol;|fjlig;)",
    re.IGNORECASE,
)


#: the parser's numbers of these tags: a node takes three times as long to tell its name
_A, _LINK, _SCRIPT, _META = (
    LexborHTMLParser("").create_node(tag).tag_id for tag in ("a", "link", "script", "meta")
)


class Document:
    """A fetched page and its HTML tree; parsing happens on first use.

    The tree is shared, so whoever reads it must not change it (``clone`` first).
    """

    def __init__(self, page: FetchedPage) -> None:
        self.page = page

    @property
    def is_huge(self) -> bool:
        """Whether only a part of the page is parsed."""
        return len(self.text) > MAX_CHARS

    @cached_property
    def _decoded(self) -> Decoded:
        return decode(self.page.body, content_type=self.page.content_type)

    @property
    def text(self) -> str:
        """The decoded HTML. NUL and lone surrogates are replaced."""
        return self._decoded.text

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The parsed HTML tree (lexbor), nested no deeper than browsers do. Read only."""
        utf8 = None if self.is_huge else self._decoded.utf8
        if utf8 is None:
            text = _lightened(self.text) if self.is_huge else self.text
            utf8 = text.encode("utf-8", errors="replace")
        return LexborHTMLParser(flattened(utf8), options=LexborDocumentOptions.WO_EVENTS)

    @cached_property
    def _elements(self) -> list[LexborNode]:
        """The elements of which all are looked at: each search goes through the whole tree."""
        return self.tree.css("a, link[href], script, meta[http-equiv][content]")

    @cached_property
    def references(self) -> list[tuple[LexborNode, str]]:
        """Each element ``a`` and ``link`` with its address as written, in document order.

        Whoever looks for few among many links asks here: a node tells its address slowly.
        """
        return [(n, n.attrs.sget("href")) for n in self._elements if n.tag_id in (_A, _LINK)]

    @cached_property
    def scripts(self) -> list[LexborNode]:
        """The elements ``script`` in document order."""
        return [node for node in self._elements if node.tag_id == _SCRIPT]

    @cached_property
    def http_metas(self) -> list[LexborNode]:
        """The elements ``meta`` that stand for a header of the answer."""
        return [node for node in self._elements if node.tag_id == _META]

    @cached_property
    def addresses(self) -> dict[str, None]:
        """What these have as an address, each once, in that order."""
        return dict.fromkeys([href for _, href in self.references])

    def may_lead_to(self, place: re.Pattern[str]) -> bool:
        """Whether an address on the page may have this, slashes and small letters that it is.

        A look at the whole source takes a third of the time of a look at each link, and mostly
        ends it.
        """
        return bool(place.search(self.text) or self._has_hidden_letters)

    def may_have(self, name: bytes) -> bool:
        """Whether the source has this name, whose letters are small and may be large there.

        A search in the tree takes several times as long as a look at the source.
        """
        return self._lowered is None or name in self._lowered or self._has_hidden_letters

    @cached_property
    def _lowered(self) -> bytes | None:
        """The source in small letters where it is in UTF-8."""
        return None if self._decoded.utf8 is None else self._decoded.utf8.lower()

    @cached_property
    def _has_hidden_letters(self) -> bool:
        return _WRITTEN_ELSE.search(self.text) is not None

    @cached_property
    def host(self) -> str:
        """The host of the page's address in lower case, or an empty string."""
        try:
            return (urlsplit(self.page.url).hostname or "").lower()
        except ValueError:
            return ""

    @cached_property
    def structured(self) -> StructuredData:
        """What the page says of itself for machines: meta, JSON-LD."""
        return structured_data(self.tree)

    @cached_property
    def base(self) -> str:
        """The address that relative links are resolved against."""
        node = self.tree.css_first("base[href]")
        href = (node.attributes.get("href") if node else None) or ""
        return self.absolute(href, base=self.page.url) or self.page.url

    def absolute(self, href: str, *, base: str | None = None) -> str | None:
        """``href`` as an absolute http(s) address, or None if it leads to none."""
        href = href.strip()
        if base is None:  # where an address is whole, the page's base has no say
            base = self.page.url if href.startswith(("https://", "http://")) else self.base
        try:
            url = urljoin(base, href)
            parts = urlsplit(url)
        except ValueError:
            return None
        return url if parts.scheme in ("http", "https") and parts.netloc else None
