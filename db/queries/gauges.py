"""What a monitor watches, counted: addresses, what waits and for how long, runs and their ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import Article, Host, Page, Revision, Run
from db.terms.states import State

#: sites whose last run is told
_MAX_SITES = 1_000
#: waits, in seconds, that are told apart
WAITS = (60, 600, 3_600, 86_400)


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRun:
    """The last run of a site that came to its end."""

    site: str
    verdict: str
    finished_at: datetime
    stored: int
    failed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Metrics:
    """The figures at one moment. Ages are in seconds; None where there is nothing of the kind."""

    #: state -> addresses
    addresses: dict[str, int]
    #: of the page that was fetched first of those that wait to be read
    oldest_unread_seconds: float | None
    #: of the page that is due for the longest time
    oldest_due_seconds: float | None
    #: (state, seconds) -> addresses that have waited for longer, to be fetched or to be read
    waiting: dict[tuple[str, int], int]
    articles: int
    #: since a page was fetched that is an article
    last_article_seconds: float | None
    #: since an article, or a new version of one, was stored
    last_stored_seconds: float | None
    #: state -> runs
    runs: dict[str, int]
    #: since the program of the running run that is silent for the longest time said that it lives
    silent_run_seconds: float | None
    #: hosts that rest because they failed again and again
    resting_hosts: int
    sites: tuple[SiteRun, ...] = ()


def measure(session: Session, now: datetime) -> Metrics:
    """Count everything."""
    unread = select(func.min(Page.fetched_at)).where(Page.state == State.FETCHED)
    due = select(func.min(Page.next_fetch_at)).where(Page.state == State.DUE)
    beat = select(func.min(Run.heartbeat_at)).where(Run.state == "running")
    stored = select(Revision.seen_at).order_by(Revision.id.desc()).limit(1)
    resting = select(func.count()).where(Host.rest_until > now, Host.failures > 0)
    return Metrics(
        addresses=_counted(session, Page.state),
        oldest_unread_seconds=_age(session.scalar(unread), now),
        oldest_due_seconds=_age(session.scalar(due), now),
        waiting=_waiting(session, now),
        articles=session.scalar(select(func.count()).select_from(Article)) or 0,
        last_article_seconds=_age(session.scalar(select(func.max(Article.last_fetched_at))), now),
        last_stored_seconds=_age(session.scalar(stored), now),
        runs=_counted(session, Run.state),
        silent_run_seconds=_age(session.scalar(beat), now),
        resting_hosts=session.scalar(resting) or 0,
        sites=tuple(_last_runs(session)),
    )


def last_starts(session: Session) -> dict[str, datetime]:
    """Site -> when its last run began."""
    rows = session.execute(
        select(Run.site, func.max(Run.started_at)).where(Run.site.is_not(None)).group_by(Run.site)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _counted(session: Session, column: InstrumentedAttribute[str]) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _waiting(session: Session, now: datetime) -> dict[tuple[str, int], int]:
    waiting: dict[tuple[str, int], int] = {}
    for state, since in ((State.DUE, Page.next_fetch_at), (State.FETCHED, Page.fetched_at)):
        counts = [
            func.count().filter(since < now - timedelta(seconds=seconds)) for seconds in WAITS
        ]
        row = session.execute(select(*counts).where(Page.state == state)).one()
        waiting |= {(state.value, seconds): n for seconds, n in zip(WAITS, row, strict=True)}
    return waiting


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())


def _last_runs(session: Session) -> list[SiteRun]:
    newest = (
        select(func.max(Run.id))
        .where(Run.site.is_not(None), Run.finished_at.is_not(None))
        .group_by(Run.site)
    )
    runs = session.scalars(select(Run).where(Run.id.in_(newest)).order_by(Run.site))
    return [
        SiteRun(
            site=run.site or "",
            verdict=run.verdict or "",
            finished_at=run.finished_at or run.started_at,
            stored=run.stored,
            failed=run.failed,
        )
        for run in runs.fetchmany(_MAX_SITES)
    ]
