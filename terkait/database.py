"""Opens the database that the settings name, its schema as this program needs it."""

import os
from pathlib import Path

from db.config import Config
from db.sql.schema import make_ready
from db.sql.session import Database, sqlite_file
from db.terms.errors import DataFolderUnusable, SchemaMismatch
from terkait.errors import NothingCrawled


def open_database(config: Config, *, create: bool = False) -> Database:
    """The database, ready for use.

    Our own file in the data folder is brought up to date by itself; ``create`` makes it where
    there is none, else that raises NothingCrawled. A configured database is never changed:
    SchemaMismatch says which command does it. Raises DatabaseUnreachable, DatabaseDamaged.
    """
    path = sqlite_file(config)
    if path is not None and not path.exists():
        _prepare(path, config, create=create)
    database = Database.of(config)
    try:
        make_ready(database, may_upgrade=config.is_embedded_database)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(path: Path, config: Config, *, create: bool) -> None:
    if not config.is_embedded_database:
        raise SchemaMismatch(f"there is no database {path} yet: run `terkait db upgrade`")
    if not create:
        raise NothingCrawled(
            f"nothing has been crawled yet here (data folder {config.data.absolute()}): "
            "run `terkait crawl URL`, or set TERKAIT_DATA to another folder"
        )
    make_folder(config.data)


def make_folder(folder: Path) -> None:
    """Make the data folder where it is missing. Raises DataFolderUnusable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderUnusable(f"data folder {folder}: {error.strerror}") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise DataFolderUnusable(f"data folder {folder} cannot be written; set TERKAIT_DATA")
