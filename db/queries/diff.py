"""Two texts beside each other: paragraphs in pairs, the words that differ marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Revision, Text
from db.queries.revisions import MAX_COMPARED, FieldChange, field_changes
from db.terms.errors import NotFound

_WORD = re.compile(r"\S+|\s+")

Kind = Literal["same", "changed", "added", "deleted"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some words, and whether the other text has them at that place."""

    text: str
    is_different: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A paragraph of the one text and what stands in its place in the other."""

    kind: Kind
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionDiff:
    """Two versions of an article."""

    before: int
    after: int
    title: Pair
    #: the other fields that differ
    fields: tuple[FieldChange, ...]
    paragraphs: tuple[Pair, ...]


def diff_versions(session: Session, article_id: int, before: int, after: int) -> VersionDiff:
    """Two versions of an article by their numbers. Raises NotFound."""
    old, old_body = _version(session, article_id, before)
    new, new_body = _version(session, article_id, after)
    return VersionDiff(
        before=before,
        after=after,
        title=pair_of(old.title or "", new.title or ""),
        fields=tuple(change for change in field_changes(old, new) if change.field != "title"),
        paragraphs=tuple(aligned(old_body, new_body)),
    )


def _version(session: Session, article_id: int, number: int) -> tuple[Revision, str]:
    row = session.execute(
        select(Revision, Text.body)
        .join(Text, Text.id == Revision.text_id)
        .where(Revision.article_id == article_id, Revision.number == number)
    ).first()
    if row is None:
        raise NotFound(f"article {article_id} has no version {number}")
    return row[0], row[1]


def aligned(before: str, after: str) -> Iterator[Pair]:
    """The paragraphs of both texts, in order, those that belong together in pairs."""
    old, new = before.split("\n\n"), after.split("\n\n")
    if max(len(old), len(new)) > MAX_COMPARED:
        yield from (_whole(a, b) for a, b in zip_longest(old, new, fillvalue=""))
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (pair_of(text, text) for text in old[a:b])
        else:
            yield from _matched(old[a:b], new[c:d])


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Paragraphs that differ: each with the one that is most like it, in order."""
    start = 0
    for text in old:
        likes = [(_likeness(text, other), -at) for at, other in enumerate(new[start:])]
        best = max(likes, default=(0.0, 0))
        if best[0] < 0.4:
            yield pair_of(text, "")
            continue
        at = start - best[1]
        yield from (pair_of("", other) for other in new[start:at])
        yield pair_of(text, new[at])
        start = at + 1
    yield from (pair_of("", other) for other in new[start:])


def _likeness(one: str, other: str) -> float:
    first, second = set(one.split()), set(other.split())
    return len(first & second) / max(1, min(len(first), len(second)))


def pair_of(before: str, after: str) -> Pair:
    """Two texts with the words marked that only one has."""
    if before == after:
        same = (Piece(text=before),) if before else ()
        return Pair(kind="same", before=same, after=same)
    if not before or not after:
        return _whole(before, after)
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > 2 * MAX_COMPARED:
        return _whole(before, after)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_different = kind != "equal"
        left += _piece(old[a:b], is_different)
        right += _piece(new[c:d], is_different)
    return Pair(kind="changed", before=tuple(left), after=tuple(right))


def _piece(parts: Sequence[str], is_different: bool) -> list[Piece]:
    text = "".join(parts)
    return [Piece(text=text, is_different=is_different and bool(text.strip()))] if text else []


def _whole(before: str, after: str) -> Pair:
    if before == after:
        return pair_of(before, after)
    kind: Kind = "changed" if before and after else "added" if after else "deleted"
    left = (Piece(text=before, is_different=True),) if before else ()
    right = (Piece(text=after, is_different=True),) if after else ()
    return Pair(kind=kind, before=left, after=right)
