"""``python -m workers worker ...``: a Celery worker or beat of our application, from any folder.

``celery -A workers.app`` imports what it finds in the working folder first, and loads all of its
commands with what they need, which takes as long as a third of a worker's start.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import celery.utils.imports


@contextmanager
def _path_as_it_is() -> Iterator[None]:
    yield


def _work(arguments: Sequence[str]) -> int:
    """Be a worker until told to stop; takes the few of Celery's options that are used here."""
    from celery.utils.nodenames import default_nodename, host_format

    from workers.app import app

    parser = argparse.ArgumentParser(prog="python -m workers worker")
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--queues", required=True)
    parser.add_argument("--hostname", required=True)
    options = parser.parse_args(arguments)
    worker = app.Worker(
        hostname=host_format(default_nodename(options.hostname)),
        concurrency=options.concurrency,
        queues=options.queues,
        loglevel="WARNING",
        optimization="fair",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def main() -> None:
    """Be what is asked for."""
    # each import of a name that stands in a string puts the working folder in front for a moment
    celery.utils.imports.cwd_in_path = _path_as_it_is
    command, *arguments = sys.argv[1:]
    if command == "worker":
        sys.exit(_work(arguments))
    from workers.app import app

    sys.exit(app.start(sys.argv[1:]))


if __name__ == "__main__":
    main()
