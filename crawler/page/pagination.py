"""The pages of an article that is spread over several: what comes after a page, by its links.

A link counts where its address is the page's own but for the number of the next page, or for a
word that asks for the whole. ``rel=next`` alone says nothing: it leads as often to another article.
A bare number at the end of the path is that of an article in a series unless the page shows more.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from crawler.errors import BadURL
from crawler.page.article_addresses import identity_of_canonical
from crawler.page.document import Document
from crawler.page.url_shapes import is_article_path
from crawler.page.urls import address_at, canonical
from db.terms.addresses import Address

#: an article of more pages is none
MAX_PARTS = 20
#: links with a page mark that are looked at in one page
_MAX_LINKS = 200

_NAMES = "page|halaman|hal|pg|seite|pagina|strana|sida|side|showpage"
_MARK = re.compile(
    rf"[?&;](?:{_NAMES}|single|singlepage)=(?:\d{{1,2}}|all|true)"
    rf"|/(?:(?:{_NAMES})[/-])?\d{{1,2}}/?(?=[?#]|$)",
    re.IGNORECASE,
)
_IN_QUERY = re.compile(rf"(?:^|(?<=&))(?:{_NAMES})=(\d{{1,2}})(?:&|$)", re.IGNORECASE)
_IN_PATH = re.compile(rf"/(?P<name>(?:{_NAMES})[/-])?(\d{{1,2}})/?$", re.IGNORECASE)
#: what every writer of addresses spells alike
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.~-]+")
#: how an address begins that is not relative
_WHOLE_PATHS = ("/", "http")
_WHOLE = re.compile(
    r"[?&](?:(?:page|showpage|halaman)=all|single=1|singlepage=(?:1|true))(?:&|$)", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """An address taken apart."""

    #: the article's, without the number of a page
    base: str
    #: of the page, from 1
    number: int
    #: the path ends with the number alone, as those of a series do
    is_bare: bool = False


def numbered(url: str) -> Numbered:
    """Which page of which article a canonical address is: the first where it has no mark."""
    path, _, query = url.partition("?")
    if mark := _IN_QUERY.search(query):
        rest = (query[: mark.start()] + query[mark.end() :]).strip("&")
        return Numbered(base=f"{path}?{rest}" if rest else path, number=int(mark[1]) or 1)
    if (mark := _IN_PATH.search(path)) and is_article_path(_path(path[: mark.start()])):
        base = path[: mark.start()]
        return Numbered(
            base=f"{base}?{query}" if query else base,
            number=int(mark[2]) or 1,
            is_bare=mark["name"] is None,
        )
    return Numbered(base=url, number=1)


def next_part(document: Document) -> Address | None:
    """The address of the page on which the article goes on, None for a last or only one.

    From a first page it is the one that holds the whole article, where there is such a one.
    """
    try:
        own = canonical(document.page.url)
    except BadURL:
        return None
    here = numbered(own)
    if not is_article_path(_path(here.base)) or _WHOLE.search(own) or here.number >= MAX_PARTS:
        return None
    following = _following(document, own, here)
    return address_at(following, own) if following and _declares_article(document) else None


def _following(document: Document, own: str, here: Numbered) -> str | None:
    """What the link to that page says."""
    following: str | None = None
    bare = {here.number} if here.is_bare else set()
    for href in islice(_marked(document, here), _MAX_LINKS):
        url = _address(href, own)
        if url is None:
            continue
        if here.number == 1 and _WHOLE.search(url) and _is_same(url, own):
            return href
        there = numbered(url)
        if _is_same(there.base, here.base):
            if there.is_bare:
                bare.add(there.number)
            if there.number == here.number + 1:
                following = following or href
    if (
        following
        and numbered(canonical(following, own)).is_bare
        and not _are_pages(bare, here.number)
    ):
        return None
    return following


def _are_pages(bare: Collection[int], number: int) -> bool:
    """Whether numbers alone in addresses count the pages of one article.

    Its first page has none, and each shows all that come before it; the parts of a series begin
    with 1, and lead to their neighbours.
    """
    return 1 not in bare and all(n in bare for n in range(2, number))


def _marked(document: Document, here: Numbered) -> Iterator[str]:
    """What links say that have the mark of a page and may lead to one of the same article."""
    hrefs = document.addresses
    name = _last_name(here.base)
    # most pages have hundreds of links, none of them in another spelling: asked of all at once
    together = "".join(hrefs)
    may_be_encoded = "%" in together or not together.isprintable()
    return (
        href
        for href in hrefs
        if (
            name in href
            or not href.startswith(_WHOLE_PATHS)
            or (may_be_encoded and _is_encoded(href))
        )
        and _may_be_marked(href)
        and _MARK.search(href)
    )


def _last_name(base: str) -> str:
    """The end of the article's path, which stands in the address of each of its pages."""
    path = identity_of_canonical(base).partition("?")[0]
    name = path.rpartition("/")[2] if "/" in path else ""
    return name if _PLAIN_NAME.fullmatch(name) else ""


def _is_encoded(href: str) -> bool:
    """Whether the address is not told by what is written alone."""
    return "%" in href or not href.isprintable()


def _may_be_marked(href: str) -> bool:
    """A quick look: a mark is in a query, or a number at the end of the path."""
    if "=" in href or "?" in href or "#" in href:
        return True
    return href.rstrip("/")[-1:].isdigit()


def _address(href: str, own: str) -> str | None:
    if "comment" in href or "komentar" in href:
        return None  # further pages of what readers say
    try:
        return canonical(href, own)
    except BadURL:
        return None


def _declares_article(document: Document) -> bool:
    """Threads, shops and lists have further pages too."""
    data = document.structured
    return bool(data.articles()) or (data.first("og:type") or "").lower() == "article"


def _is_same(url: str, other: str) -> bool:
    return identity_of_canonical(url) == identity_of_canonical(other)


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3] if url.count("/") > 2 else "/"
