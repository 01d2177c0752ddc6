"""Bytes of a page to text: the order of the WHATWG standard, checked against the bytes."""

import codecs
import re
from dataclasses import dataclass

PRESCAN_BYTES = 2048  # the standard says 1024; real pages put the charset a little later
SAMPLE_BYTES = 200_000  # enough to tell whether bytes are UTF-8
MAX_BROKEN_SHARE = 0.02  # of the non-ASCII bytes, until declared UTF-8 is not believed

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
         (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:\-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:\-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:\-]+)", re.IGNORECASE)
_NON_ASCII = re.compile(rb"[\x80-\xff]")

#: labels that browsers read as another, larger encoding (https://encoding.spec.whatwg.org)
_WHATWG = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "big5hkscs", "utf-7": "utf-8",
}  # fmt: skip

#: what bytes that are not UTF-8 most likely are, by the last part of the host name
_BY_COUNTRY = {
    "ru": "cp1251", "by": "cp1251", "ua": "cp1251", "bg": "cp1251", "rs": "cp1250",
    "pl": "iso8859-2", "cz": "cp1250", "sk": "cp1250", "hu": "iso8859-2", "gr": "cp1253",
    "tr": "cp1254", "il": "cp1255", "jp": "cp932", "kr": "cp949", "cn": "gb18030",
    "tw": "big5hkscs", "hk": "big5hkscs", "th": "cp874", "lt": "cp1257", "lv": "cp1257",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """The text of a page."""

    #: NUL is U+FFFD in it
    text: str
    #: the same in UTF-8, where that are the page's bytes as they came
    utf8: bytes | None = None


def decode(body: bytes, *, content_type: str = "", host: str = "") -> Decoded:
    """The text of ``body``; nothing raises."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _cleaned(body[len(mark) :].decode(name, errors="replace"))
    is_plain = b"\x00" not in body and b"\x1b" not in body  # as UTF-16 and ISO-2022 are not
    label = None if is_plain else declared(body, content_type)
    if not (label and label.startswith(("utf-16", "iso2022"))):
        try:
            text = body.decode("utf-8")  # what is valid UTF-8 is meant so
        except UnicodeDecodeError:
            label = declared(body, content_type)
        else:
            return _cleaned(text) if b"\x00" in body else Decoded(text=text, utf8=body)
    name = _believed(body, label, host)
    return _cleaned(body.decode(name, errors="replace"))


def declared(body: bytes, content_type: str) -> str | None:
    """The codec that the header, else the head of the page, names; None if none or unknown."""
    if (match := _CHARSET.search(content_type)) and (codec := _codec(match.group(1))):
        return codec
    head = body[:PRESCAN_BYTES]
    found = _META.search(head) or _XML.match(head)
    if found is None:
        return None
    codec = _codec(found.group(1).decode("ascii", errors="replace"))
    return "utf-8" if codec and codec.startswith("utf-16") else codec


def _codec(label: str) -> str | None:
    try:
        info = codecs.lookup(label.strip())
    except (LookupError, ValueError):
        return None
    if not info._is_text_encoding or info.name in ("idna", "punycode", "undefined"):
        return None
    return _WHATWG.get(info.name, info.name)


def _believed(body: bytes, label: str | None, host: str) -> str:
    """The declared codec, unless the bytes say that it cannot be."""
    if label and label.startswith("utf-16"):
        return label if b"\x00" in body[:200] else "utf-8"
    sample = body[:SAMPLE_BYTES]
    if sample.isascii():
        return label or "utf-8"
    broken = sample.decode("utf-8", errors="replace").count("\ufffd")
    if broken == 0:
        return "utf-8"
    if broken <= MAX_BROKEN_SHARE * len(_NON_ASCII.findall(sample)):
        return "utf-8" if label in (None, "utf-8", "cp1252") else label
    if label and label != "utf-8":
        return label
    return _BY_COUNTRY.get(host.rpartition(".")[2].lower(), "cp1252")


def _cleaned(text: str) -> Decoded:
    return Decoded(text=text.replace("\x00", "\ufffd"))
