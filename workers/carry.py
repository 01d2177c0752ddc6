"""Carries out a run that was begun: a spider as a child process, the sweeper, the end.

The spider is a process of its own because Scrapy's event loop cannot be started twice, and so
that its death is no more than a lease that runs out.
"""

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.bell import Bell
from db import frontier, runs
from db.config import Config
from db.errors import TerkaitError
from db.models import Run
from db.runs import Progress
from db.session import Database
from db.types import utc_now
from workers import children

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
_BEAT_SECONDS = 5.0
#: a spider that dies is started again so often
MAX_RESTARTS = 5
#: a page that waits so long, with nothing being read, has lost its message
_SILENT_SECONDS = 5.0
#: reading that stands still for so long after the spider's end is given up
_STALLED_SECONDS = 120.0
#: how long a spider that is asked to stop may take to hand over what is under way
STOP_SECONDS = 40.0

#: of the spider's process, see ``crawler.__main__``
EXIT_COMPLETE, EXIT_STOPPED, EXIT_DISK_FULL = 0, 3, 4


@dataclass(slots=True)
class Watch:
    """What whoever carries out a run wants to be told and may say."""

    #: called several times a second with the run's id and its counts
    on_progress: Callable[[int, Progress], None] = lambda _run, _progress: None
    #: called where there is something to do, before it is done
    on_start: Callable[[], None] = lambda: None
    #: True: stop soon, keep everything
    should_stop: Callable[[], bool] = lambda: False
    #: the spider's environment; None: ours
    environment: Mapping[str, str] | None = None


class Carrier:
    """A run on its way: the spider's process and what is known of its progress."""

    def __init__(
        self, database: Database, config: Config, *, run_id: int, owner: str, watch: Watch
    ) -> None:
        self._database = database
        self._bell = Bell(config.broker_url)
        self._log = config.data / "spider.log"
        self._run_id = run_id
        self._owner = owner
        self._watch = watch
        self._spider: subprocess.Popen[bytes] | None = None
        self._restarts = 0
        self._beaten_at = 0.0
        self._read_at = (-1, time.monotonic())
        self._is_stopping = False
        self._stop_until = 0.0
        self._problem: str | None = None

    def carry_out(self) -> Run:
        """Run to the end, or to a stop. Returns the run's row, detached."""
        try:
            if self._has_work():
                self._watch.on_start()
                self._start_spider()
                while self._goes_on():
                    time.sleep(POLL_SECONDS)
            return self._end()
        except TerkaitError as error:
            self._kill_spider()
            with self._database.write() as session:
                runs.pause(session, self._run_id, str(error), utc_now())
            raise
        finally:
            self._kill_spider()
            self._bell.close()

    def _has_work(self) -> bool:
        with self._database.read() as session:
            progress = runs.progress(session, self._run_id)
            due = frontier.next_due_at(session, run_id=self._run_id)
        return bool(due or progress.leased or progress.unread)

    def _goes_on(self) -> bool:
        progress = self._look()
        self._watch.on_progress(self._run_id, progress)
        if self._watch.should_stop() and not self._is_stopping:
            self._is_stopping = True
            self._stop_until = time.monotonic() + STOP_SECONDS
            self._stop_spider()
        if self._spider_runs():
            return True
        return self._waits_for_readers(progress)

    def _look(self) -> Progress:
        now = time.monotonic()
        if now - self._beaten_at > _BEAT_SECONDS:
            self._beaten_at = now
            with self._database.write() as session:
                runs.beat(session, self._run_id, utc_now())
        with self._database.read() as session:
            progress = runs.progress(session, self._run_id)
        if progress.read != self._read_at[0] or not progress.unread:
            self._read_at = progress.read, now
        elif now - self._read_at[1] > _SILENT_SECONDS:
            self._sweep()
        return progress

    def _sweep(self) -> None:
        with self._database.write() as session:
            ids = frontier.waiting(
                session, silent_seconds=_SILENT_SECONDS, limit=1_000, now=utc_now()
            )
        if ids:
            self._bell.ring(ids)

    def _waits_for_readers(self, progress: Progress) -> bool:
        if not progress.unread:
            return False
        if time.monotonic() - self._read_at[1] > _STALLED_SECONDS:
            self._problem = f"{progress.unread} pages wait to be read and no worker reads them"
            return False
        return True

    # --- the spider's process -----------------------------------------------------------------

    def _start_spider(self) -> None:
        self._spider = children.start(
            [sys.executable, "-m", "crawler", str(self._run_id), self._owner],
            log=self._log,
            environment=self._watch.environment,
        )

    def _spider_runs(self) -> bool:
        """True while the spider runs; one that died is started again."""
        if self._spider is None:
            return False
        code = self._spider.poll()
        if code is None:
            if self._is_stopping and time.monotonic() > self._stop_until:
                self._kill_spider()
            return True
        self._spider = None
        if code == EXIT_COMPLETE or self._is_stopping:
            return False
        if code in (EXIT_STOPPED, EXIT_DISK_FULL):
            self._problem = "the disk is full" if code == EXIT_DISK_FULL else "stopped"
            return False
        self._restarts += 1
        if self._restarts > MAX_RESTARTS:
            self._problem = f"the spider died {self._restarts} times"
            return False
        logger.warning("the spider died (%s), starting it again", code)
        with self._database.write() as session:
            frontier.reclaim(session, now=utc_now(), owner=self._owner)
        self._start_spider()
        return True

    def _stop_spider(self) -> None:
        if self._spider is not None:
            children.ask_to_stop(self._spider)

    def _kill_spider(self) -> None:
        if self._spider is not None:
            children.stop(self._spider, seconds=0)

    def _end(self) -> Run:
        now = utc_now()
        with self._database.write() as session:
            frontier.reclaim(session, now=now, owner=self._owner)
            if self._is_stopping or self._problem:
                said = runs.get(session, self._run_id).message
                runs.pause(session, self._run_id, said or self._problem or "stopped", now)
                run = runs.get(session, self._run_id)
                session.refresh(run)
            else:
                run = runs.finish(session, self._run_id, message=None, now=now)
            session.flush()
            session.expunge(run)
        return run
