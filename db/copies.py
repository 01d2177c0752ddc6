"""The copies of an article: the same text at other addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Article, Cluster


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One article of a cluster."""

    id: int
    url: str
    site: str
    title: str | None
    published: str | None
    sources: tuple[str, ...]
    first_seen: datetime
    #: True for the one that came first
    is_original: bool


def copies_of(session: Session, article: Article) -> list[Copy]:
    """The article and all its copies, the original first, then by age; itself alone has none."""
    members: Sequence[Article] = [article]
    original_id: int | None = article.id
    if article.cluster_id is not None:
        members = session.scalars(
            select(Article).where(Article.cluster_id == article.cluster_id)
        ).all()
        original_id = session.scalar(
            select(Cluster.original_id).where(Cluster.id == article.cluster_id)
        )
    copies = [_copy(member, member.id == original_id) for member in members]
    ages = {member.id: member.published_at or member.first_seen_at for member in members}
    return sorted(copies, key=lambda copy: (not copy.is_original, ages[copy.id], copy.id))


def _copy(article: Article, is_original: bool) -> Copy:
    return Copy(
        id=article.id,
        url=article.url,
        site=article.site,
        title=article.title,
        published=article.published,
        sources=tuple(article.sources),
        first_seen=article.first_seen_at,
        is_original=is_original,
    )
