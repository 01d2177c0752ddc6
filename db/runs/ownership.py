"""Who carries out a run, and whether that program is still there."""

import os
import socket
from datetime import datetime, timedelta

from db.models import Run

#: a run whose program is silent for so long is taken to be interrupted
SILENCE = timedelta(seconds=90)


def this_process() -> str:
    """machine:process, as it stands in runs."""
    return f"{socket.gethostname()}:{os.getpid()}"


def holder(owner: str, run_id: int) -> str:
    """What the leases of a run's spiders begin with: one program may carry out several runs."""
    return f"{owner}/{run_id}"


def is_carried_out(run: Run, now: datetime) -> bool:
    """True for a run that a live program has in hand."""
    if run.state != "running" or run.owner is None:
        return False
    return now - run.heartbeat_at < SILENCE and _is_alive(run.owner)


def _is_alive(owner: str) -> bool:
    """False where the owner is known to be gone; one on another machine may be alive."""
    machine, _, process = owner.rpartition(":")
    if machine != socket.gethostname():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
