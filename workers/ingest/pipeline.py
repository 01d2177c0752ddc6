"""A fetched page becomes rows: load, parse, assemble, strip, fingerprint, store.

Each step takes what the one before made. The database is asked before and after, never while a
page is read, and what it says is committed together with the page's state.
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from crawler.page.pagination import numbered
from db.articles import finish
from db.articles.draft import ArticleDraft
from db.frontier import pending
from db.frontier.pending import PendingPage
from db.retry import patiently
from db.session import Database, Session
from workers.dedup.comparer import COMPARER
from workers.ingest.draft import fingerprint, make_draft, strip
from workers.ingest.parse import assemble

T = TypeVar("T")


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
        page = load(database, page_id)
        if page is not None:
            todo += read_and_store(database, page)
            done += 1
    return done


def begin(database: Database, page_ids: Collection[int], *, is_first: bool = True) -> set[int]:
    """Count a beginning for those of the pages that may be read now; returns their ids."""
    return _commit(database, lambda session: pending.begin(session, page_ids, is_first=is_first))


def load(database: Database, page_id: int) -> PendingPage | None:
    """The page as it was last fetched; None where it does not wait any more."""

    def look() -> PendingPage | None:
        with database.read() as session:
            return pending.load(session, page_id)

    return patiently(look)


def read_and_store(database: Database, page: PendingPage) -> Sequence[int]:
    """Read the page and commit what it says together with its state.

    Returns the ids of pages that are to be read now: the first page of an article of which this
    is a further one, or this page, where more of its article has come meanwhile.
    """
    if page.first_id is not None:
        return _commit(database, lambda session: finish.end_further_page(session, page))
    article = assemble(page)
    if article.not_article is not None:
        draft = None
    else:
        whole = make_draft(page, article)
        draft = fingerprint(patiently(lambda: strip(database, whole)))
    return _commit(database, lambda session: _store(session, page, draft, article.not_article))


def _store(
    session: Session, page: PendingPage, draft: ArticleDraft | None, why_none: str | None
) -> Sequence[int]:
    if not pending.hold(session, page):
        return ()  # read meanwhile by another worker, or fetched again
    may_be_further = numbered(page.url).number != 1
    if finish.is_to_be_read_anew(session, page, may_be_further=may_be_further):
        return (page.page_id,)
    if draft is None:
        finish.end_without_article(session, page, why_none or "")
    else:
        finish.end_with_article(session, page, draft, COMPARER)
    return ()


def _commit(database: Database, work: Callable[[Session], T]) -> T:
    """Do it in a transaction, once more where the database is away or another stood in the way."""

    def transaction() -> T:
        with database.write() as session:
            return work(session)

    return patiently(transaction)
