"""Times look-up and insert of one article in a database that holds very many.

    python bench/dedup_scale.py --articles 1000000 [--inserts 2000] [--postgres]

The articles that are there have texts of the usual length and keys of the kind that texts have,
some of them shared by as many texts as a key can be. Of those stored one by one every third is a
reworded copy of one that is there, anywhere in the tables. What is timed is all that is done for
an article: its keys, the look-up, the comparing, article and version, cluster, commit. Beside it
a computation of a fixed length is timed, for what a busy machine adds to it.
"""

import argparse
import json
import os
import random
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from sqlalchemy import select, text

from db import schema
from db.articles import Read, store
from db.bands import MAX_TEXTS_OF_KEY
from db.session import Database
from db.types import utc_now
from workers.comparer import COMPARER
from workers.dedup import RATE, SAMPLE, keys_of
from workers.readiness import get_ready

#: words of an article, and of the language
WORDS, VOCABULARY = 400, 40_000
#: of the keys of a new article, how many are so common that no more texts are noted for them
COMMON = 0.15
#: rows put in at a time
BATCH = 50_000


def sentence_words(dice: random.Random) -> list[str]:
    """As many different words as a language has, all of letters."""
    syllables = [a + b for a in "bcdfghjklmnprstw" for b in "aeiou"]
    return ["".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(VOCABULARY)]


def new_articles(words: Sequence[str], count: int, dice: random.Random) -> list[str]:
    """Bodies of words as rare as those of a language."""
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    return [" ".join(dice.choices(words, cum_weights=weights, k=WORDS)) for _ in range(count)]


def reworded(body: str, words: Sequence[str], dice: random.Random) -> str:
    """A copy with a tenth of its words changed."""
    old = body.split(" ")
    return " ".join(dice.choice(words) if dice.random() < 0.1 else word for word in old)


def known_bodies(
    articles: int, originals: dict[int, str], words: Sequence[str], dice: random.Random
) -> Iterator[str]:
    """A body for each article that is there: an original, or any words of the usual length."""
    pool = " ".join(dice.choices(words, k=400_000))
    length = WORDS * len(pool) // 400_000
    for number in range(1, articles + 1):
        start = dice.randrange(len(pool) - length)
        yield originals.get(number) or f"{number} {pool[start : start + length]}"


def bands(
    articles: int, originals: dict[int, str], dice: random.Random
) -> Iterator[tuple[int, int]]:
    """(key, text) of what is there, in order of the key, a batch in memory at a time."""
    own = [(key, number) for number, body in originals.items() for key in keys_of([body])]
    keys = sorted({key for key, _ in own})
    bound = int(max(RATE, SAMPLE / WORDS) * 2**63) * 2
    numbers = np.random.default_rng(1)
    each = numbers.integers(0, min(bound, 2**63 - 1), size=articles * SAMPLE, dtype=np.int64)
    common = dice.sample(list(keys), int(len(keys) * COMMON))
    shared = np.repeat(np.array(sorted(common), dtype=np.int64), MAX_TEXTS_OF_KEY)
    every = np.concatenate([each, shared, np.array([key for key, _ in own], dtype=np.int64)])
    texts = np.concatenate(
        [
            np.repeat(np.arange(1, articles + 1), SAMPLE),
            numbers.integers(1, articles + 1, size=len(shared)),
            np.array([number for _, number in own], dtype=np.int64),
        ]
    )
    order = np.argsort(every, kind="stable")
    for start in range(0, len(order), BATCH):
        some = order[start : start + BATCH]
        yield from zip(every[some].tolist(), texts[some].tolist(), strict=True)


def fill(
    database: Database, bodies: Iterator[str], every_band: Iterator[tuple[int, int]], articles: int
) -> None:
    """Put that many articles in, in bulk."""
    put = _put_sqlite if database.is_sqlite else _put_postgresql
    now = utc_now().isoformat(sep=" ").split("+")[0]
    ids = range(1, articles + 1)
    put(database, "texts", ("id", "sha256", "body", "words"),
        ((n, n.to_bytes(32), body, WORDS) for n, body in enumerate(bodies, 1)))  # fmt: skip
    columns = (
        "id", "url", "site", "authors", "sources", "topics", "evidence", "text_id", "archive_id",
        "revisions", "depth", "first_seen_at", "last_fetched_at",
    )  # fmt: skip
    put(database, "articles", columns,
        ((n, f"https://s{n % 500}.test/{n}", f"s{n % 500}.test", "[]", "[]", "[]", "{}", n, 1, 1, 0,
          now, now) for n in ids))  # fmt: skip
    put(database, "bands", ("key", "text_id"), every_band)
    if not database.is_sqlite:
        with database.write() as session:
            for table in ("texts", "articles"):
                name = f"pg_get_serial_sequence('{table}', 'id')"
                session.execute(text(f"SELECT setval({name}, {articles})"))
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _put_sqlite(
    database: Database, table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]
) -> None:
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    # beside the pool: whether each of 24 million rows refers to a text need not be looked up
    driver = sqlite3.connect(database.engine.url.database or "")
    with driver:
        driver.executemany(statement, rows)
    driver.close()


def _put_postgresql(
    database: Database, table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]
) -> None:
    with database.write() as session:
        driver: Any = session.connection().connection.driver_connection
        with driver.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE fresh (LIKE {table}) ON COMMIT DROP")
            for column in _columns(cursor):
                cursor.execute(f"ALTER TABLE fresh ALTER {column} DROP NOT NULL")
            with cursor.copy(f"COPY fresh ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            names = ", ".join(columns)
            if table == "bands":  # checked for what comes from now on, not for what is put in here
                name = "fk_bands_text_id_texts"
                cursor.execute(f"ALTER TABLE bands DROP CONSTRAINT {name}")
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {names} FROM fresh ON CONFLICT DO NOTHING"
            )
            if table == "bands":
                cursor.execute(
                    f"ALTER TABLE bands ADD CONSTRAINT {name} FOREIGN KEY (text_id)"
                    " REFERENCES texts (id) NOT VALID"
                )


def _columns(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'fresh'::regclass"
        " AND attnum > 0 AND attnotnull"
    )
    return [name for (name,) in cursor.fetchall()]


def read_of(place: int, body: str) -> Read:
    """The body as a worker would have read it."""
    url = f"https://new.test/{place}"
    return Read(
        url=url, addresses=(url,), site="new.test", body=body, keys=keys_of([body]), words=WORDS,
        archive_id=1, is_own=True, run_id=None, depth=0, fetched_at=utc_now(),
        fields={
            "title": None, "authors": [], "published": None, "published_at": None, "modified": None,
            "language": "id", "dateline": None, "sources": [], "topics": [], "section": None,
            "image": None, "paywalled": None, "page_type": None, "evidence": {},
        },
    )  # fmt: skip


def measure(database: Database, bodies: Sequence[str]) -> dict[str, Any]:
    """What one article takes, the first tenth left out, and what the machine adds to anything."""
    articles, machine = Clock(), Clock()
    memory = 0
    for place, body in enumerate(bodies):
        if place == len(bodies) // 10:
            articles, machine = Clock(), Clock()
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with articles.measured():
            read = read_of(place, body)
            with database.write() as session:
                store(session, read, COMPARER)
        with machine.measured():
            sum(range(40_000))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    return {
        "milliseconds_an_article": articles.report(),
        "milliseconds_a_fixed_computation": machine.report(),
        "memory_grown_kib": grown,
    }


class Clock:
    """Time on the wall and time of the processor; a busy machine lengthens only the first."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.processor: list[float] = []

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Take the time of one thing."""
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.wall.append((time.perf_counter() - wall) * 1_000)
        self.processor.append((time.process_time() - processor) * 1_000)

    def report(self) -> dict[str, float]:
        """In milliseconds."""
        return {
            "median": round(median(self.wall), 2),
            "p99": round(quantiles(self.wall, n=100)[98], 2),
            "processor_median": round(median(self.processor), 2),
            "processor_p99": round(quantiles(self.processor, n=100)[98], 2),
        }


def main() -> None:
    """Fill, measure, print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--inserts", type=int, default=1_000)
    parser.add_argument("--postgres", action="store_true", help="a server of our own; else SQLite")
    options = parser.parse_args()
    dice = random.Random(1)
    words = sentence_words(dice)
    fresh = new_articles(words, options.inserts, dice)
    copied = range(2, options.inserts, 3)
    places = dice.sample(range(1, options.articles + 1), len(copied))
    originals = {number: fresh[place] for number, place in zip(places, copied, strict=True)}
    for place in copied:
        fresh[place] = reworded(fresh[place], words, dice)
    with ExitStack() as stack:
        url = f"sqlite:///{stack.enter_context(TemporaryDirectory())}/scale.db"
        if options.postgres:
            from tests.servers import PostgresServer

            server = stack.enter_context(PostgresServer())
            url = server.url(stack.enter_context(server.database()))
        database = Database(url)
        stack.callback(database.close)
        schema.upgrade(database)
        start = time.perf_counter()
        known = known_bodies(options.articles, originals, words, dice)
        every_band = bands(options.articles, originals, dice)
        fill(database, known, every_band, options.articles)
        filled = time.perf_counter() - start
        get_ready()  # as a worker does: memory is looked through seldom
        report = measure(database, fresh)
        with database.read() as session:
            found = session.execute(select(text("count(*)")).select_from(text("likenesses")))
            likenesses = found.scalar_one()
    head = {
        "articles": options.articles,
        "database": "sqlite" if database.is_sqlite else "postgresql",
        "filled_seconds": round(filled, 1),
        "copies": len(copied),
        "pairs_found": likenesses,
        "load": round(os.getloadavg()[0], 1),
    }
    sys.stdout.write(json.dumps(head | report) + "\n")


if __name__ == "__main__":
    main()
