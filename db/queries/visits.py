"""The visits of an article's pages that brought a page into the archive, and those pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.archiving.bodies import body_of
from db.models import ArchivedPage, Article, Page, PageVisit, Revision
from db.queries.resolve import addresses_of, find_page, follow, no_article, not_known
from db.terms.errors import NotFound

#: visits that are listed, the newest
MAX_VISITS = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitRecord:
    """A page as it once came."""

    #: of the archived page
    id: int
    #: the address that answered
    url: str
    at: datetime
    status: int
    #: bytes
    size: int
    run: int | None
    #: the version that was first read from it, None where it brought none
    version: int | None


def visits_of(session: Session, article_id: int) -> list[VisitRecord]:
    """The archived visits at all addresses of an article, the newest first."""
    pages = [address.id for address in addresses_of(session, [article_id]).get(article_id, [])]
    rows = session.execute(
        select(
            ArchivedPage.id, ArchivedPage.url, ArchivedPage.fetched_at, ArchivedPage.status,
            ArchivedPage.size, ArchivedPage.run_id,
        )
        .where(ArchivedPage.page_id.in_(pages))
        .order_by(ArchivedPage.id.desc())
        .limit(MAX_VISITS)
    ).all()  # fmt: skip
    numbers = session.execute(
        select(Revision.archive_id, Revision.number).where(Revision.article_id == article_id)
    )
    versions = {row.archive_id: row.number for row in numbers}
    return [
        VisitRecord(
            id=row.id,
            url=row.url,
            at=row.fetched_at,
            status=row.status,
            size=row.size,
            run=row.run_id,
            version=versions.get(row.id),
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitCounts:
    """What is remembered of the visits of a page, and when the next is planned."""

    #: visits that brought something to read or were as before, the first included
    visits: int
    #: of the later ones, how many found a change; when the last of these was
    changes: int
    changed_at: datetime | None
    #: answers 404 or 410 in a row; since when it counts as gone
    missing: int
    gone_at: datetime | None
    #: not before then is it visited again; None: no visit is planned
    next_visit_at: datetime | None

    @classmethod
    def of(cls, page: Page) -> "VisitCounts":
        """Those of a page."""
        return cls(
            visits=page.visits,
            changes=page.changes,
            changed_at=page.changed_at,
            missing=page.missing,
            gone_at=page.gone_at,
            next_visit_at=page.next_fetch_at,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitLine:
    """A visit of a run to a page and what came of it."""

    at: datetime
    run: int | None
    #: links from the nearest seed of that run
    depth: int
    #: a db.terms.states.VisitOutcome
    outcome: str
    status: int | None
    reason: str | None
    #: the address that was asked for
    url: str


def visit_lines(
    session: Session, page_ids: Collection[int], *, limit: int = MAX_VISITS
) -> list[VisitLine]:
    """The visits to these pages, the newest first."""
    rows = session.execute(
        select(PageVisit, Page.url)
        .join(Page, Page.id == PageVisit.page_id)
        .where(PageVisit.page_id.in_(page_ids))
        .order_by(PageVisit.id.desc())
        .limit(limit)
    )
    return [
        VisitLine(
            at=visit.at,
            run=visit.run_id,
            depth=visit.depth,
            outcome=visit.outcome,
            status=visit.status,
            reason=visit.reason,
            url=url,
        )
        for visit, url in rows
    ]


def visits_to_article(
    session: Session, article_id: int, *, limit: int = MAX_VISITS
) -> list[VisitLine]:
    """The visits to all addresses of an article, the newest first."""
    addresses = addresses_of(session, [article_id]).get(article_id, [])
    return visit_lines(session, [address.id for address in addresses], limit=limit)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPage:
    """An archived page with its bytes."""

    id: int
    url: str
    page_url: str
    status: int
    headers: dict[str, str]
    at: datetime
    body: bytes


def newest_page(session: Session, url: str) -> StoredPage:
    """What was last archived of a canonical address, or of where it leads. Raises NotFound."""
    page = find_page(session, url)
    if page is None:
        raise not_known(session, url)
    ends = follow(session, [page.id])
    for key in (page.id, ends[page.id].id):
        wanted = select(ArchivedPage).where(ArchivedPage.page_id == key)
        archived = session.scalar(wanted.order_by(ArchivedPage.id.desc()).limit(1))
        if archived is not None:
            return _stored(session, archived, url)
    raise NotFound(f"nothing of {page.url} is in the archive; `terkait explain` says why")


def _stored(session: Session, archived: ArchivedPage, url: str) -> StoredPage:
    return StoredPage(
        id=archived.id,
        url=archived.url,
        page_url=url,
        status=archived.status,
        headers=dict(archived.headers),
        at=archived.fetched_at,
        body=body_of(session, archived).unpacked(),
    )


def page_as_fetched(session: Session, article_id: int, visit: int | None = None) -> StoredPage:
    """The archived page of a visit, or the one that the article was read from. Raises NotFound."""
    article = session.get(Article, article_id)
    if article is None:
        raise no_article(session, article_id)
    row = session.execute(
        select(ArchivedPage, Page.url)
        .join(Page, Page.id == ArchivedPage.page_id)
        .where(ArchivedPage.id == (visit or article.archive_id))
    ).first()
    pages = {address.id for address in addresses_of(session, [article_id]).get(article_id, [])}
    if row is None or row[0].page_id not in pages:
        raise NotFound("that page is not in the archive (any more)")
    archived, url = row
    return _stored(session, archived, url)
