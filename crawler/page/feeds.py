"""What feeds and sitemaps list: addresses, each with its time. Plain Python.

RSS, Atom, RDF and sitemaps are read by the local names of their elements with libxml2, which
mends what is not well-formed, loads nothing and expands no entities of the document's own. JSON
feeds and sitemaps of plain text are read as well.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Literal
from urllib.parse import urljoin

from lxml import etree

from crawler.errors import NoListing
from crawler.page.dates.date_parser import parse_moment
from crawler.page.gzipped import unpacked

Role = Literal["feed", "sitemap", "section"]

#: entries of one list that are taken, the newest first: a sitemap may have half as many
MAX_ENTRIES = 100_000
#: a list longer than this, unpacked, is cut
_MAX_BYTES = 20 * 1024 * 1024
#: elements of an entry in which its times are looked for, and times that are compared
_MAX_ELEMENTS = 300
_MAX_TIMES = 4
_MAX_URL = 4_000
#: an ampersand that was not escaped, as in many addresses
_BARE_AND = re.compile(rb"&(?!#?\w{1,10};)")

#: where a list begins, behind what a program printed by mistake
_BEGINNING = re.compile(
    rb"<(?:\?xml\s|(?:[\w-]{1,20}:)?(?:rss|feed|urlset|sitemapindex|rdf)[\s>])", re.IGNORECASE
)
_MAX_PRINTED = 100_000
_USUAL_STARTS = (b"<?xml", b"<!", b"<html", b"\xef\xbb\xbf")
_NUMBER = re.compile(r"(?<!\d)\d{1,12}(?!\d)")
_BASE = "{http://www.w3.org/XML/1998/namespace}base"

_JSON_TIMES = ("date_published", "date_modified")
_TIMES = ("updated", "modified", "lastmod", "published", "pubdate", "publication_date", "date")
#: what the standard library reads aright; of other names of zones it makes UTC
_RFC_822_ZONE = re.compile(r"(?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)$", re.IGNORECASE)


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
    #: entries that were more than are taken
    left: int = 0


def read_listing(body: bytes, url: str) -> Listing:
    """The entries of a feed or sitemap, the newest first. Raises NoListing."""
    body = unpacked(body, max_bytes=_MAX_BYTES).lstrip()
    if body.startswith(b"{"):
        return _listing(_json_entries(body, url))
    if body.removeprefix(b"\xef\xbb\xbf").startswith((b"http://", b"https://")):
        return _listing(_text_entries(body, url))
    root = _parsed(_without_printed(body))
    kind = _name(root)
    if kind == "sitemapindex":
        index = _listing(_sitemap_entries(root, "sitemap", url))
        return Listing(lists=index.entries, left=index.left)
    if kind == "urlset":
        is_news = b"schemas/sitemap-news/" in body[:2_000]
        return replace(_listing(_sitemap_entries(root, "url", url)), is_news=is_news)
    if kind in ("rss", "feed", "rdf"):
        return _listing(_feed_entries(root, _Bases(url, body)))
    raise NoListing(f"<{kind[:40]}> is neither feed nor sitemap")


def _without_printed(body: bytes) -> bytes:
    """The XML without the warnings that a server's program printed before it."""
    beginning = _BEGINNING.search(body, 0, _MAX_PRINTED)
    if beginning is None or body[:9].lower().startswith(
        (b"<?xml", b"<!", b"<html", b"\xef\xbb\xbf")
    ):
        return body
    return body[beginning.start() :]


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
    try:
        tag = node.tag
    except UnicodeDecodeError:  # half a character pair
        return ""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _text(node: "etree._Element") -> str:
    try:
        return (node.text or "").strip()
    except UnicodeDecodeError:
        return ""


def _attribute(node: "etree._Element", name: str) -> str:
    try:
        return (node.get(name) or "").strip()
    except UnicodeDecodeError:
        return ""


def _listing(entries: Iterable[ListEntry | None]) -> Listing:
    newest = _newest(entries)
    return Listing(entries=newest[:MAX_ENTRIES], left=max(0, len(newest) - MAX_ENTRIES))


def _newest(entries: Iterable[ListEntry | None]) -> tuple[ListEntry, ...]:
    """Each address once, those with the newest time first, the others in their order.

    Where none has a time, and the numbers in the addresses count up, the last is the newest.
    """
    unique: dict[str, ListEntry] = {}
    for entry in entries:
        if entry is not None:
            unique.setdefault(entry.url, entry)
    if not any(entry.at for entry in unique.values()) and _count_up(list(unique)):
        return tuple(reversed(unique.values()))
    oldest = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(unique.values(), key=lambda entry: entry.at or oldest, reverse=True))


def _count_up(urls: list[str]) -> bool:
    """Whether addresses that differ in their numbers alone are in the order of these."""
    chosen = urls[:: max(1, len(urls) // 8)]
    shapes = {_NUMBER.sub("", url) for url in chosen}
    numbers = [tuple(map(int, _NUMBER.findall(url))) for url in chosen]
    return len(chosen) > 1 and len(shapes) == 1 and numbers == sorted(numbers)


class _Bases:
    """What relative addresses are resolved against: ``xml:base`` of the elements around them."""

    def __init__(self, url: str, body: bytes) -> None:
        self._url = url
        self._are_named = b":base" in body
        self._of: dict[etree._Element, str] = {}

    def of(self, node: "etree._Element") -> str:
        """The base of an element."""
        if not self._are_named:
            return self._url
        chain = []
        above: etree._Element | None = node
        while above is not None and above not in self._of:
            chain.append(above)
            above = above.getparent()
        base = self._url if above is None else self._of[above]
        for element in reversed(chain):
            base = _joined(base, _attribute(element, _BASE)) or base
            self._of[element] = base
        return base


def _feed_entries(root: "etree._Element", bases: _Bases) -> Iterator[ListEntry | None]:
    items = (node for node in root.iter() if _name(node) in ("item", "entry"))
    for node in items:
        address, base = _address_of_item(node, bases)
        yield _entry(address, base, _time(node))


def _address_of_item(node: "etree._Element", bases: _Bases) -> tuple[str, str]:
    """The address of an item as it is written, and what it is resolved against."""
    permalink = ""
    for child in islice(node, _MAX_ELEMENTS):
        name = _name(child)
        if name == "link" and (_attribute(child, "rel") or "alternate") == "alternate":
            if address := _attribute(child, "href") or _text(child):
                return address, bases.of(child)
        elif name == "guid" and _attribute(child, "isPermaLink").lower() != "false":
            guid = _text(child)
            permalink = permalink or (guid if guid.startswith("http") else "")
    return permalink, bases.of(node)


def _sitemap_entries(root: "etree._Element", name: str, base: str) -> Iterator[ListEntry | None]:
    lines = (node for node in root if _name(node) == name)
    for node in lines:
        address = next((_text(child) for child in node if _name(child) == "loc"), "")
        yield _entry(address, base, _time(node))


def _json_entries(body: bytes, base: str) -> Iterator[ListEntry | None]:
    """The items of a JSON feed (jsonfeed.org)."""
    try:
        feed: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoListing(f"JSON: {error}"[:100]) from error
    items = feed.get("items")
    if "jsonfeed.org/" not in str(feed.get("version"))[:100] or not isinstance(items, list):
        raise NoListing("JSON that is no feed")
    for item in items:
        if not isinstance(item, dict):
            continue
        times = [parse_time(str(item.get(key) or "")) for key in _JSON_TIMES]
        address = str(item.get("url") or item.get("id") or "")
        is_address = bool(item.get("url")) or address.startswith("http")
        yield _entry(address if is_address else "", base, max(filter(None, times), default=None))


def _text_entries(body: bytes, base: str) -> Iterator[ListEntry | None]:
    """A sitemap of plain text: an address a line."""
    lines = body.decode("utf-8-sig", errors="replace").splitlines()
    for line in lines:
        if line.startswith(("http://", "https://")):
            yield _entry(line.strip(), base, None)


def _joined(base: str, url: str) -> str | None:
    if not url or len(url) > _MAX_URL:
        return None
    try:
        absolute = urljoin(base, url)
    except ValueError:
        return None
    return absolute if absolute.startswith(("http://", "https://")) else None


def _entry(url: str, base: str, at: datetime | None) -> ListEntry | None:
    absolute = _joined(base, url)
    return ListEntry(url=absolute, at=at) if absolute else None


def _time(node: "etree._Element") -> datetime | None:
    """The latest of the times that the entry gives."""
    elements = (part for part in islice(node.iter(), _MAX_ELEMENTS) if _name(part) in _TIMES)
    times = (parse_time(_text(part)) for part in islice(elements, _MAX_TIMES))
    return max(filter(None, times), default=None)


def parse_time(text: str) -> datetime | None:
    """A time as feeds (RFC 822) and sitemaps (W3C) write it; without a zone it counts as UTC.

    What else they write is read as on pages ("28 November 2026 12:00 WIB").
    """
    text = text.strip()[:60]
    if not any(map(str.isdigit, text)):
        return None
    parsers = (datetime.fromisoformat, parsedate_to_datetime)
    for parse in parsers if _RFC_822_ZONE.search(text) else parsers[:1]:
        try:
            at = parse(text)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    moment = parse_moment(text, now=datetime.now(UTC))
    if moment is None or moment.is_age:
        return None
    at = moment.at or datetime.combine(moment.day, time(), UTC)
    return at.astimezone(UTC)
