"""SQLite files in a folder that one may only read.

SQLite writes beside its file even to read, but for a file that it is told nobody changes
(``immutable=1``). That may be said where all changes are in the file itself. Should its owner
change it after all, it is opened anew.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

from db.terms.errors import DatabaseUnreachable, TransactionConflict

#: beside the file: changes that are not in it yet, and changes to be taken back
_BESIDE = ("-wal", "-journal")
#: of a connection's ``info``: the file that was opened as one that nobody changes, as it was then
_OPENED = "terkait_opened"
_BY_WHO_RUNS_IT = os.access in os.supports_effective_ids

_State = tuple[int, int, int]


def open_where_only_read(engine: Engine) -> None:
    """Let the engine open its file in a folder that may not be written as one nobody changes."""
    event.listen(engine, "do_connect", _open)
    event.listen(engine, "checkout", _open_anew_if_changed)


def refuse_if_changed(session: Session) -> None:
    """Raise TransactionConflict where the file was changed while the session read from it."""
    if session.in_transaction() and _is_changed(session.connection().info):
        raise TransactionConflict(
            f"the database {session.connection().info[_OPENED][0]} was changed while it was read: "
            "run the command again"
        )


def _open(_dialect: Any, record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
    """A connection of the driver; None: it is made as any other."""
    record.info.pop(_OPENED, None)
    file = Path(arguments[0])
    state = _state(file)
    if state is None or _may_write(file.parent):
        return None
    if _has_changes_beside(file):
        if _state(Path(f"{file}-shm")) is None:
            raise DatabaseUnreachable(
                f"database {file}: its last changes lie in a file beside it, which SQLite cannot "
                "read without a file of its own there: get the right to write in its folder, or "
                "copy the folder"
            )
        return None
    record.info[_OPENED] = file, state
    return sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", **options | {"uri": True})


def _open_anew_if_changed(_connection: Any, record: Any, _proxy: Any) -> None:
    if _is_changed(record.info):
        raise InvalidatePoolError


def _is_changed(info: dict[Any, Any]) -> bool:
    if _OPENED not in info:
        return False
    file, state = info[_OPENED]
    return state != _state(file) or _has_changes_beside(file)


def _has_changes_beside(file: Path) -> bool:
    sizes = (_state(Path(f"{file}{end}")) for end in _BESIDE)
    return any(state and state[1] for state in sizes)


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK, effective_ids=_BY_WHO_RUNS_IT)


def _state(file: Path) -> _State | None:
    """What differs once a file was written: which it is, its size and time; None: there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
