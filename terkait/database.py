"""Opens the database that the settings name, its schema as this program needs it."""

import os
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from db.config import Config
from db.errors import BadSettings, DatabaseUnreachable, DataFolderUnusable, SchemaMismatch
from db.revision import make_ready
from db.session import Database
from terkait.errors import NothingCrawled


def open_database(config: Config, *, create: bool = False) -> Database:
    """The database, ready for use.

    Our own file in the data folder is brought up to date by itself; ``create`` makes it where
    there is none, else that raises NothingCrawled. A configured database is never changed:
    SchemaMismatch says which command does it. Raises DatabaseUnreachable.
    """
    path = sqlite_file(config)
    if path is not None and not path.exists():
        _prepare(path, config, create=create)
    database = connect(config)
    try:
        make_ready(database, upgrade=config.is_embedded_database)
    except DatabaseError as error:
        database.close()
        raise DatabaseUnreachable(f"{path or 'the database'}: {error.orig}") from error
    except BaseException:
        database.close()
        raise
    return database


def sqlite_file(config: Config) -> Path | None:
    """The file of an SQLite database; None for a server."""
    try:
        url = make_url(config.database)
    except ArgumentError as error:
        raise BadSettings(f"TERKAIT_DATABASE_URL: {error}") from error
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def connect(config: Config) -> Database:
    """The database that the settings name, whatever its schema. Raises BadSettings."""
    try:
        return Database.of(config)
    except (ArgumentError, ValueError) as error:
        raise BadSettings(f"TERKAIT_DATABASE_URL: {error}") from error


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
