"""Reads the archive again with today's reader and link finder, and says or stores what
that changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from crawler.engine.extract import followable, judged_links
from crawler.engine.site_layout import SiteLayouts
from crawler.page.document import Document
from crawler.page.items import FetchedPage as FetchedPage
from crawler.page.urls import site_of
from db.articles.corrections import (
    Difference,
    correct,
    correct_revision,
    differences,
    older_revisions,
)
from db.articles.store import ArticleDraft
from db.compression import unpack
from db.frontier import page_state
from db.frontier.further_pages import place_of
from db.links.link_corrections import LinkChange, put_right
from db.models import ArchivedPage, Article, Page
from db.queries import search
from db.session import Database
from db.states import Reason, State, Why
from workers.dedup.comparer import COMPARER
from workers.ingest.pending import PendingPage
from workers.ingest.pipeline import ingest, prepare, read_page, whole, without_repeated
from workers.parsing.article import ParsedArticle as ReadArticle

#: ids loaded at a time
BATCH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Reread:
    """What one article, or one page without an article, is read as today."""

    url: str
    #: empty: read as before
    differences: tuple[Difference, ...] = ()
    #: older versions that are read differently
    older: int = 0
    #: why the page could not be read again, or is no article any more; what is stored stays
    problem: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Relinked:
    """What the links of one page are found to be today."""

    url: str
    #: empty: found as before
    changes: tuple[LinkChange, ...]


def reparse(database: Database, *, dry_run: bool) -> Iterator[Reread]:
    """Every article by its archived page, then the pages that held none; each in its own commit."""
    for article_id in _ids(database, select(Article.id), Article.id):
        with database.write() as session:
            reread = _again(session, article_id, dry_run=dry_run)
        yield reread
    pages = select(Page.id).where(
        Page.state.in_((State.DONE, State.FAILED)),
        Page.article_id.is_(None),
        Page.alias_of_id.is_(None),
        page_state.has_reason(Reason.NOT_AN_ARTICLE),
    )
    for page_id in _ids(database, pages, Page.id):
        yield from _page_again(database, page_id, dry_run=dry_run)


def _ids(database: Database, wanted: object, key: object) -> Iterator[int]:
    last = 0
    while True:
        with database.read() as session:
            some = session.scalars(
                wanted.where(key > last).order_by(key).limit(BATCH)  # type: ignore[attr-defined,operator]
            ).all()
        if not some:
            return
        yield from some
        last = some[-1]


def _again(session: Session, article_id: int, *, dry_run: bool) -> Reread:
    article = session.get_one(Article, article_id)
    url = article.url
    read = _read(session, article.archive_id)
    if isinstance(read, str):
        return Reread(url=url, problem=read)
    found = tuple(differences(session, article, read))
    older = _older_again(session, article) if not dry_run else 0
    if not dry_run:
        correct(session, article, read, COMPARER)
        if found:
            search.index(session, article_id, article.title, read.body)
    return Reread(url=url, differences=found, older=older)


def _older_again(session: Session, article: Article) -> int:
    count = 0
    for revision in older_revisions(session, article):
        read = _read(session, revision.archive_id)
        if not isinstance(read, str):
            count += correct_revision(session, revision, read, COMPARER)
    return count


def _read(session: Session, archive_id: int) -> ArticleDraft | str:
    """What an archived page says today; why it says nothing."""
    archived = session.get(ArchivedPage, archive_id)
    page = session.get(Page, archived.page_id) if archived else None
    if archived is None or page is None:
        return "not in the archive"
    first_id, further = place_of(session, page.id)
    waiting = replace(_waiting(archived, page), first_id=first_id, further=further)
    article = _article(waiting)
    if isinstance(article, str):
        return article
    return without_repeated(
        session, waiting, prepare(waiting, whole(session, waiting, article))
    ).row


def _article(waiting: PendingPage) -> ReadArticle | str:
    article = read_page(waiting)
    if article.not_article is None:
        return article
    return str(Why(Reason.NOT_AN_ARTICLE, article.not_article))


def _waiting(archived: ArchivedPage, page: Page) -> PendingPage:
    return PendingPage(
        page_id=page.id,
        url=page.url,
        run_id=page.run_id,
        depth=page.depth,
        archive_id=archived.id,
        final_url=archived.url,
        status=archived.status,
        headers=archived.headers,
        fetched_at=archived.fetched_at,
        body=archived.body,
    )


def _page_again(database: Database, page_id: int, *, dry_run: bool) -> Sequence[Reread]:
    """A page that held no article: stored where it holds one today."""
    with database.write() as session:
        page = session.get_one(Page, page_id)
        url, reason = page.url, page.reason
        archived = session.scalar(_newest_of(page_id))
        article = _article(_waiting(archived, page)) if archived else "not in the archive"
        if isinstance(article, str):
            return ()
        if not dry_run:
            page_state.to_fetched(session, [{"id": page_id}])
    if not dry_run:
        ingest(database, [page_id])
    found = Difference(field="article", before=reason, after=article.title)
    return (Reread(url=url, differences=(found,)),)


def relink(database: Database, *, dry_run: bool) -> Iterator[Relinked]:
    """The links of every page in the archive, found again; each page in its own commit.

    Nothing is fetched. New links make nothing due: they wait for the next run that comes by the
    page, which follows or leaves them by its own rules.
    """
    lore = SiteLayouts(database)
    for page_id in _ids(database, select(ArchivedPage.page_id).distinct(), ArchivedPage.page_id):
        with database.read() as session:
            archived = session.scalars(_newest_of(page_id)).one()
            page = _fetched(archived)
        site = site_of(page.url)
        links = followable(judged_links(Document(page), lore.of([site])[site]))
        with database.write() as session:
            newest = session.scalars(_newest_of(page_id)).one()
            if newest.id != archived.id:
                continue  # a spider has just been there
            changes = put_right(session, page_id, archived.run_id, links, dry_run=dry_run)
        yield Relinked(url=page.url, changes=tuple(changes))


def _newest_of(page_id: int) -> Select[ArchivedPage]:
    newest = select(ArchivedPage).where(ArchivedPage.page_id == page_id)
    return newest.order_by(ArchivedPage.id.desc()).limit(1)


def _fetched(archived: ArchivedPage) -> FetchedPage:
    return FetchedPage(
        url=archived.url,
        body=unpack(archived.body),
        fetched_at=archived.fetched_at,
        status=archived.status,
        headers=archived.headers,
    )
