"""Times what the web page asks of a database that holds very many articles.

    python bench/asking.py --articles 200000 [--keep DIR] [--postgres]

The articles are made up: words by Zipf's law, so that a few are in nearly all and most are rare,
sites, authors and days spread as on a real crawl. Each question is asked several times; the median
and the longest are printed, beside the time of the processor.
"""

import argparse
import hashlib
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from db.articles.word_index import Words, index
from db.models import Article, Host, Page, Revision, Run, Text
from db.queries.record import make_records
from db.queries.resolve import find_article
from db.queries.search.facets import facets, histogram
from db.queries.search.results import search_page
from db.queries.stats import gather
from db.runs.report import list_runs
from db.sql import schema
from db.sql.session import Database

BATCH = 2_000
WORDS, BODY = 40_000, 60
TIMES = 7
START = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with _database(asked.keep, is_postgres=asked.postgres) as database:
        with database.read() as session:
            stored = session.scalar(text("SELECT count(*) FROM articles")) or 0
        if stored < asked.articles:
            fill(database, asked.articles)
        for name, question in QUESTIONS.items():
            report(database, name, question)


@contextmanager
def _database(keep: Path | None, *, is_postgres: bool) -> Iterator[Database]:
    if is_postgres:
        from tests.servers import PostgresServer

        with PostgresServer() as server, server.database() as name:
            database = Database(server.url(name))
            schema.upgrade(database)
            yield database
            database.close()
        return
    with TemporaryDirectory() as folder:
        file = (keep or Path(folder)) / "asking.db"
        file.parent.mkdir(parents=True, exist_ok=True)
        database = Database(f"sqlite:///{file}")
        schema.upgrade(database)
        yield database
        database.close()


def fill(database: Database, articles: int) -> None:
    """Write the articles with their pages, texts, first versions and words."""
    rng = random.Random(7)
    names = [f"kata{number}" for number in range(WORDS)]
    weights = list(accumulate(1 / (number + 1) for number in range(WORDS)))
    with database.write() as session:
        session.execute(
            insert(Host), [{"name": f"s{n}.test", "site": f"s{n}.test"} for n in range(50)]
        )
        run = {"kind": "manual", "job": "j", "seeds": [], "rules": {}, "state": "finished"}
        session.execute(insert(Run), [run | {"started_at": START, "heartbeat_at": START}])
    for first in range(1, articles + 1, BATCH):
        with database.write() as session:
            ids = range(first, min(first + BATCH, articles + 1))
            bodies = {n: " ".join(rng.choices(names, cum_weights=weights, k=BODY)) for n in ids}
            _write(session, rng, bodies)
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _write(session: Session, rng: random.Random, bodies: dict[int, str]) -> None:
    texts = [
        {"id": n, "sha256": hashlib.sha256(f"{n}".encode()).digest(), "body": body, "words": BODY}
        for n, body in bodies.items()
    ]
    session.execute(insert(Text), texts)
    rows = [_article(rng, n, body) for n, body in bodies.items()]
    session.execute(insert(Article), rows)
    pages = [
        {"url": row["url"], "host_id": row["id"] % 50 + 1, "state": "done", "run_id": 1,
         "article_id": row["id"], "status": 200, "fetched_at": START}
        for row in rows
    ]  # fmt: skip
    session.execute(insert(Page), pages)
    versions = [
        {"article_id": row["id"], "number": 1, "title": row["title"], "authors": row["authors"],
         "text_id": row["id"], "archive_id": 0, "seen_at": START}
        for row in rows
    ]  # fmt: skip
    session.execute(insert(Revision), versions)
    words = [
        Words(
            article_id=row["id"],
            title=row["title"],
            body=bodies[row["id"]],
            language=row["language"],
            is_new=True,
        )
        for row in rows
    ]
    index(session, words)


def _article(rng: random.Random, number: int, body: str) -> dict[str, Any]:
    at = START + timedelta(minutes=rng.randrange(2_000 * 24 * 60))
    site = f"s{number % 50}.test"
    return {
        "id": number, "url": f"https://{site}/read/{number}", "site": site,
        "title": " ".join(body.split()[:8]), "authors": [f"Nama {rng.randrange(3_000)}"],
        "published": at.isoformat(), "published_at": at, "language": rng.choice(("id", "id", "en")),
        "sources": ["Antara"] if number % 9 == 0 else [], "topics": [f"topik {rng.randrange(500)}"],
        "section": rng.choice(("Daerah", "Ekonomi", "Olahraga")), "page_type": "article",
        "evidence": {}, "text_id": number, "archive_id": 0, "revisions": 1 + (number % 40 == 0),
        "first_run_id": 1, "run_id": 1, "depth": 1, "first_seen_at": at, "last_fetched_at": at,
    }  # fmt: skip


QUESTIONS: dict[str, Callable[[Session], object]] = {
    "search, rare word": lambda s: search_page(s, "kata9000"),
    "search, common word": lambda s: search_page(s, "kata0"),
    "search, common word, newest": lambda s: search_page(s, "kata0", sort="newest"),
    "search, common word, site, since": lambda s: search_page(s, "kata0 site:s3.test since:2024"),
    "search, two words OR prefix": lambda s: search_page(s, "kata1 kata2 OR kata39*"),
    "search, author": lambda s: search_page(s, 'author:"nama 77"'),
    "all, newest": lambda s: search_page(s, "", sort="newest"),
    "facets, common word": lambda s: facets(s, "kata0"),
    "facets, all": lambda s: facets(s, ""),
    "days, common word": lambda s: histogram(s, "kata0"),
    "days, all": lambda s: histogram(s, ""),
    "article": lambda s: make_records(s, [find_article(s, 77)]),
    "runs": lambda s: list_runs(s),
    "stats": gather,
}


def report(database: Database, name: str, question: Callable[[Session], object]) -> None:
    """Ask, and print a line."""
    walls, began = [], time.process_time()
    for _ in range(TIMES):
        at = time.perf_counter()
        with database.read() as session:
            question(session)
        walls.append((time.perf_counter() - at) * 1000)
    cpu = (time.process_time() - began) * 1000 / TIMES
    line = {"question": name, "median_ms": round(median(walls), 1), "max_ms": round(max(walls), 1)}
    sys.stdout.write(json.dumps(line | {"cpu_ms": round(cpu, 1)}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
