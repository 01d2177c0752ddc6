"""Lines that editing systems leave in a text: initials, page counts, placeholders, pointers.

They are known by their form; the few words that it takes stand in the lexicon.
"""

import re
from collections.abc import Iterable
from functools import cache

from workers.parsing.lexicon import lexicon

MAX_CHARS = 160  # of a paragraph that is a stray line
MAX_RIGHTS = 260  # of a notice of rights
MIN_OFFICE = 5  # letters of a word in brackets that is no initials
MAX_COUNT = 30  # of a line that counts pages
MAX_SIGNED = 60  # of a line at the text's end that an address or brackets mark as a signature
MAX_SIGNATURE = 4  # words in such brackets
MAX_PLACEHOLDER = 80  # of what stands for an embedded film or picture

#: "(fbn)", "(mdk/yan)", "[ant, rio]": writers and editors by their initials
_INITIALS = re.compile(
    r"\s*[(\[]\s*[^\W\d_]{2,5}(?:\s?[/,|-]\s?[^\W\d_]{2,5}){0,3}[\s.-]*[)\]]\s*\.?$"
)
#: "1 dari 3 Halaman", "Page 2 of 5", "3/7"
_COUNT = re.compile(
    r"(?:[^\W\d_]+\s)?\d{1,3}\s?(?:dari|of|von|de|di|van|av|af|sur|z|ze|из|з|/)\s?\d{1,3}(?:\s[^\W\d_]+)?"
)
#: "[Gambas:Video 20detik]", "[embed]...[/embed]"
_PLACEHOLDER = re.compile(
    rf"\[[^\W\d_]{{3,20}}:[^\[\]]{{1,{MAX_PLACEHOLDER}}}\]|\[/[a-z]{{3,20}}\]"
)
#: "#Dermaga Baru"
_TAG = re.compile(r"#[^\W\d_][^#.!?:]{1,40}")
#: "(Humas/rn)", "[Sari Dewi]", but no "(Photo: 3 May)"
_IN_BRACKETS = re.compile(r"[(\[（【][^()\[\]（）【】\d:.!?]{2,40}[)\]）】]\.?")
_BARE_INITIALS = re.compile(r"[a-zäöü]{2,5}(?:/[a-zäöü]{2,5}){1,3}")  # "jko/dpa"
_MAIL = re.compile(r"[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,40}){1,4}")
_END_NUMBER = re.compile(r"[\s/\d.#*_–—-]+$|^[\s#*_–—-]+")
_RIGHTS = re.compile(
    r"(?:copyright|©|\(c\)|hak cipta)[\s©]{0,3}(?:\(c\)\s?)?(?:19|20)\d\d", re.IGNORECASE
)
_SENTENCE = re.compile(r"[.!?]\s")


def without_initials(text: str) -> str:
    """The paragraph without its writers' initials at the end; all of it where they are no such."""
    if not text.endswith((")", "]", ").", "].")):
        return text
    match = _INITIALS.search(text, max(len(text) - 40, 0))
    if match is None:
        return text
    marks = match[0].strip().strip("()[] .-")
    before = text[: match.start()]
    is_after_sentence = not before or before.rstrip().endswith((".", "!", "?", "”", '"', "»"))
    return before.rstrip() if is_after_sentence and marks.islower() else text


def is_stray(text: str) -> bool:
    """Whether the paragraph is no part of the text: a count of pages, a placeholder, a pointer."""
    if len(text) > MAX_CHARS:
        return False
    if len(text) <= MAX_COUNT and _COUNT.fullmatch(text):
        return True
    lower = text.lower()
    if lower.rstrip(" .…:") in _waiting():
        return True
    if not any(c.isalnum() or c == "_" for c in text):
        return True  # "(*)", "***"
    if _TAG.fullmatch(text) or ("[" in text and _PLACEHOLDER.search(text)):
        return True
    return _points_at_film(text, lower)


def is_signature(text: str) -> bool:
    """Whether a line at the text's end only says who sent it: in brackets, or by an address."""
    if len(text) > MAX_SIGNED:
        return False
    if text[0] in "([（【" and _IN_BRACKETS.fullmatch(text):
        words = re.findall(r"[^\W\d_]+", text)
        is_named = text[0] == "【" or " " in text or any(len(w) >= MIN_OFFICE for w in words)
        return is_named and len(text.split()) <= MAX_SIGNATURE
    if _BARE_INITIALS.fullmatch(text):
        return True
    mail = _MAIL.search(text) if "@" in text else None
    return mail is not None and len(text.replace(mail[0], "").split()) <= MAX_SIGNATURE


def is_rights(text: str) -> bool:
    """Whether a line at the text's end is a notice of rights."""
    if len(text) > MAX_RIGHTS:
        return False
    lower = text.lower()
    return _RIGHTS.match(text) is not None or any(w in lower for w in lexicon().labels["rights"])


def is_ending(text: str) -> bool:
    """Whether a line at the text's end is the mark of it: "انتهای پیام/", "– Ends –"."""
    if len(text) > MAX_COUNT:
        return False
    return _END_NUMBER.sub("", text).lower() in lexicon().labels["ending"]


def _points_at_film(text: str, lower: str) -> bool:
    """Whether the line bids to watch what stands beneath: "Saksikan video di bawah ini:"."""
    if not lower.startswith(_bidding()) or _SENTENCE.search(text):
        return False
    return text.rstrip().endswith((":", "：")) and any(word in lower for word in _films())


@cache
def _waiting() -> frozenset[str]:
    labels = lexicon().labels
    return frozenset((*labels["waiting"], *labels["onward"], *labels["buttons"]))


@cache
def _bidding() -> tuple[str, ...]:
    return tuple(f"{word} " for word in lexicon().labels["watch"])


@cache
def _films() -> tuple[str, ...]:
    return lexicon().labels["film"]


def without_strays(paragraphs: Iterable[str]) -> list[str]:
    """The paragraphs without stray lines, and without initials at the end of one."""
    kept = (without_initials(text) for text in paragraphs if not is_stray(text))
    return [text for text in kept if text]
