"""The copies of an article: the same text, whole or in part, at other addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.clusters import age
from db.dialect import chunks
from db.history import Change, changes
from db.models import Article, Cluster, Likeness, Text

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


def copies_of(session: Session, article: Article) -> list[Copy]:
    """The article and all its copies, the original first, then by age; itself alone has none."""
    members = _members(session, article)
    original = _original(session, article, members)
    likes = _likenesses(session, original.text_id)
    bodies = _bodies(session, {one.text_id for one in members})
    others = sorted((one for one in members if one.id != original.id), key=age)
    return [_copy(one, original, likes, bodies) for one in (original, *others)]


def _members(session: Session, article: Article) -> Sequence[Article]:
    """The cluster; and what has the text inside, or stands inside it, without being of it."""
    found = {article.id: article}
    if article.cluster_id is not None:
        same = select(Article).where(Article.cluster_id == article.cluster_id)
        found |= {one.id: one for one in session.scalars(same)}
    texts = _likenesses(session, article.text_id)
    for some in chunks(sorted(texts)):
        like = session.scalars(select(Article).where(Article.text_id.in_(some)))
        found |= {one.id: one for one in like}
    return list(found.values())


def _original(session: Session, article: Article, members: Iterable[Article]) -> Article:
    named = session.scalar(select(Cluster.original_id).where(Cluster.id == article.cluster_id))
    return next((one for one in members if one.id == named), article)


def _likenesses(session: Session, text_id: int) -> dict[int, Likeness]:
    """The texts that this one is like."""
    like = or_(Likeness.text_id == text_id, Likeness.other_id == text_id)
    rows = session.scalars(select(Likeness).where(like))
    return {row.other_id if row.text_id == text_id else row.text_id: row for row in rows}


def _bodies(session: Session, text_ids: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(sorted(text_ids)):
        rows = session.execute(select(Text.id, Text.body).where(Text.id.in_(some)))
        found |= {row.id: row.body for row in rows}
    return found


def _copy(
    one: Article, original: Article, likes: dict[int, Likeness], bodies: dict[int, str]
) -> Copy:
    is_original = one.id == original.id
    like = likes.get(one.text_id)
    share = 1.0 if one.text_id == original.text_id else like.share if like else None
    different = changes(bodies[original.text_id], bodies[one.text_id])
    return Copy(
        id=one.id,
        url=one.url,
        site=one.site,
        title=one.title,
        published=one.published,
        sources=tuple(one.sources),
        first_seen=one.first_seen_at,
        is_original=is_original,
        kind=_kind(one, original, like),
        share=None if is_original else share,
        changes=tuple(different),
    )


def _kind(one: Article, original: Article, like: Likeness | None) -> Kind:
    if one.id == original.id:
        return "original"
    if like is None or like.part_id is None:
        return "copy"
    return "part of it" if like.part_id == one.text_id else "contains it"
