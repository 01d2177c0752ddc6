"""A fetched page becomes rows: read it, recognise it, store it and mark it done in one commit."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from crawler.errors import BadURL
from crawler.page.document import Document
from crawler.page.items import FetchedPage as FetchedPage
from crawler.page.profiles import profile_for
from crawler.page.urls import address_of, canonical, site_of
from db.articles import repeated_lines, store
from db.compression import unpack
from db.dialect import skip_locked
from db.frontier import page_state
from db.frontier.page_rows import ensure_pages
from db.frontier.revisits import Past, next_wait
from db.models import ArchivedPage, Page
from db.queries import search
from db.session import Database
from db.states import Reason, State, Why
from workers.dedup.boilerplate import lines_of, without
from workers.dedup.comparer import COMPARER
from workers.dedup.fingerprint import keys_of, words_of
from workers.ingest.multipage import (
    grow,
    hand_to_first,
    has_grown,
    is_part_now,
    joined,
    read_again,
    settle,
)
from workers.ingest.pending import PendingPage, begin, count, is_current, load
from workers.ingest.trim import take_over
from workers.parsing import read
from workers.parsing.article import ParsedArticle

_PAGES = cast(Table, Page.__table__)
#: found, but nobody has it or had it
_UNREAD = (State.SKIPPED, State.DUE)
_NOTE_REDIRECTS = (
    update(_PAGES)
    .where(_PAGES.c.alias_of_id == bindparam("page"))
    .values(article_id=bindparam("article"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """An article with all that can be worked out before the database is asked."""

    article: ParsedArticle
    row: store.ArticleDraft
    #: paragraphs that the site may repeat, by digest
    lines: Mapping[bytes, str]


def ingest(database: Database, page_ids: Sequence[int]) -> int:
    """Read and store these pages, passing over those read already. Returns how many it read."""
    done = 0
    begun = begin(database, page_ids)
    todo = deque(page_ids)
    while todo:
        page_id = todo.popleft()
        if page_id not in begun and not begin(database, [page_id], is_first=False):
            continue
        begun.discard(page_id)
        waiting = load(database, page_id)
        if waiting is not None:
            todo += finish(database, waiting)
            done += 1
    return done


def finish(database: Database, waiting: PendingPage) -> Sequence[int]:
    """Read the page and commit what it says together with its state.

    Returns the ids of pages that are to be read now: the first page of an article of which this
    is a further one, or this page, where more of its article has come meanwhile.
    """
    if waiting.first_id is not None:
        with database.write() as session:
            return hand_to_first(session, waiting)
    article = read_page(waiting)
    if waiting.further.count:
        with database.read() as session:
            article = whole(session, waiting, article)
    prepared = prepare(waiting, article) if article.not_article is None else None
    with database.write() as session:
        if not is_current(session, waiting):
            return ()  # read meanwhile by another worker, or fetched again
        if has_grown(session, waiting) or is_part_now(session, waiting):
            return (waiting.page_id,)
        if prepared is None:
            _no_article(session, waiting, article)
        else:
            _store(session, waiting, prepared)
    return ()


def whole(session: Session, waiting: PendingPage, article: ParsedArticle) -> ParsedArticle:
    """The article with what its further pages say."""
    ids = waiting.further.archive_ids
    rows = {
        row.id: row for row in session.scalars(select(ArchivedPage).where(ArchivedPage.id.in_(ids)))
    }
    others = [
        read_page(replace(
            waiting, final_url=row.url, status=row.status, headers=row.headers,
            fetched_at=row.fetched_at, body=row.body,
        ))
        for row in (rows[id_] for id_ in ids)
    ]  # fmt: skip
    # one that holds no article is a notice that the page is gone, or a list of what else there is
    others = [other for other in others if other.not_article is None]
    return joined(article, others, count=waiting.further.count)


def read_page(waiting: PendingPage) -> ParsedArticle:
    """The article that an archived page holds."""
    page = FetchedPage(
        url=waiting.final_url,
        body=unpack(waiting.body),
        fetched_at=waiting.fetched_at,
        status=waiting.status,
        headers=waiting.headers,
    )
    return read(Document(page), profile_for(page.url))


def _no_article(session: Session, waiting: PendingPage, article: ParsedArticle) -> None:
    why = Why(Reason.NOT_AN_ARTICLE, article.not_article or "")
    _done(session, waiting, article, why=why, has_changed=waiting.new_links > 0)
    count(session, waiting.run_id, {"read": 1})


def _store(session: Session, waiting: PendingPage, as_found: Prepared) -> None:
    prepared = without_repeated(session, waiting, as_found)
    row, article = prepared.row, prepared.article
    if waiting.further.count:
        settle(session, waiting, row)
    if waiting.further.count and (before := read_again(session, row)) is not None:
        if grow(session, before, row):
            search.index(session, before.id, article.title or "", article.body)
        page_state.to_done(session, [{"id": waiting.page_id, "reason": None}])
        return
    has_cut = prepared is not as_found and take_over(session, row)
    stored = store.store(session, row, COMPARER)
    if stored.is_changed or has_cut:
        search.index(session, stored.article_id, article.title or "", article.body)
    _point(session, waiting, row.addresses, stored.article_id)
    _done(session, waiting, article, article_id=stored.article_id, has_changed=stored.is_revised)
    # last: readers of one site, and of one run, wait for each other from here on
    if stored.is_new and not stored.is_copy:  # the lines of a copy were counted
        repeated_lines.learn(session, row.site, as_found.lines)
    new = {"new_articles": int(stored.is_new), "new_revisions": int(stored.is_revised)}
    count(session, waiting.run_id, {"read": 1, "stored": 1} | new)


def _done(
    session: Session,
    waiting: PendingPage,
    article: ParsedArticle,
    *,
    has_changed: bool,
    why: Why | None = None,
    article_id: int | None = None,
) -> None:
    row = {"id": waiting.page_id, "reason": why, "article_id": article_id}
    page_state.to_done(session, [row | _revisit(waiting, article, has_changed=has_changed)])


def _point(session: Session, waiting: PendingPage, urls: Sequence[str], article_id: int) -> None:
    """Let every address of the article lead to it, those that redirect here included."""
    connection = session.connection()
    connection.execute(_NOTE_REDIRECTS, {"page": waiting.page_id, "article": article_id})
    if urls == (waiting.url,):
        return
    ids = ensure_pages(session, [address_of(url) for url in urls])
    others = select(Page.id, Page.state, Page.fetched_at).where(
        Page.id.in_(set(ids.values()) - {waiting.page_id})
    )
    # a page that is being read now says itself where it leads, and waits for what we hold
    aliases = session.execute(skip_locked(session, others, of=Page)).all()
    home = ids[min(ids, key=lambda url: ids[url] != waiting.page_id)]
    as_alias = {
        "reason": Reason.OTHER_ADDRESS,
        "alias_of_id": home,
        "article_id": article_id,
        "next_fetch_at": None,
    }
    is_unread = {row.id: row.state in _UNREAD and row.fetched_at is None for row in aliases}
    page_state.to_done(session, [{"id": id_} | as_alias for id_ in is_unread if is_unread[id_]])
    theirs = update(_PAGES).where(_PAGES.c.id.in_([i for i in is_unread if not is_unread[i]]))
    connection.execute(theirs.values(article_id=article_id))


def prepare(waiting: PendingPage, article: ParsedArticle) -> Prepared:
    """The article ready to be stored, as far as the page alone tells."""
    addresses = dict.fromkeys((_canonical(article.url, waiting), waiting.final_url, waiting.url))
    url = next(iter(addresses))
    row = store.ArticleDraft(
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
    return Prepared(article=article, row=row, lines=lines_of(article.paragraphs))


def without_repeated(session: Session, waiting: PendingPage, whole: Prepared) -> Prepared:
    """The article without the lines that its site repeats; itself where it has none of them."""
    repeated = repeated_lines.repeated(session, whole.row.site, whole.lines)
    if not repeated:
        return whole
    kept = without(whole.article.paragraphs, repeated)
    return prepare(waiting, replace(whole.article, paragraphs=kept))


def _canonical(url: str, waiting: PendingPage) -> str:
    try:
        return canonical(url)
    except BadURL:
        return waiting.final_url


def _fields(article: ParsedArticle) -> dict[str, Any]:
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


def _revisit(waiting: PendingPage, article: ParsedArticle, *, has_changed: bool) -> dict[str, Any]:
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


def next_visit(waiting: PendingPage, article: ParsedArticle, changes: int) -> datetime | None:
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
