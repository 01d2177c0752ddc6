"""Times look-up and insert of one article in a database that holds very many.

    python bench/dedup_scale.py --articles 1000000 [--inserts 2000] [--keep DIR]
        [--postgres [--buffers 1GB]]

What is counted for an article is all that a worker does to know it again and to store it: its
keys, the look-up by address, text and keys, the comparing of what is found, article and version,
cluster, commit. Of the articles stored one by one every third is a reworded copy of one that is
there, anywhere in the tables, and two keys in five are those of common phrases (``filled`` says
what is there). PostgreSQL runs as it is installed, fsync included, but for its memory where that
is given (``--buffers``). What look-ups go by has been read once before. Beside it a computation of
a fixed length is timed, for what a busy machine adds to it, and the time of the processors in this
process and, on PostgreSQL, in the server's.
"""

import argparse
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import text

from bench.support.filled import BUFFERS, SITES, WORDS, Language, filled, originals_of
from crawler.page.urls import address_of
from db.articles.store import ArticleDraft, hold_all, store
from db.models import Run
from db.sql.session import Database
from db.sql.types import utc_now
from workers.dedup.comparer import COMPARER
from workers.dedup.fingerprint import keys_of
from workers.warmup import get_ready

COUNTED = "keys, look-up, comparing, insert of article and version, cluster, commit"


def read_of(number: int, site: str, body: str, run_id: int) -> ArticleDraft:
    """The body as a worker would have read it."""
    url, now = f"https://{site}/news/new-{number}", utc_now()
    return ArticleDraft(
        url=url, addresses=(address_of(url),),
        site=site, body=body, keys=keys_of(body.split("\n\n")),
        words=WORDS, archive_id=number, is_own=True, run_id=run_id, depth=1, fetched_at=now,
        fields={
            "title": f"Berita baru nomor {number}", "authors": ["Budi"],
            "published": now.isoformat(), "published_at": now, "modified": None, "language": "id",
            "dateline": None, "sources": [], "topics": ["dunia"], "section": None, "image": None,
            "paywalled": None, "page_type": "article",
            "evidence": {"title": "meta", "body": "rules"},
        },
    )  # fmt: skip


def new_bodies(database: Database, asked: int, count: int, dice: random.Random) -> list[str]:
    """Texts to be stored, every third a copy; ``asked``: what the tables were filled with."""
    language = Language()
    bodies = [language.body(dice) for _ in range(count)]
    copied = dice.choices(originals_of(asked), k=len(bodies[2::3]))
    statement = text("SELECT body FROM texts WHERE id = :id")
    with database.read() as session:
        known = [session.scalars(statement, {"id": number}).one() for number in copied]
    bodies[2::3] = [language.reworded(body, dice) for body in known]
    return bodies


def measure(
    database: Database, bodies: Sequence[str], first: int, dice: random.Random
) -> dict[str, Any]:
    """What one article takes, the first tenth left out, and what the machine adds to anything."""
    run_id = add_run(database)
    server = server_clock(database)
    clocks = Clock(), Clock(), Clock()
    memory, served = 0, 0
    for place, body in enumerate(bodies):
        if place == len(bodies) // 10:
            clocks = Clock(), Clock(), Clock()
            memory, served = own_memory(), server()
        new, copies, machine = clocks
        site = f"s{dice.randrange(SITES)}.test"
        with (copies if place % 3 == 2 else new).measured():
            read = read_of(first + place, site, body, run_id)
            with database.write() as session:
                hold_all(session, [read])
                store(session, read, COMPARER)
        with machine.measured():
            sum(range(40_000))
    served_of_one = (server() - served) / (len(bodies) - len(bodies) // 10)
    return {
        "milliseconds_an_article": (new + copies).report(),
        "milliseconds_a_copy": copies.report(),
        "server_processor_mean": round(served_of_one, 2),
        "milliseconds_a_fixed_computation": machine.report(),
        "memory_grown_kib": own_memory() - memory,
    }


def add_run(database: Database) -> int:
    """The run that the articles are of."""
    now = utc_now()
    with database.write() as session:
        run = Run(
            kind="manual",
            job="bench",
            seeds=[],
            rules={},
            state="running",
            started_at=now,
            heartbeat_at=now,
        )
        session.add(run)
        session.flush()
        return run.id


def server_clock(database: Database) -> Callable[[], float]:
    """What tells the processor time of our server process so far, in milliseconds."""
    if database.is_sqlite:
        return lambda: 0.0
    with database.read() as session:
        process = int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
    file = Path(f"/proc/{process}/schedstat")
    return lambda: int(file.read_text().split()[0]) / 1e6 if file.exists() else 0.0


def own_memory() -> int:
    """Memory of this process that no file backs, in KiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Clock:
    """Time on the wall and time of the processor; a busy machine lengthens only the first."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.processor: list[float] = []

    def __add__(self, other: "Clock") -> "Clock":
        both = Clock()
        both.wall, both.processor = self.wall + other.wall, self.processor + other.processor
        return both

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
            "most": round(max(self.wall), 2),
            "processor_median": round(median(self.processor), 2),
            "processor_p99": round(quantiles(self.processor, n=100)[98], 2),
            "processor_mean": round(mean(self.processor), 2),
        }


def count_of(database: Database, table: str) -> int:
    """The largest number of the articles, or the rows of another table."""
    column = "max(id)" if table == "articles" else "count(*)"
    with database.read() as session:
        return int(session.execute(text(f"SELECT {column} FROM {table}")).scalar_one())


def main() -> None:
    """Fill, measure, print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--inserts", type=int, default=2_000)
    parser.add_argument("--postgres", action="store_true", help="a server of our own; else SQLite")
    parser.add_argument("--keep", type=Path, help="folder for the filled databases; taken up again")
    parser.add_argument("--buffers", default=BUFFERS, help=f"PostgreSQL's memory, else {BUFFERS}")
    options = parser.parse_args()
    start = time.perf_counter()
    with filled(
        options.articles, postgres=options.postgres, keep=options.keep, buffers=options.buffers
    ) as database:
        seconds = time.perf_counter() - start
        before, pairs = count_of(database, "articles"), count_of(database, "likenesses")
        dice = random.Random(before)  # what a kept database was given before does not come again
        bodies = new_bodies(database, options.articles, options.inserts, dice)
        get_ready()  # as a worker does: memory is looked through seldom
        report = measure(database, bodies, before + 1, dice)
        found = count_of(database, "likenesses") - pairs
    head = {
        "counted": COUNTED,
        "articles": before,
        "database": f"postgresql, {options.buffers}" if options.postgres else "sqlite",
        "ready_seconds": round(seconds, 1),
        "copies": len(bodies[2::3]),
        "pairs_found": found,
        "load": round(os.getloadavg()[0], 1),
    }
    sys.stdout.write(json.dumps(head | report) + "\n")


if __name__ == "__main__":
    main()
