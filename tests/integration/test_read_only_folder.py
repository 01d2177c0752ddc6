"""A SQLite file in a folder that one may only read is asked as any other."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from db.sql.session import Database
from db.terms.errors import DatabaseUnreachable, TransactionConflict

_COUNT = text("SELECT count(*) FROM notes")
#: a user who may write nothing
_NOBODY = 65_534


@pytest.fixture
def file() -> Iterator[Path]:
    # pytest's own folders can be entered by their owner alone
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "news.db"
        note(file)
        yield file
        file.parent.chmod(0o755)


def note(file: Path) -> None:
    """Write a row, as the file's owner."""
    database = Database(f"sqlite:///{file}")
    with database.write() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS notes (body TEXT)"))
        session.execute(text("INSERT INTO notes VALUES ('x')"))
    count(database)  # what is loaded late must not be loaded by another user
    database.close()


def count(database: Database) -> int:
    """Read how many rows there are."""
    with database.read() as session:
        return int(session.scalars(_COUNT).one())


@contextmanager
def may_only_read(folder: Path) -> Iterator[None]:
    """Nobody may write in the folder, not even root."""
    user = os.geteuid()
    folder.chmod(0o555)
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o755)


def test_the_file_is_read_and_not_written(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    with may_only_read(file.parent):
        assert count(database) == 1
        with pytest.raises(DatabaseUnreachable, match="right to write"), database.write() as write:
            write.execute(text("INSERT INTO notes VALUES ('y')"))
        database.close()
        assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_what_its_owner_writes_is_seen_and_an_answer_from_both_refused(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    for rows in (1, 2):
        with may_only_read(file.parent):
            assert count(database) == rows
        note(file)
    with pytest.raises(TransactionConflict, match="changed while it was read"):
        read_while_it_is_written(database, file)
    database.close()


def read_while_it_is_written(database: Database, file: Path) -> None:
    """Read before and after its owner writes."""
    with may_only_read(file.parent):
        reading = database.read()
        session = reading.__enter__()
        session.scalar(_COUNT)
    note(file)
    reading.__exit__(None, None, None)


def test_changes_that_are_not_in_the_file_yet_are_not_passed_over(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    with database.write() as session:
        session.execute(text("INSERT INTO notes VALUES ('z')"))
    copy = file.parent / "copy"
    copy.mkdir()
    for end in ("", "-wal"):
        shutil.copy(f"{file}{end}", copy / f"news.db{end}")
    database.close()
    copied = Database(f"sqlite:///{copy / file.name}")
    with may_only_read(copy), pytest.raises(DatabaseUnreachable, match=r"last changes.*copy the"):
        count(copied)
    assert count(copied) == 2
    with may_only_read(copy):  # what SQLite needs beside it is there as long as it is open
        other = Database(copied.url)
        assert count(other) == 2
        other.close()
    copied.close()
