"""``python -m workers worker ...``: Celery's command line with our application, from any folder.

``celery -A workers.app`` imports what it finds in the working folder first.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import celery.utils.imports


@contextmanager
def _path_as_it_is() -> Iterator[None]:
    yield


def main() -> None:
    """Run Celery's command."""
    # each import of a name that stands in a string puts the working folder in front for a moment
    celery.utils.imports.cwd_in_path = _path_as_it_is
    from workers.app import app

    sys.exit(app.start(sys.argv[1:]))


if __name__ == "__main__":
    main()
