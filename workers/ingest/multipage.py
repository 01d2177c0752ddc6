"""Joins the pages of an article that is spread over several into the article of its first page."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crawler.page.pagination import numbered
from db.articles.corrections import correct
from db.articles.merge import at_parts, give_way, hold_all, lead_parts
from db.articles.store import ArticleDraft, find
from db.frontier import page_state
from db.frontier.further_pages import fetched_parts, place_of
from db.models import Article as ArticleRow
from db.models import Page, Text
from db.states import Reason, State
from workers.dedup.comparer import COMPARER
from workers.ingest.pending import PendingPage, count, is_current
from workers.parsing.article import ParsedArticle


def joined(first: ParsedArticle, others: Sequence[ParsedArticle], *, count: int) -> ParsedArticle:
    """The article with the paragraphs of its further pages, none of them twice.

    ``count`` is how many further pages are known of; ``evidence`` says how many have come.
    """
    if not count:
        return first
    seen = frozenset(first.paragraphs)
    added = dict.fromkeys(p for other in others for p in other.paragraphs if p not in seen)
    pages = f"{len(others) + 1} of {count + 1}"
    return replace(
        first,
        paragraphs=(*first.paragraphs, *added),
        evidence={**first.evidence, "pages": pages},
    )


def read_again(session: Session, read: ArticleDraft) -> ArticleRow | None:
    """The stored article where it was read from this same copy of its page."""
    stored = find(session, read.addresses)
    return stored if stored and stored.archive_id == read.archive_id else None


def grow(session: Session, stored: ArticleRow, read: ArticleDraft) -> bool:
    """Put the text in place that further pages have made longer: the publisher changed nothing.

    True where it was another.
    """
    if session.get_one(Text, stored.text_id).body == read.body:
        return False
    correct(session, stored, read, COMPARER)
    return True


def settle(session: Session, waiting: PendingPage, read: ArticleDraft) -> None:
    """Make one row of the article's and those of its further pages, which came before it.

    Where the article has none yet, that of the first of them becomes it: it keeps its id and the
    time when it was first seen.
    """
    parts = at_parts(session, waiting.page_id)
    if not parts:
        return
    stored = find(session, read.addresses)
    hold_all(session, read, [*parts, *([stored] if stored else [])])
    if stored is None:
        stored = parts[0]
        stored.url = read.url
    for part in parts:
        if part is not stored:
            give_way(session, part, stored, COMPARER)
    lead_parts(session, waiting.page_id, stored.id)


def is_part_now(session: Session, waiting: PendingPage) -> bool:
    """Whether the page has turned out a further one since it was loaded; it is then to go again."""
    if numbered(waiting.url).number == 1 or place_of(session, waiting.page_id)[0] is None:
        return False
    session.execute(update(Page).where(Page.id == waiting.page_id).values(reads=0))
    return True


def hand_to_first(session: Session, waiting: PendingPage) -> Sequence[int]:
    """End a further page. Returns the id of the first page where that is to be read now."""
    held = select(Page).where(Page.id == waiting.first_id).with_for_update()
    first = session.scalars(held.execution_options(populate_existing=True)).one()
    if not is_current(session, waiting):
        return ()
    row = {
        "id": waiting.page_id,
        "reason": Reason.FURTHER_PAGE,
        "alias_of_id": first.id,
        "article_id": first.article_id,
        "next_fetch_at": None,
    }
    page_state.to_done(session, [row])
    count(session, waiting.run_id, {"read": 1})
    if first.state == State.DONE and first.article_id is not None:
        page_state.to_fetched(session, [{"id": first.id}])
    return (first.id,) if first.state == State.FETCHED else ()


def has_grown(session: Session, waiting: PendingPage) -> bool:
    """Whether more of the article has come since it was loaded; it is then to be read again."""
    if not waiting.further.count or waiting.further == fetched_parts(session, waiting.page_id):
        return False
    session.execute(update(Page).where(Page.id == waiting.page_id).values(reads=0))
    return True
