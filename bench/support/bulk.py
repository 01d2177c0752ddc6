"""Puts very many rows into a database: first the rows, then the indexes, nothing checked."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import psycopg

from db.sql.session import Database

#: rows in memory at a time
BATCH = 20_000
#: what the index of words on SQLite gathers before it writes: its own default, and while filling
_GATHERED, _GATHERED_IN_BULK = 1 << 20, 1 << 28

_OBJECTS = (
    "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    " AND type IN ('index', 'trigger')"
)
_INDEXES = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
)
_VECTORS = (
    "INSERT INTO article_words (article_id, words)"
    " SELECT a.id, setweight(to_tsvector('simple', coalesce(a.title, '')), 'A')"
    " || to_tsvector('simple', t.body) FROM articles AS a JOIN texts AS t ON t.id = a.text_id"
)


class _Filler:
    """What both write alike."""

    def put(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Add the rows, which all have the same columns in any order."""
        left = iter(rows)
        first = next(left)
        columns = itemgetter(*first)
        self.put_rows(table, tuple(first), map(columns, chain([first], left)))

    def put_rows(self, table: str, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add the rows, whose columns have these names."""
        raise NotImplementedError


class SqliteFiller(_Filler):
    """Writes to an SQLite file that nobody else uses."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver

    def put_rows(self, table: str, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add the rows, whose columns have these names."""
        left, marks = iter(rows), ", ".join("?" * len(names))
        while batch := list(islice(left, BATCH)):
            self._driver.execute("BEGIN")
            self._driver.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", batch
            )
            self._driver.execute("COMMIT")

    def index_words(self) -> None:
        """Of all articles. Their words are cut already: nothing but letters, digits, spaces."""
        self._words_option("hashsize", _GATHERED_IN_BULK)
        (newest,) = self._driver.execute("SELECT max(id) FROM articles").fetchone()
        for first in range(1, newest + 1, BATCH):
            self._driver.execute(
                "INSERT INTO article_words (rowid, title, body) SELECT a.id, a.title, t.body"
                " FROM articles AS a JOIN texts AS t ON t.id = a.text_id"
                " WHERE a.id BETWEEN ? AND ? ORDER BY a.id",
                (first, first + BATCH - 1),
            )
        self._words_option("hashsize", _GATHERED)

    def _words_option(self, name: str, value: int) -> None:
        self._driver.execute(
            "INSERT INTO article_words (article_words, rank) VALUES (?, ?)", (name, value)
        )


class PostgresFiller(_Filler):
    """Writes to a database of PostgreSQL that nobody else uses."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver

    def put_rows(self, table: str, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add the rows, whose columns have these names."""
        statement = f"COPY {table} ({', '.join(names)}) FROM STDIN"
        with self._driver.cursor().copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def index_words(self) -> None:
        """Of all articles. Their words are cut already: nothing but letters, digits, spaces."""
        self._driver.execute(_VECTORS)


Filler = SqliteFiller | PostgresFiller


@contextmanager
def filler(database: Database) -> Iterator[Filler]:
    """Write here; at the end there are the indexes and triggers again."""
    if database.is_sqlite:
        with _sqlite(database.engine.url.database or "") as driver:
            yield SqliteFiller(driver)
        return
    with psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True) as connection:
        # no check of references and no trigger
        for setting in (
            "session_replication_role = replica",
            "synchronous_commit = off",
            "maintenance_work_mem = '1GB'",
        ):
            connection.execute(f"SET {setting}")
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        yield PostgresFiller(connection)
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")


@contextmanager
def _sqlite(file: str) -> Iterator[sqlite3.Connection]:
    driver = sqlite3.connect(file, isolation_level=None)
    for pragma in ("synchronous = OFF", "cache_size = -1000000", "temp_store = FILE"):
        driver.execute(f"PRAGMA {pragma}")
    objects = driver.execute(_OBJECTS).fetchall()
    for kind, name, _ in objects:
        driver.execute(f"DROP {kind} {name}")
    yield driver
    for _, _, statement in objects:
        driver.execute(statement)
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    driver.close()
