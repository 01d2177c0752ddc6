"""Visits that left no page in the archive: redirects, and answers that were as before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.models import ArchivedPage, Page, PageVisit
from db.queries.resolve import addresses_of
from db.sql.dialect import chunks
from db.terms.states import VisitOutcome

#: articles whose visits are asked for at a time
_ARTICLES = 200
#: visits in memory at a time
_BATCH = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierCopy:
    """The archived page that an answer was the same as."""

    id: int
    page_id: int
    url: str
    fetched_at: datetime
    #: None: from a time when none was kept
    sha256: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PagelessVisit:
    """A redirect, or an answer without anything new."""

    id: int
    #: the address that was asked for
    url: str
    at: datetime
    status: int
    #: where a redirect led, canonical
    location: str | None
    #: what an answer without anything new was the same as
    same_as: EarlierCopy | None


def pageless_visits(session: Session, article_ids: Any) -> Iterator[PagelessVisit]:
    """Of these articles' addresses, in order; None: all there are."""
    wanted = (
        select(PageVisit, Page.url)
        .join(Page, Page.id == PageVisit.page_id)
        .where(PageVisit.outcome.in_((VisitOutcome.REDIRECTED, VisitOutcome.UNCHANGED)))
        .order_by(PageVisit.id)
    )
    if article_ids is None:
        yield from _in_batches(session, wanted)
        return
    for batch in chunks(article_ids, _ARTICLES):
        addresses = addresses_of(session, batch).values()
        pages = sorted(address.id for group in addresses for address in group)
        for keys in chunks(pages):
            yield from _in_batches(session, wanted.where(PageVisit.page_id.in_(keys)))


def _in_batches(session: Session, wanted: Select[PageVisit, str]) -> Iterator[PagelessVisit]:
    last = 0
    while rows := session.execute(wanted.where(PageVisit.id > last).limit(_BATCH)).all():
        earlier = _earlier(session, {visit.page_id for visit, _ in rows})
        for visit, url in rows:
            told = _told(visit, url, earlier.get(visit.page_id, []))
            if told is not None:
                yield told
        last = rows[-1][0].id
        session.expunge_all()


def _told(visit: PageVisit, url: str, copies: list[EarlierCopy]) -> PagelessVisit | None:
    """The visit; None where its page is in the archive, or nobody knows what it was the same as."""
    if visit.status is None:
        return None
    location, same_as = None, None
    if visit.outcome == VisitOutcome.REDIRECTED:
        if not 300 <= visit.status < 400:
            return None
        location = visit.reason
    else:
        before = [copy for copy in copies if copy.fetched_at <= visit.at]
        if not before or before[-1].fetched_at == visit.at:
            return None
        same_as = before[-1]
    return PagelessVisit(
        id=visit.id, url=url, at=visit.at, status=visit.status, location=location, same_as=same_as
    )


def _earlier(session: Session, page_ids: set[int]) -> dict[int, list[EarlierCopy]]:
    """Page -> its archived copies, the oldest first, without their bodies."""
    copies: dict[int, list[EarlierCopy]] = {}
    columns = (
        ArchivedPage.id, ArchivedPage.page_id, ArchivedPage.url, ArchivedPage.fetched_at,
        ArchivedPage.sha256,
    )  # fmt: skip
    for batch in chunks(sorted(page_ids)):
        wanted = select(*columns).where(ArchivedPage.page_id.in_(batch)).order_by(ArchivedPage.id)
        for row in session.execute(wanted):
            copies.setdefault(row.page_id, []).append(EarlierCopy(**row._mapping))
    return copies
