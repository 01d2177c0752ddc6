"""What a text is known again by: its words without frame, and a sample of their shingles.

The sample is a scaled MinHash with one hash function: of all runs of some words, those whose
hash lies below a bound.  Two texts that share a passage share the runs of it that are sampled,
however long the rest of either is.  Plain Python.
"""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

#: a shorter text (a flash, a score, a price) says too little to be called a copy
MIN_WORDS = 40
#: words in a shingle; characters in scripts without spaces, where one says less
WIDTH, UNSPACED_WIDTH = 3, 7
#: shingles sampled of a short text at least, of a long one in proportion, and at most
SAMPLE, RATE, MAX_SAMPLE = 24, 1 / 16, 256
#: a longer paragraph is cut into words whenever it is asked for them
MAX_KEPT_CHARS = 2_000

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_WORD = re.compile(rf"[^\W\d{_UNSPACED}]+|\d+(?:[.,:]\d+)*|[{_UNSPACED}]")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
#: the same words where there are no other letters, in half the time
_ASCII_WORD = re.compile(r"[a-z_]+|[0-9]+(?:[.,:][0-9]+)*")
#: "TEMPO.CO, Jakarta - ", "JAKARTA, KOMPAS.com – ", "Jakarta (ANTARA) - "
_DATELINE = re.compile(r"(?i)^[^.!?]{0,60}?(?:\.(?:co|com|id|net)\b[^-–—]{0,40})?\s[-–—]+\s")
#: "(Antara/Budi)", "Sumber: Reuters": a line of a credit that the reader left
_CREDIT = re.compile(r"(?i)\(?[\w .|/,&-]{2,60}\)?|(?:sumber|source|quelle|fuente)\s*:.{2,60}")
_CREDIT_WORDS = 8

_BITS = 64
_MASK = (1 << _BITS) - 1
#: odd numbers without a pattern; stored keys depend on them, so they never change
_FACTOR, _MIX = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93


def words_of(text: str) -> list[str]:
    """The words without case and punctuation; scripts without spaces character by character."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def core(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs without dateline at the beginning and lines of credit at the end."""
    kept = list(paragraphs)
    if kept:
        kept[0] = _DATELINE.sub("", kept[0], count=1)
    while len(kept) > 1 and _is_credit(kept[-1]):
        kept.pop()
    return kept


def _is_credit(line: str) -> bool:
    return len(line.split()) <= _CREDIT_WORDS and _CREDIT.fullmatch(line.strip()) is not None


def core_words(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The words of the text proper."""
    return tuple(chain.from_iterable(map(paragraph_words, core(paragraphs))))


def count_words(paragraphs: Iterable[str]) -> int:
    """How many words a text has: no word goes over the end of a paragraph."""
    return sum(len(paragraph_words(paragraph)) for paragraph in paragraphs)


def paragraph_words(paragraph: str) -> Sequence[str]:
    """Its words, remembered for a moment: each paragraph of a new text is asked three times."""
    return _remembered(paragraph) if len(paragraph) <= MAX_KEPT_CHARS else words_of(paragraph)


@lru_cache(maxsize=1_000)
def _remembered(paragraph: str) -> tuple[str, ...]:
    return tuple(words_of(paragraph))


def width_of(words: Sequence[str]) -> int:
    """Words in a shingle of this text."""
    joined = " ".join(words)
    if joined.isascii() or not _IS_UNSPACED.search(joined):
        return WIDTH
    unspaced = sum(1 for word in words if _IS_UNSPACED.match(word))
    return UNSPACED_WIDTH if unspaced * 2 > len(words) else WIDTH


def keys_of(paragraphs: Sequence[str]) -> tuple[int, ...]:
    """What the text is looked up by, as signed numbers of 64 bits; empty for a short text.

    The first is the same only for texts of the same words, the others are sampled shingles.
    """
    words = core_words(paragraphs)
    width = width_of(words)
    if len(words) < MIN_WORDS * (1 if width == WIDTH else 2):
        return ()
    text = " ".join(words).encode("utf-8", "surrogatepass")
    whole = int.from_bytes(hashlib.sha256(text).digest()[:8], signed=True)
    sampled = _sampled(shingles(text.split(b" "), width), len(words))
    return tuple(dict.fromkeys((whole, *sampled)))


def shingles(words: Sequence[bytes], width: int) -> npt.NDArray[np.uint64]:
    """A hash for each run of ``width`` words, given as UTF-8."""
    numbers = np.fromiter(map(zlib.crc32, words), np.uint64, len(words))
    hashes = np.zeros(len(words) - width + 1, dtype=np.uint64)
    for place in range(width):
        hashes = hashes * np.uint64(_FACTOR) + numbers[place : len(words) - width + 1 + place]
    for shift in (32, 29):
        hashes = (hashes ^ (hashes >> np.uint64(shift))) * np.uint64(_MIX)
    return hashes ^ (hashes >> np.uint64(32))


def _sampled(hashes: npt.NDArray[np.uint64], length: int) -> list[int]:
    """The smallest: all below a bound that falls with the text's length, so that of two texts
    the longer one's bound decides what they share.
    """
    rate = min(1.0, max(RATE, SAMPLE / length), MAX_SAMPLE / length)
    bound = np.uint64(min(_MASK, int(rate * (1 << _BITS))))
    return sorted({*hashes[hashes <= bound].astype(np.int64).tolist()})
