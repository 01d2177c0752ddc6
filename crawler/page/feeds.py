"""What feeds, sitemaps and section pages list: addresses, each with its time. Plain Python.

RSS, Atom, RDF and sitemaps are read by the local names of their elements with libxml2, which
mends what is not well-formed, loads nothing and expands no entities of the document's own.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urljoin

from lxml import etree

from crawler.errors import NoListing

Role = Literal["feed", "sitemap", "section"]

#: entries of one list that are taken
MAX_ENTRIES = 5_000
#: a list longer than this, unpacked, is cut
_MAX_BYTES = 20 * 1024 * 1024
_GZIP = b"\x1f\x8b"
#: an ampersand that was not escaped, as in many addresses
_BARE_AND = re.compile(rb"&(?!#?\w{1,10};)")

_TIMES = ("updated", "modified", "lastmod", "published", "pubdate", "publication_date", "date")


@dataclass(frozen=True, kw_only=True, slots=True)
class ListEntry:
    """One line of a list."""

    #: absolute, as found
    url: str
    #: when it was published or last changed, aware, as far as the list says
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A list as read."""

    entries: tuple[ListEntry, ...] = ()
    #: further lists: those of a sitemap index
    lists: tuple[ListEntry, ...] = ()
    #: it is a sitemap with the elements of Google News
    is_news: bool = False


def read_listing(body: bytes, url: str) -> Listing:
    """The entries of a feed or sitemap, the newest first. Raises NoListing."""
    body = _unpacked(body)
    root = _parsed(body.lstrip())
    kind = _name(root)
    if kind == "sitemapindex":
        lists = (_sitemap_entry(one, url) for one in root if _name(one) == "sitemap")
        return Listing(lists=_newest(one for one in lists if one))
    if kind == "urlset":
        found = (_sitemap_entry(one, url) for one in root if _name(one) == "url")
        entries = _newest(one for one in found if one)
        return Listing(entries=entries, is_news=b"schemas/sitemap-news/" in body[:2_000])
    if kind in ("rss", "feed", "rdf"):
        items = (_feed_entry(one, url) for one in root.iter() if _name(one) in ("item", "entry"))
        return Listing(entries=_newest(one for one in items if one))
    raise NoListing(f"<{kind[:40]}> is neither feed nor sitemap")


def _unpacked(body: bytes) -> bytes:
    """The list out of gzip, cut at the limit."""
    if not body.startswith(_GZIP):
        return body[:_MAX_BYTES]
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        return unpacker.decompress(body, _MAX_BYTES)
    except zlib.error as error:
        raise NoListing(f"gzip: {error}") from error


def _parsed(body: bytes) -> "etree._Element":
    """The root; what is not well-formed is mended. Raises NoListing."""
    try:
        return etree.fromstring(body, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        pass
    try:
        root = etree.fromstring(_BARE_AND.sub(b"&amp;", body), _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NoListing(str(error)[:100]) from error
    if root is None:
        raise NoListing("no XML")
    return root


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )


def _name(node: "etree._Element") -> str:
    """The local name in lower case; "" for comments and the like."""
    tag = node.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _newest(entries: Iterator[ListEntry]) -> tuple[ListEntry, ...]:
    """Each address once, those with the newest time first, the others in their order."""
    unique: dict[str, ListEntry] = {}
    for entry in entries:
        unique.setdefault(entry.url, entry)
    oldest = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(unique.values(), key=lambda one: one.at or oldest, reverse=True))[
        :MAX_ENTRIES
    ]


def _feed_entry(node: "etree._Element", base: str) -> ListEntry | None:
    url = ""
    for child in node:
        name = _name(child)
        if name == "link" and child.get("rel", "alternate") == "alternate":
            url = url or (child.get("href") or child.text or "").strip()
        elif name == "guid" and child.get("isPermaLink", "true").lower() != "false" and not url:
            said = (child.text or "").strip()
            url = said if said.startswith("http") else ""
    return _entry(url, base, _time(node))


def _sitemap_entry(node: "etree._Element", base: str) -> ListEntry | None:
    url = next((one.text or "" for one in node if _name(one) == "loc"), "")
    return _entry(url.strip(), base, _time(node))


def _entry(url: str, base: str, at: datetime | None) -> ListEntry | None:
    try:
        absolute = urljoin(base, url)
    except ValueError:
        return None
    if not url or not absolute.startswith(("http://", "https://")):
        return None
    return ListEntry(url=absolute, at=at)


def _time(node: "etree._Element") -> datetime | None:
    """The latest of the times that the entry gives."""
    said = (parse_time(one.text or "") for one in node.iter() if _name(one) in _TIMES)
    return max((at for at in said if at), default=None)


def parse_time(text: str) -> datetime | None:
    """A time as feeds (RFC 822) and sitemaps (W3C) write it; without a zone it counts as UTC."""
    text = text.strip()[:60]
    if not text:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = parse(text)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
