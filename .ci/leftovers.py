"""Run a command; fail where it fails, or where it leaves a process behind (seen on Linux only)."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h: orphans of our command become our children
GRACE_SECONDS = 10.0  # a process that is ending may need that long


def children() -> dict[int, str]:
    """Process id and command line of our living children."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # ended while we looked
        if state != "Z" and int(parent) == os.getpid():
            found[int(folder.name)] = words.strip()
    return found


def main() -> int:
    """The exit code of the command, or 1 where processes were left."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    code = subprocess.call(sys.argv[1:])
    deadline = time.monotonic() + GRACE_SECONDS
    while children() and time.monotonic() < deadline:
        time.sleep(0.1)
    left = False
    while found := children():  # killing one may hand us its children
        left = True
        for pid, words in found.items():
            sys.stderr.write(f"left behind: {pid} {words}\n")
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    return 1 if left else code


if __name__ == "__main__":
    sys.exit(main())
