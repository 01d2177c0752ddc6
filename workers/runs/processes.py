"""Child processes that end with their parent, whatever ends it."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from workers.runs.import_path import child_environment

#: a log that grew beyond this is begun anew
_MAX_LOG_BYTES = 5 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


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
    is_long = log.exists() and log.stat().st_size > _MAX_LOG_BYTES
    with log.open("wb" if is_long else "ab") as output:
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


def ask_to_stop(child: "subprocess.Popen[bytes]", number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the program to end, without waiting."""
    if child.poll() is None:
        child.send_signal(number)


def end_with_children(child: "subprocess.Popen[bytes]") -> None:
    """End a program that ``start`` started, and all that it started, now."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def stop(child: "subprocess.Popen[bytes]", *, seconds: float) -> None:
    """Wait for a program that was asked to end; end it where it does not within so many seconds."""
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
