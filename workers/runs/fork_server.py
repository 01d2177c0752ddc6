"""``python -m workers.runs.fork_server FD``: becomes each spider and reader that is asked for.

It loads once what they need and forks, so that they begin at once, and share that memory. Requests
and answers go through a socket, FD; ``workers.runs.forking`` is its other end, and its end is ours.
"""

import ctypes
import fcntl
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from db.process_memory import collect_seldom

#: bytes of a request; an environment has some thousands
MAX_REQUEST = 4 * 1024 * 1024
#: files that go with a request: the log first
MAX_FILES = 8
#: above what is open by then
_FREE_FROM = 200
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
#: what each needs, the later ones what those before them need too; neither a reactor nor settings,
#: which belong to the child
NEEDED = {
    "crawler": (
        *("sqlite3", "crawler.engine.page_pool", "crawler.spiders.related", "scrapy.crawler"),
        *("scrapy.core.engine", "scrapy.core.downloader.handlers.http11", "scrapy.utils.project"),
        *("scrapy.downloadermiddlewares.defaultheaders", "scrapy.statscollectors"),
    ),
    "workers": (
        *("celery.apps.worker", "celery.concurrency.prefork", "celery.worker.consumer"),
        *("kombu.transport.redis", "workers.runs.nightly", "workers.ingest.pipeline"),
        "workers.warmup",
    ),
}


@dataclass(frozen=True, slots=True)
class _Request:
    """Who is to be forked, and the files that go with it."""

    values: dict[str, Any]
    files: Sequence[int]


class _Server:
    """Our end of the socket, and what was forked."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._awake, self._waker = os.pipe()
        os.set_blocking(self._awake, False)
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        #: process id -> the number that it was asked for with
        self._children: dict[int, int] = {}
        self._loaded: set[str] = set()
        #: requests for what is not loaded yet
        self._held: list[_Request] = []

    def load(self) -> None:
        """Load all, and let those begin meanwhile who need no more than what is there."""
        for module, names in NEEDED.items():
            for name in names:
                import_module(name)
                self.look(0.0)
            if module == "workers":
                import_module("workers.warmup").get_ready(with_languages=False)
            gc.freeze()
            self._loaded.add(module)
            held, self._held = self._held, []
            for request in held:
                self._answer(request)

    def look(self, seconds: float | None) -> bool:
        """Do what is asked for, waiting so long; False where nobody asks any more."""
        ready, _, _ = select.select([self._channel.fileno(), self._awake], [], [], seconds)
        if self._awake in ready:
            os.read(self._awake, 4_096)
            self._tell_ended()
        if self._channel.fileno() in ready:
            message, files, _, _ = socket.recv_fds(self._channel, MAX_REQUEST, MAX_FILES)
            if not message:
                return False
            self._answer(_Request(json.loads(message), files))
        return True

    def _answer(self, request: _Request) -> None:
        if request.values["module"] not in self._loaded:
            self._held.append(request)
            return
        pid = os.fork()
        if not pid:
            self._forget()
            _become(request)
        for file in request.files:
            os.close(file)
        self._children[pid] = request.values["number"]
        self._tell(number=request.values["number"], pid=pid)

    def _forget(self) -> None:
        """In a child: what is the server's own."""
        self._channel.close()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for file in (self._awake, self._waker, *(f for held in self._held for f in held.files)):
            os.close(file)

    def _tell_ended(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            code = os.waitstatus_to_exitcode(status)
            self._tell(number=self._children.pop(pid), code=code)

    def _tell(self, **values: int) -> None:
        self._channel.sendall(json.dumps(values).encode())


def main(number: int) -> None:
    """Serve until the other end is closed. A child leaves this as the program that it becomes."""
    collect_seldom()
    with socket.socket(fileno=number) as channel:
        server = _Server(channel)
        server.load()
        while server.look(None):
            pass


def _become(request: _Request) -> None:
    """Be that program, with its log, files and environment; ends with SystemExit."""
    values, files = request.values, request.files
    os.setsid()
    _name(f"terkait-{values['module']}")
    # out of the way of the numbers that are asked for
    log, *given = [fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, _FREE_FROM) for file in files]
    for file in files:
        os.close(file)
    for output in (1, 2):
        os.dup2(log, output)
    os.close(log)
    for file, number in zip(given, values["files"], strict=True):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(values["environment"])
    sys.argv[1:] = values["arguments"]
    runpy.run_module(values["module"], run_name="__main__", alter_sys=True)
    sys.exit(0)


def _name(name: str) -> None:
    """What ``ps`` and ``top`` call it; ends with whoever forked it."""
    library = ctypes.CDLL(None)
    library.prctl(_PR_SET_NAME, name.encode()[:15])
    library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]))
