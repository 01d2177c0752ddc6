"""What the database holds, counted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import ArchivedPage, Article, Cluster, Link, Page, Revision, Run
from db.sql.dialect import is_sqlite

#: sites and languages that are listed
MAX_LISTED = 30
#: hubs that are listed
MAX_HUBS = 10
#: most linked addresses among which hubs are looked for; an article has a few addresses at most
_MAX_LINKED = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Stats:
    """Counts of all rows."""

    articles: int
    revisions: int
    #: articles that are a copy of another, and the clusters that they form
    copies: int
    clusters: int
    sites: int
    #: site -> articles, the largest first
    by_site: dict[str, int]
    #: language -> articles, the largest first; "" where it is not known
    by_language: dict[str, int]
    links: int
    #: kind -> links
    by_kind: dict[str, int]
    #: the articles that most others link to: address -> links
    hubs: dict[str, int]
    #: articles that no related link leads from or to
    orphans: int
    #: state -> addresses
    addresses: dict[str, int]
    archived_pages: int
    #: of the archived pages as they came
    archived_bytes: int
    #: of the whole database, its archive and indexes included
    database_bytes: int
    runs: int
    #: of the newest article by its own date
    newest_published: datetime | None
    #: when the last page was fetched that is an article
    newest_fetched: datetime | None


def gather(session: Session) -> Stats:
    """Count everything."""
    by_site = _grouped(session, Article.site)
    by_kind = _grouped(session, Link.kind)
    clusters = _count(session, Cluster)
    in_clusters = session.scalar(
        select(func.count()).select_from(Article).where(Article.cluster_id.is_not(None))
    )
    return Stats(
        articles=sum(by_site.values()),
        revisions=_count(session, Revision),
        copies=(in_clusters or 0) - clusters,
        clusters=clusters,
        sites=len(by_site),
        by_site=_largest(by_site),
        by_language=_largest(_grouped(session, Article.language)),
        links=sum(by_kind.values()),
        by_kind=by_kind,
        hubs=_hubs(session),
        orphans=_orphans(session),
        addresses=_grouped(session, Page.state),
        archived_pages=_count(session, ArchivedPage),
        archived_bytes=session.scalar(select(func.sum(ArchivedPage.size))) or 0,
        database_bytes=_database_bytes(session),
        runs=_count(session, Run),
        newest_published=session.scalar(select(func.max(Article.published_at))),
        newest_fetched=session.scalar(select(func.max(Article.last_fetched_at))),
    )


def _count(session: Session, table: Any) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _grouped(session: Session, key: InstrumentedAttribute[Any]) -> dict[str, int]:
    rows: ColumnElement[int] = func.count().label("rows")
    counts = session.execute(select(key, rows).group_by(key).order_by(rows.desc(), key))
    return {row[0] or "": row[1] for row in counts}


def _hubs(session: Session) -> dict[str, int]:
    # from the index on targets alone, before any page is looked at
    counted: ColumnElement[int] = func.count().label("links")
    linked = (
        select(Link.target_id, counted)
        .group_by(Link.target_id)
        .order_by(counted.desc(), Link.target_id)
        .limit(_MAX_LINKED)
        .subquery()
    )
    links = func.sum(linked.c.links).label("links")
    rows = session.execute(
        select(Article.url, links)
        .join(Page, Page.article_id == Article.id)
        .join(linked, linked.c.target_id == Page.id)
        .group_by(Article.id, Article.url)
        .order_by(links.desc(), Article.id)
        .limit(MAX_HUBS)
    )
    return {row.url: int(row.links) for row in rows}


def _orphans(session: Session) -> int:
    linked = exists().where(
        Page.article_id == Article.id,
        or_(
            exists().where(Link.source_id == Page.id),
            exists().where(Link.target_id == Page.id),
        ),
    )
    return session.scalar(select(func.count()).select_from(Article).where(~linked)) or 0


def _largest(counts: dict[str, int]) -> dict[str, int]:
    return dict(list(counts.items())[:MAX_LISTED])


def _database_bytes(session: Session) -> int:
    if is_sqlite(session):
        size = session.scalar(
            text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        )
    else:
        size = session.scalar(text("SELECT pg_database_size(current_database())"))
    return int(size or 0)
