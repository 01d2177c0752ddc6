"""Bytes of a page to text: what was declared, held against what the bytes bear out.

Bytes that are UTF-8 are read so, whatever was declared: no other encoding looks like it by
chance. Else the header is asked, then the page itself, and where neither has an answer that can
be, the encoding is guessed from the text.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from w3lib.encoding import (
    html_body_declared_encoding,
    read_bom,
    resolve_encoding,
    to_unicode,
)

from crawler.page.double_encoding import encoded_once

#: a declaration is looked for so far into the page: scripts may stand before it
_HEAD_BYTES = 100_000
#: declarations that are looked at
_MAX_DECLARATIONS = 3_000
#: so many characters well written for one that is broken, and it is UTF-8 with a fault
_WELL_WRITTEN = 4
#: bytes from which an encoding that nobody declared is guessed
_GUESS_BYTES = 6_000
#: of the page, in which they are looked for
_SAMPLE_BYTES = 400_000
#: so many of them stand before the first that is not ASCII
_BEFORE_BYTES = 300

#: what says nothing of the page's encoding, or only seems to
_SKIPPED = re.compile(
    rb"<!--.*?(?:-->|\Z)|<script\b.*?(?:</script|\Z)|<style\b.*?(?:</style|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_DECLARATION = re.compile(
    rb"<meta\b[^>]{0,300}charset[^>]{0,100}>|<\?xml[^>]{0,200}>|<body\b", re.IGNORECASE
)
_TAG = re.compile(rb"<[^>]{0,2000}>")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_HIGH_BYTES = bytes(range(0x80, 0x100))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)

#: labels of the web (https://encoding.spec.whatwg.org) that Python does not know
_LABELS = {
    "x-gbk": "gb18030", "chinese": "gb18030", "x-euc-jp": "euc_jp", "x-big5": "big5hkscs",
    "iso-8859-8-i": "iso8859_8", "iso-8859-8-e": "iso8859_8", "logical": "iso8859_8",
    "windows-949": "cp949", "ks_c_5601-1989": "cp949", "x-cp1250": "cp1250",
    "x-cp1251": "cp1251", "x-cp1252": "cp1252", "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "x-mac-ukrainian": "mac_cyrillic", "dos-874": "cp874",
    "unicode": "utf-8", "x-unicode20utf8": "utf-8", "unicode11utf8": "utf-8", "utf8mb4": "utf-8",
    "utf8mb3": "utf-8",
}  # fmt: skip

#: Python's names of the encodings that a page may have
_ENCODINGS = frozenset([
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp866", "cp874", "iso8859-2", "iso8859-3",
    "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10", "iso8859-13",
    "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic",
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949",
])  # fmt: skip
#: a guess is made among these, where of the letters three in ten and more are not ASCII's
_GUESSED = [
    "cp1251", "koi8_r", "koi8_u", "cp1253", "cp1255", "cp1256", "cp1258", "cp874", "cp932",
    "euc_jp", "cp949", "gb18030", "big5",
]  # fmt: skip
_OF_LANGUAGE = {"ja": ["cp932", "euc_jp"], "ko": ["cp949"], "zh": ["gb18030", "big5"]}
#: else the letters are Latin ones, and the language that the page names tells more than they do
_LATIN_SHARE = 0.3
_LATIN_OF_LANGUAGE = {
    **dict.fromkeys(("pl", "cs", "sk", "sl", "hu", "hr", "ro", "sq", "bs"), "cp1250"),
    **dict.fromkeys(("lt", "lv", "et"), "cp1257"),
    **{"tr": "cp1254", "az": "cp1254", "ku": "cp1254", "vi": "cp1258"},
}
_LANGUAGE = re.compile(rb"<html\b[^>]{0,300}?\blang\s*=\s*[\"']?([a-z]{2})\b", re.IGNORECASE)
#: bytes that are letters in cp1250, and control characters in ISO 8859-2
_C1 = re.compile(rb"[\x80-\x9f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """The text of a page."""

    #: NUL is U+FFFD in it
    text: str
    #: the same in UTF-8, where that are the page's bytes as they came
    utf8: bytes | None = None


def decode(body: bytes, *, content_type: str = "") -> Decoded:
    """The text of ``body``; nothing raises."""
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return _cleaned(body[len(mark) :].decode(encoding, errors="replace"))
    is_plain = b"\x00" not in body and b"\x1b" not in body  # as UTF-16 and ISO-2022 are not
    if not is_plain and (encoding := _of_many_bytes(body, content_type)):
        return _cleaned(body.decode(encoding, errors="replace"))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _cleaned(_not_quite_utf8(body, content_type))
    if (mended := encoded_once(text, body)) is not None:
        return _cleaned(mended)
    return _cleaned(text) if b"\x00" in body else Decoded(text=text, utf8=body)


def _of_many_bytes(body: bytes, content_type: str) -> str | None:
    """The encoding declared that writes letters as ASCII, or with NUL between, if it may be."""
    for encoding in _declared(body, content_type):
        if encoding.startswith("iso2022"):
            return encoding if b"\x1b" in body else None
        if encoding.startswith("utf-16"):
            return encoding if b"\x00" in body[:200] else None
    return None


def _not_quite_utf8(body: bytes, content_type: str) -> str:
    text = body.decode("utf-8", errors="replace")
    broken = text.count("\ufffd") - body.count("\ufffd".encode())
    ascii_chars = len(body.translate(None, _HIGH_BYTES))
    if len(text) - ascii_chars - broken >= _WELL_WRITTEN * broken:
        return text
    for encoding in _declared(body, content_type):
        if not encoding.startswith("utf-"):
            return to_unicode(body, encoding)
    return to_unicode(body, _guessed(body))


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """The encodings that the header names, then those that the page names."""
    if label := _CHARSET.search(content_type):
        yield from _resolved(label.group(1))
    head = _SKIPPED.sub(b"", body[:_HEAD_BYTES])
    for declaration in islice(_DECLARATION.findall(head), _MAX_DECLARATIONS):
        if declaration[:5].lower() == b"<body":
            return
        if encoding := html_body_declared_encoding(declaration):
            yield from _resolved(encoding, is_of_page=True)
        elif (label := _CHARSET.search(declaration.decode("ascii", errors="replace"))) and (
            label.group(1).lower() in _LABELS
        ):
            yield from _resolved(label.group(1), is_of_page=True)


def _resolved(label: str, *, is_of_page: bool = False) -> Iterator[str]:
    """Python's name of the encoding, where the web knows it."""
    encoding = _LABELS.get(label.lower()) or resolve_encoding(label)
    name = codecs.lookup(encoding).name if encoding else None
    if name in _ENCODINGS:
        # a page that could be read far enough to find this is not in UTF-16
        yield "utf-8" if is_of_page and name.startswith("utf-16") else name


def _guessed(body: bytes) -> str:
    """The encoding that the text outside of markup looks like."""
    text = b" ".join(_TAG.sub(b" ", _SKIPPED.sub(b"", body[:_SAMPLE_BYTES])).split())
    first = _HIGH_BYTE.search(text)
    start = max(0, first.start() - _BEFORE_BYTES) if first else 0
    sample = text[start : start + _GUESS_BYTES]
    if len(sample) == _GUESS_BYTES:  # not in the middle of a character
        sample = sample[: sample.rfind(b" ")] or sample
    named = _LANGUAGE.search(body[:_HEAD_BYTES])
    language = named.group(1).decode().lower() if named else ""
    high = len(_HIGH_BYTE.findall(sample))
    is_other = high >= _LATIN_SHARE * (high + len(_ASCII_LETTER.findall(sample)))
    if is_other and language not in _LATIN_OF_LANGUAGE:
        from charset_normalizer import from_bytes  # seldom needed

        for among in filter(None, (_OF_LANGUAGE.get(language), _GUESSED)):
            best = from_bytes(sample, cp_isolation=among, enable_fallback=False).best()
            if best is not None:
                return best.encoding
    encoding = _LATIN_OF_LANGUAGE.get(language, "cp1252")
    if encoding == "cp1250" and not _C1.search(text):
        return "iso8859_2"
    return encoding


def _cleaned(text: str) -> Decoded:
    return Decoded(text=text.replace("\x00", "\ufffd"))
