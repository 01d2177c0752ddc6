"""Fingerprints of texts: the same for copies. Plain Python."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

#: a shorter text (a flash, a score, a price) says too little to be called a copy
MIN_WORDS = 40

_WORD = re.compile(r"\w+")
#: "TEMPO.CO, Jakarta - ", "JAKARTA, KOMPAS.com – ", "Jakarta (ANTARA) - "
_DATELINE = re.compile(r"(?i)^[^.!?]{0,60}?(?:\.(?:co|com|id|net)\b[^-–—]{0,40})?\s[-–—]+\s")


def words_of(text: str) -> list[str]:
    """The words, without case, accents of spelling and punctuation."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def fingerprint(paragraphs: Sequence[str]) -> bytes | None:
    """SHA-256 of the words without dateline, case and punctuation; None for a short text."""
    if not paragraphs:
        return None
    first = _DATELINE.sub("", paragraphs[0], count=1)
    words = words_of(" ".join((first, *paragraphs[1:])))
    if len(words) < MIN_WORDS:
        return None
    return hashlib.sha256(" ".join(words).encode()).digest()
