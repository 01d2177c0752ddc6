"""Where a page sends its reader at once: the Refresh header, or its meta element."""

import re

from crawler.page.document import Document

#: a page that waits longer shows something first, or loads itself again
MAX_WAIT_SECONDS = 10
#: characters of a header or element that are looked at
_MAX_CHARS = 4_000
_REFRESH = re.compile(
    r"\s*(?P<wait>\d{1,6})(?:\.\d*)?\s*(?:[;,]|\s)\s*(?:url\s*=\s*)?(?P<quote>[\"']?)(?P<url>.+)",
    re.IGNORECASE | re.DOTALL,
)


def refresh_target(document: Document) -> str | None:
    """The absolute address, None where the page stays; it may be the page's own."""
    url = _address(document.page.headers.get("refresh", ""))
    return document.absolute(url) if url else _meta_target(document)


def _meta_target(document: Document) -> str | None:
    for element in document.http_metas:
        attributes = element.attributes
        is_refresh = (attributes.get("http-equiv") or "").strip().lower() == "refresh"
        url = _address(attributes.get("content") or "") if is_refresh else None
        if url and not _is_for_readers_without_scripts(element):
            return document.absolute(url)
    return None


def _is_for_readers_without_scripts(element: object) -> bool:
    parent = element.parent  # type: ignore[attr-defined]
    while parent is not None:
        if parent.tag == "noscript":
            return True
        parent = parent.parent
    return False


def _address(text: str) -> str | None:
    match = _REFRESH.match(text[:_MAX_CHARS])
    if match is None or int(match["wait"]) > MAX_WAIT_SECONDS:
        return None
    url = match["url"].partition(match["quote"])[0] if match["quote"] else match["url"]
    return url.strip() or None
