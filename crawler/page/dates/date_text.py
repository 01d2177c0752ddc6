"""Makes the text of a date plain: one form of each letter and digit, vowel signs as letters."""

import unicodedata

_POINTED = range(0x0591, 0x06EE)  # Hebrew and Arabic, where marks may be written or not
_SIGNED = range(0x0900, 0x1B00)  # Devanagari to Balinese, where they are as much as letters
_STAND_INS = 0xA000  # Yi syllables: letters of a script that the calendar has no words of
_HYPHEN = {0x2010: "-"}
_UNSEEN = dict.fromkeys((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F),
                         *range(0x2060, 0x206A), 0xFEFF))  # fmt: skip


def _kind(code: int) -> str:
    return unicodedata.category(chr(code))


def _marks(codes: range) -> list[int]:
    return [code for code in codes if _kind(code) in ("Mn", "Mc")]


def _table() -> dict[int, str | None]:
    digits = {
        code: str(unicodedata.decimal(chr(code)))
        for codes in (_POINTED, range(0x06EE, 0x0700), _SIGNED)
        for code in codes
        if _kind(code) == "Nd"
    }
    # patterns see no letter in a mark, so that a word of Hindi or Thai would end at each
    signs = {mark: chr(_STAND_INS + number) for number, mark in enumerate(_marks(_SIGNED))}
    return {**_UNSEEN, **dict.fromkeys(_marks(_POINTED)), **_HYPHEN, **digits, **signs}


_TABLE = _table()


def plain(text: str) -> str:
    """The text with single spaces, ASCII digits, and a letter in place of each vowel sign.

    It is for comparing with text that was made plain too, never for showing.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_TABLE)
    return " ".join(text.split())
