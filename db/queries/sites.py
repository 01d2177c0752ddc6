"""The sites that the database knows: articles, links and fields by day, lists, hosts, runs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Article, Host, Link, Page, Run
from db.queries.box_examples import BoxLine, boxes_of
from db.runs.report import RunLine, run_line
from db.sql.types import utc_now
from db.terms.errors import NotFound

#: sites, lists, hosts and runs that are listed
MAX_LISTED = 200
#: days of a site's calendar
DAYS = 84
#: the newest articles from which it is told which fields are found
MAX_SAMPLED = 2_000
_FIELDS = ("title", "authors", "published", "language", "section", "topics", "image", "sources")


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteLine:
    """A site on one line."""

    site: str
    articles: int
    first_seen: datetime
    last_fetched: datetime
    newest_published: datetime | None


def list_sites(session: Session) -> list[SiteLine]:
    """Sites with articles, the largest first."""
    articles = func.count().label("articles")
    rows = session.execute(
        select(
            Article.site,
            articles,
            func.min(Article.first_seen_at).label("first_seen"),
            func.max(Article.last_fetched_at).label("last_fetched"),
            func.max(Article.published_at).label("newest"),
        )
        .group_by(Article.site)
        .order_by(articles.desc(), Article.site)
        .limit(MAX_LISTED)
    )
    return [
        SiteLine(
            site=row.site,
            articles=row.articles,
            first_seen=row.first_seen,
            last_fetched=row.last_fetched,
            newest_published=row.newest,
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteList:
    """A feed, sitemap or section of a site."""

    url: str
    role: str
    state: str
    reason: str | None
    status: int | None
    #: when it last came
    fetched_at: datetime | None
    new_links: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteHost:
    """A server of a site and its robots.txt as read."""

    name: str
    robots_status: int | None
    robots_body: str | None
    robots_until: datetime | None
    problem: str | None
    rest_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteReport:
    """A site in full."""

    site: str
    articles: int
    #: (day of the reader's zone, articles first seen, links first found on them)
    days: tuple[tuple[date, int, int], ...]
    #: field -> share of the newest articles that have it
    fields: dict[str, float]
    #: the same by the day on which they were first seen, the newest last
    fields_by_day: tuple[tuple[date, dict[str, float]], ...]
    #: state -> addresses
    states: dict[str, int]
    lists: tuple[SiteList, ...]
    hosts: tuple[SiteHost, ...]
    boxes: tuple[BoxLine, ...]
    runs: tuple[RunLine, ...]


def site_report(session: Session, site: str, zone: tzinfo = UTC) -> SiteReport:
    """All about a registered domain. Raises NotFound."""
    hosts = session.scalars(
        select(Host).where(Host.site == site).order_by(Host.name).limit(MAX_LISTED)
    ).all()
    articles = session.scalar(select(func.count()).where(Article.site == site)) or 0
    if not hosts and not articles:
        raise NotFound(f"no crawl has met the site {site}")
    ids = [host.id for host in hosts]
    fields, by_day = _fields(session, site, zone)
    return SiteReport(
        site=site,
        articles=articles,
        days=tuple(_days(session, site, zone)),
        fields=fields,
        fields_by_day=tuple(by_day),
        states=_states(session, ids),
        lists=tuple(_lists(session, ids)),
        hosts=tuple(_host(host) for host in hosts),
        boxes=tuple(boxes_of(session, site, ids)),
        runs=tuple(_runs(session, site)),
    )


def _days(session: Session, site: str, zone: tzinfo) -> list[tuple[date, int, int]]:
    since = utc_now() - timedelta(days=DAYS)
    articles: defaultdict[date, int] = defaultdict(int)
    links: defaultdict[date, int] = defaultdict(int)
    counted = (
        select(Page.article_id, func.count().label("links"))
        .join(Link, Link.source_id == Page.id)
        .where(Page.article_id.is_not(None))
        .group_by(Page.article_id)
        .subquery()
    )
    rows = session.execute(
        select(Article.first_seen_at, counted.c.links)
        .outerjoin(counted, counted.c.article_id == Article.id)
        .where(Article.site == site, Article.first_seen_at >= since)
        .order_by(Article.id.desc())
        .limit(50_000)
    )
    for row in rows:
        day = row.first_seen_at.astimezone(zone).date()
        articles[day] += 1
        links[day] += row.links or 0
    return [(day, articles[day], links[day]) for day in sorted(articles)]


def _fields(
    session: Session, site: str, zone: tzinfo
) -> tuple[dict[str, float], list[tuple[date, dict[str, float]]]]:
    columns: list[Any] = [Article.first_seen_at, *(getattr(Article, name) for name in _FIELDS)]
    rows = session.execute(
        select(*columns).where(Article.site == site).order_by(Article.id.desc()).limit(MAX_SAMPLED)
    ).all()
    days: defaultdict[date, list[Any]] = defaultdict(list)
    for row in rows:
        days[row.first_seen_at.astimezone(zone).date()].append(row)
    by_day = [(day, _shares(counts)) for day, counts in sorted(days.items())[-DAYS:]]
    return _shares(rows), by_day


def _shares(rows: Sequence[Any]) -> dict[str, float]:
    """Field -> share of the rows that have it."""
    return {
        name: sum(bool(getattr(row, name)) for row in rows) / max(1, len(rows)) for name in _FIELDS
    }


def _states(session: Session, host_ids: Iterable[int]) -> dict[str, int]:
    rows = session.execute(
        select(Page.state, func.count().label("pages"))
        .where(Page.host_id.in_(list(host_ids)))
        .group_by(Page.state)
        .order_by(Page.state)
    )
    return {row.state: row.pages for row in rows}


def _lists(session: Session, host_ids: Iterable[int]) -> Iterable[SiteList]:
    rows = session.scalars(
        select(Page)
        .where(Page.host_id.in_(list(host_ids)), Page.role.is_not(None))
        .order_by(Page.role, Page.url)
        .limit(MAX_LISTED)
    )
    for page in rows:
        yield SiteList(
            url=page.url,
            role=page.role or "",
            state=page.state,
            reason=page.reason,
            status=page.status,
            fetched_at=page.fetched_at,
            new_links=page.new_links,
        )


def _host(host: Host) -> SiteHost:
    return SiteHost(
        name=host.name,
        robots_status=host.robots_status,
        robots_body=host.robots_body,
        robots_until=host.robots_until,
        problem=host.problem,
        rest_until=host.rest_until,
    )


def _runs(session: Session, site: str) -> Iterable[RunLine]:
    """The runs that last saw articles of the site, the newest first."""
    seen = select(Article.run_id).where(Article.site == site, Article.run_id.is_not(None))
    first = select(Article.first_run_id).where(
        Article.site == site, Article.first_run_id.is_not(None)
    )
    runs = session.scalars(
        select(Run).where(Run.id.in_(seen.union(first))).order_by(Run.id.desc()).limit(MAX_LISTED)
    )
    return [run_line(run) for run in runs]
