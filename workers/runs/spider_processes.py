"""The spiders of one run: processes that share its frontier, started again where one dies.

Each is a process of its own because Scrapy's event loop cannot be started twice, and so that its
death is no more than a lease that runs out. They need no coordination: each walks the hosts that
it has leased.
"""

import logging
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from crawler.exit_codes import EXIT_COMPLETE, EXIT_DISK_FULL, EXIT_STOPPED
from db.frontier import leases
from db.session import Database
from db.types import utc_now
from workers.runs import processes

logger = logging.getLogger(__name__)

#: spiders that die are started again so often, all together
MAX_RESTARTS = 5
#: how long a spider that is asked to stop may take to hand over what is under way
STOP_SECONDS = 40.0


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
    ) -> None:
        self._database = database
        self._run_id = run_id
        self._owners = [f"{owner}/{number}" for number in range(1, count + 1)]
        self._log = log
        self._environment = environment
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._restarts = 0
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
        for owner, child in list(self._children.items()):
            code = child.poll()
            if code is not None:
                del self._children[owner]
                self._ended(owner, code)
        return bool(self._children)

    def stop(self) -> None:
        """Ask them to hand over what is under way and end; the first call counts."""
        if self.is_stopping:
            return
        self.is_stopping = True
        self._stop_until = time.monotonic() + STOP_SECONDS
        self._ask_all()

    def kill(self) -> None:
        """End them now."""
        for child in self._children.values():
            processes.stop(child, seconds=0)

    def _start(self, owner: str) -> None:
        self._children[owner] = processes.start(
            [sys.executable, "-m", "crawler", str(self._run_id), owner],
            log=self._log,
            environment=self._environment,
        )

    def _ask_all(self) -> None:
        for child in self._children.values():
            processes.ask_to_stop(child)

    def _ended(self, owner: str, code: int) -> None:
        if code == EXIT_COMPLETE or self.is_stopping:
            return
        if code in (EXIT_STOPPED, EXIT_DISK_FULL):
            self._give_up("the disk is full" if code == EXIT_DISK_FULL else "stopped")
            return
        self._restarts += 1
        if self._restarts > MAX_RESTARTS:
            self._give_up(f"the spiders died {self._restarts} times")
            return
        logger.warning(
            "spider %s stopped unexpectedly (exit code %s); starting it again", owner, code
        )
        with self._database.write() as session:
            leases.reclaim(session, now=utc_now(), owner=owner)
        self._start(owner)

    def _give_up(self, problem: str) -> None:
        """What stops one spider stops them all."""
        self.problem = problem
        self._ask_all()
