"""The copies of an article: the same text, whole or in part, at other addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.duplicates.clusters import age
from db.duplicates.similar_pairs import Alike, Comparer, neighbours
from db.models import Article, Cluster, Text
from db.queries.removals import gone_since
from db.queries.revisions import Change, changes
from db.sql.dialect import chunks

Kind = Literal["original", "copy", "contains it", "part of it"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One article that has the text, seen from the original."""

    id: int
    url: str
    site: str
    title: str | None
    published: str | None
    sources: tuple[str, ...]
    first_seen: datetime
    #: True for the one that came first
    is_original: bool
    #: "contains it", "part of it": one stands inside the other, which has much else
    kind: Kind
    #: of the shorter text's words, how many both have in the same runs; None: the original
    share: float | None
    #: what is different from the original's text, word by word
    changes: tuple[Change, ...]
    #: since when it is gone from its site; None while it is there
    gone_since: datetime | None


def copies_of(session: Session, article: Article, comparer: Comparer) -> list[Copy]:
    """The article and all its copies, the original first, then by age; itself alone has none."""
    members = original_first(session, article)
    original = members[0]
    bodies = _bodies(session, {member.text_id for member in members})
    gone = gone_since(session, [member.id for member in members])
    text = bodies[original.text_id]
    return [
        _copy(
            member,
            is_original=member.id == original.id,
            like=comparer.likeness(bodies[member.text_id], text),
            different=changes(text, bodies[member.text_id]),
            gone=gone.get(member.id),
        )
        for member in members
    ]


def original_first(session: Session, article: Article) -> list[Article]:
    """The article and all its copies, the original first, then by age."""
    members = _members(session, article)
    original = _original(session, article, members)
    return [original, *sorted((member for member in members if member.id != original.id), key=age)]


def _members(session: Session, article: Article) -> Sequence[Article]:
    """The cluster; and what has the text inside, or stands inside it, without being of it."""
    members = {article.id: article}
    if article.cluster_id is not None:
        same = select(Article).where(Article.cluster_id == article.cluster_id)
        members |= {row.id: row for row in session.scalars(same)}
    texts = neighbours(session, article.text_id)
    for batch in chunks(sorted(texts)):
        like = session.scalars(select(Article).where(Article.text_id.in_(batch)))
        members |= {row.id: row for row in like}
    return list(members.values())


def _original(session: Session, article: Article, members: Iterable[Article]) -> Article:
    if article.cluster_id is None:
        return article
    named = session.scalar(select(Cluster.original_id).where(Cluster.id == article.cluster_id))
    return next((member for member in members if member.id == named), article)


def _bodies(session: Session, text_ids: set[int]) -> dict[int, str]:
    bodies: dict[int, str] = {}
    for batch in chunks(sorted(text_ids)):
        rows = session.execute(select(Text.id, Text.body).where(Text.id.in_(batch)))
        bodies |= {row.id: row.body for row in rows}
    return bodies


def _copy(
    member: Article,
    *,
    is_original: bool,
    like: Alike | None,
    different: Sequence[Change],
    gone: datetime | None,
) -> Copy:
    return Copy(
        id=member.id,
        url=member.url,
        site=member.site,
        title=member.title,
        published=member.published,
        sources=tuple(member.sources),
        first_seen=member.first_seen_at,
        is_original=is_original,
        kind="original" if is_original else _kind(like),
        share=_share(like, different) if not is_original else None,
        changes=tuple(different),
        gone_since=gone,
    )


def _share(like: Alike | None, different: Sequence[Change]) -> float | None:
    if not different:
        return 1.0  # a text too short to be compared may still be the same
    return like.share if like else None


def _kind(like: Alike | None) -> Kind:
    """What it is to the original: a copy of a copy may have little in common with that."""
    if like is None or not like.is_part:
        return "copy"
    return "part of it" if like.is_first_shorter else "contains it"
