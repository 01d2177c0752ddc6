"""The archive of pages as fetched, and the one commit that hands them over.

What was fetched, the links found on it and its state ``fetched`` are committed together, so that
a page is either not fetched at all or there for a worker to read.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from db.archiving.bodies import COLUMNS, body_of
from db.frontier import further_pages, page_state, visit_log
from db.frontier.expansion import CrawlContext, expand
from db.frontier.leases import count_in_run, held_pages
from db.links.link_rows import ensure_targets, store_links
from db.models import ArchivedPage, Page
from db.sql.compression import unpack
from db.sql.types import storable
from db.terms.link_kinds import IN_BOXES
from db.terms.outcomes import Fetched
from db.terms.states import Reason, VisitOutcome


def hand_over(
    session: Session, context: CrawlContext, owner: str, fetched: Sequence[Fetched]
) -> list[int]:
    """Store fetched pages and what they lead to. Returns the ids that are now ``fetched``.

    Pages whose lease has passed to another spider meanwhile are left to that one.
    """
    held = held_pages(session, owner, [page.page_id for page in fetched])
    depths = {row.id: row.depth for row in held}
    pages = [page for page in fetched if page.page_id in depths]
    if not pages:
        return []
    ids = ensure_targets(session, pages)
    session.execute(insert(ArchivedPage), [_as_archived(page, context.run_id) for page in pages])
    new_links = store_links(session, context.run_id, pages, ids)
    further_pages.note(
        session,
        {page.page_id: ids[page.next_part.url] if page.next_part else None for page in pages},
    )
    page_state.to_fetched(session, [_as_fetched(page, new_links[page.page_id]) for page in pages])
    visits = [_as_visit(page, context.run_id, depths[page.page_id]) for page in pages]
    visit_log.note(session, visits)
    expand(session, context, {page.page_id: depths[page.page_id] for page in pages})
    links = sum(visit["links"] for visit in visits)
    count_in_run(session, context.run_id, fetched=len(pages), links=links)
    return [page.page_id for page in pages]


def _as_archived(page: Fetched, run_id: int) -> dict[str, Any]:
    return {
        "page_id": page.page_id,
        "run_id": run_id,
        "url": page.url,
        "status": page.status,
        "headers": {storable(name): storable(value) for name, value in page.headers.items()},
        "fetched_at": page.fetched_at,
        "size": page.size,
        "body": b"" if page.stored else page.body,
        "place_id": page.stored and page.stored.place_id,
        "object_key": page.stored and page.stored.key,
        "object_bytes": page.stored and page.stored.size,
        "sha256": page.sha256,
    }


def _as_fetched(page: Fetched, new_links: int) -> dict[str, Any]:
    return {
        "id": page.page_id,
        "status": page.status,
        "fetched_at": page.fetched_at,
        "rung_at": None,
        "alias_of_id": None,
        "etag": page.headers.get("etag"),
        "last_modified": page.headers.get("last-modified"),
        "new_links": new_links,
    }


def _as_visit(page: Fetched, run_id: int, depth: int) -> dict[str, Any]:
    return {
        "page_id": page.page_id,
        "run_id": run_id,
        "at": page.fetched_at,
        "outcome": VisitOutcome.FETCHED.value,
        "status": page.status,
        "depth": depth,
        "links": sum(link.kind in IN_BOXES for link in page.links),
    }


def same_as_before(session: Session, pages: Sequence[Fetched]) -> set[int]:
    """Ids of those pages whose bytes are those of their newest copy in the archive.

    Not of those whose newest copy could not be read: nothing is known of it.
    """
    by_id = {page.page_id: page for page in pages}
    if by_id:
        unread = select(Page.id).where(Page.id.in_(by_id), page_state.has_reason(Reason.UNREADABLE))
        for page_id in session.scalars(unread):
            del by_id[page_id]
    if not by_id:
        return set()
    newest = (
        select(func.max(ArchivedPage.id))
        .where(ArchivedPage.page_id.in_(by_id))
        .group_by(ArchivedPage.page_id)
    )
    columns = (ArchivedPage.page_id, ArchivedPage.id, ArchivedPage.size, ArchivedPage.sha256)
    rows = session.execute(select(*columns).where(ArchivedPage.id.in_(newest))).all()
    alike = [row for row in rows if row.size == by_id[row.page_id].size]
    return {row.page_id for row in alike if _is_same(session, row, by_id[row.page_id])}


def _is_same(session: Session, row: Row[*tuple[Any, ...]], page: Fetched) -> bool:
    if row.sha256 is not None and page.sha256 is not None:
        return bool(row.sha256 == page.sha256)
    newest = session.execute(select(*COLUMNS).where(ArchivedPage.id == row.id)).one()
    return body_of(session, newest).unpacked() == unpack(page.body)
