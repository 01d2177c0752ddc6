"""An archived page made inert: no script, nothing loaded, the article's fields marked in it."""

import re
from html import escape
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from db.queries.visits import StoredPage

#: characters of a page's source that are shown
MAX_SOURCE_CHARS = 400_000
#: elements that are taken out with all that is in them
_TAKEN_OUT = (
    "script, noscript, iframe, frame, frameset, object, embed, applet, template, base, link, "
    "meta, form button, audio, video, svg script, dialog, portal"
)
#: attributes that stay: those that load, run or lead somewhere go
_KEPT = frozenset(
    (
        "class",
        "id",
        "lang",
        "dir",
        "title",
        "alt",
        "style",
        "colspan",
        "rowspan",
        "datetime",
        "width",
        "height",
        "span",
        "start",
        "type",
    )
)
_SPACE = re.compile(r"\s+")
_MARK = "outline:2px solid #b45309;outline-offset:2px;background:rgba(245,158,11,.16)"
#: of a paragraph: there are many, so that they are marked quietly and without a name
_QUIET_MARK = (
    "outline:1px solid rgba(180,83,9,.5);outline-offset:2px;background:rgba(245,158,11,.08)"
)
#: a mark of ours: no page has it, since data attributes go
_FIELD = "data-field"
_NAMES = (
    f"[{_FIELD}]::before{{content:attr({_FIELD});font:600 11px/1.5 sans-serif;color:#fff;"
    "background:#b45309;border-radius:3px;padding:0 5px;margin-right:6px;vertical-align:middle;"
    "display:inline-block;letter-spacing:0;text-transform:none}"
)
_LOADS = re.compile(r"url\s*\(|@import|expression\s*\(|javascript:", re.IGNORECASE)


def page_text(stored: StoredPage) -> str:
    """The page's source as text."""
    return _document(stored).text[:MAX_SOURCE_CHARS]


def inert_page(stored: StoredPage, record: dict[str, Any]) -> str:
    """The page as HTML that can do nothing; its answer's headers see to that a second time."""
    tree = LexborHTMLParser(_document(stored).text)
    for node in tree.css(_TAKEN_OUT):
        node.decompose()
    marks = _marks(record)
    body = tree.body
    if body is None:
        return "<!doctype html><p>The page is empty."
    for node in body.traverse(include_text=False):
        _disarm(node)
        field = _field_of(node, marks, record["published"])
        if field is not None and not _is_within(node, field):
            _mark(node, field)
    styles = "".join(node.text() for node in tree.css("style") if not _LOADS.search(node.text()))
    safe_styles = styles.replace("<", "")
    for node in tree.css("style"):
        node.decompose()
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(stored.url)}</title>'
        f"<style>{safe_styles}{_NAMES}</style></head>{body.html}</html>"
    )


def _mark(node: Any, field: str) -> None:
    node.attrs["title"] = field
    if field == _TEXT:
        node.attrs["style"] = _QUIET_MARK
    else:
        node.attrs["style"] = _MARK
        node.attrs[_FIELD] = field


def _is_within(node: Any, field: str) -> bool:
    """Whether all that holds it bears that mark already."""
    return node.parent is not None and node.parent.attributes.get("title") == field


_TEXTUAL = frozenset({"p", "h1", "h2", "h3", "li", "div", "blockquote", "span"})
_INLINE = frozenset({"a", "b", "em", "i", "strong", "time", "address", "cite", "figcaption"})
_TEXT = "text"
#: texts that are compared; longer ones are no field
_MAX_FIELD_CHARS = 20_000


def _marks(record: dict[str, Any]) -> dict[str, str]:
    """The text of each field -> its name, in the form in which texts are compared."""
    texts = [(name, [record[name]]) for name in ("section", "dateline", "title")]
    texts += [(name, record[name]) for name in ("topics", "sources", "authors")]
    marks = {_key(text): name for name, values in texts for text in values if text}
    return {_key(text): _TEXT for text in record["paragraphs"]} | marks


def _field_of(node: Any, marks: dict[str, str], published: str | None) -> str | None:
    """The field that was read there."""
    if node.tag == "time" and published and _is_same_day(node, published):
        return "published"
    if node.tag not in _TEXTUAL and node.tag not in _INLINE:
        return None
    text = node.text()
    return marks.get(_key(text)) if 0 < len(text) <= _MAX_FIELD_CHARS else None


def _is_same_day(node: Any, published: str) -> bool:
    return (node.attributes.get("datetime") or "").startswith(published[:10])


def _key(text: str) -> str:
    return _SPACE.sub(" ", text).strip().lower()


def _disarm(node: Any) -> None:
    for name, value in list(node.attributes.items()):
        if name not in _KEPT or _LOADS.search(value or ""):
            del node.attrs[name]


def _document(stored: StoredPage) -> Document:
    page = FetchedPage(
        url=stored.url, body=stored.body, fetched_at=stored.at, headers=stored.headers
    )
    return Document(page)
