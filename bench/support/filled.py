"""A database that holds very many articles, for measuring; kept in a folder where one is named.

The articles have texts of the usual length, addresses and hashes that lie scattered, and as many
keys as such texts have. Some keys are those of phrases that many articles use, each held by as
many texts as a key can be. Some of the texts, the originals, have their true keys, so that copies
of them can be made and must be found.
"""

import hashlib
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import text

from db.duplicates.shingle_index import MAX_TEXTS_OF_KEY
from db.sql import schema
from db.sql.session import Database
from tests.servers import PostgresServer
from workers.dedup.fingerprint import RATE, SAMPLE, WIDTH, keys_of, shingles

#: words of an article, and of the language
WORDS, VOCABULARY = 400, 40_000
#: phrases that many articles use, their words, and how many an article has: two keys in five
PHRASES, PHRASE_WORDS, PHRASES_OF_ARTICLE = 3_000, 10, 20
#: sites, and of how many texts copies can be made
SITES, ORIGINALS = 500, 10_000
#: memory of a PostgreSQL server as it is installed
BUFFERS = "128MB"
#: rows put in at a time
BATCH = 50_000
#: the newest article that is there
NEWEST = datetime(2026, 8, 20, 12, tzinfo=UTC)
#: keys of texts of this length lie below
_BOUND = int(max(RATE, SAMPLE / WORDS) * 2**64)

_Numbers = npt.NDArray[np.int64]


class Language:
    """Words as rare as those of a language, and phrases that are sampled as keys."""

    def __init__(self) -> None:
        dice = random.Random(1)
        syllables = [a + b for a in "bcdfghjklmnprstw" for b in "aeiou"]
        self.words = [
            "".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(VOCABULARY)
        ]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
        self.phrases = [dice.choices(self.words, k=PHRASE_WORDS) for _ in range(PHRASES)]
        hashes = np.concatenate(
            [shingles(" ".join(phrase).encode().split(), WIDTH) for phrase in self.phrases]
        )
        #: what texts with the phrases are looked up by
        self.keys = np.unique(hashes[hashes <= _BOUND].astype(np.int64))

    def body(self, dice: random.Random) -> str:
        """A text of the usual length in three paragraphs."""
        words = dice.choices(self.words, cum_weights=self._weights, k=WORDS)
        for place in dice.sample(range(0, WORDS, PHRASE_WORDS), PHRASES_OF_ARTICLE):
            words[place : place + PHRASE_WORDS] = dice.choice(self.phrases)
        third = WORDS // 3
        parts = words[:third], words[third : 2 * third], words[2 * third :]
        return "\n\n".join(" ".join(part) for part in parts)

    def reworded(self, body: str, dice: random.Random) -> str:
        """A copy with a tenth of its words changed."""
        paragraphs = (paragraph.split(" ") for paragraph in body.split("\n\n"))
        return "\n\n".join(
            " ".join(dice.choice(self.words) if dice.random() < 0.1 else word for word in words)
            for words in paragraphs
        )


def originals_of(articles: int) -> range:
    """The ids of the texts that copies can be made of."""
    return range(1, articles + 1, max(1, articles // ORIGINALS))


@contextmanager
def filled(
    articles: int, *, postgres: bool, keep: Path | None, buffers: str = BUFFERS
) -> Iterator[Database]:
    """The database with that many articles in it, or that many and what earlier runs added.

    ``buffers``: of PostgreSQL, its ``shared_buffers``.
    """
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(TemporaryDirectory(prefix="tk-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # the server is another user's where root starts it
        if not postgres:
            url, is_there = _sqlite(folder, articles)
        else:
            server = stack.enter_context(KeptServer(folder / "postgresql", buffers))
            url, is_there = server.url(f"filled_{articles}"), server.has(f"filled_{articles}")
            if not is_there:
                server.execute(f"CREATE DATABASE filled_{articles}")
        database = Database(url)
        stack.callback(database.close)
        schema.upgrade(database)
        if not is_there:
            fill(database, Language(), articles)
        warm(database)
        yield database


def _sqlite(folder: Path, articles: int) -> tuple[str, bool]:
    file = folder / f"filled_{articles}.db"
    return f"sqlite:///{file}", file.exists()


class KeptServer(PostgresServer):
    """A PostgreSQL server as it is installed, its data in a folder that is not taken away."""

    def __init__(self, folder: Path, buffers: str) -> None:
        self._kept = folder
        self.OPTIONS = {
            "listen_addresses": "", "port": str(self.PORT), "timezone": "UTC",
            "shared_buffers": buffers,
        }  # fmt: skip

    def __enter__(self) -> "KeptServer":
        self.folder = self._kept.resolve()
        self.folder.mkdir(exist_ok=True)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def has(self, database: str) -> bool:
        """Whether there is such a database."""
        with self._connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
            return found.fetchone() is not None


def fill(database: Database, language: Language, articles: int) -> None:
    """Put that many articles in, in bulk."""
    dice = random.Random(2)
    originals = {number: language.body(dice) for number in originals_of(articles)}
    put = _put_sqlite if database.is_sqlite else _put_postgresql
    texts = _texts(articles, originals, language, dice)
    put(database, "texts", ("id", "sha256", "body", "words"), texts)
    rows = (tuple(_article(number).values()) for number in range(1, articles + 1))
    put(database, "articles", tuple(_article(1)), rows)
    bands = _bands(articles, originals, language)
    if database.is_sqlite:
        _put_sqlite(database, "bands", ("key", "text_id"), _pairs(bands))
    else:
        _put_bands(database, bands)
    _tidy(database, articles)


def _pairs(bands: _Numbers) -> Iterator[tuple[Any, ...]]:
    """In two passes, so that the tree has room in its pages, as one has that grew in any order."""
    is_early = bands[:, 1] <= np.quantile(bands[:, 1], 0.6)
    for some in (bands[is_early], bands[~is_early]):
        for part in np.array_split(some, max(1, len(some) // BATCH)):
            yield from map(tuple, part.tolist())


def _texts(
    articles: int, originals: dict[int, str], language: Language, dice: random.Random
) -> Iterator[tuple[int, bytes, str, int]]:
    """A text for each article: an original, or any words of the usual length."""
    pool = " ".join(dice.choices(language.words, k=400_000))
    length = WORDS * len(pool) // 400_000
    for number in range(1, articles + 1):
        start = dice.randrange(len(pool) - length)
        body = originals.get(number) or f"{number} {pool[start : start + length]}"
        yield number, hashlib.sha256(body.encode()).digest(), body, WORDS


def _article(number: int) -> dict[str, Any]:
    at = NEWEST - timedelta(minutes=number * 7919 % 1_500_000)  # in any order
    shown = at.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return {
        "id": number, "url": f"https://s{number % SITES}.test/news/{number}",
        "site": f"s{number % SITES}.test", "title": f"Berita nomor {number}",
        "authors": '["Budi"]', "published": at.isoformat(), "published_at": shown,
        "language": "id", "sources": "[]", "topics": '["dunia"]', "evidence": '{"title": "meta"}',
        "text_id": number, "archive_id": number, "revisions": 1, "depth": 1,
        "first_seen_at": shown, "last_fetched_at": shown,
    }  # fmt: skip


def _bands(articles: int, originals: dict[int, str], language: Language) -> _Numbers:
    """(key, text) of what is there, each pair once, in order."""
    numbers = np.random.default_rng(1)
    ids = np.repeat(np.arange(1, articles + 1), SAMPLE)
    keys = numbers.integers(0, _BOUND, size=len(ids), dtype=np.int64)
    own = np.stack([keys, ids], axis=1)[~np.isin(ids, list(originals))]
    holders = min(MAX_TEXTS_OF_KEY, articles * PHRASES_OF_ARTICLE // PHRASES)
    phrases = np.repeat(language.keys, holders)
    shared = np.stack([phrases, numbers.integers(1, articles + 1, size=len(phrases))], axis=1)
    known = set(language.keys.tolist())
    true = [
        (key, number)
        for number, body in originals.items()
        for key in keys_of(body.split("\n\n"))
        if key not in known
    ]
    every = np.concatenate([own, shared, np.array(true, dtype=np.int64)])
    every = every[np.lexsort((every[:, 1], every[:, 0]))]
    is_first = np.concatenate([[True], (every[1:] != every[:-1]).any(axis=1)])
    return every[is_first]


def _put_sqlite(
    database: Database, table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]
) -> None:
    marks = ", ".join("?" * len(columns))
    database.close()
    driver = sqlite3.connect(database.engine.url.database or "")
    # what is begun and not ended is of no use here
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000"):
        driver.execute(f"PRAGMA {pragma}")
    # foreign keys are not looked at: whether each row refers to a text is known
    with driver:
        driver.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    driver.close()


def _put_postgresql(
    database: Database, table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]
) -> None:
    with database.write() as session:
        driver: Any = session.connection().connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)


def _put_bands(database: Database, bands: _Numbers) -> None:
    """In the order of the texts, as they would have come, and then the index."""
    row = np.dtype([("n", ">i2"), ("a", ">i4"), ("key", ">i8"), ("b", ">i4"), ("text", ">i8")])
    rows = np.zeros(len(bands), dtype=row)
    rows["n"], rows["a"], rows["b"] = 2, 8, 8
    by_text = bands[np.argsort(bands[:, 1], kind="stable")]
    rows["key"], rows["text"] = by_text[:, 0], by_text[:, 1]
    with database.write() as session:
        driver: Any = session.connection().connection.driver_connection
        with driver.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
            cursor.execute("ALTER TABLE bands DROP CONSTRAINT pk_bands")
            with cursor.copy("COPY bands (key, text_id) FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
                for some in np.array_split(rows, max(1, len(rows) // BATCH)):
                    copy.write(some.tobytes())
                copy.write(b"\xff\xff")
            cursor.execute("ALTER TABLE bands ADD CONSTRAINT pk_bands PRIMARY KEY (key, text_id)")


def warm(database: Database) -> None:
    """Read the trees that look-ups go by once, so that the system has them as in daily use."""
    if database.is_sqlite:
        with database.read() as session:
            session.execute(text("SELECT sum(text_id) FROM bands"))
            for table, index in session.execute(text(
                "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index'"
                " AND tbl_name IN ('articles', 'texts', 'revisions') AND sql IS NULL"
            )).all():  # fmt: skip
                session.execute(text(f"SELECT count(*) FROM {table} INDEXED BY {index}"))
        return
    with database.read() as session:
        paths = session.scalars(text(
            "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(indexrelid)"
            " FROM pg_index WHERE indrelid IN"
            " ('articles'::regclass, 'texts'::regclass, 'revisions'::regclass, 'bands'::regclass)"
        )).all()  # fmt: skip
        session.execute(text("SET LOCAL enable_seqscan = off"))  # by the index, into its memory
        session.execute(text("SELECT count(*) FROM bands"))
    for path in paths:
        for part in Path(path).parent.glob(f"{Path(path).name}*"):
            part.read_bytes()


def _tidy(database: Database, articles: int) -> None:
    """What a database does by and by: count, and note what all may see."""
    if database.is_sqlite:
        return  # Terkait never has SQLite count
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in ("texts", "articles"):
            name = f"pg_get_serial_sequence('{table}', 'id')"
            connection.execute(text(f"SELECT setval({name}, {articles})"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
