"""Crawls that are handed to the program which has the data folder: given here, carried out there.

``terkait up`` carries them out beside its schedule; ``terkait crawl`` gives one and looks on.
"""

import time
from dataclasses import replace

from filelock import FileLock, Timeout

from db.config import Config
from db.frontier.scope import CrawlScope
from db.models import Run
from db.runs import lifecycle, ownership
from db.runs.report import hosts_under_way
from db.sql.session import Database
from db.sql.types import utc_now
from db.terms.addresses import Address
from db.terms.errors import RetryableError, TerkaitError
from terkait.interrupts import Stop
from terkait.progress import ProgressDisplay
from workers.runs.supervisor import POLL_SECONDS, RunHooks, RunSupervisor

#: an order that nobody takes for so long is looked after: is the other program still there?
_PATIENCE_SECONDS = 5.0


class OrderedRuns:
    """The ordered runs that this program carries out, beside what else it does."""

    def __init__(
        self, database: Database, config: Config, watch: RunHooks, display: ProgressDisplay
    ) -> None:
        self._database = database
        self._config = config
        self._watch = watch
        self._display = display
        self._owner = ownership.this_process()
        #: taken, and not begun yet
        self._taken: list[int] = []
        self._carriers: dict[int, RunSupervisor] = {}

    def goes_on(self) -> bool:
        """Take what was ordered, and look after what is under way. False where nothing is."""
        if not self._watch.should_stop():
            self._taken += self._take()
            while self._taken:  # one that cannot be begun while the database is away stays
                self._begin(self._taken[0])
                self._taken.pop(0)
        for run_id in list(self._carriers):
            self._look_after(run_id)
        return bool(self._carriers)

    def close(self) -> None:
        """Leave nothing running."""
        for carrier in self._carriers.values():
            carrier.close()

    def _take(self) -> list[int]:
        with self._database.read() as session:
            if not lifecycle.ordered(session):
                return []
        with self._database.write() as session:
            return lifecycle.take_ordered(session, owner=self._owner, now=utc_now())

    def _begin(self, run_id: int) -> None:
        with self._database.read() as session:
            watch = replace(self._watch, spiders=lifecycle.ordered_spiders(session, run_id))
        carrier = RunSupervisor(
            self._database, self._config, run_id=run_id, owner=self._owner, watch=watch
        )
        try:
            carrier.start()
        except TerkaitError:
            carrier.close()
            raise
        self._carriers[run_id] = carrier
        self._display.say(f"run {run_id}, ordered by terkait crawl: running")

    def _look_after(self, run_id: int) -> None:
        carrier = self._carriers[run_id]
        try:
            if carrier.goes_on():
                return
            run = carrier.end()
        except TerkaitError as error:  # this run's fault; the schedule goes on
            carrier.give_up(str(error))
            how = str(error)
        else:
            how = run.verdict or f"{run.state}: {run.message}"
        self._carriers.pop(run_id).close()
        self._display.say(f"run {run_id}, ordered by terkait crawl: {how}")


def hand_over(
    config: Config,
    database: Database,
    *,
    seeds: list[Address],
    rules: CrawlScope,
    spiders: int,
    display: ProgressDisplay,
    stop: Stop,
) -> Run:
    """Order a run and look on until it ends, or the user has seen enough. Its row, detached."""
    with database.write() as session:
        run_id, _ = lifecycle.begin(
            session,
            kind="manual",
            seeds=seeds,
            rules=rules,
            owner=None,
            now=utc_now(),
            spiders=spiders,
        )
    display.say(f"run {run_id} is handed to the terkait up that has the data folder")
    looked_at = time.monotonic()
    while not stop.is_asked:
        try:
            run = _show(database, run_id, display)
        except RetryableError:  # terkait up says so, and waits
            time.sleep(POLL_SECONDS)
            continue
        if run.state not in ("ordered", "running"):
            return run
        if time.monotonic() - looked_at > _PATIENCE_SECONDS:
            looked_at = time.monotonic()
            if _is_free(config):
                display.say("that program has ended; run the same command again to go on")
                break
        time.sleep(POLL_SECONDS)
    if stop.is_asked:
        display.say(f"run {run_id} goes on in terkait up; `terkait runs {run_id}` tells of it")
    return _show(database, run_id, display)


def _show(database: Database, run_id: int, display: ProgressDisplay) -> Run:
    with database.read() as session:
        due = lifecycle.count_due(session, run_id)
        display.show(
            lifecycle.progress(session, run_id, due=due), hosts_under_way(session, [run_id])
        )
        run = lifecycle.get(session, run_id)
        session.expunge(run)
    return run


def _is_free(config: Config) -> bool:
    """Whether no program has the data folder any more."""
    lock = FileLock(config.data / "terkait.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return False
    lock.release()
    return True
