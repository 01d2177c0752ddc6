"""What the database holds, in numbers: what is counted as it comes, and the last look at links."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.counting.counts import Counted, amounts
from db.counting.link_summary import summary
from db.models import Article, Run
from db.sql.dialect import is_sqlite

#: sites and languages that are listed
MAX_LISTED = 30


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
    #: when hubs and orphans were counted, of very many links; None: now
    links_counted_at: datetime | None
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
    """Say what there is."""
    counts = amounts(session)
    by_site, by_kind = counts.get(Counted.SITE, {}), counts.get(Counted.KIND, {})
    links = sum(by_kind.values())
    linked = summary(session, links)

    def total(name: Counted) -> int:
        return counts.get(name, {}).get("", 0)

    return Stats(
        articles=sum(by_site.values()),
        revisions=total(Counted.REVISIONS),
        copies=total(Counted.COPIED) - total(Counted.CLUSTERS),
        clusters=total(Counted.CLUSTERS),
        sites=len(by_site),
        by_site=_largest(by_site),
        by_language=_largest(counts.get(Counted.LANGUAGE, {})),
        links=links,
        by_kind=by_kind,
        hubs=linked.hubs,
        orphans=linked.orphans,
        links_counted_at=linked.counted_at,
        addresses=counts.get(Counted.STATE, {}),
        archived_pages=total(Counted.ARCHIVED),
        archived_bytes=total(Counted.ARCHIVED_BYTES),
        database_bytes=_database_bytes(session),
        runs=session.scalar(select(func.count()).select_from(Run)) or 0,
        newest_published=session.scalar(select(func.max(Article.published_at))),
        newest_fetched=session.scalar(select(func.max(Article.last_fetched_at))),
    )


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
