"""The article inside the data that script-built pages carry along.

Next, Nuxt, Inertia, Apollo, Gatsby and many home-made pages ship their text as JSON, in a
script or an attribute.  It is looked for there when the HTML has none of it or half of it.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler.page.structured_data import MAX_SCRIPT_CHARS, storable_escapes
from workers.parsing.body.paragraphs import paragraphs_of
from workers.parsing.body.text_features import letters

MIN_TEXT = 300  # characters of text that make data an article
MIN_PARAGRAPH = 40  # characters of a text in a list that makes it a paragraph
MAX_VALUES = 50_000  # values looked at in one page
MAX_DEPTH = 40

_ASSIGNED = re.compile(r"(?:window|self|globalThis)?\.?[\w$.\[\]\"']{2,60}\s*=\s*(?=[{\[\"])")
_BODY_KEYS = re.compile(
    r"^(?:article)?_?(?:body|content|text|html|paragraphs?|blocks?|story|copy|main|value|elements)"
    r"(?:_?(?:html|text|raw|rendered|full|content|elements|body))?$|^(?:richtext|isi|contenido)$",
    re.IGNORECASE,
)
_TITLE_KEYS = ("title", "headline", "name", "heading", "judul")
_MARKUP = re.compile(r"<(?:p|br|div|h[1-6]|li|blockquote)\b", re.IGNORECASE)
_PROSE = re.compile(r"[.!?。！？।]")


def paragraphs_in_state(tree: LexborHTMLParser, title: str | None) -> tuple[str, ...]:
    """The longest article text in the page's data, best beside the page's own title."""
    best: list[str] = []
    best_score = 0.0
    for data in _data(tree):
        for paragraphs, is_titled in _candidates(data, letters(title or "")):
            size = sum(map(len, paragraphs))
            score = size * (3.0 if is_titled else 1.0)
            if size >= MIN_TEXT and score > best_score:
                best, best_score = paragraphs, score
    return tuple(best)


def _data(tree: LexborHTMLParser) -> Iterator[Any]:
    """Every JSON value that the page carries in scripts and in Inertia's attribute."""
    for node in tree.css("script:not([src]), [data-page]"):
        attributes = node.attributes
        text = attributes.get("data-page") or node.text()
        if not text or len(text) < MIN_TEXT or len(text) > MAX_SCRIPT_CHARS:
            continue
        if "ld+json" in (attributes.get("type") or ""):
            continue
        start = 0
        if text.lstrip()[:1] not in "{[":
            match = _ASSIGNED.search(text)
            if match is None:
                continue
            start = match.end()
        yield from _decoded(text[start:].lstrip())


def _decoded(text: str) -> Iterator[Any]:
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(storable_escapes(text))
        if isinstance(value, str) and value[:1] in ("{", "["):  # JSON in a JSON string
            value = json.loads(storable_escapes(value), strict=False)
    except (ValueError, RecursionError):
        return
    yield value


def _candidates(data: Any, title: str) -> Iterator[tuple[list[str], bool]]:
    """Texts that can be an article, and whether they stand beside the title."""
    stack: list[tuple[Any, bool, int]] = [(data, False, 0)]
    budget = MAX_VALUES
    while stack and budget:
        budget -= 1
        value, is_titled, depth = stack.pop()
        if depth > MAX_DEPTH:
            continue
        if isinstance(value, dict):
            is_titled = is_titled or _has_title(value, title)
            for key, inner in value.items():
                if isinstance(key, str) and _BODY_KEYS.match(key):
                    paragraphs = _paragraphs(inner)
                    if paragraphs:
                        yield paragraphs, is_titled
                if isinstance(inner, dict | list):
                    stack.append((inner, is_titled, depth + 1))
        elif isinstance(value, list):
            stack.extend((v, is_titled, depth + 1) for v in value if isinstance(v, dict | list))


def _has_title(value: dict[str, Any], title: str) -> bool:
    names = (value.get(key) for key in _TITLE_KEYS)
    return bool(title) and any(isinstance(n, str) and letters(n) == title for n in names)


def _paragraphs(value: Any) -> list[str]:
    """The paragraphs of a text, of HTML in a text, or of a list of such blocks."""
    if isinstance(value, str):
        return _split(value) if len(value) >= MIN_PARAGRAPH else []
    paragraphs: list[str] = []
    if isinstance(value, list):
        for block in value[:2_000]:
            text = block if isinstance(block, str) else _block_text(block)
            if text and (len(text) >= MIN_PARAGRAPH or paragraphs):
                paragraphs += _split(text)
    return (
        paragraphs if sum(bool(_PROSE.search(p)) for p in paragraphs) * 2 >= len(paragraphs) else []
    )


def _block_text(block: Any, depth: int = 0) -> str:
    """The text of one block of an editor's format: nested "text", "content", "children"."""
    if isinstance(block, str):
        return block
    if depth > 6 or not isinstance(block, dict | list):
        return ""
    if isinstance(block, list):
        return "".join(_block_text(b, depth + 1) for b in block[:500])
    for key in ("text", "html", "content", "value", "children", "data", "attributes", "paragraph"):
        if key in block and (text := _block_text(block[key], depth + 1)):
            return text
    return ""


def _split(text: str) -> list[str]:
    if _MARKUP.search(text):
        body = LexborHTMLParser(text).body
        return paragraphs_of(body) if body is not None else []
    plain = html.unescape(text)
    return [" ".join(line.split()) for line in plain.splitlines() if line.strip()]
