"""The spiders of one run: processes that share its frontier, started again where one dies.

Each is a process of its own because Scrapy's event loop cannot be started twice, and so that its
death is no more than a lease that runs out. They need no coordination: each walks the hosts that
it has leased. One that lives and does not get on is ended.
"""

import logging
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.exit_codes import EXIT_COMPLETE, EXIT_DISK_FULL, EXIT_NO_DATABASE, EXIT_STOPPED
from db.frontier import leases
from db.runs import lifecycle
from db.sql.session import Database
from db.sql.types import Calendar, utc_now
from workers.runs import processes

logger = logging.getLogger(__name__)

#: spiders that die before they have any page are started again so often in a row ...
MAX_EARLY_DEATHS = 5
#: ... and those that die over pages, while none is stored: ten pages of poison one after another
MAX_DEATHS = 30
#: how long a spider that is asked to stop may take to hand over what is under way
STOP_SECONDS = 40.0
#: a spider that has not told of progress for so long is ended; it needs some to load, and waits
#: for a database that is away
FROZEN_SECONDS = 120.0


@dataclass(slots=True)
class _Spider:
    """A spider on its way."""

    process: processes.Child
    #: the end of its pipe that tells of progress
    beats: int
    #: when it told of progress last
    beaten_at: float

    def is_frozen(self) -> bool:
        """True where it lives and does not get on."""
        try:
            has_beaten = bool(os.read(self.beats, 4096))
        except BlockingIOError:
            has_beaten = False
        if has_beaten:
            self.beaten_at = time.monotonic()
        return time.monotonic() - self.beaten_at > FROZEN_SECONDS


class Spiders:
    """The spider processes of a run.

    owner: as ``db.runs.ownership.holder`` says; each spider's leases carry it with a number,
    ``owner/1`` and so on.
    """

    def __init__(
        self,
        database: Database,
        *,
        run_id: int,
        owner: str,
        count: int,
        log: Path,
        environment: Mapping[str, str] | None,
        start_process: processes.Start | None = None,
        calendar: Calendar = utc_now,
    ) -> None:
        self._calendar = calendar
        self._database = database
        self._run_id = run_id
        self._owners = [f"{owner}/{number}" for number in range(1, count + 1)]
        self._log = log
        self._environment = environment
        self._start_process = start_process
        self._spiders: dict[str, _Spider] = {}
        #: owner -> exit code of those that ended and have not been seen to
        self._gone: dict[str, int] = {}
        #: deaths since a page was last stored, and those of them that took no page along
        self._deaths = self._early_deaths = 0
        self._stored = 0
        self._stop_until = 0.0
        self.is_stopping = False
        #: why the run cannot go on
        self.problem: str | None = None

    def start(self) -> None:
        """Start them all."""
        for owner in self._owners:
            self._start(owner)

    def run(self) -> bool:
        """True while one of them runs; those that died are started again."""
        if self.is_stopping and time.monotonic() > self._stop_until:
            self.kill()
        for owner, spider in list(self._spiders.items()):
            code = spider.process.poll()
            if code is None and spider.is_frozen():
                logger.warning("spider %s does not get on; it is ended", owner)
                processes.stop(spider.process, seconds=0)
            elif code is not None:
                os.close(self._spiders.pop(owner).beats)
                self._gone[owner] = code
        for owner, code in list(self._gone.items()):
            self._ended(owner, code)  # raises while the database is away
            del self._gone[owner]
        return bool(self._spiders)

    @property
    def are_running(self) -> bool:
        """True while one of them lives."""
        return any(spider.process.poll() is None for spider in self._spiders.values())

    def stop(self) -> None:
        """Ask them to hand over what is under way and end; the first call counts."""
        if self.is_stopping:
            return
        self.is_stopping = True
        self._stop_until = time.monotonic() + STOP_SECONDS
        self._ask_all()

    def kill(self) -> None:
        """End them now."""
        for spider in self._spiders.values():
            processes.stop(spider.process, seconds=0)

    def close(self) -> None:
        """End them now, and keep nothing of them."""
        self.kill()
        for spider in self._spiders.values():
            os.close(spider.beats)
        self._spiders.clear()

    def _start(self, owner: str) -> None:
        ours, theirs = os.pipe()
        os.set_blocking(ours, False)
        try:
            start = self._start_process or processes.start
            process = start(
                [sys.executable, "-m", "crawler", str(self._run_id), owner, str(theirs)],
                log=self._log,
                environment=self._environment,
                pass_fds=(theirs,),
            )
        finally:
            os.close(theirs)
        self._spiders[owner] = _Spider(process, ours, time.monotonic())

    def _ask_all(self) -> None:
        for spider in self._spiders.values():
            processes.ask_to_stop(spider.process)

    def _ended(self, owner: str, code: int) -> None:
        if self.is_stopping:
            return
        if code in (EXIT_STOPPED, EXIT_DISK_FULL):
            self._give_up("the disk is full" if code == EXIT_DISK_FULL else "stopped")
            return
        is_page_fault = code not in (EXIT_COMPLETE, EXIT_NO_DATABASE)
        reclaimed = self._reclaim(owner, is_page_fault=is_page_fault)
        if code == EXIT_COMPLETE and not reclaimed[0]:
            return
        # a spider that has come to its end and has pages still: it stored them, and a server that
        # failed, or gave its work to another, has lost that
        if code != EXIT_NO_DATABASE:
            self._count_death(reclaimed)
        if self._deaths > MAX_DEATHS or self._early_deaths > MAX_EARLY_DEATHS:
            self._give_up(f"the spiders died {self._deaths} times in a row")
            return
        logger.warning(
            "spider %s stopped unexpectedly (exit code %s); starting it again", owner, code
        )
        self._start(owner)

    def _reclaim(self, owner: str, *, is_page_fault: bool) -> tuple[int, int]:
        """Make due again what the spider had: how many pages, and how many are stored by now."""
        with self._database.write() as session:
            pages = leases.reclaim(
                session, now=self._calendar(), owner=owner, is_page_fault=is_page_fault
            )
            run = lifecycle.get(session, self._run_id)
            return pages, run.fetched + run.unchanged

    def _count_death(self, reclaimed: tuple[int, int]) -> None:
        pages, stored = reclaimed
        if stored != self._stored:
            self._stored, self._deaths, self._early_deaths = stored, 0, 0
        self._deaths += 1
        self._early_deaths += not pages

    def _give_up(self, problem: str) -> None:
        """What stops one spider stops them all."""
        self.problem = problem
        self._ask_all()
