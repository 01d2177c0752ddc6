"""Reads the archive again with today's reader, and says or stores what that changes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from db.articles import rereading
from db.articles.corrections import Difference
from db.articles.draft import ArticleDraft
from db.frontier import pending
from db.sql.session import Database
from db.terms.states import Reason, Why
from workers.dedup.comparer import COMPARER
from workers.ingest.drafting import fingerprint, make_draft, strip
from workers.ingest.parse import assemble, parse
from workers.ingest.pipeline import ingest

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


def reparse(database: Database, *, dry_run: bool) -> Iterator[Reread]:
    """Every article by its archived page, then the pages that held none; each in its own commit.

    What is read again is handed out between transactions.
    """
    for article_id in ids(database, rereading.article_ids):
        reread = _reread(database, article_id, dry_run=dry_run)
        if reread is not None:
            yield reread
    for page_id in ids(database, rereading.articleless_ids):
        became = _reread_articleless(database, page_id, dry_run=dry_run)
        if became is not None:
            yield became


def ids(database: Database, batch_of: Callable[..., Sequence[int]]) -> Iterator[int]:
    """All ids that ``batch_of`` gives, a batch at a time."""
    last = 0
    while True:
        with database.read() as session:
            batch = batch_of(session, after=last, limit=BATCH)
        if not batch:
            return
        yield from batch
        last = batch[-1]


def _reread(database: Database, article_id: int, *, dry_run: bool) -> Reread | None:
    with database.read() as session:
        stored = rereading.stored_article(session, article_id)
    if stored is None:
        return None
    draft = _draft(database, stored.archive_id)
    if isinstance(draft, str):
        return Reread(url=stored.url, problem=draft)
    if dry_run:
        with database.read() as session:
            correction = rereading.compare(session, article_id, draft)
    else:
        drafts = {number: _draft(database, copy) for number, copy in stored.older.items()}
        older = {number: d for number, d in drafts.items() if not isinstance(d, str)}
        with database.write() as session:
            correction = rereading.put_right(session, article_id, draft, older, COMPARER)
    return Reread(url=stored.url, differences=correction.differences, older=correction.older)


def _draft(database: Database, archive_id: int) -> ArticleDraft | str:
    """What an archived copy says today; why it says nothing."""
    with database.read() as session:
        page = pending.load_copy(session, archive_id)
    if page is None:
        return "not in the archive"
    article = assemble(page)
    if article.not_article is not None:
        return str(Why(Reason.NOT_AN_ARTICLE, article.not_article))
    return fingerprint(strip(database, make_draft(page, article)))


def _reread_articleless(database: Database, page_id: int, *, dry_run: bool) -> Reread | None:
    """A page that held no article: stored where it holds one today."""
    with database.read() as session:
        page = pending.load_newest(session, page_id)
        reason = rereading.why_articleless(session, page_id)
    article = parse(page.copy) if page is not None else None
    if page is None or article is None or article.not_article is not None:
        return None
    if not dry_run:
        with database.write() as session:
            pending.put_back(session, page_id)
        ingest(database, [page_id])
    became = Difference(field="article", before=reason, after=article.title)
    return Reread(url=page.url, differences=(became,))
