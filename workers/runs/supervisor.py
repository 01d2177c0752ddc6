"""Carries out a run that was begun: its spiders, the sweeper, the end."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.engine.notifier import Notifier
from db.config import Config
from db.counting.link_summary import keep_summary
from db.frontier import leases, pending
from db.models import Run
from db.runs import lifecycle, ownership
from db.runs.lifecycle import Progress
from db.sql.session import Database, Session
from db.sql.types import Calendar, utc_now
from db.terms.errors import RetryableError, TerkaitError
from db.terms.states import unread_in_words
from workers.runs import processes
from workers.runs.spider_processes import Spiders
from workers.watching.after_run import look_up_quietly

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
#: between two looks at what needs no database: a spider's end, a wish to stop
_NAP_SECONDS = 0.05
_BEAT_SECONDS = 5.0
#: with so few pages to read the end is near, and not to be missed: four groups
_LAST_PAGES = 80
#: a page that waits so long, with nothing being read, has lost its message
_SILENT_SECONDS = 5.0
#: pages wait, and for so long no reader has begun one: those there are live and read nothing. They
#: need some to load; twice as long after each replacement
_IDLE_SECONDS = 60.0
#: a page may hold its reader for so long: the limit of a task, and some
_HELD_SECONDS = 120.0
#: reading that stands still for so long after the spider's end is given up: a page that holds
#: its readers has been given up before
_STALLED_SECONDS = 400.0
#: readers of a run that is asked to stop have so long for what waits; the rest waits in the
#: database for the next command
_STOPPING_PATIENCE_SECONDS = 0.5
#: a database that is away for so long ends the run, which is gone on with later
_AWAY_SECONDS = 900.0
#: counting what is due may take this share of the time, however much it is
_COUNTING_SHARE = 0.02


@dataclass(slots=True)
class RunHooks:
    """What whoever carries out a run wants to be told and may say."""

    #: called several times a second: starts again what the run needs and what died
    look_after: Callable[[], None] = lambda: None
    #: called where pages wait and those who read them live and do nothing
    replace_readers: Callable[[], None] = lambda: None
    #: called at the end, when nothing more is to be read: ends those who read for this run alone.
    #: True where there were any; what they had in hand is as it was
    end_readers: Callable[[], bool] = lambda: False
    #: called several times a second with the run's id and its counts, and with its last ones
    on_progress: Callable[[int, Progress], None] = lambda _run, _progress: None
    #: called where there is something to do, before it is done
    on_start: Callable[[], None] = lambda: None
    #: True: stop soon, keep everything
    should_stop: Callable[[], bool] = lambda: False
    #: the spiders' environment; None: ours
    environment: Mapping[str, str] | None = None
    #: spider processes, and how they are started; None: from nothing
    spiders: int = 1
    start_process: processes.Start | None = None


class RunSupervisor:
    """A run on its way: its spiders and what is known of its progress.

    ``carry_out`` does it all; whoever carries out several at a time calls its parts.
    """

    def __init__(
        self,
        database: Database,
        config: Config,
        *,
        run_id: int,
        owner: str,
        watch: RunHooks,
        calendar: Calendar = utc_now,
    ) -> None:
        self._calendar = calendar
        self._database = database
        self._config = config
        self._notifier = Notifier(config.broker_url)
        self._run_id = run_id
        self._holder = ownership.holder(owner, run_id)
        self._watch = watch
        self._spiders = Spiders(
            database,
            run_id=run_id,
            owner=self._holder,
            count=watch.spiders,
            log=config.data / "spider.log",
            environment=watch.environment,
            start_process=watch.start_process,
            calendar=calendar,
        )
        self._beaten_at = 0.0
        #: pages that waited to be read when that was last looked at
        self._unread = 0
        #: pages read, beginnings of those that wait, and since when these have not changed
        self._read_at = (-1, 0, time.monotonic())
        #: when the readers were replaced, or got on; grows with each replacement in vain
        self._replaced_at, self._patience = time.monotonic(), 1
        #: since when the database is away
        self._away_since: float | None = None
        self._due, self._count_at = 0, 0.0
        #: when it was asked to stop, nothing was left to do but to read
        self._only_reads = False
        #: readers are not waited for any longer, where it was asked to stop
        self._read_until = 0.0
        self._problem: str | None = None

    def carry_out(self) -> Run:
        """Run to the end, or to a stop. Returns the run's row, detached."""
        try:
            self.start()
            while self.goes_on():
                self._nap()
            return self.end()
        except TerkaitError as error:
            self.give_up(str(error))
            raise
        finally:
            self.close()

    def _nap(self) -> None:
        """Sleep until the next look, or until there is something to see."""
        until = time.monotonic() + POLL_SECONDS
        had_spiders = self._spiders.are_running
        is_near_end = self._unread <= _LAST_PAGES or self._spiders.is_stopping
        while time.monotonic() < until:
            time.sleep(_NAP_SECONDS)
            is_new_wish = self._watch.should_stop() and not self._spiders.is_stopping
            have_ended = had_spiders and not self._spiders.are_running
            if is_new_wish or have_ended or (is_near_end and not had_spiders):
                return

    def start(self) -> None:
        """Start the spiders, where there is something to do."""
        if self._has_work():
            self._watch.on_start()
            self._spiders.start()

    def _has_work(self) -> bool:
        with self._database.read() as session:
            progress = lifecycle.progress(session, self._run_id, due=0)
            due = leases.next_due_at(session, run_id=self._run_id)
        return bool(due or progress.leased or progress.unread)

    def goes_on(self) -> bool:
        """Look after the run, some times a second. False: call ``end``.

        A database that is away, or in another's hands, is waited for.
        """
        self._watch.look_after()
        if self._watch.should_stop() and not self._spiders.is_stopping:
            self._only_reads = not self._spiders.are_running
            self._read_until = time.monotonic() + _STOPPING_PATIENCE_SECONDS
            self._spiders.stop()
        try:
            goes_on = self._step()
        except RetryableError as error:
            self._wait_for_database(error)
            return True
        if self._away_since is not None:
            logger.warning("the database answers again")
            self._away_since, self._read_at = None, (*self._read_at[:2], time.monotonic())
        return goes_on

    def _step(self) -> bool:
        progress = self._look()
        self._watch.on_progress(self._run_id, progress)
        return self._spiders.run() or self._waits_for_readers(progress)

    def _wait_for_database(self, error: RetryableError) -> None:
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
            logger.warning("waiting for the database: %s", error)
        if now - self._away_since > _AWAY_SECONDS or self._spiders.is_stopping:
            raise error
        time.sleep(POLL_SECONDS)

    def _look(self) -> Progress:
        now = time.monotonic()
        if now - self._beaten_at > _BEAT_SECONDS:
            self._beaten_at = now
            with self._database.write() as session:
                lifecycle.beat(session, self._run_id, self._calendar())
        with self._database.read() as session:
            progress = lifecycle.progress(session, self._run_id, due=self._count(session, now))
            begun = pending.count_begun(session, self._run_id) if progress.unread else 0
        self._unread = progress.unread
        if (progress.read, begun) != self._read_at[:2] or not progress.unread:
            self._read_at = progress.read, begun, now
            self._replaced_at, self._patience = now, 1
        elif now - self._read_at[2] > _SILENT_SECONDS:
            self._sweep()
            self._replace_readers(now, begun)
        return progress

    def _replace_readers(self, now: float, begun: int) -> None:
        """Have others in the place of readers that live and read nothing."""
        patience = (_HELD_SECONDS if begun else _IDLE_SECONDS) * self._patience
        if now - self._replaced_at > patience:
            self._replaced_at, self._patience = now, self._patience * 2
            logger.warning("pages wait and no reader reads them; readers are replaced")
            self._watch.replace_readers()

    def _count(self, session: Session, now: float) -> int:
        """How many pages are due, counted the more seldom the longer it takes."""
        if now >= self._count_at:
            began = time.monotonic()
            self._due = lifecycle.count_due(session, self._run_id)
            self._count_at = now + (time.monotonic() - began) / _COUNTING_SHARE
        return self._due

    def _sweep(self) -> None:
        with self._database.write() as session:
            ids = leases.waiting(
                session, silent_seconds=_SILENT_SECONDS, limit=1_000, now=self._calendar()
            )
        if ids:
            self._notifier.notify(ids)

    def _waits_for_readers(self, progress: Progress) -> bool:
        if not progress.unread:
            return False
        if self._spiders.is_stopping:
            return not self._only_reads and time.monotonic() < self._read_until
        if time.monotonic() - self._read_at[2] > _STALLED_SECONDS:
            self._problem = f"{unread_in_words(progress.unread)} and no worker reads them"
            return False
        return True

    def give_up(self, why: str) -> None:
        """End the spiders now and leave the run to be gone on with later."""
        self._spiders.kill()
        with self._database.write() as session:
            lifecycle.pause(session, self._run_id, why, self._calendar())

    def close(self) -> None:
        """Leave nothing running."""
        self._spiders.close()
        self._notifier.close()

    def end(self) -> Run:
        """End the run with its verdict. Returns its row, detached."""
        now = self._calendar()
        are_readers_ended = self._watch.end_readers()
        with self._database.write() as session:
            if are_readers_ended:
                pending.forgive_begun(session, self._run_id)
            problem = self._problem or self._spiders.problem
            # who stops the crawl, or a full disk, says nothing against the pages under way
            is_page_fault = not (self._spiders.is_stopping or self._spiders.problem)
            leases.reclaim(session, now=now, owner=self._holder, is_page_fault=is_page_fault)
            if self._spiders.is_stopping or problem:
                message = lifecycle.get(session, self._run_id).message
                lifecycle.pause(session, self._run_id, message or problem or "stopped", now)
                run = lifecycle.get(session, self._run_id)
                session.refresh(run)
            else:
                run = lifecycle.finish(session, self._run_id, message=None, now=now)
            session.flush()
            last = lifecycle.progress(session, self._run_id, due=0)
            session.expunge(run)
        self._watch.on_progress(self._run_id, last)
        if run.state == "finished":
            keep_summary(self._database)
            look_up_quietly(self._config, self._database)
        return run
