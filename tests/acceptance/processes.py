"""Finds the processes that a program started, by the kernel's own list."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PROC = Path("/proc")


def descendants(pid: int) -> dict[int, str]:
    """Process id -> command line of all that ``pid`` started, directly or not."""
    if not PROC.exists():
        pytest.skip("needs /proc to find child processes")
    parents: dict[int, int] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # ended meanwhile
            parents[int(entry.name)] = int(fields[1])
    found: dict[int, str] = {}
    rising = [pid]
    while rising:
        parent = rising.pop()
        for child in (c for c, p in parents.items() if p == parent):
            found[child] = _command(child)
            rising.append(child)
    return found


def _command(pid: int) -> str:
    """Its command line; of what the fork server became (``terkait-crawler``), as if started so."""
    try:
        name = (PROC / str(pid) / "comm").read_text().strip()
        if name.startswith("terkait-"):
            return f"-m {name.removeprefix('terkait-')} worker"
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def find(pid: int, words: str) -> list[int]:
    """The descendants whose command line holds these words, oldest first."""
    return sorted(child for child, command in descendants(pid).items() if words in command)


def wait_until(is_true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait, with an end."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so within {seconds} s")
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """True while the process runs (a zombie does not)."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pid: int) -> None:
    """End a process that this test started, at once."""
    os.kill(pid, signal.SIGKILL)
