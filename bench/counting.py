"""What it costs to show the counts of a large database: `terkait stats` and `terkait runs ID`.

    python bench/counting.py [--pages 1000000] [--postgres]

Fills a database with so many addresses of one finished run and one under way (a seventh of them
articles, as many links as addresses), then asks as the commands do. Prints one JSON line a
question: seconds, and megabytes that the process has had at most. Needs the test dependencies.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, text  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from bench.frontier import peak  # noqa: E402
from db.models import Article, Base, Host, Link, Page, Run, Text  # noqa: E402
from db.queries import stats  # noqa: E402
from db.runs import lifecycle, report  # noqa: E402
from db.sql import schema  # noqa: E402
from db.sql.session import Database  # noqa: E402
from db.sql.types import utc_now  # noqa: E402

HOSTS = 500
_CHUNK = 10_000
#: states and reasons of the addresses, in turn
_FATES = (
    ("done", None),
    ("skipped", "other box"),
    ("skipped", "offsite"),
    ("failed", "http 404"),
    ("due", None),
    ("done", "not an article: list"),
    ("skipped", "depth"),
)


def fill(database: Database, pages: int) -> None:
    """Rows as a long crawl leaves them."""
    now = utc_now()
    with database.write() as session:
        for number in (1, 2):
            run = Run(kind="manual", job=f"{number}", seeds=[], rules={"depth": 3}, state="running")
            run.started_at = run.heartbeat_at = now
            session.add(run)
        hosts = [{"id": n, "name": f"h{n}.test", "site": f"h{n}.test"} for n in range(1, HOSTS + 1)]
        session.execute(insert(Host), hosts)
        session.add(Text(sha256=b"x", body="x", words=1))
    articles = pages // len(_FATES)
    _put(database, Article, (_article(n, now) for n in range(1, articles + 1)))
    _put(database, Page, (_page(n, articles, now) for n in range(1, pages + 1)))
    _put(database, Link, (_link(n, pages) for n in range(pages)))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _put(database: Database, table: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            _write(database, table, chunk)
    _write(database, table, chunk)


def _write(database: Database, table: type[Base], chunk: list[dict[str, Any]]) -> None:
    if chunk:
        with database.write() as session:
            session.execute(insert(table), chunk)
    chunk.clear()


def _article(number: int, now: Any) -> dict[str, Any]:
    lists: dict[str, Any] = {"authors": [], "sources": [], "topics": [], "evidence": {}}
    return lists | {
        "url": f"https://h{number % HOSTS + 1}.test/berita/{number}/judul-berita",
        "site": f"h{number % HOSTS + 1}.test",
        "title": f"Judul berita nomor {number}",
        "language": "id",
        "text_id": 1,
        "archive_id": 1,
        "depth": 1,
        "published_at": now - timedelta(minutes=number),
        "first_seen_at": now,
        "last_fetched_at": now,
    }


def _page(number: int, articles: int, now: Any) -> dict[str, Any]:
    state, reason = _FATES[number % len(_FATES)]
    is_article = state == "done" and reason is None
    return {
        "url": f"https://h{number % HOSTS + 1}.test/halaman/{number}/judul-berita-yang-panjang",
        "host_id": number % HOSTS + 1,
        "state": state,
        "reason": reason,
        "run_id": 1 + (number % 2),
        "next_fetch_at": now,
        "article_id": min(number // len(_FATES) + 1, articles) if is_article else None,
    }


def _link(number: int, pages: int) -> dict[str, Any]:
    return {
        "source_id": number // 5 + 1,
        "target_id": (number * 7919) % pages + 1,
        "kind": ("related", "related", "readmore", "inline", "related")[number % 5],
        "box": "Berita terkait",
        "anchor": "Judul berita",
        "position": number % 5 + 1,
        "teaser": "",
    }


def asked(database: Database, name: str, question: Callable[[Session], object]) -> None:
    """Ask and print what it cost."""
    began = time.perf_counter()
    with database.read() as session:
        question(session)
    seconds = round(time.perf_counter() - began, 3)
    line = {"question": name, "seconds": seconds, "peak_mb": round(peak(), 1)}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true", help="a server of our own; else SQLite")
    parser.add_argument("--keep", help="SQLite file, filled where it is not there")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = f"sqlite:///{options.keep or f'{folder}/counting.db'}"
        is_there = bool(options.keep and Path(options.keep).exists())
        if options.postgres:
            from tests.servers import PostgresServer

            server = stack.enter_context(PostgresServer())
            url = server.url(stack.enter_context(server.database()))
        database = Database(url)
        stack.callback(database.close)
        if not is_there:
            schema.upgrade(database)
            fill(database, options.pages)
            with database.write() as session:
                began = time.perf_counter()
                lifecycle.finish(session, 1, message=None, now=utc_now())
            seconds = round(time.perf_counter() - began, 3)
            sys.stdout.write(json.dumps({"end of a run": seconds}) + "\n")
        asked(database, "runs 1 (finished)", lambda session: report.report(session, 1))
        asked(database, "runs 2 (under way)", lambda session: report.report(session, 2))
        asked(database, "stats", stats.gather)


if __name__ == "__main__":
    main()
