"""What is usual for a site: the medians of its last runs, beside which a night is judged."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from db.models import Run

#: runs before one that tell what is usual, and how many there must be
MAX_RUNS, MIN_RUNS = 7, 3
#: less than this share of what is usual is said
_DROP = 0.5
#: what is so seldom is not missed
_LEAST = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """Medians of a site's last runs."""

    #: how many runs they are of
    runs: int
    new: float
    changed: float
    unchanged: float
    failed: float
    unreadable: float
    links: float


def usual_of(session: Session, runs: Iterable[Run]) -> dict[int, Usual]:
    """Run -> what was usual for its site before it; manual runs, and first ones, have none."""
    usual: dict[int, Usual] = {}
    for site, ids in _by_site(runs).items():
        rows = session.execute(
            select(
                Run.id, Run.new_articles, Run.new_revisions, as_before().label("unchanged"),
                Run.failed, Run.unreadable, Run.links,
            )
            .where(Run.site == site, Run.id < max(ids), Run.state == "finished")
            .order_by(Run.id.desc())
            .limit(MAX_RUNS + len(ids))
        ).all()  # fmt: skip
        for run_id in ids:
            before = [row for row in rows if row.id < run_id][:MAX_RUNS]
            if len(before) >= MIN_RUNS:
                usual[run_id] = Usual(
                    runs=len(before),
                    new=median(row.new_articles for row in before),
                    changed=median(row.new_revisions for row in before),
                    unchanged=median(row.unchanged for row in before),
                    failed=median(row.failed for row in before),
                    unreadable=median(row.unreadable for row in before),
                    links=median(row.links for row in before),
                )
    return usual


def _by_site(runs: Iterable[Run]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = defaultdict(list)
    for run in runs:
        if run.site is not None:
            ids[run.site].append(run.id)
    return ids


def as_before() -> ColumnElement[int]:
    """Articles that a run looked at again and found as they were, as a column of ``runs``."""
    return Run.unchanged + Run.stored - Run.new_articles - Run.new_revisions


def hours_without_news(session: Session, site: str, now: datetime) -> float | None:
    """How long ago a run of the site last stored a new article or version; None: no run yet.

    Where none ever did, since its first run.
    """
    brought = or_(Run.new_articles > 0, Run.new_revisions > 0)
    ends = select(func.max(Run.finished_at)).where(Run.site == site, brought)
    since = session.scalar(ends) or session.scalar(
        select(func.min(Run.started_at)).where(Run.site == site)
    )
    return None if since is None else (now - since).total_seconds() / 3_600


def drops(usual: Usual | None, *, new: int, links: int) -> list[str]:
    """What fell by half and more, in words."""
    if usual is None:
        return []
    counts = {"new articles": (new, usual.new), "links in boxes": (links, usual.links)}
    return [
        f"only {count} {name} where {median_:g} are usual"
        for name, (count, median_) in counts.items()
        if median_ >= _LEAST and count < median_ * _DROP
    ]
