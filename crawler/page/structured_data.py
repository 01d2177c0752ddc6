"""What a page says of itself for machines: meta elements, JSON-LD, microdata; read once.

These are candidates and not the truth: readers weigh them against what the page shows.
"""

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_SCRIPT_CHARS = 3_000_000  # of one JSON-LD script
MAX_NODES = 20_000  # objects looked at in all JSON-LD of a page
MAX_DEPTH = 30
MAX_HEAD_NODES = 6_000  # elements right in the head
MAX_TITLE = 500  # characters of a title that are looked at
MAX_PROPERTIES = 2_000  # elements with microdata that are kept
MAX_SCOPES = 25  # elements around such a one that may be a comment's

ARTICLE_TYPES = frozenset({
    "article", "newsarticle", "blogposting", "reportagenewsarticle", "analysisnewsarticle",
    "opinionnewsarticle", "backgroundnewsarticle", "reviewnewsarticle", "liveblogposting",
    "techarticle", "scholarlyarticle", "advertisercontentarticle", "satiricalarticle",
    "socialmediaposting", "report", "medicalwebpage", "review", "askpublicnewsarticle", "recipe",
})  # fmt: skip

_CONTROL = re.compile(r"[\x00-\x1f]+")
_BARE_COMMA = re.compile(r",(\s*[}\]])")
_BETWEEN = re.compile(r"}\s*{")
_BEFORE = (
    "<!--",
    "//",
    "/*",
    "*/",
    "<![CDATA[",
    "&lt;![CDATA[",
)  # around JSON, against old browsers
_AFTER = ("-->", "//", "/*", "*/", "]]>", "]]&gt;", ";")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a pair of surrogates
    r"|(?P<bad>u[dD][89a-fA-F][0-9a-fA-F]{2}|u0000)|.)",
    re.DOTALL,
)
_BAD = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")

_JSON_LD = 'script[type*="ld+json" i]'

#: itemprop names of which the values are kept
_PROPERTIES = frozenset(
    {"datePublished", "dateModified", "headline", "author", "keywords", "articleSection"}
)

#: itemtypes of what readers write under an article
_OTHERS = frozenset({"comment", "usercomments", "answer", "userreview"})

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class StructuredData:
    """The machine-readable claims of one page, in document order."""

    #: meta name or property in lower case -> its contents
    meta: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: every JSON-LD object, outer before inner
    objects: Sequence[JsonObject] = ()
    #: itemprop in lower case -> its values, of the page's microdata
    properties: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: text of the title element, white space folded
    title: str = ""
    #: href of rel=canonical, as written
    canonical: str = ""
    #: lang of the html element, as written
    language: str = ""
    #: types of the JSON-LD objects, and how many are of each
    types: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _articles: Sequence[JsonObject] = field(init=False, repr=False, compare=False)

    def first(self, *names: str) -> str | None:
        """The first meta content that is not empty under the first of these names."""
        for name in names:
            for content in self.meta.get(name, ()):
                return content
        return None

    def all(self, *names: str) -> list[str]:
        """The meta contents under these names, without repetition."""
        return list(dict.fromkeys(c for name in names for c in self.meta.get(name, ())))

    def articles(self) -> list[JsonObject]:
        """The JSON-LD objects that are articles of some type."""
        return list(self._articles)

    def __post_init__(self) -> None:
        # they are asked for again and again, and a page has dozens of objects
        types = [types_of(each) for each in self.objects]
        articles = [o for o, own in zip(self.objects, types, strict=True) if own & ARTICLE_TYPES]
        object.__setattr__(self, "types", Counter(chain.from_iterable(types)))
        object.__setattr__(self, "_articles", articles)


def types_of(item: JsonObject) -> set[str]:
    """The @type names of a JSON-LD object, lower case, without vocabulary address."""
    kinds = item.get("@type")
    if isinstance(kinds, str):
        return {kinds.rpartition("/")[2].lower()}
    kinds = kinds if isinstance(kinds, list) else ()
    return {k.rpartition("/")[2].lower() for k in kinds if isinstance(k, str)}


def structured_data(tree: LexborHTMLParser) -> StructuredData:
    """Reads the page; what is broken is left out, nothing raises."""
    head = _HeadElements(tree)
    # one search for both: each goes through the whole page
    elements = tree.css(f"[itemprop],{_JSON_LD}")
    scripts = [node for node in elements if "ld+json" in attribute(node, "type").lower()]
    meta = _meta(head.metas or tree.css("meta[content]"))
    # some frameworks write a script that they do not know as a meta element
    texts = chain((node.text() for node in scripts), meta.get("script:ld+json", ()))
    return StructuredData(
        meta=meta,
        objects=_json_ld(texts),
        properties=_microdata(elements),
        title=head.title,
        canonical=head.canonical,
        language=attribute(tree.root, "lang") or attribute(tree.root, "xml:lang"),
    )


class _HeadElements:
    """What the children of the head element say, and those of the body that were meant for it.

    A picture or a link in the head, as those that count visitors in a ``noscript``, ends it
    for a parser without scripts: what is written behind it becomes a child of the body.
    """

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.metas: list[LexborNode] = []
        self.title = self.canonical = ""
        for part in (tree.head, tree.body):
            for node in islice(part.iter(), MAX_HEAD_NODES) if part is not None else ():
                self._take(node)
        if not self.title and (title := tree.css_first("title")):
            self.title = folded(title.text()[: 4 * MAX_TITLE])[:MAX_TITLE]

    def _take(self, node: LexborNode) -> None:
        tag = node.tag
        if tag == "meta":
            self.metas.append(node)
        elif tag == "title":
            self.title = self.title or folded(node.text()[: 4 * MAX_TITLE])[:MAX_TITLE]
        elif tag == "link" and attribute(node, "rel").lower() == "canonical":
            self.canonical = self.canonical or attribute(node, "href")


def folded(text: str) -> str:
    """White space single, none at the ends."""
    return " ".join(text.split())


def attribute(node: LexborNode | None, name: str) -> str:
    """An attribute's value without white space at the ends, or an empty string."""
    return (node.attributes.get(name) or "").strip() if node else ""


def _meta(nodes: Iterable[LexborNode]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for node in nodes:
        attributes = node.attributes
        content = folded(attributes.get("content") or "")
        if not content:
            continue
        for key in ("property", "name", "itemprop"):
            if name := attributes.get(key):
                values.setdefault(name.strip().lower(), []).append(html.unescape(content))
                break
    return values


def _microdata(nodes: Iterable[LexborNode]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    seen = 0
    for node in nodes:
        attributes = node.attributes
        names = (attributes.get("itemprop") or "").split()
        if _PROPERTIES.isdisjoint(names):
            continue
        seen += 1
        if seen > MAX_PROPERTIES:
            break
        if is_in_comment(node):
            continue
        value = attributes.get("content") or attributes.get("datetime") or folded(node.text()[:500])
        for name in names if value else ():
            values.setdefault(name.lower(), []).append(value.strip())
    return values


def is_in_comment(node: LexborNode) -> bool:
    """Whether microdata say that the element belongs to a reader's comment or review."""
    around = node.parent
    for _ in range(MAX_SCOPES):
        if around is None:
            return False
        attributes = around.attributes
        kind = (attributes.get("itemtype") or "").rstrip("/").rpartition("/")[2].lower()
        if kind in _OTHERS or "comment" in (attributes.get("itemprop") or "").split():
            return True
        around = around.parent
    return False


def _json_ld(scripts: Iterable[str]) -> list[JsonObject]:
    objects: list[JsonObject] = []
    for script in scripts:
        for value in parse_json(script):
            objects.extend(_objects(value))
            if len(objects) > MAX_NODES:
                return objects
    return objects


def parse_json(text: str) -> Iterator[Any]:
    """The JSON values in a script; mends what can be mended without guessing."""
    text = text[:MAX_SCRIPT_CHARS].strip()
    if not (text.startswith(("{", "[")) and text.endswith(("}", "]"))):
        text = _unwrapped(text)
    if not text:
        return
    text = storable_escapes(text)
    try:
        yield json.loads(text, strict=False)
        return
    except (ValueError, RecursionError):
        pass
    mended = _BARE_COMMA.sub(r"\1", _CONTROL.sub(" ", text))
    for attempt in (mended, f"[{_BETWEEN.sub('},{', mended)}]", html.unescape(mended)):
        try:
            yield json.loads(attempt, strict=False)
            return
        except (ValueError, RecursionError):
            continue


def _unwrapped(text: str) -> str:
    """The script without comment marks around it."""
    is_wrapped = True
    while is_wrapped:
        is_wrapped = False
        for mark in _BEFORE:
            if text.startswith(mark):
                text, is_wrapped = text[len(mark) :].lstrip(), True
        for mark in _AFTER:
            if text.endswith(mark):
                text, is_wrapped = text[: -len(mark)].rstrip(), True
    return text


def storable_escapes(text: str) -> str:
    """JSON without escapes of what no database stores."""
    return _ESCAPE.sub(_without_bad, text) if _BAD.search(text) else text


def _without_bad(escape: re.Match[str]) -> str:
    """A sign for what no database stores: NUL and half of a pair of surrogates."""
    return "\\ufffd" if escape["bad"] else escape[0]


def _objects(value: Any) -> Iterator[JsonObject]:
    """Every object with a type inside ``value``, outer before inner, bounded."""
    stack: list[tuple[Any, int]] = [(value, 0)]
    seen = 0
    while stack and seen < MAX_NODES:
        item, depth = stack.pop()
        seen += 1
        if depth > MAX_DEPTH:
            continue
        if isinstance(item, dict):
            if "@type" in item:
                yield item
            stack.extend((v, depth + 1) for v in reversed(item.values()) if _is_nest(v))
        elif isinstance(item, list):
            stack.extend((v, depth + 1) for v in reversed(item) if _is_nest(v))


def _is_nest(value: Any) -> bool:
    return isinstance(value, dict | list)
