"""What can be said of links only after a look at all: hubs, and articles without a link.

Of few links it is worked out when it is asked. Of many it is kept, with the time of the look, and
worked out anew at the end of a run.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from db.counting.counts import Counted, amounts
from db.models import Article, Link, LinkSummary, Page
from db.sql.session import Database
from db.sql.types import utc_now

#: of so many links it is worked out when it is asked: in 50 ms
FEW_LINKS = 200_000
#: hubs that are listed
MAX_HUBS = 10
#: most linked addresses among which hubs are looked for; an article has a few addresses at most
_MAX_LINKED = 1_000
#: a look at millions of links takes seconds, so that many runs in a night share one
RENEWED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a look at all links found."""

    #: the articles that most others link to: address -> links
    hubs: dict[str, int]
    #: articles that no related link leads from or to
    orphans: int
    #: when that was; None: now
    counted_at: datetime | None


def summary(session: Session, links: int) -> Summary:
    """What is known of that many links."""
    kept = None if links <= FEW_LINKS else session.get(LinkSummary, 1)
    if kept is None:
        return Summary(hubs=_hubs(session), orphans=_orphans(session), counted_at=None)
    return Summary(hubs=dict(kept.hubs), orphans=kept.orphans, counted_at=kept.counted_at)


def keep_summary(database: Database, *, at_once: bool = False) -> None:
    """Look at all links where there are many and the last look is old, or where it is ordered."""
    now = utc_now()
    with database.read() as session:
        kept = session.get(LinkSummary, 1)
        is_new = kept is not None and now - kept.counted_at < RENEWED_AFTER
        links = sum(amounts(session).get(Counted.KIND, {}).values())
        if not at_once and (links <= FEW_LINKS or is_new):
            return
        hubs, orphans = _hubs(session), _orphans(session)
    # apart, so that no writer waits for the look
    with database.write() as session:
        session.merge(LinkSummary(id=1, counted_at=now, orphans=orphans, hubs=list(hubs.items())))


def _hubs(session: Session) -> dict[str, int]:
    # from the index on targets alone, before any page is looked at
    counted: ColumnElement[int] = func.count().label("links")
    linked = (
        select(Link.target_id, counted)
        .group_by(Link.target_id)
        .order_by(counted.desc(), Link.target_id)
        .limit(_MAX_LINKED)
        .subquery()
    )
    links = func.sum(linked.c.links).label("links")
    rows = session.execute(
        select(Article.url, links)
        .join(Page, Page.article_id == Article.id)
        .join(linked, linked.c.target_id == Page.id)
        .group_by(Article.id, Article.url)
        .order_by(links.desc(), Article.id)
        .limit(MAX_HUBS)
    )
    return {row.url: int(row.links) for row in rows}


def _orphans(session: Session) -> int:
    linked = exists().where(
        Page.article_id == Article.id,
        or_(
            exists().where(Link.source_id == Page.id),
            exists().where(Link.target_id == Page.id),
        ),
    )
    return session.scalar(select(func.count()).select_from(Article).where(~linked)) or 0
