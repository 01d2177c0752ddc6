"""The versions of an article and what changed from one to the next, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Revision, Text
from db.queries.removals import gone_since
from db.queries.visits import VisitLine, visits_to_article
from db.terms.states import VisitOutcome

#: more paragraphs of a body, or words of a changed passage, are shown as a whole: comparing
#: takes time by the square of their number
MAX_COMPARED = 1_000
#: words of unchanged text around a change
CONTEXT_WORDS = 6

_WORD = re.compile(r"\S+")
#: what editors write where they put something right
_CORRECTION = re.compile(
    r"(?i)\b(?:ralat|koreksi|dikoreksi|diralat|perbaikan redaksi|klarifikasi redaksi|hak koreksi"
    r"|correction|corrected|erratum|clarification|an earlier version of this"
    r"|korrektur|korrigiert|berichtigung|in einer früheren version"
    r"|rectificatif|correctif|une version précédente|corrección|fe de erratas"
    r"|rettelse|rettet|rättelse|rectificatie|rettifica|errata)\b"
)

Kind = Literal["changed", "added", "deleted"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A passage that is different, with a little of what stands before it."""

    before: str
    after: str
    #: the last unchanged words before it
    context: str
    kind: Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """A field other than the body that is different."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadableVisit:
    """A visit that came without the article's text, and so says nothing of the article."""

    at: datetime
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """What the article said from a moment on, and how that differs from the version before."""

    number: int
    seen: datetime
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    modified: str | None
    words: int
    fields: tuple[FieldChange, ...]
    changes: tuple[Change, ...]
    #: "correction": it says that it puts something right; "deletion": words are gone; "gone":
    #: the whole article is
    marks: tuple[str, ...]
    #: of the newest version: since when the article is gone from its site, None while it is there
    gone_since: datetime | None = None
    #: visits, while it was the newest version, that came without the article's text
    unreadable: tuple[UnreadableVisit, ...] = ()


def versions_of(
    session: Session, article_id: int, visits: Sequence[VisitLine] | None = None
) -> list[Version]:
    """All versions, the first one first.

    visits: those to the article, where they are known (``visits_to_article``).
    """
    rows = session.execute(
        select(Revision, Text)
        .join(Text, Text.id == Revision.text_id)
        .where(Revision.article_id == article_id)
        .order_by(Revision.number)
    )
    versions: list[Version] = []
    before: tuple[Revision, Text] | None = None
    for revision, text in rows:
        versions.append(_version(revision, text, before))
        before = revision, text
    visits = visits_to_article(session, article_id) if visits is None else visits
    versions = _with_unreadable(versions, visits)
    gone = gone_since(session, [article_id]).get(article_id)
    if versions and gone is not None:
        versions[-1] = replace(versions[-1], gone_since=gone, marks=(*versions[-1].marks, "gone"))
    return versions


def _with_unreadable(versions: list[Version], visits: Sequence[VisitLine]) -> list[Version]:
    """The versions, each with the visits that could not be read until the next one came."""
    unread = [visit for visit in reversed(visits) if visit.outcome == VisitOutcome.UNREADABLE]
    if not unread:
        return versions
    ends = [version.seen for version in versions[1:]]
    return [
        replace(
            version,
            unreadable=tuple(
                UnreadableVisit(at=visit.at, reason=visit.reason)
                for visit in unread
                if visit.at >= version.seen and (end is None or visit.at < end)
            ),
        )
        for version, end in zip(versions, [*ends, None], strict=True)
    ]


def _version(revision: Revision, text: Text, before: tuple[Revision, Text] | None) -> Version:
    fields = tuple(field_changes(before[0], revision)) if before else ()
    different = tuple(changes(before[1].body, text.body)) if before else ()
    return Version(
        number=revision.number,
        seen=revision.seen_at,
        title=revision.title,
        authors=tuple(revision.authors),
        published=revision.published,
        modified=revision.modified,
        words=text.words,
        fields=fields,
        changes=different,
        marks=tuple(marks(fields, different)),
    )


def marks(fields: Sequence[FieldChange], different: Sequence[Change]) -> Iterator[str]:
    """What kind of step it was, where that matters to a reader."""
    pairs = [(field.before, field.after) for field in fields]
    pairs += [(change.before, change.after) for change in different]
    if any(is_correction(before, after) for before, after in pairs):
        yield "correction"
    if any(change.kind == "deleted" for change in different):
        yield "deletion"


def is_correction(before: str | None, after: str | None) -> bool:
    """Whether the new words say that something is put right, and the old ones did not."""
    return bool(_CORRECTION.search(after or "")) and not _CORRECTION.search(before or "")


def field_changes(before: Revision, after: Revision) -> Iterator[FieldChange]:
    """The fields other than the body that differ."""
    for name in ("title", "published", "modified"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield FieldChange(field=name, before=old, after=new)
    if before.authors != after.authors:
        yield FieldChange(
            field="authors", before=", ".join(before.authors), after=", ".join(after.authors)
        )


def changes(before: str, after: str) -> list[Change]:
    """What is different between two bodies, in order: paragraphs first, then words."""
    old, new = before.split("\n\n"), after.split("\n\n")
    if max(len(old), len(new)) > MAX_COMPARED:
        return [] if old == new else [_change(_words(old), _words(new), [])]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    passages: list[Change] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            context = old[a - 1] if a else ""
            passages += _word_changes(_words(old[a:b]), _words(new[c:d]), _words([context]))
    return passages


def _words(paragraphs: Sequence[str]) -> list[str]:
    return [word for paragraph in paragraphs for word in _WORD.findall(paragraph)]


def _word_changes(old: list[str], new: list[str], context: list[str]) -> list[Change]:
    if not old or not new or max(len(old), len(new)) > MAX_COMPARED:
        return [_change(old, new, context)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        _change(old[a:b], new[c:d], old[:a] or context)
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def _change(old: list[str], new: list[str], context: list[str]) -> Change:
    return Change(
        before=" ".join(old),
        after=" ".join(new),
        context=" ".join(context[-CONTEXT_WORDS:]),
        kind="changed" if old and new else "added" if new else "deleted",
    )
