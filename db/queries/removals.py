"""Since when articles are gone from their sites, as a second look found. Nothing is deleted."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from db.models import Article, Page
from db.sql.dialect import chunks, is_one_of


def gone_since(session: Session, article_ids: Iterable[int]) -> dict[int, datetime]:
    """Article -> since when; those that are still there, as far as is known, are left out."""
    looked_at: defaultdict[int, list[Any]] = defaultdict(list)
    for batch in chunks(sorted(set(article_ids))):
        statement = (
            select(Article.id, Page.gone_at, (Page.url == Article.url).label("is_own"))
            .join(Page, Page.article_id == Article.id)
            .where(is_one_of(session, Article.id, batch), Page.fetched_at.is_not(None))
        )
        for row in session.execute(statement):
            looked_at[row.id].append(row)
    since = {key: _since(pages) for key, pages in looked_at.items()}
    return {key: at for key, at in since.items() if at is not None}


def _since(pages: list[Any]) -> datetime | None:
    """The article's own address has the say; without it all of the others."""
    asked = [page for page in pages if page.is_own] or pages
    times = [page.gone_at for page in asked]
    return None if None in times else max(times)


def may_be_gone() -> ColumnElement[bool]:
    """One of its addresses is gone: quick to ask, and true of few; ``gone_since`` knows."""
    return exists().where(Page.article_id == Article.id, Page.gone_at.is_not(None))


def is_gone() -> ColumnElement[bool]:
    """The same as a condition on ``articles``."""
    own = (Page.article_id == Article.id, Page.fetched_at.is_not(None))
    at_own = (*own, Page.url == Article.url)
    return or_(
        exists().where(*at_own, Page.gone_at.is_not(None)),
        and_(
            not_(exists().where(*at_own)),
            exists().where(*own, Page.gone_at.is_not(None)),
            not_(exists().where(*own, Page.gone_at.is_(None))),
        ),
    )
