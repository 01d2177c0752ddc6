"""The Celery application: ``celery -A workers.app worker`` and ``celery -A workers.app beat``."""

import logging
from functools import cache
from typing import Any

from celery import Celery
from celery.signals import (
    after_setup_logger,
    after_setup_task_logger,
    beat_init,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
)

from crawler.engine.notifier import make_celery
from db.config import Config, load_config
from db.log_lines import write_json
from db.sql.session import Database
from workers.runs.schedule import beat_schedule
from workers.warmup import get_ready

#: children are replaced now and then: parsers in C leak
MAX_TASKS_PER_CHILD = 500
MAX_MEMORY_PER_CHILD_KIB = 600_000
#: so few start sooner where each loads the model of languages when it needs it; more share it
FEW_READERS = 2


def make_app(config: Config) -> Celery:
    """The application with the tasks, its workers' limits and the beat schedule."""
    app = make_celery(config.broker_url or "memory://")
    app.set_default()
    app.conf.update(
        include=["workers.tasks"],
        worker_max_tasks_per_child=MAX_TASKS_PER_CHILD,
        worker_max_memory_per_child=MAX_MEMORY_PER_CHILD_KIB,
        worker_enable_remote_control=not config.broker_url.startswith("filesystem"),
        worker_send_task_events=False,
        beat_schedule=beat_schedule(config),
        beat_schedule_filename=str(config.data / "beat-schedule"),
    )
    return app


app = make_app(load_config())


@cache
def database() -> Database:
    """This process's database; made on first use, so that forked children share no connection."""
    return Database.of(load_config())


@after_setup_logger.connect
@after_setup_task_logger.connect
def _form_lines(logger: logging.Logger, **_arguments: Any) -> None:
    if load_config().log_format == "json":
        write_json(logger.handlers)


@worker_init.connect
@beat_init.connect
def _require_broker(**_arguments: Any) -> None:
    url = load_config().broker_url
    if not url or url.startswith("memory"):
        raise SystemExit(
            "terkait: TERKAIT_BROKER_URL is not set to a queue that other processes see, so that "
            "nothing would be read: set it here and for the spiders, or run `terkait up`"
        )


@worker_init.connect
def _get_ready(sender: Any, **_arguments: Any) -> None:
    readers = sender.concurrency  # None: one a processor
    get_ready(with_languages=not isinstance(readers, int) or readers > FEW_READERS)


@worker_process_init.connect
def _forget_connections(**_arguments: Any) -> None:
    database.cache_clear()


@worker_process_shutdown.connect
def _close_connections(**_arguments: Any) -> None:
    if database.cache_info().currsize:
        database().close()
