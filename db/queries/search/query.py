"""What a query typed by a person means: words, phrases, fields; any text is a query. Plain Python.

``banjir OR rob "air pasang" -semarang title:jakarta site:news.example since:2026-08``
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from db.terms.stems import alternatives
from db.terms.tokens import is_unspaced, phrase_words

#: what is read of a query, in characters and in terms
MAX_QUERY_CHARS = 2_000
MAX_QUERY_TERMS = 32
#: letters that a beginning of a word must have: fewer would find nearly everything, slowly
MIN_PREFIX_CHARS = 2

#: fields that are conditions on an article, with what their values mean
FIELDS = {
    "site": "registered domain or host",
    "author": "words of an author's name",
    "source": "words of a credited agency's name",
    "topic": "words of a topic",
    "section": "words of the section",
    "language": "ISO 639-1",
    "type": "article, live, gallery, video, advertorial",
    "since": "day, month, year or time",
    "until": "day, month, year or time",
    "has": "versions, copies, links",
    "is": "gone, copy, original, paywalled",
    "missing": "title, authors, published, language, section, topics, sources, image",
    "run": "number of a crawl run",
}
_TERM = re.compile(r'(-?)(?:([A-Za-z]{1,12}):)?(?:"([^"]*)"?|([^\s"]+))')
#: quotes as phones and word processors set them
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"'))
_TITLE = "title"
_OR, _NOT = "OR", "NOT"
#: between two terms: what is meant anyway, and what "-" means
_JOINTS = ("AND", _NOT)
#: minus, field, text in quotes, text without
_Term = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """Words that follow each other."""

    words: tuple[str, ...]
    #: the last word may go on: ``ban*``
    is_prefix: bool = False
    #: only in the title
    in_title: bool = False
    #: what in the index has the same stem; none for words in quotes
    stems: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """True where the last word may go on, also one character of a script without spaces."""
        last = self.words[-1]
        return self.is_prefix or (len(last) == 1 and is_unspaced(last))


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A field that must, or must not, have one of these values."""

    name: str
    values: tuple[str, ...]
    is_negative: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """What is looked for: all wanted phrases, one of each choice, none of the unwanted."""

    wanted: tuple[Phrase, ...] = ()
    unwanted: tuple[Phrase, ...] = ()
    #: of each of these groups at least one
    choices: tuple[tuple[Phrase, ...], ...] = ()
    conditions: tuple[Condition, ...] = ()
    #: what of the text could not be meant as it was written, for the person
    notes: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """All that an article can be found by."""
        return self.wanted + tuple(phrase for choice in self.choices for phrase in choice)

    @property
    def exact(self) -> "Query":
        """The same by the words themselves, without their stems."""
        return replace(
            self,
            wanted=tuple(replace(phrase, stems=()) for phrase in self.wanted),
            choices=tuple(
                tuple(replace(phrase, stems=()) for phrase in choice) for choice in self.choices
            ),
        )

    @property
    def is_empty(self) -> bool:
        """True where it asks for nothing: no word and no condition."""
        return not (self.phrases or self.conditions)


@dataclass(slots=True)
class _Draft:
    """A query while it is read."""

    #: groups of alternatives, in order
    groups: list[list[Phrase | Condition]] = field(default_factory=list)
    unwanted: dict[Phrase, None] = field(default_factory=dict)
    excluded: list[Condition] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: the next term is another choice beside the last one
    is_choice: bool = False

    def add(self, term: Phrase | Condition) -> None:
        """Take in a wanted term."""
        last = self.groups[-1] if self.groups else None
        if self.is_choice and last:
            if _go_together(last[0], term):
                last.append(term)
                self.is_choice = False
                return
            self.notes.append("OR stands between words, or between values of one field")
        self.is_choice = False
        self.groups.append([term])


def parse_query(text: str) -> Query:
    """Read what a person typed."""
    draft = _Draft()
    matches = _TERM.finditer(text[:MAX_QUERY_CHARS].translate(_QUOTES))
    for count, term in enumerate(_joined([match.groups() for match in matches])):
        if count >= 2 * MAX_QUERY_TERMS or len(draft.groups) + len(draft.unwanted) >= (
            MAX_QUERY_TERMS
        ):
            draft.notes.append(f"only the first {MAX_QUERY_TERMS} terms count")
            break
        _take(draft, *term)
    return _finished(draft)


def _joined(terms: Sequence[_Term]) -> Iterator[_Term]:
    """The terms without AND and NOT where these stand between two: NOT is then the minus."""
    is_minus = False
    for at, (minus, name, quoted, bare) in enumerate(terms):
        is_word = not (minus or name or quoted)
        if is_word and bare in _JOINTS and 0 < at < len(terms) - 1:
            after = terms[at + 1]
            if not (after[0] or after[3] in (*_JOINTS, _OR)):
                is_minus = bare == _NOT
                continue
        yield "-" if is_minus else minus, name, quoted, bare
        is_minus = False


def _take(
    draft: _Draft, minus: str, name: str | None, quoted: str | None, bare: str | None
) -> None:
    if bare == _OR and not minus and not name:
        draft.is_choice = bool(draft.groups)
        return
    term = _term(draft, (name or "").lower(), quoted, bare or "", written=name or "")
    if term is None:
        return
    if not minus:
        draft.add(term)
    elif isinstance(term, Phrase):
        # what is not wanted is this word: nobody means all that comes of it
        draft.unwanted[replace(term, stems=())] = None
    else:
        draft.excluded.append(Condition(name=term.name, values=term.values, is_negative=True))
    if minus:
        draft.is_choice = False


def _term(
    draft: _Draft, name: str, quoted: str | None, bare: str, *, written: str
) -> Phrase | Condition | None:
    if name in FIELDS:
        value = (quoted if quoted is not None else bare).strip()
        return Condition(name=name, values=(value,)) if value else None
    text = quoted if quoted is not None else bare
    if name and name != _TITLE:
        _propose(draft, name, written)
        text = f"{written}:{text}"  # an address, a time, "body:tebal": words like any other
    words = phrase_words(text)
    if not words:
        return None
    is_prefix = quoted is None and bare.endswith("*")
    if is_prefix and len(words[-1]) < MIN_PREFIX_CHARS:
        draft.notes.append(f"{bare}: a beginning needs {MIN_PREFIX_CHARS} letters")
        is_prefix = False
    is_alone = quoted is None and len(words) == 1 and not is_prefix
    return Phrase(
        words=words,
        is_prefix=is_prefix,
        in_title=name == _TITLE,
        stems=alternatives(words[0]) if is_alone else (),
    )


def _propose(draft: _Draft, name: str, written: str) -> None:
    """Say which field may be meant by one that is not known."""
    begun = [each for each in (*FIELDS, _TITLE) if len(name) > 2 and each.startswith(name)]
    alike = begun or get_close_matches(name, (*FIELDS, _TITLE), n=1, cutoff=0.75)
    if alike:
        draft.notes.append(f"{written}: is no field: did you mean {alike[0]}: ?")


def _go_together(one: Phrase | Condition, other: Phrase | Condition) -> bool:
    if isinstance(one, Condition) and isinstance(other, Condition):
        return one.name == other.name
    return isinstance(one, Phrase) and isinstance(other, Phrase)


def _finished(draft: _Draft) -> Query:
    wanted: dict[Phrase, None] = {}
    choices: list[tuple[Phrase, ...]] = []
    conditions: list[Condition] = []
    for group in draft.groups:
        phrases = tuple(dict.fromkeys(term for term in group if isinstance(term, Phrase)))
        if not phrases:
            terms = [term for term in group if isinstance(term, Condition)]
            values = tuple(dict.fromkeys(value for term in terms for value in term.values))
            conditions.append(Condition(name=terms[0].name, values=values))
        elif len(phrases) == 1:
            wanted[phrases[0]] = None
        else:
            choices.append(phrases)
    return Query(
        wanted=tuple(wanted),
        unwanted=tuple(draft.unwanted),
        choices=tuple(choices),
        conditions=(*conditions, *draft.excluded),
        notes=tuple(dict.fromkeys(draft.notes)),
    )
