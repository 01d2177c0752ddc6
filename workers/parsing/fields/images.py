"""The main picture: what metadata name, else the first picture of the article itself."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from crawler.page.document import Document
from crawler.page.structured_data import JsonObject
from workers.parsing.body.outline import Block, TextOutline
from workers.parsing.body.regions import is_within
from workers.parsing.candidates import FieldCandidate
from workers.parsing.fields.metadata import texts

MAX_IMAGES = 40  # of the article that are looked at
MIN_PIXELS = 120  # width and height of a picture that is no icon, where they are told

_METAS = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src",
          "thumbnail", "image")  # fmt: skip
_SOURCES = ("src", "data-src", "data-original", "data-lazy-src", "srcset", "data-srcset")
_ELSEWHERE = ("related", "author", "ad", "promo", "comment")
_PIXELS = re.compile(r"[0-9]{1,6}")  # "²0" is made of digits too and no number
_NO_PHOTO = re.compile(
    r"logo|icon|avatar|sprite|pixel|placeholder|blank|spacer|badge|banner|emoji|gravatar|\.svg",
    re.IGNORECASE,
)
#: what a site shows for all its pages, by the path of its address
_OF_THE_SITE = re.compile(
    r"(?<![a-z])(?:logo|avatar|gravatar|icon|placeholder)s?(?![a-z])"
    r"|default(?:[-_](?:og|share|social))?(?:[-_]image)?\d*(?:\.\w+)?$|\.svg$",
    re.IGNORECASE,
)


def images_of(
    document: Document,
    item: JsonObject | None,
    outline: TextOutline,
    *,
    title: int,
    text: Sequence[Block],
) -> Iterator[FieldCandidate[str]]:
    """Absolute addresses of pictures; ``title`` is the headline's place, ``text`` the body."""
    data = document.structured
    claims = [(f"meta {name}", c) for name in _METAS for c in data.meta.get(name, ())]
    claims += [("json-ld", address) for address in _addresses(item.get("image"))] if item else []
    own: list[tuple[str, str]] = []
    for where, href in claims:
        if url := document.absolute(href):
            if _OF_THE_SITE.search(urlsplit(url).path):
                own.append((where, url))
            else:
                yield FieldCandidate(value=url, where=where)
    for href in _pictures(outline, title, text):
        if url := document.absolute(href):
            yield FieldCandidate(value=url, where="picture in the article")
    for where, url in own:
        yield FieldCandidate(value=url, where=where, why="named like a picture of the site")


def _addresses(value: Any) -> list[str]:
    """The addresses in a JSON-LD image: a text, an ImageObject, or a list of such."""
    values = value if isinstance(value, list) else [value]
    addresses = texts(values)
    for entry in values:
        if isinstance(entry, dict):
            addresses += texts(entry.get("url")) or texts(entry.get("contentUrl"))
    return [address for address in addresses if not address.startswith("data:")]


def _pictures(outline: TextOutline, title: int, text: Sequence[Block]) -> Iterator[str]:
    """Addresses of pictures in the smallest element that holds headline and text, or the text."""
    if not text:
        return
    first, last = text[0].place, text[-1].place
    head = outline.blocks[title].place if title < len(outline.blocks) else first
    for places in ((first, last), (head, first, last)):
        ways = [set(outline.ancestors(place)) for place in places]
        around = max(set.intersection(*ways))
        for node in outline.boxes.nodes[around].css("img")[:MAX_IMAGES]:
            if href := _photo(node):
                yield href


def _photo(node: LexborNode) -> str | None:
    """The address of a picture, unless it is an icon, an advertisement or a teaser's."""
    given = {name: (value or "").strip() for name, value in node.attributes.items()}
    values = (given.get(name) for name in _SOURCES)
    href = next((v.split()[0] for v in values if v and not v.startswith("data:")), None)
    name = f"{given.get('class', '')} {given.get('alt', '')} {href}"
    sizes = [given.get(side, "") for side in ("width", "height")]
    is_small = any(_PIXELS.fullmatch(size) and int(size) < MIN_PIXELS for size in sizes)
    if href is None or is_small or _NO_PHOTO.search(name) or is_within(node, _ELSEWHERE):
        return None
    return href
