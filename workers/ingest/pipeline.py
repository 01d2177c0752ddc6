"""A fetched page becomes rows: load, parse, assemble, strip, fingerprint, store.

Each step takes what the one before made. The database is asked before and after, never while a
page is read, and what it says is committed together with the page's state: a group of pages at a
time, since a transaction costs as much as what is in it, and readers wait for each other's.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar
from weakref import WeakKeyDictionary

from crawler.page.pagination import numbered
from db.archiving.bodies import fetch_all
from db.articles import finish
from db.articles.batch_end import BatchEnd
from db.articles.draft import ArticleDraft
from db.articles.identity import known_forms
from db.articles.readability import is_short
from db.articles.store import hold_all
from db.frontier import pending
from db.frontier.pending import PendingPage
from db.sql.retry import patiently
from db.sql.session import Database, Session
from db.sql.types import Calendar, utc_now
from db.terms.errors import DiskFull, ObjectMissing, RetryableError
from workers.dedup.comparer import COMPARER
from workers.ingest.drafting import fingerprint, make_draft, strip_all, with_words
from workers.ingest.parse import assemble, withdraws

T = TypeVar("T")

logger = logging.getLogger(__name__)

#: pages in one transaction
GROUP = 20
#: seconds of processor time; who ran out of time with less has waited, for the database
_WORK_SECONDS = 20.0

#: pages whose beginning is to be taken back as soon as the database answers
_owed: WeakKeyDictionary[Database, set[int]] = WeakKeyDictionary()


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPage:
    """A page and what it says."""

    page: PendingPage
    #: None: it holds no article
    draft: ArticleDraft | None
    why_none: str = ""
    #: instead of the article's text it says that the article is gone
    says_gone: bool = False


def ingest(
    database: Database,
    page_ids: Sequence[int],
    *,
    out_of_time: tuple[type[Exception], ...] = (),
    calendar: Calendar = utc_now,
) -> int:
    """Read and store these pages, passing over those read already. Returns how many it read.

    out_of_time: what is raised in the middle of the work where it takes too long.
    """
    _pay_back(database)
    done, began = 0, time.process_time()
    _ask_the_store(database, page_ids)
    begun = begin(database, page_ids, now=calendar())
    todo = deque(page_ids)
    while todo:
        group = [todo.popleft()]
        if group[0] not in begun:
            # it has been begun before: one that kills its reader takes no other along
            if not begin(database, group, is_first=False, now=calendar()):
                continue
        else:
            while todo and todo[0] in begun and len(group) < GROUP:
                group.append(todo.popleft())
            begun.difference_update(group)
        try:
            pages = load(database, list(dict.fromkeys(group)))
            todo += read_and_store(database, pages)
        except (RetryableError, DiskFull):
            _owe(database, {*group, *begun})
            _pay_back(database)
            raise
        except out_of_time:
            if time.process_time() - began < _WORK_SECONDS:
                _owe(database, {*group, *begun})  # there is no time to take it back now
            raise
        done += len(pages)
    return done


def _owe(database: Database, page_ids: Collection[int]) -> None:
    """The database could not store a page: none that was begun is to blame."""
    _owed.setdefault(database, set()).update(page_ids)


def _pay_back(database: Database) -> None:
    """Take back what is owed, page by page as often as it was begun in vain."""
    page_ids = _owed.get(database)
    if page_ids:
        _commit(database, lambda session: pending.forgive(session, page_ids))
        del _owed[database]


def begin(
    database: Database, page_ids: Collection[int], *, now: datetime, is_first: bool = True
) -> set[int]:
    """Count a beginning for those of the pages that may be read now; returns their ids."""
    return _commit(
        database, lambda session: pending.begin(session, page_ids, is_first=is_first, now=now)
    )


def load(database: Database, page_ids: Sequence[int]) -> list[PendingPage]:
    """Those of the pages that still wait, as they were last fetched."""

    def look() -> list[PendingPage]:
        with database.read() as session:
            return pending.load(session, page_ids)

    pages = patiently(look)
    # not patiently: a page in hand is begun, and who ends a reader that waits takes it for dead
    fetch_all(body for page in pages for body in page.bodies)
    return pages


def _ask_the_store(database: Database, page_ids: Sequence[int]) -> None:
    """Raises ArchiveUnreachable where bodies cannot be had, before a page is begun."""
    if database.objects.current and page_ids:
        load(database, page_ids[:1])


def read_and_store(database: Database, pages: Sequence[PendingPage]) -> list[int]:
    """Read the pages and commit what they say together with their states.

    Returns the ids of pages that are to be read now: the first page of an article of which one of
    these is a further one, or one of these, where more of its article has come meanwhile. What
    goes wrong with a page is raised when the others are stored.
    """
    to_read: list[int] = []
    group: list[ReadPage] = []

    def take(page: PendingPage) -> None:
        try:
            take_whole(page)
        except ObjectMissing as error:
            problem, now = str(error), utc_now()
            _commit(database, lambda s: pending.give_up_lost(s, page, problem, now))

    def take_whole(page: PendingPage) -> None:
        if page.first_id is not None:
            to_read.extend(_commit(database, lambda s: finish.end_further_page(s, page)))
        elif page.is_whole and numbered(page.url).number == 1:
            group.append(_read(page))
        else:
            to_read.extend(_store(database, [_read(page)]))

    with ExitStack() as tasks:  # all of them are done, though one raises; the last one first
        tasks.callback(lambda: to_read.extend(_store(database, group)))
        for page in reversed(pages):
            tasks.callback(take, page)
    return to_read


def _read(page: PendingPage) -> ReadPage:
    article = assemble(page)
    if article.not_article is not None:
        why_none, draft = article.not_article, None
    else:
        why_none, draft = "", make_draft(page, article)
    is_bare = page.article_id is not None and is_short(len(article.body.split()))
    says_gone = is_bare and withdraws(page.copy, page.headline)
    return ReadPage(page=page, draft=draft, why_none=why_none, says_gone=says_gone)


def _store(database: Database, group: Sequence[ReadPage]) -> list[int]:
    """Strip, fingerprint and commit."""
    to_read: list[int] = []
    todo = list(group)
    while todo:
        drafts = [read.draft for read in todo if read.draft is not None]
        stripped = iter(patiently(partial(strip_all, database, drafts)))
        ready, later = [], []
        for read in todo:
            draft = None if read.draft is None else next(stripped)
            if read.draft is not None and draft is None:
                later.append(read)
            else:
                ready.append(replace(read, draft=draft and _finished(read.page, draft)))
        to_read += _commit_group(database, ready)
        todo = later
    return to_read


def _finished(page: PendingPage, draft: ArticleDraft) -> ArticleDraft:
    """The draft with all that is worked out of it before others have to wait for its writing."""
    draft = fingerprint(draft)
    return with_words(draft) if page.article_id is None else draft


def _commit_group(database: Database, group: Sequence[ReadPage]) -> list[int]:
    """Commit all of them at once; where that fails, each by itself."""
    if len(group) > 1:
        try:
            return _commit(database, lambda session: _write(session, group))
        except RetryableError:
            raise
        except Exception:
            logger.exception("%s pages cannot be stored together; each is by itself", len(group))
    to_read: list[int] = []

    def alone(read: ReadPage) -> None:
        to_read.extend(_commit(database, lambda session: _write(session, [read])))

    with ExitStack() as tasks:
        for read in reversed(group):
            tasks.callback(alone, read)
    return to_read


def _write(session: Session, group: Sequence[ReadPage]) -> list[int]:
    held = pending.hold(session, [read.page for read in group])
    # not read meanwhile by another worker, nor fetched again
    waiting = [read for read in group if read.page.page_id in held]
    drafts = [read.draft for read in waiting if read.draft is not None]
    hold_all(session, drafts)
    end, to_read = BatchEnd(), []
    if len(drafts) > 1:
        end.known_forms = known_forms(session, drafts)
    for read in waiting:
        may_be_further = numbered(read.page.url).number != 1
        if finish.is_to_be_read_anew(session, read.page, may_be_further=may_be_further):
            to_read.append(read.page.page_id)
        elif read.draft is None:
            finish.end_without_article(
                session, read.page, read.why_none, end, says_gone=read.says_gone
            )
        else:
            finish.end_with_article(
                session, read.page, read.draft, COMPARER, end, says_gone=read.says_gone
            )
            session.flush()
            session.expunge_all()  # the next one may change the same rows by statements
    end.write(session)
    return to_read


def _commit(database: Database, work: Callable[[Session], T]) -> T:
    """Do it in a transaction, once more where the database is away or another stood in the way."""

    def transaction() -> T:
        with database.write() as session:
            return work(session)

    return patiently(transaction)
