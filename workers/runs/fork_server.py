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
from importlib import import_module
from typing import Any

from db.sql.gc_tuning import collect_seldom

#: bytes of a request; an environment has some thousands
MAX_REQUEST = 4 * 1024 * 1024
#: files that go with a request: the log first
MAX_FILES = 8
#: above what is open by then
_FREE_FROM = 200
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
#: what both need, and each of them; neither a reactor nor settings, which belong to the child
_NEEDED = (
    *("sqlite3", "crawler.engine.page_pool", "crawler.spiders.related", "scrapy.crawler"),
    *("scrapy.core.engine", "scrapy.core.downloader.handlers.http11", "scrapy.utils.project"),
    *("scrapy.downloadermiddlewares.defaultheaders", "scrapy.statscollectors"),
    *("celery.apps.worker", "celery.concurrency.prefork", "celery.worker.consumer"),
    *("kombu.transport.redis", "workers.ingest.pipeline", "workers.runs.nightly"),
)


def main(number: int) -> None:
    """Serve until the other end is closed. A child leaves this as the program that it becomes."""
    collect_seldom()
    for name in _NEEDED:
        import_module(name)
    from workers.warmup import get_ready

    get_ready(with_languages=False)
    gc.freeze()
    with socket.socket(fileno=number) as channel:
        _serve(channel)


def _serve(channel: socket.socket) -> None:
    awake, waker = os.pipe()
    os.set_blocking(awake, False)
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([channel.fileno(), awake], [], [])
        if awake in ready:
            os.read(awake, 4_096)
            _tell_ended(channel, children)
        if channel.fileno() in ready:
            message, files, _, _ = socket.recv_fds(channel, MAX_REQUEST, MAX_FILES)
            if not message:
                return
            request = json.loads(message)
            pid = os.fork()
            if not pid:
                channel.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(awake)
                os.close(waker)
                _become(request, files)
            for file in files:
                os.close(file)
            children[pid] = request["number"]
            _tell(channel, number=request["number"], pid=pid)


def _tell_ended(channel: socket.socket, children: dict[int, int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        code = os.waitstatus_to_exitcode(status)
        _tell(channel, number=children.pop(pid), code=code)


def _tell(channel: socket.socket, **values: int) -> None:
    channel.sendall(json.dumps(values).encode())


def _become(request: dict[str, Any], files: Sequence[int]) -> None:
    """Be that program, with its log, files and environment; ends with SystemExit."""
    os.setsid()
    _name(f"terkait-{request['module']}")
    # out of the way of the numbers that are asked for
    log, *given = [fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, _FREE_FROM) for file in files]
    for file in files:
        os.close(file)
    for output in (1, 2):
        os.dup2(log, output)
    os.close(log)
    for file, number in zip(given, request["files"], strict=True):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv[1:] = request["arguments"]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)
    sys.exit(0)


def _name(name: str) -> None:
    """What ``ps`` and ``top`` call it; ends with whoever forked it."""
    library = ctypes.CDLL(None)
    library.prctl(_PR_SET_NAME, name.encode()[:15])
    library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]))
