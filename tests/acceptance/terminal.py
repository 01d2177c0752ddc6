"""Runs the command line as a user does."""

import contextlib
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests import forked

SECONDS = 120


def environment(**settings: str) -> dict[str, str]:
    """Ours, with settings; a loopback site may be crawled at full speed."""
    defaults = {
        "TERKAIT_DELAY_SECONDS": "0",
        "TERKAIT_WORKERS": "1",
        "TERKAIT_ALLOW_PRIVATE": "127.0.0.0/8",
        "TERKAIT_MIN_FREE_BYTES": "0",
        "TERKAIT_WEB_PORT": "0",
    }
    return os.environ | defaults | settings


def terkait(
    *arguments: str, cwd: Path | None = None, settings: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run ``terkait`` to its end."""
    return forked.run(
        [sys.executable, "-m", "terkait", *arguments],
        cwd=cwd,
        env=environment(**(settings or {})),
        timeout=SECONDS,
    )


def start(
    *arguments: str, cwd: Path | None = None, settings: Mapping[str, str] | None = None
) -> "subprocess.Popen[str]":
    """Start ``terkait``; the caller waits for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "terkait", *arguments],
        cwd=cwd,
        env=environment(**(settings or {})),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def on_terminal(*arguments: str) -> str:
    """What ``terkait`` shows a person."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "terkait", *arguments]
    with subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment()
    ) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the other end is closed
            while part := os.read(ours, 65_536):
                shown += part
        process.wait()
    os.close(ours)
    return shown.decode()
