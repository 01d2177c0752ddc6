"""Tells the workers by a Celery message which pages wait. The message may be lost.

Celery is loaded with the first message: most who could send one never do, and a spider has time
for it while it waits for its first pages.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from celery import Celery

#: the one task that is sent, and its queue; names, since the walkers know nothing of the readers
READ_QUEUE = "terkait.read"
READ_PAGES = "workers.tasks.read_pages"
#: pages told of in one message
BATCH = 20
#: seconds; a message redelivered later than this was lost with its worker
VISIBILITY_TIMEOUT = 300
_SOCKET_TIMEOUT_SECONDS = 3

logger = logging.getLogger(__name__)


def make_celery(broker_url: str) -> "Celery":
    """A Celery application on this broker; walkers and workers share these settings."""
    from celery import Celery

    app = Celery("terkait", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_default_queue=READ_QUEUE,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_timeout=_SOCKET_TIMEOUT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=_transport_options(broker_url),
        timezone="UTC",
    )
    return app


def _transport_options(broker_url: str) -> dict[str, Any]:
    if broker_url.startswith("filesystem://"):
        folder = Path(unquote(broker_url.removeprefix("filesystem://")))
        return {
            "data_folder_in": str(folder / "messages"),
            "data_folder_out": str(folder / "messages"),
            "control_folder": str(folder / "control"),
            "polling_interval": 0.2,
        }
    return {
        "visibility_timeout": VISIBILITY_TIMEOUT,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": _SOCKET_TIMEOUT_SECONDS * 10,
        "socket_connect_timeout": _SOCKET_TIMEOUT_SECONDS,
        "socket_keepalive": not broker_url.startswith("redis+socket"),
        "health_check_interval": 25,
    }


class Notifier:
    """Tells the workers of pages. A failure is logged once: the sweeper will tell them again."""

    def __init__(self, broker_url: str) -> None:
        self._broker_url = broker_url
        self._app: Celery | None = None
        self._is_down = False

    def notify(self, page_ids: Sequence[int]) -> bool:
        """Tell the workers that these pages wait to be read. False where nobody could be told."""
        from kombu.exceptions import OperationalError

        if self._app is None:
            self._app = make_celery(self._broker_url)
        try:
            for start in range(0, len(page_ids), BATCH):
                batch = list(page_ids[start : start + BATCH])
                self._app.send_task(READ_PAGES, args=[batch], retry=False)
        except (OperationalError, OSError) as error:
            if not self._is_down:
                logger.warning(
                    "the queue does not answer; fetched pages wait in the database: %s", error
                )
            self._is_down = True
            return False
        self._is_down = False
        return True

    def close(self) -> None:
        """Close the connection."""
        if self._app is not None:
            self._app.close()
