"""What a database says, without ids and times: equal for two crawls that found the same."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from db.models import Article, Cluster, Link, Page, Revision, Text
from db.sql.session import Database


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """The rows of a database as sets of values."""

    articles: frozenset[Any]
    revisions: frozenset[Any]
    copies: frozenset[Any]
    pages: frozenset[Any]
    links: frozenset[Any]


def contents(url: str) -> Contents:
    """Read them all."""
    database = Database(url)
    source, target, original = aliased(Page), aliased(Page), aliased(Article)
    queries = {
        "articles": select(
            Article.url,
            Article.title,
            Article.published,
            Article.depth,
            Article.revisions,
            Text.body,
        ).join(Text, Text.id == Article.text_id),
        "revisions": select(Article.url, Revision.number, Revision.title, Text.body)
        .join(Article, Article.id == Revision.article_id)
        .join(Text, Text.id == Revision.text_id),
        "copies": select(Article.url, original.url)
        .join(Cluster, Cluster.id == Article.cluster_id)
        .join(original, original.id == Cluster.original_id),
        "pages": select(Page.url, Page.state, Page.reason, Page.depth, Article.url).join(
            Article, Article.id == Page.article_id, isouter=True
        ),
        "links": select(
            source.url,
            target.url,
            Link.kind,
            Link.box,
            Link.anchor,
            Link.position,
            Link.unfollowed,
        )
        .join(source, source.id == Link.source_id)
        .join(target, target.id == Link.target_id),
    }
    with database.read() as session:
        rows = {
            name: frozenset(map(tuple, session.execute(query))) for name, query in queries.items()
        }
    database.close()
    return Contents(**rows)
