"""What a command takes, measured from a small process: a child's memory counts what began it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[2]
_LAUNCHER = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
silent = subprocess.DEVNULL
ended = subprocess.run(sys.argv[1:], stdout=silent, stderr=silent)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([ended.returncode, time.perf_counter() - began,
                  used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


class Took(NamedTuple):
    """What something took; memory is that of the largest process."""

    seconds: float
    #: of processors
    busy: float
    mib: float


def terkait(*words: str, database: str) -> Took:
    """Run a command of the program to its end. Raises RuntimeError where it fails."""
    command: Sequence[str] = (sys.executable, "-m", "terkait", *words)
    done = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, *command], cwd=_ROOT, check=True, capture_output=True,
        env=os.environ | {"TERKAIT_DATABASE_URL": database},
    )  # fmt: skip
    status, *took = json.loads(done.stdout)
    if status:
        raise RuntimeError(f"terkait {' '.join(words)} ended with {status}")
    return Took(*took)
