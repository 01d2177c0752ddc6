"""What a crawl needs on one machine and is not there: a private queue and worker processes.

The data folder belongs to one program at a time. What is started here ends with it.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from crawler.bell import READ_QUEUE
from db.config import Config
from terkait.errors import DataFolderBusy
from terkait.opening import make_folder
from terkait.queue import FileQueue, PrivateRedis, check_broker, redis_program
from workers import children

_STOP_SECONDS = 10.0
#: a service that dies is started again so often
MAX_RESTARTS = 5


class Local:
    """The data folder, locked, with a queue and workers; a context manager."""

    def __init__(self, config: Config) -> None:
        make_folder(config.data)
        self.config = config
        self._stack = ExitStack()
        self._redis: PrivateRedis | None = None
        self._workers: subprocess.Popen[bytes] | None = None
        self._restarts = 0
        #: what the queue is, in words
        self.queue = "configured"

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._lock(stack)
            if self.config.broker_url:
                check_broker(self.config.broker_url)
            else:
                self._start_queue(stack)
            stack.callback(self._stop_workers)
            self._start_workers()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of children: ours, with the settings in use."""
        return os.environ | self.config.environment()

    def look_after(self) -> None:
        """Start again what died. What was lost with it is rung for again by the sweeper."""
        if self._redis is not None and not self._redis.is_alive and self._may_restart():
            self._redis.start()
        if self._workers is not None and self._workers.poll() is not None and self._may_restart():
            self._start_workers()

    def _may_restart(self) -> bool:
        self._restarts += 1
        return self._restarts <= MAX_RESTARTS

    def _lock(self, stack: ExitStack) -> None:
        path = self.config.data / "terkait.lock"
        lock = FileLock(path, timeout=0)
        holder = self.config.data / "terkait.pid"
        try:
            lock.acquire()
        except Timeout as error:
            process = holder.read_text().strip() if holder.exists() else "unknown"
            raise DataFolderBusy(
                f"another terkait (process {process}) is at work in the data folder "
                f"{self.config.data}: wait for it, or set TERKAIT_DATA to another folder"
            ) from error
        stack.callback(lock.release)
        holder.write_text(f"{os.getpid()}\n")
        stack.callback(holder.unlink, missing_ok=True)

    def _start_queue(self, stack: ExitStack) -> None:
        program = redis_program()
        queue: FileQueue | PrivateRedis
        if program is None:
            queue = FileQueue(self.config.data)
        else:
            queue = self._redis = PrivateRedis(*program, data=self.config.data)
        stack.enter_context(queue)
        self.queue = queue.description
        self.config = self.config.model_copy(update={"broker_url": queue.url})

    def _start_workers(self) -> None:
        if not self.config.workers:
            return
        command = [
            *(sys.executable, "-m", "celery", "-A", "workers.app", "worker"),
            *("--concurrency", str(self.config.workers)),
            *("--queues", READ_QUEUE),
            *("--hostname", f"terkait-{os.getpid()}@%h"),
            *("--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("-O", "fair"),
        ]
        log = self.config.data / "worker.log"
        self._workers = children.start(command, log=log, environment=self.environment)

    def _stop_workers(self) -> None:
        if self._workers is not None:
            children.stop(self._workers, seconds=_STOP_SECONDS)
