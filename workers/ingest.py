"""A fetched page becomes rows: read it, recognise it, store it and mark it done in one commit."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crawler.document import Document
from crawler.items import Page as FetchedPage
from crawler.profiles import profile_for
from crawler.storing import address_of
from crawler.urls import BadURL, canonical, site_of
from db import articles, search
from db.addresses import ensure_pages
from db.archive import unpack
from db.follow import Bounds, Rules
from db.models import ArchivedPage, Page, Run
from db.revisits import Past, next_wait
from db.session import Database
from db.types import utc_now
from workers.dedup import keys_of, words_of
from workers.likeness import likeness
from workers.parsing import read
from workers.parsing.article import Article
from workers.trimming import learn, take_over, trimmed

logger = logging.getLogger(__name__)

#: beginnings without an end (a crash, a time limit) after which a page is given up
MAX_READS = 3
#: a page that cannot be read is fetched again then: the reader may have got better
_UNREADABLE_REST = timedelta(days=180)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A page out of the archive that waits to be read."""

    page_id: int
    #: the address asked for
    url: str
    run_id: int | None
    depth: int
    archive_id: int
    #: the address that answered
    final_url: str
    status: int
    headers: Mapping[str, str]
    fetched_at: datetime
    #: zstd
    body: bytes
    #: earlier looks, and on how many of them it had changed
    visits: int = 0
    changes: int = 0
    #: links that this fetch brought and that were not known
    new_links: int = 0
    #: between two visits
    bounds: Bounds = Rules().bounds


def ingest(database: Database, page_ids: Sequence[int]) -> int:
    """Read and store these pages, passing over those read already. Returns how many it read."""
    count = 0
    for page_id in page_ids:
        waiting = begin(database, page_id)
        if waiting is not None:
            finish(database, waiting)
            count += 1
    return count


def begin(database: Database, page_id: int) -> Waiting | None:
    """Count the beginning, so that a page that kills its reader is given up after some; load it."""
    with database.write() as session:
        page = session.scalar(select(Page).where(Page.id == page_id, Page.state == "fetched"))
        if page is None:
            return None
        if page.reads >= MAX_READS:
            _give_up(session, page.id, page.run_id, "its reader died on it")
            return None
        page.reads += 1
        archived = session.scalars(
            select(ArchivedPage)
            .where(ArchivedPage.page_id == page_id)
            .order_by(ArchivedPage.id.desc())
            .limit(1)
        ).one()
        return Waiting(
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
            visits=page.visits,
            changes=page.changes,
            new_links=page.new_links,
            bounds=_bounds(session, page.run_id),
        )


def _bounds(session: Session, run_id: int | None) -> Bounds:
    rules = session.scalar(select(Run.rules).where(Run.id == run_id)) if run_id else None
    return (Rules.of(rules) if rules else Rules()).bounds


def finish(database: Database, waiting: Waiting) -> None:
    """Read the page and commit what it says together with its state."""
    article = read_page(waiting)
    with database.write() as session:
        _store(session, waiting, article)


def read_page(waiting: Waiting) -> Article:
    """The article that an archived page holds."""
    page = FetchedPage(
        url=waiting.final_url,
        body=unpack(waiting.body),
        fetched_at=waiting.fetched_at,
        status=waiting.status,
        headers=waiting.headers,
    )
    return read(Document(page), profile_for(page.url))


def _store(session: Session, waiting: Waiting, article: Article) -> None:
    current = _is_current(session, waiting)
    if not current:
        return  # read meanwhile by another worker, or fetched again
    counts = {"read": 1}
    article_id = None
    has_changed = waiting.new_links > 0
    if article.not_article is None:
        row, article = as_read(session, waiting, whole := article)
        has_cut = len(article.paragraphs) < len(whole.paragraphs) and take_over(session, row)
        stored = articles.store(session, row, likeness)
        article_id, has_changed = stored.article_id, stored.is_revised
        if stored.is_changed or has_cut:
            search.index(session, article_id, article.title or "", article.body)
        ids = ensure_pages(session, [address_of(url) for url in row.addresses])
        _point(session, waiting, ids, article_id)
        if stored.is_new:  # last: readers of one site wait for each other from here on
            learn(session, row.site, article_id, whole)
        counts |= {
            "stored": 1,
            "new_articles": int(stored.is_new),
            "new_revisions": int(stored.is_revised),
        }
    session.execute(
        update(Page)
        .where(Page.id == waiting.page_id)
        .values(
            state="done",
            reason=article.not_article and f"not an article: {article.not_article}",
            article_id=article_id,
            attempts=0,
            **_revisit(waiting, article, has_changed=has_changed),
        )
    )
    _count(session, waiting.run_id, counts)


def _is_current(session: Session, waiting: Waiting) -> bool:
    """True while the page still waits to be read as it was loaded; holds its row."""
    held = session.scalar(
        select(Page.id).where(Page.id == waiting.page_id, Page.state == "fetched").with_for_update()
    )
    newest = session.scalar(
        select(func.max(ArchivedPage.id)).where(ArchivedPage.page_id == waiting.page_id)
    )
    return held is not None and newest == waiting.archive_id


def _point(session: Session, waiting: Waiting, ids: Mapping[str, int], article_id: int) -> None:
    """Let every address of the article lead to it, those that redirect here included."""
    aliases = [id_ for id_ in ids.values() if id_ != waiting.page_id]
    home = ids[min(ids, key=lambda url: ids[url] != waiting.page_id)]
    session.execute(
        update(Page)
        .where(Page.id.in_(aliases), Page.state.in_(("skipped", "due")), Page.fetched_at.is_(None))
        .values(state="done", reason="another address of an article", alias_of_id=home)
    )
    session.execute(
        update(Page)
        .where((Page.id.in_(aliases)) | (Page.alias_of_id == waiting.page_id))
        .values(article_id=article_id)
    )


def as_read(session: Session, waiting: Waiting, article: Article) -> tuple[articles.Read, Article]:
    """The article without what its site repeats: ready to be stored, and as it is then."""
    addresses = dict.fromkeys((_canonical(article.url, waiting), waiting.final_url, waiting.url))
    url = next(iter(addresses))
    article = trimmed(session, site_of(url), article)
    row = articles.Read(
        url=url,
        addresses=tuple(addresses),
        site=site_of(url),
        body=article.body,
        keys=keys_of(article.paragraphs),
        words=len(words_of(article.body)),
        fields=_fields(article),
        archive_id=waiting.archive_id,
        is_own=waiting.final_url == url,
        run_id=waiting.run_id,
        depth=waiting.depth,
        fetched_at=waiting.fetched_at,
    )
    return row, article


def _canonical(url: str, waiting: Waiting) -> str:
    try:
        return canonical(url)
    except BadURL:
        return waiting.final_url


def _fields(article: Article) -> dict[str, Any]:
    """The columns of ``articles`` that come straight from the page."""
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published": article.published,
        "published_at": moment(article.published),
        "modified": article.modified,
        "language": article.language,
        "dateline": article.dateline,
        "sources": list(article.sources),
        "topics": list(article.topics),
        "section": article.section,
        "image": article.image,
        "paywalled": article.paywalled,
        "page_type": article.page_type,
        "evidence": dict(article.evidence),
    }


def moment(text: str | None) -> datetime | None:
    """ISO 8601 as a moment; a day alone, and a time without offset, are read as UTC."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _revisit(waiting: Waiting, article: Article, *, has_changed: bool) -> dict[str, Any]:
    """What is noted of this visit, and when the next is."""
    is_first = waiting.visits == 0
    changes = 0 if is_first else waiting.changes + has_changed
    noted: dict[str, Any] = {
        "visits": min(waiting.visits + 1, 32_000),
        "changes": min(changes, 32_000),
    }
    if is_first or has_changed:
        noted["changed_at"] = waiting.fetched_at
    return noted | {"next_fetch_at": next_visit(waiting, article, changes)}


def next_visit(waiting: Waiting, article: Article, changes: int) -> datetime | None:
    """When the page is due again, None for never."""
    published = moment(article.published)
    past = Past(
        age=waiting.fetched_at - published if published else None,
        is_article=article.not_article is None,
        visits=waiting.visits,
        changes=changes,
    )
    wait = next_wait(past, waiting.bounds)
    return None if wait is None else waiting.fetched_at + wait


def _give_up(session: Session, page_id: int, run_id: int | None, reason: str) -> None:
    values = {
        "state": "failed",
        "reason": reason,
        "next_fetch_at": utc_now() + _UNREADABLE_REST,
        "visits": 0,
        "changes": 0,
    }
    session.execute(update(Page).where(Page.id == page_id).values(values))
    _count(session, run_id, {"read": 1, "failed": 1})
    logger.warning("page %s is given up: %s", page_id, reason)


def _count(session: Session, run_id: int | None, counts: Mapping[str, int]) -> None:
    changed = {name: getattr(Run, name) + by for name, by in counts.items() if by}
    if run_id is not None and changed:
        session.execute(update(Run).where(Run.id == run_id).values(changed))
