"""When a page is looked at again, and what a look means that finds nothing new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.frontier import page_state, visit_log
from db.frontier.expansion import CrawlContext, expand
from db.frontier.leases import count_in_run
from db.frontier.moves import NEW_HOME, read_again_after_move
from db.frontier.scope import Bounds
from db.links.link_rows import see_again
from db.models import Article, Page
from db.sql.dialect import chunks
from db.terms.outcomes import Unchanged
from db.terms.states import Reason, State, VisitOutcome, Why

#: an article is looked at again when it is half as old again as it is now
_SHARE_OF_AGE = 0.5
#: of an article that does not say when it was published
_UNKNOWN_AGE = timedelta(days=30)
#: an article that old which was looked at and has not changed is left alone
_COLD = timedelta(days=365)
#: a list, until its own changes tell more
_LIST_WAIT = timedelta(hours=6)
#: looks without a change after which the wait grows, and how far
_QUIET_VISITS, _MAX_GROWTH = 3, 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What is known of a page when its next visit is planned."""

    #: since it was published; None: unknown, or no article
    age: timedelta | None
    is_article: bool
    #: looks after the first
    visits: int
    #: on how many of them it had changed
    changes: int

    @property
    def change_rate(self) -> float:
        """Share of the looks that found a change."""
        return self.changes / self.visits if self.visits else 0.0


def next_wait(past: Past, bounds: Bounds) -> timedelta | None:
    """How long the page is left alone; None: for ever.

    News cools down: an article is looked at after minutes, hours, days, each time as its age and
    its changes tell; a list as often as it brings something new.
    """
    if not past.is_article:
        wait = _LIST_WAIT * (2.0 - 1.75 * past.change_rate if past.visits else 1.0)
        return bounds.clamp(wait)
    age = max(past.age if past.age is not None else _UNKNOWN_AGE, timedelta(0))
    if age > _COLD and past.visits and not past.changes:
        return None
    factor = 1.0 - 0.75 * past.change_rate
    if past.visits >= _QUIET_VISITS and not past.changes:
        factor = min(_MAX_GROWTH, 2.0 ** (past.visits - _QUIET_VISITS + 1))
    return bounds.clamp(age * _SHARE_OF_AGE * factor)


def confirm(
    session: Session, context: CrawlContext, owner: str, unchanged: Sequence[Unchanged]
) -> None:
    """Record pages that are as they were: nothing is read, their links are walked on."""
    if not unchanged:
        return
    by_id = {seen.page_id: seen for seen in unchanged}
    rows = session.execute(
        select(
            Page.id,
            Page.depth,
            Page.visits,
            Page.changes,
            Page.reason,
            Page.article_id,
            Page.fetched_at,
            Article.published_at,
        )
        .join(Article, Article.id == Page.article_id, isouter=True)
        .where(Page.id.in_(by_id), Page.state == State.LEASED, Page.lease_owner == owner)
    ).all()
    if not rows:
        return
    page_state.to_done(session, [_confirmed(row, by_id[row.id], context) for row in rows])
    read_again_after_move(session, NEW_HOME.id.in_([row.id for row in rows]))
    visit_log.note(session, [_as_visit(row, by_id[row.id], context) for row in rows])
    see_again(session, context.run_id, {row.id: row.fetched_at for row in rows}, context.now)
    _see_articles(session, context, [row.article_id for row in rows if row.article_id])
    expand(session, context, {row.id: row.depth for row in rows})
    count_in_run(session, context.run_id, unchanged=len(rows))


def _as_visit(row: Any, seen: Unchanged, context: CrawlContext) -> dict[str, Any]:
    return {
        "page_id": row.id,
        "run_id": context.run_id,
        "at": context.now,
        "outcome": VisitOutcome.UNCHANGED.value,
        "status": seen.status,
        "depth": row.depth,
    }


def _see_articles(session: Session, context: CrawlContext, article_ids: Sequence[int]) -> None:
    """The run saw these articles, and they were as before."""
    for chunk in chunks(sorted(set(article_ids))):
        seen = update(Article).where(Article.id.in_(chunk))
        session.execute(seen.values(run_id=context.run_id, last_fetched_at=context.now))


def _confirmed(row: Any, seen: Unchanged, context: CrawlContext) -> dict[str, Any]:
    is_article = row.article_id is not None
    past = Past(
        age=context.now - row.published_at if row.published_at else None,
        is_article=is_article,
        visits=row.visits,  # the first look is none of them, this one is
        changes=row.changes,
    )
    wait = next_wait(past, context.rules.bounds)
    validators = {"etag": seen.etag, "last_modified": seen.last_modified}
    return {
        "id": row.id,
        "reason": None if is_article else _still_no_article(row.reason),
        "status": seen.status,
        "visits": min(row.visits + 1, 32_000),
        "missing": 0,
        "gone_at": None,
        "fetched_at": context.now,
        "next_fetch_at": None if wait is None else context.now + wait,
        **{name: value for name, value in validators.items() if value},
    }


def _still_no_article(reason: str | None) -> Why | None:
    """What was said of the page when it was read; other reasons do not outlive the look."""
    why = Why.parse(reason) if reason else None
    return why if why is not None and why.reason is Reason.NOT_AN_ARTICLE else None
