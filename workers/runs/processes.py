"""Child processes that end with their parent, whatever ends it."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from io import BufferedWriter
from pathlib import Path
from typing import Protocol

from workers.runs.import_path import child_environment

#: a log that grew beyond this is begun anew
_MAX_LOG_BYTES = 5 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


class Child(Protocol):
    """What is used of a program that was started."""

    @property
    def pid(self) -> int:
        """Its process id, which is that of its session as well."""

    def poll(self) -> int | None:
        """What it ended with; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""

    def send_signal(self, sig: int) -> None:
        """Send it a signal, where it runs."""

    def kill(self) -> None:
        """End it now."""


class Start(Protocol):
    """``start`` below, or another way that does the same."""

    def __call__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        pass_fds: Collection[int] = (),
    ) -> Child:
        """Start a program."""


def opened_log(path: Path) -> BufferedWriter:
    """The log to write on; a long one is begun anew."""
    is_long = path.exists() and path.stat().st_size > _MAX_LOG_BYTES
    return path.open("wb" if is_long else "ab")


def _end_with_parent() -> None:
    # Linux alone can promise it; elsewhere the next start ends what was left (terkait.services).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def start(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    pass_fds: Collection[int] = (),
) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own, so that Ctrl-C is ours to pass on.

    log: gets what it prints, appended; pass_fds: files that stay open in it.
    """
    with opened_log(log) as output:
        return subprocess.Popen(
            list(command),
            env=child_environment(os.environ if environment is None else environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
            pass_fds=tuple(pass_fds),
        )


def ask_to_stop(child: Child, number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the program to end, without waiting."""
    if child.poll() is None:
        child.send_signal(number)


def end_with_children(child: Child) -> None:
    """End a program that ``start`` started, and all that it started, now."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        child.kill()  # gone; or a copy that has not begun yet: no group of its own, no children
    child.wait()


def stop(child: Child, *, seconds: float) -> None:
    """Wait for a program that was asked to end; end it where it does not within so many seconds."""
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
