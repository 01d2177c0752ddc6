"""Errors of the rows, and the root of all others. The message says what happened and what to do.

::

    TerkaitError                        shown as one line, never as a traceback
    ├── BadSettings, DataFolderUnusable, SchemaMismatch, NotFound, RunAlreadyActive, DiskFull
    ├── DatabaseDamaged, QuestionTooLong, TargetUnusable, AlreadyThere, ObjectMissing
    ├── RetryableError                  the transaction is done again (``db.sql.retry``)
    │   ├── DatabaseUnreachable, ArchiveUnreachable
    │   └── TransactionConflict
    ├── CrawlerError                    of ``crawler.errors``
    │   ├── BadURL, NoListing, NotFetched, HeadersTooLong, TooLarge, BrokenOff
    │   └── FetchForbidden
    │       └── PrivateAddress
    ├── SendingFailed                   of ``workers.errors``
    ├── BadQuestion                     of ``terkait.web.errors``
    └── CommandError                    of ``terkait.errors``
        ├── BadUsage                    ends with exit code 2
        ├── NothingCrawled, BrokerDown, DataFolderBusy, OutputUnusable, PageRefused, ServiceDied
        └── WebUnreachable

Whatever else is raised is a bug and is shown as one, with its traceback: a missing column, a row
that breaks a rule of its table, a write where only reading was promised.
"""


class TerkaitError(Exception):
    """Something the user can mend; shown as one line, never as a traceback."""


class BadSettings(TerkaitError):
    """A setting cannot be used."""


class DataFolderUnusable(TerkaitError):
    """The data folder cannot be made or written."""


class SchemaMismatch(TerkaitError):
    """The database's schema is not the one this program was written for."""


class DiskFull(TerkaitError):
    """Free space is under the floor, so no new work is taken."""


class NotFound(TerkaitError):
    """Nothing in the database answers to that address or id."""


class RunAlreadyActive(TerkaitError):
    """Another process is carrying out this run."""


class DatabaseDamaged(TerkaitError):
    """The file is no database, or a damaged one."""


class QuestionTooLong(TerkaitError):
    """A question to the database took longer than it may."""


class RetryableError(TerkaitError):
    """A transaction did not happen and may be done again as a whole."""


class DatabaseUnreachable(RetryableError):
    """The database does not answer or refuses us."""


class ArchiveUnreachable(RetryableError):
    """The store of the archive does not answer or refuses us."""


class TransactionConflict(RetryableError):
    """Another transaction stood in the way, and the database took this one back."""


class TargetUnusable(TerkaitError):
    """The database to copy to holds something else."""


class AlreadyThere(TerkaitError):
    """Something of that name is there already."""


class ObjectMissing(TerkaitError):
    """The body of an archived page is not where its row says, or damaged there."""
