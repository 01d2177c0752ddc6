"""What reading a page came to, committed together with the page's state."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select, update

from db.articles.batch_end import BatchEnd
from db.articles.corrections import cut_stored, grow_stored
from db.articles.draft import ArticleDraft
from db.articles.identity import doubted, follow_move, in_known_form
from db.articles.merge import settle
from db.articles.readability import Unread, next_look, why_unreadable
from db.articles.store import Stored, find, store
from db.articles.word_index import Words
from db.duplicates.similar_pairs import Comparer
from db.frontier import page_state, visit_log
from db.frontier.failures import missing_again
from db.frontier.further_pages import fetched_parts, place_of
from db.frontier.page_rows import ensure_pages
from db.frontier.pending import PendingPage, begin_anew, count_in_run, hold
from db.frontier.revisits import Past, next_wait
from db.models import Page
from db.sql.dialect import skip_locked
from db.sql.session import Session
from db.terms.addresses import Address
from db.terms.states import Reason, State, VisitOutcome, Why

_PAGES = cast(Table, Page.__table__)
#: found, but nobody has it or had it
_UNREAD = (State.SKIPPED, State.DUE)


def end_further_page(session: Session, page: PendingPage) -> Sequence[int]:
    """End a further page. Returns the id of the first page where that is to be read now."""
    held = select(Page).where(Page.id == page.first_id).with_for_update(key_share=True)
    first = session.scalars(held.execution_options(populate_existing=True)).one()
    if not hold(session, [page]):
        return ()
    row = {
        "id": page.page_id,
        "reason": Reason.FURTHER_PAGE,
        "alias_of_id": first.id,
        "article_id": first.article_id,
        "next_fetch_at": None,
    }
    page_state.to_done(session, [row])
    visit_log.end(session, page.page_id, VisitOutcome.PART)
    count_in_run(session, page.run_id, {"read": 1})
    if first.state == State.DONE and first.article_id is not None:
        page_state.to_fetched(session, [{"id": first.id}])
    return (first.id,) if first.state == State.FETCHED else ()


def is_to_be_read_anew(session: Session, page: PendingPage, *, may_be_further: bool) -> bool:
    """Whether more of the article has come since it was loaded, or it is a further page itself.

    ``may_be_further``: its address is not that of a first page.
    """
    has_grown = page.further.count and page.further != fetched_parts(session, page.page_id)
    if has_grown or (may_be_further and place_of(session, page.page_id)[0] is not None):
        begin_anew(session, page.page_id)
        return True
    return False


def end_without_article(
    session: Session, page: PendingPage, why: str, end: BatchEnd, *, says_gone: bool
) -> None:
    """The page holds no article; the next look is planned as that at a list.

    Where it held one before, that stays as it is, and the page is looked at again soon.
    says_gone: it says that the article is not there any more.
    """
    if page.article_id is not None:
        unread = Unread(why=Why(Reason.UNREADABLE, why))
        _end_unreadable(session, page, unread, end, says_gone=says_gone)
        return
    has_changed = page.new_links > 0
    visit = _visit(page, None, is_article=False, has_changed=has_changed)
    reason = Why(Reason.NOT_AN_ARTICLE, why)
    end.end_page({"id": page.page_id, "reason": reason, "article_id": None} | visit)
    end.end_visit(page.page_id, VisitOutcome.NO_ARTICLE, why=reason)
    end.count(page.run_id, {"read": 1})


def _end_unreadable(
    session: Session, page: PendingPage, unread: Unread, end: BatchEnd, *, says_gone: bool
) -> None:
    """The page came without its article's text: nothing of the article changes.

    It is asked for whole the next time: its validators are those of what could not be read.
    """
    at = page.copy.fetched_at
    columns: dict[str, Any] = {"etag": None, "last_modified": None}
    outcome = VisitOutcome.UNREADABLE
    if says_gone:
        columns |= missing_again(session.get_one(Page, page.page_id), at)
        outcome = VisitOutcome.MISSING
    else:
        columns["next_fetch_at"] = at + next_look(session, page.page_id)
    page_state.to_failed(session, [{"id": page.page_id, "reason": unread.why} | columns])
    end.end_visit(page.page_id, outcome, why=unread.why, digest=unread.digest)
    end.count(page.run_id, {"read": 1, "unreadable": 0 if says_gone else 1})


def end_with_article(
    session: Session,
    page: PendingPage,
    draft: ArticleDraft,
    comparer: Comparer,
    end: BatchEnd,
    *,
    says_gone: bool,
) -> None:
    """Store the article: article, version, copies; words, addresses and the page's state.

    Its names are held (``store.hold``). says_gone: as for ``end_without_article``.
    """
    unread = why_unreadable(session, page, draft, end.digests)
    if unread is not None and unread.why.reason is Reason.NOT_AN_ARTICLE:
        end_without_article(session, page, unread.why.detail, end, says_gone=says_gone)
        return
    if unread is not None:
        _end_unreadable(session, page, unread, end, says_gone=says_gone)
        return
    if len(draft.addresses) > 1 or page.moved_from is not None or page.further.count:
        end.known_forms = None  # other articles may get other addresses by it
    if len(draft.addresses) > 1:
        end.write_pages(session)  # one of the addresses may be of a page that has just been read
        draft = doubted(session, page, draft, comparer)
    draft = in_known_form(session, page, draft, end.known_forms)
    follow_move(session, page, draft, comparer)
    if page.further.count:
        settle(session, page.page_id, draft, comparer)
        if _end_grown(session, page, draft, comparer, end):
            return
    has_cut = draft.cut_of is not None and cut_stored(session, draft, comparer)
    stored = store(session, draft, comparer)
    if stored.is_changed or has_cut:
        end.index(_words(stored, draft))
    end.lead_redirects(page.page_id, stored.article_id)
    _point(session, page, draft.addresses, stored.article_id)
    visit = _visit(
        page, draft.fields["published_at"], is_article=True, has_changed=stored.is_revised
    )
    end.end_page({"id": page.page_id, "reason": None, "article_id": stored.article_id} | visit)
    end.end_visit(page.page_id, _outcome(stored))
    if stored.is_new and not stored.is_copy:  # the lines of a copy were counted
        end.learn(draft.site, draft.lines)
    new = {"new_articles": int(stored.is_new), "new_revisions": int(stored.is_revised)}
    end.count(page.run_id, {"read": 1, "stored": 1} | new)


def _end_grown(
    session: Session, page: PendingPage, draft: ArticleDraft, comparer: Comparer, end: BatchEnd
) -> bool:
    """End the visit of an article that only grew by a further page; False where it is another."""
    before = find(session, draft.urls)
    if before is None or before.archive_id != draft.archive_id:
        return False
    if grow_stored(session, before, draft, comparer):
        language = draft.fields["language"]
        title = before.title or ""
        end.index(Words(article_id=before.id, title=title, body=draft.body, language=language))
    end.end_page({"id": page.page_id, "reason": None})
    end.end_visit(page.page_id, VisitOutcome.UNCHANGED)
    return True


def _outcome(stored: Stored) -> VisitOutcome:
    if stored.is_new:
        return VisitOutcome.NEW
    return VisitOutcome.CHANGED if stored.is_revised else VisitOutcome.UNCHANGED


def _words(stored: Stored, draft: ArticleDraft) -> Words:
    return Words(
        article_id=stored.article_id,
        title=draft.fields["title"] or "",
        body=draft.body,
        language=draft.fields["language"],
        is_new=stored.is_new,
        indexed=draft.indexed,
    )


def _point(
    session: Session, page: PendingPage, addresses: Sequence[Address], article_id: int
) -> None:
    """Let every address of the article lead to it."""
    if [address.url for address in addresses] == [page.url]:
        return
    ids = ensure_pages(session, addresses)
    others = select(Page.id, Page.state, Page.fetched_at).where(
        Page.id.in_(set(ids.values()) - {page.page_id})
    )
    # a page that is being read now says itself where it leads, and waits for what we hold
    aliases = session.execute(skip_locked(session, others, of=Page)).all()
    home = ids[min(ids, key=lambda url: ids[url] != page.page_id)]
    as_alias = {
        "reason": Reason.OTHER_ADDRESS,
        "alias_of_id": home,
        "article_id": article_id,
        "next_fetch_at": None,
    }
    is_unread = {row.id: row.state in _UNREAD and row.fetched_at is None for row in aliases}
    page_state.to_done(session, [{"id": id_} | as_alias for id_ in is_unread if is_unread[id_]])
    theirs = update(_PAGES).where(_PAGES.c.id.in_([i for i in is_unread if not is_unread[i]]))
    session.connection().execute(theirs.values(article_id=article_id))


def _visit(
    page: PendingPage, published_at: datetime | None, *, is_article: bool, has_changed: bool
) -> dict[str, Any]:
    """What is noted of this visit, and when the next is; None for never."""
    is_first = page.visits == 0
    changes = 0 if is_first else page.changes + has_changed
    fetched_at = page.copy.fetched_at
    past = Past(
        age=fetched_at - published_at if published_at else None,
        is_article=is_article,
        visits=page.visits,
        changes=changes,
    )
    wait = next_wait(past, page.bounds)
    noted: dict[str, Any] = {
        "visits": min(page.visits + 1, 32_000),
        "changes": min(changes, 32_000),
        "next_fetch_at": None if wait is None else fetched_at + wait,
        "missing": 0,
        "gone_at": None,
    }
    return noted | ({"changed_at": fetched_at} if is_first or has_changed else {})
