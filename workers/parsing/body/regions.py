"""What the names of elements say of the part of the page that they hold."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain

from selectolax.lexbor import LexborNode

from crawler.page.class_names import names_of_place
from workers.parsing.body.substring_matcher import Needles
from workers.parsing.lexicon import lexicon

MAX_NAME = 300  # characters of class and id that are looked at
MAX_AROUND = 12  # elements around a node that are looked at

MAX_WORDS = 50_000  # class names that are kept in mind
MAX_NAMES = 10_000  # the same of classes and ids of elements as they are written

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
        if region_bits(parent.tag, name, attributes.get("role") or "") & unwanted:
            return True
        parent = parent.parent
    return False


def region_bits(tag: str, name: str, role: str) -> int:
    """The kinds of region that an element's tag, class and id, and role point to, as bits."""
    return bits_of_tags().get(tag, 0) | role_bits(role) | name_bits([name])[0]


def name_bits(names: Iterable[str]) -> list[int]:
    """For each name, class and id as written, the kinds of region that it points to, as bits.

    The elements of a page have a third as many names, and the pages of a site much the same.
    """
    if len(_NAMES) > MAX_NAMES:
        _NAMES.clear()
    heads = [name[:MAX_NAME] for name in names]
    new = [head for head in dict.fromkeys(heads) if head not in _NAMES]
    words_of_names = [names_of_place(head).split() for head in new]
    _learn(chain.from_iterable(words_of_names))
    for head, words in zip(new, words_of_names, strict=True):
        bits = 0
        for word in words:
            bits |= _WORDS[word]
        _NAMES[head] = bits
    return [_NAMES[head] for head in heads]


def _learn(words: Iterable[str]) -> None:
    """Looks at the words that were not seen before, all at once."""
    if len(_WORDS) > MAX_WORDS:
        _WORDS.clear()
    new = [word for word in dict.fromkeys(words) if word not in _WORDS]
    if new:
        _WORDS.update(zip(new, _needles().bits(_parted(new)), strict=True))


def _parted(words: Sequence[str]) -> list[str]:
    """The words in lower case with hyphens between their parts, parts with digits left out.

    At most two neighbouring parts of a word make a kind: these come back on other sites,
    whole names do not.
    """
    together = "\n".join(words)
    if not together.islower():
        together = _HUMP.sub("-", together).lower()
    return [
        word if word.isalpha() or not _ODD.search(word)
        else "-".join([part for part in word.split("-") if part and not _HASH.search(part)])
        for word in together.replace("_", "-").split("\n")
    ]  # fmt: skip


@cache
def bits_of_tags() -> Mapping[str, int]:
    """Tag -> the kinds of region that it points to, as bits; most point to none."""
    return {tag: bit(region) for tag, region in _TAGS.items()}


def role_bits(role: str) -> int:
    """The kinds of region that a role points to, as bits."""
    return bit(_ROLES[role]) if role in _ROLES else 0


#: word -> its bits, for words that were seen; and the same for names of elements
_WORDS: dict[str, int] = {}
_NAMES: dict[str, int] = {}
_HUMP = re.compile(r"(?=[A-Z])(?<=[a-z])")
_HASH = re.compile(r"\d")  # parts with digits are sizes, numbers or made by a build tool
_ODD = re.compile(r"[\d]|--|^-|-$")


@cache
def _needles() -> Needles:
    return Needles(pattern.replace("_", "-") for pattern in lexicon().regions.values())
