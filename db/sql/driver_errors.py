"""What an error of a database driver means: unreachable, in conflict, full, damaged, or a bug."""

from sqlalchemy.exc import DBAPIError, OperationalError

from db.terms.errors import (
    DatabaseDamaged,
    DatabaseUnreachable,
    DiskFull,
    SchemaMismatch,
    TerkaitError,
    TransactionConflict,
)

# SQLite's primary result codes, https://www.sqlite.org/rescode.html
_PERM, _BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT = 3, 5, 6, 8, 10, 11
_FULL, _CANTOPEN, _PROTOCOL, _NOTADB = 13, 14, 15, 26

# PostgreSQL's SQLSTATEs: serialization failure, deadlock, lock not to be had
_CONFLICTS = ("40001", "40P01", "55P03")
_DISK_FULL = "53100"
_NO_TABLE = "42P01"
#: connection lost; refused; no such database; too many connections; server ends or begins
_UNREACHABLE_CLASSES = ("08", "28", "3D", "53", "57P")


def translate(error: DBAPIError, database: str, *, is_write: bool) -> TerkaitError | None:
    """Our error for a driver's; None where the driver complains of a bug of ours.

    ``database``: how messages name it. ``is_write``: the transaction was begun to write.
    """
    message = (str(error.orig or error).strip().splitlines() or [""])[0]
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        kind = _sqlite_kind(code, message, is_write=is_write)
    else:
        kind = _postgresql_kind(error, getattr(error.orig, "sqlstate", None))
    if kind is None:
        return None
    if kind is SchemaMismatch:
        return SchemaMismatch(f"{database}: {message}: `terkait db check` says more")
    if kind is DiskFull:
        return DiskFull(
            f"the disk of {database} is full or fails ({message}): make room and run the command "
            "again"
        )
    if kind is TransactionConflict:
        return TransactionConflict(
            f"{database}: another program's transaction stood in the way ({message}): "
            "run the command again"
        )
    if code is not None and code & 0xFF == _READONLY:
        message += (
            "; SQLite writes beside its file as well: get the right to write in its folder, or "
            "copy the folder"
        )
    return kind(f"{database}: {message}")


def _sqlite_kind(code: int, message: str, *, is_write: bool) -> type[TerkaitError] | None:
    primary = code & 0xFF
    if message.partition(":")[0] == "no such table":
        return SchemaMismatch
    if primary in (_BUSY, _LOCKED, _PROTOCOL):
        return TransactionConflict
    if primary in (_FULL, _IOERR):
        return DiskFull
    if primary in (_CORRUPT, _NOTADB):
        return DatabaseDamaged
    # SQLite refuses a write in ``read()`` with the code of a file that may not be written
    if primary in (_CANTOPEN, _PERM) or (primary == _READONLY and (is_write or code != _READONLY)):
        return DatabaseUnreachable
    return None


def _postgresql_kind(error: DBAPIError, sqlstate: str | None) -> type[TerkaitError] | None:
    if sqlstate in _CONFLICTS:
        return TransactionConflict
    if sqlstate == _NO_TABLE:
        return SchemaMismatch
    if sqlstate == _DISK_FULL:
        return DiskFull
    if error.connection_invalidated:
        return DatabaseUnreachable
    if not isinstance(error, OperationalError):
        return None
    if sqlstate is None or sqlstate.startswith(_UNREACHABLE_CLASSES):
        return DatabaseUnreachable
    return None
