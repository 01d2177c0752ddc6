"""Whether the boxes of links have gone from a whole site: this run's pages beside earlier ones."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from db.models import PageVisit, Run
from db.terms.states import READ_OUTCOMES

#: earlier runs of the site that tell whether its articles have boxes
_EARLIER = 7
_ARTICLES = tuple(outcome.value for outcome in READ_OUTCOMES)


@dataclass(frozen=True, kw_only=True, slots=True)
class BoxCounts:
    """Pages of articles that came in a run."""

    #: without a link in a box, where the page had some before, or the site's articles have
    without: int
    with_some: int


def boxes_of_run(session: Session, run: Run) -> BoxCounts:
    """What the run's visits found of boxes; pages that did not come whole tell nothing."""
    counted = select(func.count()).select_from(PageVisit).where(*_articles(run.id))
    with_some = session.scalar(counted.where(PageVisit.links > 0)) or 0
    empty = counted.where(PageVisit.links == 0)
    if not session.scalar(empty):
        return BoxCounts(without=0, with_some=with_some)
    if not _is_usual(session, run):
        empty = empty.where(_had_some())
    return BoxCounts(without=session.scalar(empty) or 0, with_some=with_some)


def _articles(run_id: int) -> tuple[ColumnElement[bool], ...]:
    return PageVisit.run_id == run_id, PageVisit.outcome.in_(_ARTICLES)


def _had_some() -> ColumnElement[bool]:
    """True for visits to pages that had boxes at an earlier one."""
    earlier = aliased(PageVisit)
    return exists().where(
        and_(
            earlier.page_id == PageVisit.page_id,
            earlier.id < PageVisit.id,
            earlier.outcome.in_(_ARTICLES),
            earlier.links > 0,
        )
    )


def _is_usual(session: Session, run: Run) -> bool:
    """Whether most articles that the site's last runs read had boxes."""
    if run.site is None:
        return False
    runs = (
        select(Run.id)
        .where(Run.site == run.site, Run.id < run.id)
        .order_by(Run.id.desc())
        .limit(_EARLIER)
    )
    pages = (
        select(func.count())
        .select_from(PageVisit)
        .where(PageVisit.run_id.in_(runs), PageVisit.outcome.in_(_ARTICLES))
    )
    with_some = session.scalar(pages.where(PageVisit.links > 0)) or 0
    return with_some > (session.scalar(pages.where(PageVisit.links == 0)) or 0)
