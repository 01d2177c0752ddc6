"""The place and the agency at the head of a report: "JAKARTA, KOMPAS.com - ...".

A head ends in a dash (or, after capitals, in a colon) and holds nothing but places, a
publication, a date, and an agency in brackets; a sentence that has a dash is none.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from workers.parsing.fields.writers.agencies import agencies_in
from workers.parsing.lexicon import lexicon

MAX_HEAD = 100  # characters up to the dash
MAX_PLACE_WORDS = 4
MAX_LONE_WORDS = 2  # of a place in small letters before a dash, with nothing beside it
LOOKED_AT = 2  # paragraphs: a standfirst may stand before the report

_END = re.compile(r"\s+(?:--+|[-–—·])\s*|--+\s*|[–—]\s*|\)\s+(?=[^\W\d_])|:\s+")
_AGENCY = re.compile(r"\(\s*(?P<who>[^()\d]{2,40})\s*$")
_OUTLET = re.compile(
    r"\w[\w-]*(?:\.[A-Za-z]{2,6})+|[A-Z][a-z]+[A-Z]\w*"  # TEMPO.CO, KompasOtomotif
)
_ABBREVIATION = re.compile(r"[A-Z]\.(?:[A-Z]\.)*|[A-Z][a-z]{1,4}\.")  # S.C., Ill.
_WORD = re.compile(r"\w[\w'’.\-]*")
#: small words inside the name of a place
_PARTICLES = frozenset(
    ("al", "am", "an", "da", "das", "de", "del", "der", "di", "do", "dos", "el", "im", "la", "las",
     "le", "los", "ob", "of", "upon")
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Dateline:
    """What the head of a report says."""

    #: the place as in running text ("Jakarta"), without its region
    place: str | None = None
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opening:
    places: tuple[str, ...]
    #: a publication, a date or an agency stands there, so that it can be no sentence
    is_marked: bool
    agencies: tuple[str, ...]


def dateline_of(paragraphs: Sequence[str], sites: Collection[str] = ()) -> Dateline:
    """The dateline of a text, empty where it has none. ``sites``: names of the publisher."""
    names = {name.lower() for name in sites}
    for paragraph in paragraphs[:LOOKED_AT]:
        dateline = _dateline(paragraph, paragraphs, names)
        if dateline is not None:
            return dateline
    return Dateline()


def lone_dateline(paragraph: str, sites: Collection[str] = ()) -> bool:
    """Whether the paragraph is a dateline and nothing else: "Tarawi -"."""
    if len(paragraph) > MAX_HEAD or not paragraph.endswith(("-", "–", "—")):
        return False
    head = _head(paragraph.rstrip("-–— "), {name.lower() for name in sites})
    return head is not None


def _dateline(paragraph: str, paragraphs: Sequence[str], sites: Collection[str]) -> Dateline | None:
    for end in _END.finditer(paragraph, 0, MAX_HEAD):
        is_bracket = end[0].startswith(")")
        head = _head(paragraph[: end.start() + is_bracket], sites)
        if head is None:
            continue
        rest = paragraph[end.end() :]
        if is_bracket and not head.agencies:
            continue  # "The Office for Budget Responsibility (OBR) monitors"
        place = head.places[0] if head.places else None
        if not head.is_marked and not _stands_alone(head, end[0].strip(), rest, paragraphs):
            return None
        return Dateline(place=_as_written(place), agencies=head.agencies)
    return None


def _head(text: str, sites: Collection[str]) -> _Opening | None:
    """The parts of a head; None where it is a sentence."""
    agencies: tuple[str, ...] = ()
    text, is_marked = text.rstrip(), False
    if text.endswith(")"):
        match = _AGENCY.search(text[:-1])
        if match is None:
            return None
        agencies, is_marked = tuple(agencies_in(match["who"])), True
        text = text[: match.start()].rstrip()
    places: list[str] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        if _is_outlet(part) or any(c.isdigit() for c in part):
            is_marked = True
        elif _is_place(part):
            places.append(part)
        else:
            return None
    if len(places) > 1 and places[0].lower() in sites:
        del places[0]
        is_marked = True
    if len(places) > 2 or not (places or is_marked):
        return None
    return _Opening(places=tuple(places), is_marked=is_marked, agencies=agencies)


def _is_place(part: str) -> bool:
    """Words with a capital; a particle may stand among them ("Rio de Janeiro")."""
    words = re.split(r"[\s/]", part)
    return len(words) <= MAX_PLACE_WORDS and all(
        _WORD.fullmatch(word) and (word[0].isupper() or (place > 0 and word in _PARTICLES))
        for place, word in enumerate(words)
    )


def _is_outlet(part: str) -> bool:
    """A publication: an address, a name in camel case, or one that begins with an agency's."""
    first = part.split()[0].lower()
    return bool(_OUTLET.fullmatch(part)) or first in lexicon().agencies


def _stands_alone(head: _Opening, end: str, rest: str, paragraphs: Sequence[str]) -> bool:
    """Whether places with nothing beside them are a dateline.

    In capitals before a dash they are; before a colon they may be a heading ("WATCH: ..."), so
    that it must be one word, which the text has again as a name. In small letters it is a word
    or two, perhaps with a region, before a dash with spaces, and a sentence begins behind it.
    """
    place, *regions = head.places
    if place.isupper() and len(place) > 3:
        if end != ":":
            return True
        return " " not in place and any(place.title() in text for text in _rest(paragraphs, rest))
    if end not in {"-", "–", "—", "·"} or not (rest[:1].isupper() or rest[:1] in "\"“„«'‘"):
        return False
    words = len(re.split(r"[\s/]", place))
    is_regional = all(r.isupper() or _ABBREVIATION.fullmatch(r) for r in regions)
    return words <= MAX_LONE_WORDS and is_regional


def _rest(paragraphs: Sequence[str], rest: str) -> Iterator[str]:
    yield rest
    yield from paragraphs[1:]


def _as_written(place: str | None) -> str | None:
    return place.title() if place and place.isupper() and len(place) > 3 else place
