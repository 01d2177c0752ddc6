"""Errors of the rows. The message says what happened and what to do."""


class TerkaitError(Exception):
    """Something the user can mend; shown as one line, never as a traceback."""


class BadSettings(TerkaitError):
    """A setting cannot be used."""


class DataFolderUnusable(TerkaitError):
    """The data folder cannot be made or written."""


class DatabaseUnreachable(TerkaitError):
    """The database does not answer or refuses us."""


class SchemaMismatch(TerkaitError):
    """The database's schema is not the one this program was written for."""


class DiskFull(TerkaitError):
    """Free space is under the floor, so no new work is taken."""


class NotFound(TerkaitError):
    """Nothing in the database answers to that address or id."""


class RunAlreadyActive(TerkaitError):
    """Another process is carrying out this run."""
