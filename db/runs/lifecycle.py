"""Runs: begin, go on, count, end with a verdict."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, not_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.frontier.expansion import Candidate, CrawlContext, enqueue
from db.frontier.leases import reclaim
from db.frontier.page_rows import ensure_pages
from db.frontier.page_state import has_reason, left_over
from db.frontier.scope import CrawlScope
from db.models import Article, Page, Run
from db.runs.missing_boxes import boxes_of_run
from db.runs.ownership import holder, is_carried_out
from db.runs.report import pages_of
from db.runs.verdict import Facts, judge
from db.terms.addresses import Address
from db.terms.errors import NotFound, RunAlreadyActive
from db.terms.states import Reason

#: with the rules of an ordered run: how many spiders whoever takes it starts
_SPIDERS = "spiders"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """A run's counts at one moment."""

    due: int
    leased: int
    #: fetched in this run
    fetched: int
    #: fetched, not yet read
    unread: int
    read: int
    stored: int
    new_articles: int
    new_revisions: int
    failed: int
    #: looked at again and not changed
    unchanged: int = 0


def begin(
    session: Session,
    *,
    kind: str,
    seeds: Sequence[Address],
    rules: CrawlScope,
    owner: str | None,
    now: datetime,
    due_key: str | None = None,
    site: str | None = None,
    spiders: int = 1,
) -> tuple[int, bool]:
    """Begin a run, or go on with an unfinished one that means the same job.

    owner: machine:process of the caller, None: another program takes it (``take_ordered``);
    site: its name in the settings; spiders: how many that program is to start. Returns (run id,
    True where it goes on). Raises RunAlreadyActive where the scheduled moment ``due_key`` has had
    its run, or where a live program carries the job out.
    """
    job = _job(kind, [seed.url for seed in seeds], rules, due_key)
    run = session.scalar(
        select(Run).where(Run.job == job, Run.state != "finished").order_by(Run.id.desc()).limit(1)
    )
    goes_on = run is not None
    if run is None:
        run = Run(
            kind=kind,
            job=job,
            site=site,
            due_key=due_key,
            seeds=[seed.url for seed in seeds],
            rules=rules.stored(),
            state="running",
            started_at=now,
            heartbeat_at=now,
        )
        _add(session, run)
    elif run.owner and run.owner != owner:
        _require_dead(run, now)
        reclaim(session, now=now, owner=holder(run.owner, run.id))
    run.state = "running" if owner else "ordered"
    run.owner, run.heartbeat_at, run.message = owner, now, None
    if owner is None:
        run.rules = {**rules.stored(), _SPIDERS: spiders}
    session.flush()
    _want_seeds(session, CrawlContext(run_id=run.id, rules=rules, now=now), seeds)
    return run.id, goes_on


def ordered(session: Session) -> list[int]:
    """The runs that wait for a program that carries them out."""
    return list(session.scalars(select(Run.id).where(Run.state == "ordered").order_by(Run.id)))


def ordered_spiders(session: Session, run_id: int) -> int:
    """How many spiders whoever ordered the run asked for."""
    return int(get(session, run_id).rules.get(_SPIDERS, 1))


def take_ordered(session: Session, *, owner: str, now: datetime) -> list[int]:
    """Make these runs the owner's, as far as nobody else was sooner."""
    taken = (
        update(Run)
        .where(Run.state == "ordered")
        .values(state="running", owner=owner, heartbeat_at=now)
        .returning(Run.id)
    )
    return sorted(session.scalars(taken))


def _want_seeds(session: Session, context: CrawlContext, seeds: Sequence[Address]) -> None:
    ids = ensure_pages(session, seeds)
    session.execute(  # what a schedule took for a list is a page for whoever asks for it as one
        update(Page).where(Page.id.in_(ids.values()), Page.role.is_not(None)).values(role=None)
    )
    enqueue(
        session,
        context,
        {id_: Candidate(depth=0, priority=0, is_seed=True) for id_ in ids.values()},
    )


def require_idle(session: Session, site: str, *, owner: str, now: datetime) -> None:
    """Raise RunAlreadyActive where a live program crawls the site for another moment."""
    live = session.scalars(
        select(Run).where(Run.site == site, Run.state == "running", Run.owner != owner)
    )
    for run in live:
        _require_dead(run, now)


def _require_dead(run: Run, now: datetime) -> None:
    if is_carried_out(run, now):
        raise RunAlreadyActive(f"run {run.id} is being carried out by {run.owner}")


def _add(session: Session, run: Run) -> None:
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError as error:
        raise RunAlreadyActive(f"the run of {run.due_key} has been started already") from error


def _job(kind: str, seeds: Sequence[str], rules: CrawlScope, due_key: str | None) -> str:
    """The same for runs that mean the same work."""
    described = json.dumps([kind, sorted(seeds), rules.stored(), due_key], sort_keys=True)
    return hashlib.sha256(described.encode()).hexdigest()


def get(session: Session, run_id: int) -> Run:
    """The run's row. Raises NotFound."""
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound(f"there is no run {run_id}; `terkait runs` lists them")
    return run


def beat(session: Session, run_id: int, now: datetime) -> None:
    """Say that the run's program is alive."""
    session.execute(update(Run).where(Run.id == run_id).values(heartbeat_at=now))


def count_due(session: Session, run_id: int) -> int:
    """How many pages of the run are due; takes the longer the more they are."""
    due = select(func.count()).where(Page.run_id == run_id, Page.state == "due")
    return session.scalar(due) or 0


def progress(session: Session, run_id: int, *, due: int) -> Progress:
    """The counts now.

    due: as ``count_due`` last said.
    """
    run = get(session, run_id)
    counts = session.execute(
        select(Page.state, func.count().label("pages"))
        .where(Page.run_id == run_id, Page.state.in_(("leased", "fetched")))
        .group_by(Page.state)
    )
    states = {row.state: row.pages for row in counts}
    return Progress(
        due=due,
        leased=states.get("leased", 0),
        fetched=run.fetched,
        unread=states.get("fetched", 0),
        read=run.read,
        stored=run.stored,
        new_articles=run.new_articles,
        new_revisions=run.new_revisions,
        failed=run.failed,
        unchanged=run.unchanged,
    )


def total(several: Iterable[Progress]) -> Progress:
    """The counts of several runs together."""
    all_ = list(several)
    names = (field.name for field in fields(Progress))
    return Progress(**{name: sum(getattr(progress, name) for progress in all_) for name in names})


def budget_left(session: Session, run_id: int, rules: CrawlScope) -> int | None:
    """Requests that the run may still make, None for no limit."""
    if not rules.max_pages:
        return None
    claimed = session.scalar(select(Run.claimed).where(Run.id == run_id)) or 0
    return max(0, rules.max_pages - claimed)


def note(session: Session, run_id: int, message: str) -> None:
    """Say why the run ends before its time."""
    session.execute(update(Run).where(Run.id == run_id).values(message=message))


def pause(session: Session, run_id: int, message: str, now: datetime) -> None:
    """Leave the run unfinished, to be gone on with later."""
    values = {"state": "interrupted", "message": message, "heartbeat_at": now}
    session.execute(update(Run).where(Run.id == run_id).values(values))


def finish(session: Session, run_id: int, *, message: str | None, now: datetime) -> Run:
    """End the run with a verdict and its cause; what the budget left over says so."""
    left_over(session, run_id)
    _bring_near(session, run_id)
    run = get(session, run_id)
    run.state, run.finished_at, run.heartbeat_at = "finished", now, now
    run.verdict, cause = judge(_facts(session, run))
    run.message = message or cause
    run.pages = pages_of(session, run_id)
    return run


def _bring_near(session: Session, run_id: int) -> None:
    """Articles to which a shorter way was found after they had been read are as near as that.

    At the end, so that nobody who writes pages waits for one who writes articles.
    """
    nearest = (
        select(Page.article_id, func.min(Page.depth).label("depth"))
        .where(Page.run_id == run_id, Page.article_id.is_not(None))
        .group_by(Page.article_id)
        .subquery()
    )
    session.execute(
        update(Article)
        .where(Article.id == nearest.c.article_id, Article.depth > nearest.c.depth)
        .where(Article.first_run_id == run_id)  # later runs do not change what it found
        .values(depth=nearest.c.depth)
        .execution_options(synchronize_session=False)
    )


def _facts(session: Session, run: Run) -> Facts:
    failed = session.execute(
        select(Page.reason, func.count().label("pages"))
        .where(Page.run_id == run.id, Page.state == "failed")
        .where(or_(Page.reason.is_(None), not_(has_reason(Reason.UNREADABLE))))  # counted apart
        .group_by(Page.reason)
    ).all()
    lists = session.execute(
        select(Page.url, Page.state, Page.reason)
        .where(Page.run_id == run.id, Page.role.is_not(None), Page.alias_of_id.is_(None))
        .where(Page.state.in_(("done", "failed", "due")))
    ).all()
    refused = select(Page.id).where(Page.run_id == run.id, Page.state == "skipped", Page.depth == 0)
    boxes = boxes_of_run(session, run)
    return Facts(
        is_scheduled=run.kind == "nightly",
        read=run.read,
        stored=run.stored,
        unchanged=run.unchanged,
        failed=run.failed,
        unreadable=run.unreadable,
        without_boxes=boxes.without,
        with_boxes=boxes.with_some,
        is_refused=session.scalar(refused.limit(1)) is not None,
        reasons={row.reason or "unknown": row.pages for row in failed},
        lists=sum(row.state == "done" for row in lists),
        lost_lists=tuple(
            (row.url, "not asked for" if row.state == "due" else row.reason or "")
            for row in lists
            if row.state != "done"
        ),
        earlier_share=_earlier_share(session, run),
    )


def _earlier_share(session: Session, run: Run) -> float | None:
    """Share of articles among the pages that the site's last run with any article read."""
    if run.site is None:
        return None
    last = session.execute(
        select(Run.stored, Run.read)
        .where(Run.site == run.site, Run.id != run.id, Run.stored > 0)
        .order_by(Run.id.desc())
        .limit(1)
    ).first()
    return last.stored / last.read if last and last.read else None
