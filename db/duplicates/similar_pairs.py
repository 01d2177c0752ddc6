"""Which texts are alike, as rows: found by their keys, then compared, each pair written down once.

All that share enough keys are compared (``db.duplicates.shingle_index`` says how many at
most): with fewer, the order in which they came would tell who hangs together. When a text goes,
those that it held together are compared anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from sqlalchemy import BindParameter, Table, bindparam, select
from sqlalchemy.orm import Session

from db.duplicates.shingle_index import candidates, forget, free_of, has_keys, look_up, write
from db.models import Article, SimilarPair, Text
from db.sql.dialect import is_sqlite, number_list, run


class Alike(Protocol):
    """What two texts have in common; ``workers.dedup.similarity.Likeness`` is one."""

    @property
    def share(self) -> float:
        """Of the shorter text's words, 0 to 1."""

    @property
    def shared(self) -> int:
        """Words in common."""

    @property
    def is_part(self) -> bool:
        """The shorter text stands inside a longer one that has much else."""

    @property
    def is_first_shorter(self) -> bool:
        """True where the first of the two is the shorter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparer:
    """How texts are known again; what that takes is the readers' knowledge."""

    #: what a body is looked up by, that of the whole text first; empty: too short
    keys: Callable[[str], Sequence[int]]
    #: what two bodies have in common; None unless one is a copy of the other or of a part of it
    likeness: Callable[[str, str], Alike | None]


_TEXTS, _ARTICLES = cast(Table, Text.__table__), cast(Table, Article.__table__)
_LIKENESSES = cast(Table, SimilarPair.__table__)
_BODIES = {
    True: "SELECT id, body FROM texts WHERE id IN (SELECT value FROM json_each(:ids))",
    False: "SELECT id, body FROM texts WHERE id = ANY(CAST(%(ids)s AS bigint[]))",
}
_BODY = select(_TEXTS.c.body).where(_TEXTS.c.id == bindparam("id"))
_HOLD = select(_TEXTS.c.id).where(_TEXTS.c.id == bindparam("id")).with_for_update(key_share=True)
_USE = (
    select(_ARTICLES.c.id)
    .where(_ARTICLES.c.text_id == bindparam("id"), _ARTICLES.c.id != bindparam("but"))
    .limit(1)
)
_NOTE = {
    True: "INSERT OR IGNORE INTO likenesses (text_id, other_id, share, shared, part_id)"
    " VALUES (:text_id, :other_id, :share, :shared, :part_id)",
    False: "INSERT INTO likenesses (text_id, other_id, share, shared, part_id)"
    " VALUES (%(text_id)s, %(other_id)s, %(share)s, %(shared)s, %(part_id)s)"
    " ON CONFLICT DO NOTHING",
}
_L = _LIKENESSES.c
_ID: BindParameter[Any] = bindparam("id")
_NEIGHBOURS = (
    select(_L.other_id).where(_L.text_id == _ID).union(select(_L.text_id).where(_L.other_id == _ID))
)


def compare(
    session: Session, text_id: int, body: str, keys: Sequence[int], comparer: Comparer
) -> None:
    """Find the texts that this one is like, write them down, and let it be found as well."""
    holders = look_up(session, keys)
    write(session, free_of(keys, holders), text_id)
    note(
        session, text_id, alike(session, body, candidates(holders, keys, without=text_id), comparer)
    )


def alike(
    session: Session, body: str, others: Sequence[int], comparer: Comparer
) -> dict[int, Alike]:
    """Those of the texts that the body is like, and what it has in common with each."""
    if not others:
        return {}
    bodies = run(session, _BODIES, {"ids": number_list(session, others)})
    similarities = {other: comparer.likeness(body, its_body) for other, its_body in bodies}
    return {other: like for other, like in similarities.items() if like is not None}


def note(session: Session, text_id: int, similarities: Mapping[int, Alike]) -> None:
    """Write down what this text is like."""
    for other_id, like in sorted(similarities.items()):
        # one, as a rule: quicker than the driver's way for many
        run(session, _NOTE, _row(text_id, other_id, like))


def _body(session: Session, text_id: int) -> str:
    body: str = session.connection().execute(_BODY, {"id": text_id}).scalar_one()
    return body


def _row(text_id: int, other_id: int, similarity: Alike) -> dict[str, object]:
    shorter = text_id if similarity.is_first_shorter else other_id
    return {
        "text_id": min(text_id, other_id),
        "other_id": max(text_id, other_id),
        "share": similarity.share,
        "shared": similarity.shared,
        "part_id": shorter if similarity.is_part else None,
    }


def enter(
    session: Session, text_id: int, body: str, keys: Sequence[int], comparer: Comparer
) -> None:
    """An article has this text now: it is found by its keys from here on."""
    if not has_keys(session, text_id, keys):
        compare(session, text_id, body, keys, comparer)


def hold_text(session: Session, text_id: int) -> None:
    """Let no other article take this text up until the commit, so that it is known who has it."""
    if not is_sqlite(session):
        session.connection().execute(_HOLD, {"id": text_id})


def leave(session: Session, text_id: int, comparer: Comparer, *, article_id: int = 0) -> bool:
    """An article has this text no more. True where none has: it is not found any more then.

    Hold the text first (``hold_text``); ``article_id``: the article, its row not written yet.
    """
    if _is_used(session, text_id, but=article_id):
        return False
    forget(session, comparer.keys(_body(session, text_id)), text_id)
    return True


def relink(session: Session, text_id: int, comparer: Comparer) -> None:
    """Compare those that this text held together with each other, now that it has left."""
    for other_id in neighbours(session, text_id):
        if _is_used(session, other_id):
            body = _body(session, other_id)
            compare(session, other_id, body, comparer.keys(body), comparer)


def _is_used(session: Session, text_id: int, *, but: int = 0) -> bool:
    """Whether an article has the text, another than that."""
    return session.connection().execute(_USE, {"id": text_id, "but": but}).first() is not None


def neighbours(session: Session, text_id: int) -> list[int]:
    """The texts that were found to be like this one."""
    return sorted(session.connection().execute(_NEIGHBOURS, {"id": text_id}).scalars())
