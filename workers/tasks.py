"""The tasks: load, call, map errors. They carry ids only, and may run twice."""

import logging
import multiprocessing
from collections.abc import Sequence
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_shutting_down

from crawler.engine.notifier import Notifier
from db.config import load_config
from db.counting.counts import add_up
from db.frontier import leases
from db.sql.types import utc_now
from db.terms.errors import DiskFull, RetryableError
from workers.app import app, database
from workers.ingest.pipeline import ingest
from workers.runs.nightly import run_night
from workers.runs.schedule import NIGHTLY, SILENT_SECONDS, SWEEP
from workers.runs.supervisor import RunHooks

logger = logging.getLogger(__name__)

#: a batch that takes longer to read is given up, first gently, then hard
SOFT_TIME_LIMIT_SECONDS = 60
HARD_TIME_LIMIT_SECONDS = 90
#: set in the worker's main process, seen by its children
_is_stopping = multiprocessing.Event()
#: most pages rung for in one sweep
_SWEEP_LIMIT = 5_000


@app.task(
    name="workers.tasks.read_pages",
    soft_time_limit=SOFT_TIME_LIMIT_SECONDS,
    time_limit=HARD_TIME_LIMIT_SECONDS,
)
def read_pages(page_ids: Sequence[int]) -> None:
    """Read these pages, where they still wait for it."""
    try:
        ingest(database(), page_ids, out_of_time=(SoftTimeLimitExceeded,))
    except SoftTimeLimitExceeded:
        # what was not read stays ``fetched``; the sweeper rings again, the page counts its tries
        logger.warning("reading pages %s took too long; they are read again later", page_ids)
    except (RetryableError, DiskFull) as error:  # longer than ``db.sql.retry`` waits
        logger.warning("pages %s wait to be read: %s", page_ids, error)


@app.task(name=SWEEP)
def sweep() -> None:
    """Ring again for pages that wait too long, and free what dead spiders hold."""
    now = utc_now()
    with database().write() as session:
        leases.reclaim(session, now=now)
        add_up(session)
        ids = leases.waiting(session, silent_seconds=SILENT_SECONDS, limit=_SWEEP_LIMIT, now=now)
    Notifier(load_config().broker_url).notify(ids)


# acknowledged at once: a run lasts longer than any message may stay unacknowledged
@app.task(name=NIGHTLY, acks_late=False)
def nightly() -> None:
    """Crawl the sites of ``terkait.toml``, once a night."""
    run_night(load_config(), database(), watch=RunHooks(should_stop=_is_stopping.is_set))


@worker_shutting_down.connect
def _stop_the_night(**_arguments: Any) -> None:
    """What is under way is handed over; the run is gone on with when a worker is there again."""
    _is_stopping.set()
