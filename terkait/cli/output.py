"""What commands print: text from the web made harmless, tables for people, JSON for programs."""

import unicodedata

#: terminal escapes, other controls, bidi overrides, private and unassigned code points
_DANGEROUS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
#: format characters that scripts need to be written rightly: joiners, and emoji tags are not
_NEEDED = frozenset("\u200c\u200d")


def plain(text: str) -> str:
    """The text on one line, without anything that could steer a terminal."""
    if text.isascii() and text.isprintable():
        return text
    folded = " ".join(text.split())
    return "".join(
        char for char in folded if char in _NEEDED or unicodedata.category(char) not in _DANGEROUS
    )
