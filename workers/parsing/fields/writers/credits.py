"""Cuts a text's frame off: a date above it, dateline, byline line, agency credits, pointers."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from crawler.links.labels import said_by
from workers.parsing.body.date_lines import is_date
from workers.parsing.body.substring_matcher import Substrings
from workers.parsing.fields.dateline import dateline_of, lone_dateline
from workers.parsing.fields.stray_lines import is_ending, is_rights, is_signature, without_strays
from workers.parsing.fields.writers.agencies import agencies_in
from workers.parsing.fields.writers.bylines import signed_by
from workers.parsing.lexicon import lexicon

POINTER_HEAD = 120  # characters in which the label of a pointer ends
MAX_CREDIT = 60  # characters of a credit after its label
CREDIT_TAIL = 120  # characters at the end of a paragraph in which a credit may stand
MAX_APPEAL = 250  # characters of a paragraph that asks for something
MAX_BYLINE = 80  # characters of a byline in capitals
HEAD, CREDIT = "head of the text", "credit"
TAIL = 4  # paragraphs at the end in which a byline may stand
LAST = 2  # of these, in which signatures and marks of the end may stand
ABOVE = 4  # paragraphs in which a date may stand, with a byline over it
MAX_DATES = 120  # of a line of two dates
MAX_COUNT = 3  # digits of a count of comments
MAX_ABOVE = 40  # characters of a line over such a date

_DATE_PARTS = re.compile(r"\s*[|•·]\s*")
_SENTENCE_ENDS = (".", "!", "?", "。", "।", "۔", "…", ":", "»", "”", '"')
#: what may be the label of a pointer, up to its mark or the end
_HEAD = re.compile(r"\W*([^:：>»|]{2,90}+)(?:[:：>»|]|$)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Framed:
    """A text without its frame, and what the frame said."""

    #: the paragraphs that are text
    paragraphs: tuple[str, ...]
    #: the place of the report, or None
    dateline: str | None = None
    #: agencies credited, in order
    sources: tuple[str, ...] = ()
    #: where these stand
    sources_at: str = ""
    #: names in a byline at the end of the text, as written
    bylines: tuple[str, ...] = ()


def unframed(paragraphs: Sequence[str], sites: Collection[str] = ()) -> Framed:
    """Takes the frame off the paragraphs of one article. ``sites``: names of the publisher."""
    kept: list[str] = []
    sources: list[str] = []
    bylines: list[str] = []
    paragraphs = _above_writer(_below_date(without_strays(paragraphs)))
    asked = appeals(paragraphs)
    for number, (paragraph, is_appeal) in enumerate(zip(paragraphs, asked, strict=True)):
        text, credit = _without_credit(paragraph)
        if credit:
            sources += agencies_in(credit)
        if not text or is_pointer(text) or is_appeal or (not kept and _is_over_text(text)):
            continue
        if number < ABOVE and _is_labelled_date(text):
            continue
        is_edge = len(kept) <= 1 or number >= len(paragraphs) - TAIL
        if is_edge and (writers := signed_by(text)) is not None:
            bylines += writers if kept else []
            continue
        is_last = number >= len(paragraphs) - LAST and number > 0
        if is_last and (is_ending(text) or is_rights(text) or _is_labelled_date(text)):
            continue
        if is_last and is_signature(text):
            sources += agencies_in(text.strip("()[]（）【】 ."))
            continue
        is_tail = number >= len(paragraphs) - TAIL and number > 0
        if is_tail and (names := _byline(text)) is not None:
            sources += [s for name in names for s in agencies_in(name)]
            bylines += [name for name in names if not agencies_in(name)]
            continue
        kept.append(text)
    if len(kept) > 1 and lone_dateline(kept[0], sites):
        kept[:2] = [" ".join(kept[:2])]
    dateline = dateline_of(kept, sites)
    return Framed(
        paragraphs=tuple(kept),
        dateline=dateline.place,
        sources=tuple(dict.fromkeys([*dateline.agencies, *sources])),
        sources_at=" and ".join(
            where for where, names in ((HEAD, dateline.agencies), (CREDIT, sources)) if names
        ),
        bylines=tuple(bylines),
    )


def _below_date(paragraphs: list[str]) -> list[str]:
    """The paragraphs below a date near the first one, where no sentence stands above it."""
    for number, text in enumerate(paragraphs[:ABOVE]):
        if number and is_date(text):
            return paragraphs[number + 1 :]
        if len(text) > MAX_ABOVE or text.endswith(_SENTENCE_ENDS):
            break
    return paragraphs


def _above_writer(paragraphs: list[str]) -> list[str]:
    """The paragraphs above what is said of the writer at the text's end, under a heading."""
    for number in range(len(paragraphs) - 1, max(len(paragraphs) - TAIL, 0), -1):
        label = paragraphs[number].strip(" :：").lower()
        if len(label) <= MAX_ABOVE and label in lexicon().labels["about_writer"]:
            return paragraphs[:number]
    return paragraphs


def _is_labelled_date(text: str) -> bool:
    """Whether the line is dates behind labels: "Published: 3 May 2024 | Updated: 4 May 2024"."""
    if len(text) > MAX_DATES or not text.lower().startswith(_dating_labels()):
        return False
    return all(map(is_date, _DATE_PARTS.split(text)))


def _is_over_text(text: str) -> bool:
    """Whether a line before the text's first is a date, or a count of comments."""
    return (text.isdigit() and len(text) <= MAX_COUNT) or is_date(text)


@cache
def _dating_labels() -> tuple[str, ...]:
    return (*lexicon().labels["published"], *lexicon().labels["updated"])


def is_pointer(text: str) -> bool:
    """Whether the paragraph only points to another article: "Baca juga: ..."."""
    head = _HEAD.match(text, 0, POINTER_HEAD)
    if head is None:
        return False
    label = said_by(head[1])
    if label is not None and not label.rest and label.meaning == "readmore":
        return True
    return head[1].strip().lower() in _pointers()


def appeals(texts: Sequence[str]) -> list[bool]:
    """Of each paragraph whether it asks the reader to follow, subscribe or scroll."""
    short = [text.lower() if len(text) < MAX_APPEAL else "" for text in texts]
    together = "\n".join(short)
    if next(_appeals().places(together), None) is None:
        return [False] * len(short)
    phrases = [phrase for phrase in lexicon().labels["appeal"] if phrase in together]
    return [any(phrase in text for phrase in phrases) for text in short]


@cache
def _appeals() -> Substrings:
    return Substrings(lexicon().labels["appeal"])


@cache
def _pointers() -> frozenset[str]:
    return frozenset(lexicon().labels["pointer"])


@cache
def _credit_pattern() -> re.Pattern[str]:
    labels = _either(lexicon().labels["source"])
    return re.compile(
        rf"(?:^|(?<=[.!?\"”’)…]))\s*[(\[]?(?:{labels})\s*[:：]\s*(?P<who>[^:]{{2,{MAX_CREDIT}}}?)[)\].]*$",
        re.IGNORECASE,
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _without_credit(paragraph: str) -> tuple[str, str]:
    """The paragraph without "Sumber: ..." at its end, and what the credit names."""
    tail = max(len(paragraph) - CREDIT_TAIL, 0)
    if paragraph.find(":", tail) < 0 and paragraph.find("：", tail) < 0:
        return paragraph, ""
    match = _credit_pattern().search(paragraph, tail)
    if match is None:
        return paragraph, ""
    return paragraph[: match.start()].rstrip(), match["who"].strip()


def _byline(text: str) -> list[str] | None:
    """The names of a line such as "ISTMAN MP | REUTERS" or "ANTARA"; None if it is none."""
    if len(text) > MAX_BYLINE or not text.isupper() or text.endswith((".", "!", "?", ":")):
        return None
    names = [name.strip(" *()") for name in re.split(r"\s[|l]\s|[|/]", text)]
    if any(not name or len(name.split()) > 4 or any(c.isdigit() for c in name) for name in names):
        return None
    return names
