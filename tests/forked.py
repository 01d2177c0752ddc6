"""Runs our programs as copies of one process that has loaded what they need (Linux).

The tests run some hundreds of them to their end, and each that starts from nothing loads modules
for a second or two. What depends on that start (foreign modules, hooks, signals) starts so.
"""

import atexit
import ctypes
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.paths import ROOT
from workers.runs import fork_server, processes
from workers.runs.import_path import child_environment

PR_SET_PDEATHSIG = 1
MAX_REQUEST = 1024 * 1024
MODULES = ("scrapy", "terkait")
#: commands of ours that start a fork server of their own
CRAWLS = {"crawl", "nightly", "demo"}


def run(
    command: Sequence[str], *, cwd: Path | None, env: Mapping[str, str], timeout: float
) -> "subprocess.CompletedProcess[str]":
    """As ``subprocess.run``, with what it prints. A copy where that is as good as a new process."""
    program, option, module, *arguments = command
    is_like_ours = all(
        env.get(name) == os.environ.get(name)
        for name in {*env, *os.environ}
        if name.startswith("PYTHON")
    )
    is_ours = (program, option) == (sys.executable, "-m") and module in MODULES
    if sys.platform != "linux" or not is_ours or not is_like_ours:
        return subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout, check=False
        )
    values = {"module": module, "arguments": arguments, "environment": dict(env)}
    values["folder"] = str(cwd or Path.cwd())
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        code = _run(values, (out.fileno(), err.fileno()), timeout)
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess(command, code, out.read(), err.read())


def _run(values: Mapping[str, object], files: Sequence[int], timeout: float) -> int:
    template = _template()
    try:
        return template.run(values, files, timeout)
    except BaseException:  # a test that is given up too: what comes then is no answer to others
        template.close()
        _template.cache_clear()
        raise


class _Template:
    """The process that others are copies of, one after another."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forked", str(number)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=(number,),
            )
        self._answer()  # it has loaded all

    def run(self, values: Mapping[str, object], files: Sequence[int], timeout: float) -> int:
        """Its exit code. Raises subprocess.TimeoutExpired."""
        socket.send_fds(self._channel, [json.dumps(values).encode()], files)
        pid = self._answer()
        self._channel.settimeout(timeout)
        try:
            code = self._answer()
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(str(values), timeout) from None
        self._channel.settimeout(None)
        return code

    def _answer(self) -> int:
        answer = self._channel.recv(64)
        if not answer:
            raise RuntimeError("the process that others are copies of has ended")
        return int(answer)

    def close(self) -> None:
        """End it, and what it has become."""
        self._channel.close()
        self._process.kill()
        self._process.wait()


@cache
def _template() -> _Template:
    template = _Template()
    atexit.register(template.close)
    return template


def serve(number: int) -> None:
    """Become what is asked for, until nobody asks."""
    _end_with_parent()
    _load()
    with socket.socket(fileno=number) as channel:
        channel.send(b"0")
        while True:
            message, files, _, _ = socket.recv_fds(channel, MAX_REQUEST, 2)
            if not message:
                return
            pid = os.fork()
            if not pid:
                channel.close()
                _become(json.loads(message), files)
            for file in files:
                os.close(file)
            channel.send(str(pid).encode())
            _, status = os.waitpid(pid, 0)
            channel.send(str(os.waitstatus_to_exitcode(status)).encode())


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _load() -> None:
    """What they need, but neither a reactor nor settings, which belong to each."""
    from terkait.cli import COMMANDS
    from workers.warmup import get_ready

    for name in (name for names in fork_server.NEEDED.values() for name in names):
        import_module(name)
    for entry in COMMANDS.values():
        import_module(entry.target.partition(":")[0])
    import_module("scrapy.cmdline")
    assert "twisted.internet.reactor" not in sys.modules
    get_ready()


def _become(values: dict[str, Any], files: Sequence[int]) -> None:
    """Be that program; ends with SystemExit."""
    _end_with_parent()
    for file, number in zip(files, (1, 2), strict=True):
        os.dup2(file, number)
        os.close(file)
    os.chdir(values["folder"])
    os.environ.clear()
    os.environ.update(values["environment"])
    time.tzset()
    sys.path[0] = values["folder"]
    sys.argv[1:] = values["arguments"]
    if {*values["arguments"]} & CRAWLS:
        processes.start = _Standby(processes.start)  # type: ignore[assignment]
    runpy.run_module(values["module"], run_name="__main__", alter_sys=True)
    sys.exit(0)


class _Standby:
    """``processes.start``, but for the fork server of a crawl, which is a copy made beforehand.

    It is made while no thread runs yet, and waits to be asked for.
    """

    def __init__(self, start: processes.Start) -> None:
        self._start = start
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._pid = os.fork()
        if not self._pid:
            self._channel.close()
            _wait_to_serve(theirs)
        theirs.close()

    def __call__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        pass_fds: Collection[int] = (),
    ) -> processes.Child:
        """Start a program."""
        if not self._pid or command[2:3] != ["workers.runs.fork_server"]:
            return self._start(command, log=log, environment=environment, pass_fds=pass_fds)
        with processes.opened_log(log) as output:
            socket.send_fds(self._channel, [b"serve"], [output.fileno(), *pass_fds])
        self._channel.close()
        pid, self._pid = self._pid, 0
        return _OwnChild(pid)


class _OwnChild(subprocess.Popen[bytes]):
    """A process that was forked, as ``subprocess`` knows those that it started."""

    def __init__(self, pid: int) -> None:
        self.pid, self.args = pid, "a copy"
        self.returncode: int | None = None
        self.stdin = self.stdout = self.stderr = None
        self._child_created = True
        self._waitpid_lock = threading.Lock()


def _wait_to_serve(channel: socket.socket) -> None:
    """Be the fork server of the crawl that this is a copy of; ends with SystemExit."""
    _end_with_parent()
    message, files, _, _ = socket.recv_fds(channel, 64, 2)
    if not message:
        os._exit(0)
    channel.close()
    os.setsid()
    os.environ.update(child_environment(os.environ))
    log, number = files
    for output in (1, 2):
        os.dup2(log, output)
    os.close(log)
    fork_server.main(number)
    sys.exit(0)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
