"""The headline: what page, metadata and window title agree on, without the site's name."""

import re
from collections.abc import Iterable, Sequence

from workers.parsing.features import letters

MIN_SHARED = 0.5  # of a heading's words that metadata must have, to be the same headline
MAX_TITLE = 400  # characters
MAX_HEADINGS = 40
MIN_HEADING = 12  # letters of a heading that is believed without any metadata

_SEPARATOR = re.compile(r"\s+[|–—\-·•»:/]+\s+|\s*[|｜]\s*|\s+::\s+")
_COLON = re.compile(r"\s*[:：]\s+")
_WORD = re.compile(r"\w+")


def choose_title(
    headings: Sequence[str], claims: Sequence[str], window: str, sites: Iterable[str]
) -> tuple[str | None, str]:
    """The best title and where it came from.

    ``headings`` are the page's h1 texts in order, ``claims`` the titles of metadata from the
    most to the least trusted, ``window`` the text of the title element, ``sites`` names of
    the site.  The heading that the metadata know is the title; metadata without the site's
    name where there is no such heading.
    """
    names = [letters(s) for s in sites if s]
    headings = [h for h in headings[:MAX_HEADINGS] if len(h) <= MAX_TITLE]
    claims = [c[:MAX_TITLE] for c in claims[:MAX_HEADINGS]]
    cleaned = [c for c in (without_site(claim, names) for claim in claims) if c]
    bare_window = without_site(window, names)
    known = [*cleaned, bare_window] if bare_window else cleaned
    headings = [h for h in headings if letters(h) and letters(h) not in names]
    for heading in headings:
        if claim := _with_kicker(heading, cleaned) or _spelling(heading, known):
            return claim, "h1 and metadata"
    if closest := _closest(headings, [*cleaned, window]):
        return closest, "h1"
    if cleaned:
        return cleaned[0], "metadata"
    if bare_window and len(_SEPARATOR.findall(window)) < 3 and letters(bare_window) not in names:
        long = [h for h in headings if len(letters(h)) >= MIN_HEADING]
        if not long and _is_label(window, bare_window):
            return None, ""
        return (long[0], "h1") if len(long) == 1 else (bare_window, "title element")
    return (headings[0], "h1") if headings else (None, "")


def without_site(title: str, names: Sequence[str]) -> str:
    """The title without the parts at its ends that are one of the site's names.

    ``names`` are given as letters only.  A part counts as a name too where it holds one, or
    is held by one, and is shorter than what is left.
    """
    spans = list(_SEPARATOR.finditer(title))
    while spans and _is_name(title[spans[-1].end() :], title[: spans[-1].start()], names):
        title = title[: spans.pop().start()]
    if spans and _is_name(title[: spans[0].start()], title[spans[0].end() :], names):
        title = title[spans[0].end() :]
    return title.strip()


def _is_name(part: str, rest: str, names: Sequence[str]) -> bool:
    key = letters(part)
    if not key:
        return True
    if key in names:
        return True
    if len(key) >= len(letters(rest)):
        return False
    return any(
        len(name) > 3 and (name in key or (len(key) > 3 and key in name)) for name in names
    ) or (part.strip().lower().endswith((".com", ".de", ".id", ".co", ".org", ".net")))


def _is_label(window: str, bare: str) -> bool:
    """Whether a window title is only a section and the site: "Dunia - Dunia Tempo.co"."""
    first = letters(_SEPARATOR.split(bare)[0])
    return len(first) < MIN_HEADING and letters(window).count(first) > 1


def _with_kicker(heading: str, cleaned: Sequence[str]) -> str | None:
    """The metadata's title where all of them put the same kicker before the heading."""
    key = letters(heading)
    kinds = {letters(claim) for claim in cleaned}
    parts = _COLON.split(cleaned[0], maxsplit=1) if len(kinds) == 1 else []
    return cleaned[0] if len(parts) == 2 and letters(parts[1]) == key else None


def _spelling(heading: str, known: Sequence[str]) -> str | None:
    """The metadata's spelling of the heading."""
    key = letters(heading)
    for claim in known:
        claimed = letters(claim)
        if claimed == key:
            return claim
        if len(claimed) > 20 and key.endswith(claimed) and _SEPARATOR.search(heading):
            return claim
    if len(key) > 20 and any(key in letters(claim) for claim in known):
        return heading
    return None


def _closest(headings: Sequence[str], known: Sequence[str]) -> str | None:
    """The heading that shares most words with the metadata, if it shares enough."""
    words = {w for claim in known for w in _WORD.findall(claim.lower())}
    best, best_share = None, MIN_SHARED
    for heading in headings[:10]:
        own = _WORD.findall(heading.lower())
        if len(own) < 3 and len(heading) < MIN_HEADING:
            continue
        share = sum(w in words for w in own) / len(own)
        if share > best_share:
            best, best_share = heading, share
    return best
