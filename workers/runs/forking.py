"""Starts spiders and readers as copies of a process that has loaded what they need (Linux).

A program that is started from nothing loads Python modules for a second; a copy begins at once.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from workers.runs import processes
from workers.runs.fork_server import MAX_FILES, MAX_REQUEST
from workers.runs.import_path import child_environment

#: programs that it becomes: ``python -m`` and one of these
FORKED = ("crawler", "workers")
#: its own log, in the data folder
FORKS_LOG = "forks.log"


def can_fork() -> bool:
    """Elsewhere a copy of a process that has loaded so much is not safe."""
    return sys.platform == "linux"


class ForkedChild:
    """A child of the fork server, with what is used of ``subprocess.Popen``."""

    def __init__(self, server: "ForkServer") -> None:
        self._server = server
        self._pid: int | None = None
        self.returncode: int | None = None

    @property
    def pid(self) -> int:
        """Its process id; waits until it is there. 0 where it never was."""
        while self._pid is None and self.returncode is None:
            self._server.listen(None)
        return self._pid or 0

    def take(self, *, pid: int | None = None, code: int | None = None) -> None:
        """What the server tells of it."""
        self._pid = pid if pid is not None else self._pid
        self.returncode = code if code is not None else self.returncode

    def end(self) -> None:
        """End it without its server."""
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self.returncode = -signal.SIGKILL

    def poll(self) -> int | None:
        """What it ended with; None while it runs."""
        self._server.listen(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        until = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                raise subprocess.TimeoutExpired("a forked child", timeout or 0.0)
            self._server.listen(left)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, sig: int) -> None:
        """Send it a signal, where it runs."""
        if self.poll() is None and self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def kill(self) -> None:
        """End it now."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The process that children are copies of; it loads while others go on. Not for threads.

    log: of the process itself.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._channel: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._children: dict[int, ForkedChild] = {}
        self._count = 0

    def open(self) -> None:
        """Start it, where it does not run."""
        if self._channel is not None:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            number = theirs.fileno()
            self._process = processes.start(
                [sys.executable, "-m", "workers.runs.fork_server", str(number)],
                log=self._log,
                pass_fds=(number,),
            )
        self._channel = ours

    def start(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        pass_fds: Collection[int] = (),
    ) -> "processes.Child":
        """As ``processes.start``; what cannot be forked is started from nothing."""
        program, option, module, *arguments = command
        is_forked = (program, option) == (sys.executable, "-m") and module in FORKED
        if not is_forked or len(pass_fds) >= MAX_FILES:
            return processes.start(command, log=log, environment=environment, pass_fds=pass_fds)
        self.listen(0)
        self.open()
        assert self._channel is not None
        self._count += 1
        child = self._children[self._count] = ForkedChild(self)
        request = {
            "number": self._count,
            "module": module,
            "arguments": arguments,
            "environment": child_environment(os.environ if environment is None else environment),
            "files": list(pass_fds),
        }
        with processes.opened_log(log) as output:
            message = json.dumps(request).encode()
            assert len(message) <= MAX_REQUEST
            socket.send_fds(self._channel, [message], [output.fileno(), *pass_fds])
        return child

    def listen(self, seconds: float | None) -> None:
        """Take what it tells, waiting so long for the first of it; None: however long."""
        while self._channel is not None:
            ready, _, _ = select.select([self._channel], [], [], seconds)
            if not ready:
                return
            seconds = 0
            try:
                message = self._channel.recv(MAX_REQUEST)
            except ConnectionError:
                message = b""
            if not message:
                self._lost()
                return
            values = json.loads(message)
            child = self._children[values["number"]]
            child.take(pid=values.get("pid"), code=values.get("code"))
            if child.returncode is not None:
                del self._children[values["number"]]

    def close(self) -> None:
        """End it, and all that it became."""
        if self._channel is not None:
            self._lost()

    def _lost(self) -> None:
        """It is gone: what it became ends too, now, since nobody is told of its end any more."""
        assert self._channel is not None
        assert self._process is not None
        self._channel.close()
        self._channel = None
        for child in self._children.values():
            child.end()
        processes.stop(self._process, seconds=0)
        self._children.clear()
