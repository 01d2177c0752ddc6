"""What a crawl did: its counts, what failed and why, and where it walked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from db.models import Host, HostQueue, Page, Run
from db.runs.ownership import is_carried_out
from db.runs.usual import Usual, drops, usual_of
from db.sql.types import utc_now
from db.terms.errors import NotFound
from db.terms.states import State

#: hosts and reasons that are listed
MAX_LISTED = 50
#: a rest that people who wait for a run want to know of
_LONG_REST = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLine:
    """A run on one line."""

    id: int
    kind: str
    #: its name in ``terkait.toml``, of a scheduled run
    site: str | None
    #: running, finished, interrupted: also where its program is gone without a word
    state: str
    #: ok, degraded, blocked, unreachable, empty, failed, nothing due; None while it runs
    verdict: str | None
    message: str | None
    started: datetime
    finished: datetime | None
    seeds: tuple[str, ...]
    fetched: int
    read: int
    stored: int
    new_articles: int
    new_revisions: int
    #: looked at again and as before, read anew or not
    unchanged: int
    failed: int
    #: came without the text of their article
    unreadable: int
    #: of boxes, on the pages that came
    links: int
    #: medians of its site's last runs before it; None for manual runs and the first ones
    usual: Usual | None = None
    #: what fell by half and more, in words
    drops: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReport:
    """A run in full."""

    run: RunLine
    rules: dict[str, Any]
    #: pages by state: at its end, of a run under way now
    pages: dict[str, int]
    #: why pages failed or were skipped, the most frequent first: (state, reason, pages)
    reasons: tuple[tuple[str, str, int], ...]
    #: (host, pages), the largest first
    hosts: tuple[tuple[str, int], ...]


def list_runs(session: Session, *, limit: int = 20) -> list[RunLine]:
    """The newest runs first."""
    runs = session.scalars(select(Run).order_by(Run.id.desc()).limit(limit)).all()
    usual = usual_of(session, runs)
    return [run_line(run, usual.get(run.id)) for run in runs]


def newest_by_site(session: Session) -> dict[str, RunLine]:
    """Name of a site -> its newest scheduled run."""
    newest = select(func.max(Run.id)).group_by(Run.site)
    runs = session.scalars(select(Run).where(Run.id.in_(newest), Run.site.is_not(None))).all()
    usual = usual_of(session, runs)
    return {run.site or "": run_line(run, usual.get(run.id)) for run in runs}


def report(session: Session, run_id: int) -> RunReport:
    """One run in full. Raises NotFound."""
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound(f"there is no run {run_id}; `terkait runs` lists them")
    pages = run.pages or pages_of(session, run_id)
    return RunReport(
        run=run_line(run, usual_of(session, [run]).get(run.id)),
        rules=dict(run.rules),
        pages=pages["states"],
        reasons=tuple((state, reason, count) for state, reason, count in pages["reasons"]),
        hosts=tuple((name, count) for name, count in pages["hosts"]),
    )


def pages_of(session: Session, run_id: int) -> dict[str, Any]:
    """What became of the run's pages, as JSON values: states, reasons, hosts.

    Reads every page of the run, and so is kept with the run at its end.
    """
    return {
        "states": _states(session, run_id),
        "reasons": _reasons(session, run_id),
        "hosts": _hosts(session, run_id),
    }


def state_of(run: Run) -> str:
    """The run's state, as it is now."""
    is_left = run.state == "running" and not is_carried_out(run, utc_now())
    return "interrupted" if is_left else run.state


def run_line(run: Run, usual: Usual | None = None) -> RunLine:
    """A run on one line, beside what is usual for its site."""
    is_over = run.state == "finished"
    return RunLine(
        id=run.id,
        kind=run.kind,
        site=run.site,
        state=state_of(run),
        verdict=run.verdict,
        message=run.message,
        started=run.started_at,
        finished=run.finished_at,
        seeds=tuple(run.seeds),
        fetched=run.fetched,
        read=run.read,
        stored=run.stored,
        new_articles=run.new_articles,
        new_revisions=run.new_revisions,
        unchanged=run.unchanged + max(0, run.stored - run.new_articles - run.new_revisions),
        failed=run.failed,
        unreadable=run.unreadable,
        links=run.links,
        usual=usual,
        drops=tuple(drops(usual, new=run.new_articles, links=run.links)) if is_over else (),
    )


def _states(session: Session, run_id: int) -> dict[str, int]:
    counts = session.execute(
        select(Page.state, func.count().label("pages"))
        .where(Page.run_id == run_id)
        .group_by(Page.state)
        .order_by(Page.state)
    )
    return {row.state: row.pages for row in counts}


def _reasons(session: Session, run_id: int) -> list[list[Any]]:
    pages = func.count().label("pages")
    rows = session.execute(
        select(Page.state, Page.reason, pages)
        .where(Page.run_id == run_id, Page.reason.is_not(None))
        .group_by(Page.state, Page.reason)
        .order_by(pages.desc(), Page.state, Page.reason)
        .limit(MAX_LISTED)
    )
    return [[row.state, row.reason or "", row.pages] for row in rows]


def _hosts(session: Session, run_id: int) -> list[list[Any]]:
    pages = func.count().label("pages")
    counted = (
        select(Page.host_id, pages)
        .where(Page.run_id == run_id)
        .group_by(Page.host_id)
        .order_by(pages.desc())
        .limit(MAX_LISTED)
        .subquery()
    )
    rows = session.execute(
        select(Host.name, counted.c.pages)
        .join(counted, counted.c.host_id == Host.id)
        .order_by(counted.c.pages.desc(), Host.name)
    )
    return [[row.name, row.pages] for row in rows]


def failures_of(session: Session, run_id: int) -> list[tuple[str, int, str]]:
    """Why the run did not get pages, the most frequent first: (reason, pages, one of them)."""
    pages = func.count()
    rows = session.execute(
        select(Page.reason, pages.label("pages"), func.min(Page.url).label("url"))
        .where(Page.run_id == run_id, Page.state.in_((State.FAILED, State.SKIPPED)))
        .group_by(Page.reason)
        .order_by(pages.desc(), Page.reason)
    )
    return [(row.reason or "unknown", row.pages, row.url) for row in rows]


def long_rests(session: Session, run_ids: Collection[int], now: datetime) -> list[Row[str, Any]]:
    """Hosts for whose rest these runs wait long: name, rest_until."""
    rests = (
        select(Host.name, Host.rest_until)
        .join(HostQueue, HostQueue.host_id == Host.id)
        .where(HostQueue.run_id.in_(run_ids), HostQueue.next_due_at.is_not(None))
        .where(Host.rest_until > now + _LONG_REST)
        .limit(MAX_LISTED)
    )
    return list(session.execute(rests))


def hosts_under_way(session: Session, run_ids: Collection[int]) -> list[str]:
    """Some of the hosts that are being asked for these runs."""
    names = (
        select(Host.name)
        .join(Page, Page.host_id == Host.id)
        .where(Page.state == State.LEASED, Page.run_id.in_(run_ids))
        .distinct()
        .limit(MAX_LISTED)
    )
    return list(session.scalars(names))
