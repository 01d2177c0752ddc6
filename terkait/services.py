"""What a crawl needs on one machine and is not there: a private queue, worker processes, beat.

The data folder belongs to one program at a time. What is started here ends with it.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from crawler.engine.notifier import READ_QUEUE
from db.config import Config
from terkait.broker import FileQueue, PrivateRedis, check_broker, redis_program
from terkait.database import make_folder
from terkait.early_forks import HOLDER_FILE
from terkait.errors import DataFolderBusy, ServiceDied
from workers.runs import processes
from workers.runs.forking import FORKS_LOG, ForkServer, can_fork
from workers.runs.schedule import CRAWL_QUEUE
from workers.runs.spider_processes import STOP_SECONDS

_STOP_SECONDS = 10.0
#: a night hands over what is under way
_NIGHT_STOP_SECONDS = STOP_SECONDS + 5.0
#: what a program says of itself beside its number
_TAKES_ORDERS = "takes orders"
_CELERY = (sys.executable, "-m", "workers")
#: a service that dies is started again so often
MAX_RESTARTS = 5


def readers(config: Config) -> list[str]:
    """The command of the workers that read pages."""
    return _worker("reader", queue=READ_QUEUE, concurrency=config.workers)


def crawlers(_config: Config) -> list[str]:
    """The command of the worker that carries out scheduled crawls."""
    return _worker("crawler", queue=CRAWL_QUEUE, concurrency=1)


def beat(_config: Config) -> list[str]:
    """The command of the schedule."""
    return [*_CELERY, "beat", "--loglevel", "WARNING", "--pidfile", ""]


def web(_config: Config) -> list[str]:
    """The command of the web page."""
    return [sys.executable, "-m", "terkait", "web"]


def _worker(name: str, *, queue: str, concurrency: int) -> list[str]:
    if not concurrency:
        return []
    return [
        *(*_CELERY, "worker", "--concurrency", str(concurrency), "--queues", queue),
        *("--hostname", f"{name}-{os.getpid()}@%h"),
    ]


#: name, which is that of its log as well -> its command; an empty one is not started
Services = dict[str, Callable[[Config], list[str]]]

FOR_A_CRAWL: Services = {"worker": readers}
FOR_A_SCHEDULE: Services = {"worker": readers, "crawler": crawlers, "beat": beat}


#: crawling goes on without; the page ends where another has its port
_DISPENSABLE = frozenset({"web"})


class LocalServices:
    """The data folder, locked, with a queue and services; a context manager."""

    def __init__(
        self,
        config: Config,
        services: Services = FOR_A_CRAWL,
        *,
        takes_orders: bool = False,
        forks: ForkServer | None = None,
    ) -> None:
        make_folder(config.data)
        #: other programs may hand their crawls to this one
        self._takes_orders = takes_orders
        self.config = config
        self._services = services
        self._stack = ExitStack()
        self._redis: PrivateRedis | None = None
        self._children: dict[str, processes.Child] = {}
        self._forks = forks
        self._restarts = 0
        #: what the queue is, in words
        self.queue = "configured"

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._lock(stack)
            if can_fork():  # it loads while queue and database get ready
                self._forks = self._forks or ForkServer(self.config.data / FORKS_LOG)
                stack.callback(self._forks.close)
                self._forks.open()
            if self.config.broker_url:
                check_broker(self.config.broker_url)
            else:
                self._start_queue(stack)
            stack.callback(self._stop_services)
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

    @property
    def start_process(self) -> processes.Start:
        """How children are started here."""
        return processes.start if self._forks is None else self._forks.start

    def start_services(self) -> None:
        """Start the workers, and what else was asked for, once."""
        for name in self._services:
            if name not in self._children:
                self._start(name)

    def look_after(self) -> None:
        """Start again what died. Pages that were lost with it are sent to the workers again.

        Raises ServiceDied where something dies again and again.
        """
        if self._redis is not None and not self._redis.is_alive:
            self._count_restart("redis")
            self._redis.start()
        for name, child in list(self._children.items()):
            if child.poll() is None:
                continue
            if name in _DISPENSABLE:
                del self._children[name]
            else:
                self._count_restart(name)
                self._start(name)

    def replace(self, name: str) -> None:
        """End a service that lives and does nothing, and start it anew."""
        child = self._children.get(name)
        if child is not None:
            processes.end_with_children(child)
            self._start(name)

    def end_readers(self) -> bool:
        """End those who read, now; pages in their hands are as they were. False: there are none.

        While the database is open here, so that whoever closes it last tidies it up.
        """
        child = self._children.pop("worker", None)
        if child is None:
            return False
        processes.end_with_children(child)
        return True

    def _count_restart(self, name: str) -> None:
        self._restarts += 1
        if self._restarts > MAX_RESTARTS:
            raise ServiceDied(
                f"the {name} stops again and again; {self.config.data}/{name}.log says why"
            )

    def _lock(self, stack: ExitStack) -> None:
        path = self.config.data / "terkait.lock"
        lock = FileLock(path, timeout=0)
        holder = self.config.data / HOLDER_FILE
        try:
            lock.acquire()
        except Timeout as error:
            process, _, started = (holder.read_text() if holder.exists() else "unknown").partition(
                "\n"
            )
            raise DataFolderBusy(
                f"another terkait (process {process}) is using the data folder "
                f"{self.config.data}: wait for it, or set TERKAIT_DATA to another folder",
                takes_orders=started.strip() == _TAKES_ORDERS,
            ) from error
        stack.callback(lock.release)
        holder.write_text(f"{os.getpid()}\n{_TAKES_ORDERS if self._takes_orders else ''}\n")
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

    def _start(self, name: str) -> None:
        command = self._services[name](self.config)
        if command:
            log = self.config.data / f"{name}.log"
            self._children[name] = self.start_process(
                command, log=log, environment=self.environment
            )

    def _stop_services(self) -> None:
        for name, child in self._children.items():
            # a reader may drop what it has in hand: the page stays ``fetched`` and is read again
            processes.ask_to_stop(child, signal.SIGQUIT if name == "worker" else signal.SIGTERM)
        for name, child in self._children.items():
            processes.stop(
                child, seconds=_NIGHT_STOP_SECONDS if name == "crawler" else _STOP_SECONDS
            )
