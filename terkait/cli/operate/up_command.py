"""``terkait up``: schedule, workers and crawler in one terminal."""

import socket
import time
from contextlib import closing
from datetime import UTC

import click

from db.config import Config, load_config
from db.runs.report import RunLine, list_runs
from db.sql.session import Database
from db.sql.types import utc_now
from db.terms.errors import BadSettings, RetryableError
from terkait.cli.output import in_words
from terkait.database import open_database
from terkait.interrupts import asked_to_stop
from terkait.orders import OrderedRuns
from terkait.progress import ProgressDisplay
from terkait.services import FOR_A_SCHEDULE, LocalServices, web
from workers.runs.nightly import check_sites
from workers.runs.schedule import next_due
from workers.runs.supervisor import RunHooks

_LOOK_SECONDS = 1.0
#: runs that are looked at for news
_LATEST_RUNS = 100


@click.command()
def up() -> None:
    """Run schedule, workers, crawler and web page in this terminal, until Ctrl-C.

    The sites of terkait.toml are crawled at the times that it gives; what this machine slept
    through is made up for once, at once. What `terkait crawl` orders meanwhile is crawled here too.

    \b
    Example:
      terkait up
    """
    config = load_config()
    check_sites(config)
    if not config.sites:
        raise BadSettings("there are no sites in terkait.toml: see `terkait sites add --help`")
    display = ProgressDisplay("up")
    page = _page(config)
    services = FOR_A_SCHEDULE | ({"web": web} if page else {})
    folder = LocalServices(config, services, takes_orders=True)
    with asked_to_stop(display.say) as stop, folder as local:
        database = open_database(config, create=True)
        stop.obey()
        local.start_services()
        display.say(
            f"up: {in_words(len(config.sites), 'site')}, the next run {_next_run(config)}; "
            f"queue {local.queue}; logs in {config.data}; Ctrl-C ends it"
        )
        display.say(f"web: {page or 'no page: its port is taken or 0 (TERKAIT_WEB_PORT)'}")
        news = _News(database)
        watch = RunHooks(
            should_stop=lambda: stop.is_asked,
            replace_readers=lambda: local.replace("worker"),
            environment=local.environment,
        )
        with closing(OrderedRuns(database, local.config, watch, display)) as orders:
            while _look_on(orders, news, display) or not stop.is_asked:
                local.look_after()
                time.sleep(_LOOK_SECONDS)
        database.close()


def _look_on(orders: OrderedRuns, news: "_News", display: ProgressDisplay) -> bool:
    """Carry out what was ordered, tell what became of the rest. False where nothing is under way.

    A database that is away is waited for.
    """
    try:
        is_under_way = orders.goes_on()
        news.tell(display)
    except RetryableError as error:
        news.wait(display, error)
        return False
    return is_under_way


def _page(config: Config) -> str:
    """Where the web page will be; "" where there is none or another has its port."""
    if not config.web_port:
        return ""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", config.web_port))
        except OSError:
            return ""
    return f"http://127.0.0.1:{config.web_port}/"


class _News:
    """What becomes of the scheduled runs, told once each."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_away = False
        self._told: set[tuple[int, str]] = set()
        self._told |= {self._key(run) for run in self._runs()}

    def wait(self, display: ProgressDisplay, error: Exception) -> None:
        """Say once that the database is away."""
        if not self._is_away:
            display.say(f"waiting for the database: {error}")
        self._is_away = True

    def tell(self, display: ProgressDisplay) -> None:
        """Say which runs have begun or ended since."""
        self._is_away = False
        for run in self._runs():
            if self._key(run) in self._told:
                continue
            self._told.add(self._key(run))
            cause = f": {run.message}" if run.message else ""
            counts = f" ({run.fetched} fetched, {run.new_articles} new articles)"
            ended = run.verdict is not None
            how = f"{run.verdict}{counts}{cause}" if ended else f"{run.state}{cause}"
            display.say(f"run {run.id} of {run.site}: {how}")

    def _runs(self) -> list[RunLine]:
        with self._database.read() as session:
            newest = list_runs(session, limit=_LATEST_RUNS)
        return [run for run in reversed(newest) if run.site is not None]

    @staticmethod
    def _key(run: RunLine) -> tuple[int, str]:
        return run.id, run.verdict or run.state


def _next_run(config: Config) -> str:
    """When, and of which site; what was slept through comes at once."""
    now = utc_now()
    moments = [
        (next_due(config.nightly, site, now), site.name) for site in config.sites if not site.paused
    ]
    coming = [(at.astimezone(UTC), at, name) for at, name in moments if at is not None]
    if not coming:
        return "never"
    _, at, name = min(coming)
    return f"at {at:%Y-%m-%d %H:%M %Z} ({name})"
