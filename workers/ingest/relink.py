"""Finds the links of archived pages again with today's finder, and says or stores what changes."""

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.engine.extract import followable, judged_links
from crawler.engine.site_layout import SiteLayouts
from crawler.page.document import Document
from crawler.page.urls import site_of
from db.articles import rereading
from db.frontier import pending
from db.links.link_corrections import LinkChange, put_right
from db.sql.session import Database
from workers.ingest.parse import fetched_page
from workers.ingest.reparse import ids


@dataclass(frozen=True, kw_only=True, slots=True)
class Relinked:
    """What the links of one page are found to be today."""

    url: str
    #: empty: found as before
    changes: tuple[LinkChange, ...]


def relink(database: Database, *, dry_run: bool) -> Iterator[Relinked]:
    """The links of every page in the archive, found again; each page in its own commit.

    Nothing is fetched. New links make nothing due: they wait for the next run that comes by the
    page, which follows or leaves them by its own rules. What was found is handed out between
    transactions.
    """
    layouts = SiteLayouts(database)
    for page_id in ids(database, rereading.archived_ids):
        relinked = _relinked(database, layouts, page_id, dry_run=dry_run)
        if relinked is not None:
            yield relinked


def _relinked(
    database: Database, layouts: SiteLayouts, page_id: int, *, dry_run: bool
) -> Relinked | None:
    with database.read() as session:
        copy = pending.newest_copy(session, [page_id])
    if copy is None:
        return None
    page = fetched_page(copy)
    site = site_of(page.url)
    links = followable(judged_links(Document(page), layouts.of([site])[site]))
    with database.write() as session:
        newest = pending.newest_copy(session, [page_id])
        if newest is None or newest.id != copy.id:
            return None  # a spider has just been there
        changes = put_right(
            session, page_id, copy.run_id, links, seen_at=copy.fetched_at, dry_run=dry_run
        )
    return Relinked(url=page.url, changes=tuple(changes))
