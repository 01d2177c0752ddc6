"""The headline: what page, metadata and window title agree on, without the site's name."""

import re
from collections.abc import Iterable, Sequence

_SEPARATORS = re.compile(r"\s+[|–—\-·•»:]+\s+|\s*[|｜]\s*|\s+::\s+")


def without_site(title: str, sites: Iterable[str]) -> str:
    """The title without segments at its ends that are one of the site's names."""
    names = {_key(site) for site in sites if site}
    spans = list(_SEPARATORS.finditer(title))
    while spans and _key(title[spans[-1].end() :]) in names:
        title = title[: spans.pop().start()]
    if spans and _key(title[: spans[0].start()]) in names:
        title = title[spans[0].end() :]
    return title.strip()


def choose_title(
    headings: Sequence[str], claims: Sequence[str], window: str, sites: Iterable[str]
) -> tuple[str | None, str]:
    """The best title and where it came from.

    ``headings`` are the page's h1 texts in order, ``claims`` the titles of metadata from the
    most to the least trusted, ``window`` the text of the title element.
    """
    sites = [s for s in sites if s]
    cleaned = [c for c in (without_site(claim, sites) for claim in claims) if c]
    keys = [_key(c) for c in cleaned] + [_key(window)]
    for heading in headings:
        key = _key(heading)
        if key and any(key == k or (len(key) > 15 and key in k) for k in keys):
            return heading, "h1"
    if cleaned:
        return cleaned[0], "metadata"
    if headings:
        return headings[0], "h1"
    return None, ""


def _key(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
