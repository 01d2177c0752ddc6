"""Paragraphs that a site may repeat on its pages, and a text without those it does. Plain Python.

Which ones are repeated is learned in the database (``db.articles.repeated_lines``).
"""

import hashlib
from collections.abc import Collection, Sequence

from workers.dedup.fingerprint import paragraph_words

#: a longer paragraph is told, not repeated
MAX_WORDS, MAX_CHARS = 60, 500
#: paragraphs of one page that are counted
MAX_LINES = 60


def lines_of(paragraphs: Sequence[str]) -> dict[bytes, str]:
    """The paragraphs that may be boilerplate by a digest of their words, each once."""
    lines: dict[bytes, str] = {}
    for paragraph in paragraphs:
        if len(lines) == MAX_LINES:
            break
        key = digest_of(paragraph)
        if key is not None:
            lines.setdefault(key, paragraph)
    return lines


def digest_of(paragraph: str) -> bytes | None:
    """The same for paragraphs of the same words; None where it is too long, or has none."""
    if len(paragraph) > MAX_CHARS:
        return None
    words = paragraph_words(paragraph)
    if not words or len(words) > MAX_WORDS:
        return None
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest()[:16]


def without(paragraphs: Sequence[str], repeated: Collection[bytes]) -> tuple[str, ...]:
    """The paragraphs that are not repeated; all of them where nothing would be left."""
    kept = tuple(p for p in paragraphs if digest_of(p) not in repeated)
    return kept or tuple(paragraphs)
