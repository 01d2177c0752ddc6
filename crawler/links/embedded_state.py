"""The state that a script-built page carries along, and the related articles in it.

Next.js, Nuxt, Inertia and others print the data of a page as JSON beside its HTML. A box that
only a script fills is in there. A page without such data, or with broken data, has none.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from crawler.errors import BadURL
from crawler.links.labels import class_meaning
from crawler.links.target_address import is_article_url
from crawler.page.article_addresses import identity_of_canonical
from crawler.page.document import Document
from crawler.page.urls import address_at, canonical
from db.terms.addresses import Address

#: larger data are not read, nor more of them (characters); the largest seen have 1,200,000
MAX_STATE_CHARS = 2_000_000
#: values looked at in one page
MAX_VALUES = 60_000
#: how deep in an item its address and title may be
MAX_ITEM_DEPTH = 4
#: where in a script an assignment of data begins at the latest (characters)
MAX_OPENING_CHARS = 2_000
#: of each text, what is kept
MAX_TEXT_CHARS = 4_000
#: so many articles of one list are read
MAX_ITEMS = 30

#: what data have somewhere that might hold related articles
_HINTS = (
    *("Relat", "relat", "erkait", "Similar", "similar"),
    *map("".join, product(("Read", "read", "See", "see"), ("", "-", "_"), ("Also", "also"))),
)
#: finds them in one pass, in half the time of a pattern
_FINDER = AhoCorasick(_HINTS, matchkind=MatchKind.LeftmostFirst)
#: what holds other values (a union would be made anew for each that is asked)
_NESTS = (dict, list)
_GLOBALS = ("window", "self", "globalThis")
_ASSIGNED = re.compile(r"(?:window|self|globalThis)(?:\.\w+|\[[\"']\w+[\"']\])\s*=\s*(?=[{\[])")
_ADDRESS_KEYS = (
    *("url", "href", "link", "canonicalUrl", "canonical", "permalink", "webUrl", "shareUrl"),
    *("fullUrl", "pageUrl", "articleUrl", "uri", "path", "slug"),
)
_TITLE_KEYS = ("title", "headline", "heading", "name", "judul", "titre", "primary", "rendered")
_TEASER_KEYS = ("description", "summary", "excerpt", "teaser", "lead", "abstract", "subtitle")
_TIME_KEYS = ("datePublished", "publishedAt", "published", "publishDate", "pubDate", "date")
#: what in an item speaks of something else than the article
_OTHER_KEYS = frozenset(
    [
        *("author", "authors", "byline", "image", "images", "media", "photo", "picture", "video"),
        *("section", "sections", "category", "categories", "tags", "topics", "publisher", "source"),
    ]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StateLink:
    """A related article as the page's data name it."""

    #: address as written: absolute, relative, or the last segment of the path alone
    href: str
    title: str
    #: "" where the data have none
    teaser: str
    published: str
    #: the key of the list it stands in, e.g. "relatedArticles"
    key: str
    #: the address of the nearest thing around the list that has one, or ""
    owner: str


def related_in_state(
    document: Document, *, own: str, base: str
) -> dict[str, tuple[Address, StateLink]]:
    """Related articles in the data of the page at ``own``: identity -> (address, what is said)."""
    links: dict[str, tuple[Address, StateLink]] = {}
    for state in _states(document):
        for link in _related(state):
            if (there := _address(link, own, base)) is not None:
                links.setdefault(identity_of_canonical(there.url), (there, link))
    links.pop(identity_of_canonical(own), None)
    return links


def _address(link: StateLink, own: str, base: str) -> Address | None:
    """Where a link leads, None if to no article, or if the list belongs to another article."""
    try:
        if link.owner and _is_other_article(canonical(link.owner, base), own):
            return None
        there = address_at(link.href, base if "/" in link.href else own)
    except BadURL:
        return None
    return there if is_article_url(there.url, own) else None


def _is_other_article(owner: str, own: str) -> bool:
    """Whether an address is another article's; one may be the last segment of the other."""
    if not is_article_url(owner, own):
        return False
    if identity_of_canonical(owner) == identity_of_canonical(own):
        return False
    return owner.rstrip("/").rpartition("/")[2] != own.rstrip("/").rpartition("/")[2]


def _states(document: Document) -> Iterator[Any]:
    """The parsed data of a page that might hold related articles."""
    left = MAX_STATE_CHARS
    for text in _texts(document):
        if len(text) <= left and _may_be_related(text):
            left -= len(text)
            yield _parsed(text)


def _texts(document: Document) -> Iterator[str]:
    """What may be data; a look at the source takes less time than a selector."""
    for node in document.scripts:
        if "src" in node.attrs:
            continue
        kind = node.attrs.get("type") or ""
        content = node.first_child
        if content is None or "ld+json" in kind:
            continue
        text = content.text_content or ""
        if "json" in kind:
            yield text.lstrip()
        elif match := _assigned(text[:MAX_OPENING_CHARS]):
            yield text[match.end() :]
    for node in document.tree.css("[data-page]") if "data-page" in document.text else ():
        yield (node.attributes.get("data-page") or "").lstrip()


def _assigned(opening: str) -> re.Match[str] | None:
    """Where a script assigns data to a global name; many do not even say such a name."""
    return _ASSIGNED.search(opening) if any(name in opening for name in _GLOBALS) else None


def _may_be_related(text: str) -> bool:
    """Whether data might hold related articles."""
    return bool(_FINDER.find_matches_as_indexes(text))


def _parsed(text: str) -> Any:
    try:
        state, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return _joined(state) if _is_table(state) else state


def _is_table(state: Any) -> bool:
    """Whether it is Nuxt's table of values, where containers hold places instead of values."""
    return isinstance(state, list) and len(state) > 2 and _places_only(state[0])


def _places_only(value: Any) -> bool:
    if not isinstance(value, dict | list):
        return False
    values = list(value.values()) if isinstance(value, dict) else value[1:]
    return bool(values) and all(isinstance(place, int) for place in values)


def _joined(table: list[Any]) -> list[Any]:
    """The objects of a table, each with its values in place; they may contain one another."""
    made: list[Any] = [
        type(value)() if isinstance(value, dict | list) else value for value in table[:MAX_VALUES]
    ]

    def look(value: Any) -> Any:
        return made[value] if type(value) is int and 0 <= value < len(made) else value

    for value, new in zip(table, made, strict=False):
        if isinstance(value, dict):
            new.update((key, look(place)) for key, place in value.items())
        elif isinstance(value, list):
            new.extend(map(look, value))
    return made


def _related(state: Any) -> Iterator[StateLink]:
    """Walk the data; whatever stands under a key that says related is a list of articles."""
    stack: list[tuple[Any, str]] = [(state, "")] if isinstance(state, _NESTS) else []
    seen: set[int] = set()
    while stack and len(seen) < MAX_VALUES:
        value, owner = stack.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, list):
            stack.extend((item, owner) for item in reversed(value) if isinstance(item, _NESTS))
            continue
        owner = _first(value, _ADDRESS_KEYS) or owner
        nests = [(key, child) for key, child in value.items() if isinstance(child, _NESTS)]
        for key, child in nests:
            if class_meaning(key) == "related":
                yield from _links(child, key, owner)
                seen.add(id(child))
        stack.extend((child, owner) for _, child in reversed(nests))


def _links(box: Any, key: str, owner: str) -> Iterator[StateLink]:
    """The articles of a list, or of the list in an object."""
    for item in _items(box)[:MAX_ITEMS]:
        objects = list(_levels(item))
        href, title = _said(objects, _ADDRESS_KEYS), _said(objects, _TITLE_KEYS)
        if href and title:
            yield StateLink(
                href=href,
                title=title,
                teaser=_said(objects, _TEASER_KEYS),
                published=_said(objects, _TIME_KEYS),
                key=key,
                owner=owner,
            )


def _items(box: Any) -> list[Any]:
    if isinstance(box, list):
        return box
    lists = (value for value in box.values() if isinstance(value, list))
    return next((items for items in lists if items and isinstance(items[0], dict)), [])


def _levels(item: Any) -> Iterator[dict[str, Any]]:
    """An item's objects, the outer first."""
    level = [item]
    for _ in range(MAX_ITEM_DEPTH):
        objects = [value for value in level if isinstance(value, dict)][:MAX_ITEMS]
        yield from objects
        level = [child for o in objects for key, child in o.items() if key not in _OTHER_KEYS]


def _said(objects: Sequence[dict[str, Any]], keys: Sequence[str]) -> str:
    return next(filter(None, (_first(each, keys) for each in objects)), "")


def _first(fields: dict[str, Any], keys: Sequence[str]) -> str:
    """The first of the keys that has a text, white space folded, or ""."""
    for key in keys:
        value = fields.get(key)
        if isinstance(value, str) and (text := " ".join(value[:MAX_TEXT_CHARS].split())):
            return text
    return ""
