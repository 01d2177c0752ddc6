"""What the names of elements say of the part of the page that they hold."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from selectolax.lexbor import LexborNode

from workers.parsing.lexicon import lexicon
from workers.parsing.needles import Needles

MAX_NAME = 300  # characters of class and id that are looked at
MAX_AROUND = 12  # elements around a node that are looked at

_TAGS = {
    "nav": "nav", "aside": "aside", "footer": "foot", "header": "head", "figure": "caption",
    "figcaption": "caption", "form": "promo", "menu": "nav", "article": "article",
    "address": "author", "blockquote": "box",
}  # fmt: skip
_ROLES = {"navigation": "nav", "complementary": "aside", "contentinfo": "foot",
          "banner": "head", "dialog": "modal", "search": "nav"}  # fmt: skip


@cache
def regions() -> tuple[str, ...]:
    """The names of the kinds of regions, in the order of their bits."""
    return tuple(lexicon().regions)


@cache
def bit(region: str) -> int:
    """The bit of a kind of region."""
    return 1 << regions().index(region)


def is_within(node: LexborNode, kinds: Iterable[str]) -> bool:
    """Whether an element around the node, up to the article, is named for one of these kinds."""
    unwanted = sum(map(bit, kinds))
    parent = node.parent
    for _ in range(MAX_AROUND):
        if parent is None or parent.tag in ("article", "main", "body", None):
            return False
        attributes = parent.attributes
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if region_bits(parent.tag, name[:MAX_NAME], attributes.get("role") or "") & unwanted:
            return True
        parent = parent.parent
    return False


@lru_cache(maxsize=50_000)
def region_bits(tag: str, name: str, role: str) -> int:
    """The kinds of region that an element's tag, class and id, and role point to, as bits."""
    bits = _tag_bits(tag)
    if role in _ROLES:
        bits |= bit(_ROLES[role])
    for word in name.split():
        bits |= _word_bits(word)
    return bits


@cache
def _tag_bits(tag: str) -> int:
    return bit(_TAGS[tag]) if tag in _TAGS else 0


@lru_cache(maxsize=50_000)
def _word_bits(word: str) -> int:
    """The kinds of region that one class name or id points to.

    At most two neighbouring parts of it make a kind: these come back on other sites, whole
    names do not.
    """
    spread = word if word.islower() else _HUMP.sub("-", word).lower()
    parts = spread.replace("_", "-").split("-")
    return _needles().bits("-".join([p for p in parts if p and not _HASH.search(p)]))


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HASH = re.compile(r"\d")  # parts with digits are sizes, numbers or made by a build tool


@cache
def _needles() -> Needles:
    return Needles(pattern.replace("_", "-") for pattern in lexicon().regions.values())
