"""Text whose UTF-8 was taken for Latin letters and encoded once more: "â€™" for an apostrophe."""

import re

#: what punctuation begins with that was encoded twice. The control of the first has no place in a
#: page, the other may be what it writes about; their second sign is the rare one, and found sooner
_CERTAIN = "\u00e2\u0080"
_LIKELY = "\u00e2\u20ac"
#: what their first sign begins with in UTF-8
_FIRST_BYTE = _CERTAIN.encode()[:1]
#: so often the latter is no example
_MIN_LIKELY = 3

#: the letters of UTF-8's bytes: of two, three and four, with at least one control among them or a
#: sign that no text has behind such a letter
_CONTROLLED = re.compile(
    "[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}"
)
#: the same where the letters are those of Windows, which has signs in place of most controls
_SIGNS = "".join(
    bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(0x80, 0xC0)
)
_SIGN = f"[{re.escape(_SIGNS)}]"
_SIGNED = re.compile(
    f"[\u00c2-\u00df]{_SIGN}|[\u00e0-\u00ef]{_SIGN}{{2}}|[\u00f0-\u00f4]{_SIGN}{{3}}"
)
_BYTE_OF = {sign: byte for byte, sign in enumerate(_SIGNS, 0x80)}


def encoded_once(text: str, utf8: bytes) -> str | None:
    """The text as it was meant, or None where it is. ``utf8``: the same text's bytes."""
    if _FIRST_BYTE not in utf8:  # tells most texts without Latin letters in a tenth of the time
        return None
    if _CERTAIN[1] in text and _CERTAIN in text:
        return _CONTROLLED.sub(_once, text)
    if _LIKELY[1] in text and text.count(_LIKELY) >= _MIN_LIKELY:
        return _SIGNED.sub(_once, text)
    return None


def _once(match: re.Match[str]) -> str:
    """What the letters are as UTF-8's bytes; themselves where they are none."""
    broken = match.group()
    try:
        return bytes(_BYTE_OF.get(sign, ord(sign)) for sign in broken).decode("utf-8")
    except (UnicodeDecodeError, ValueError):
        return broken
