"""A database as the crawl leaves it with very many articles, made in bulk; kept where asked to.

For each article its page, its archived copy, text, first version, visit, index entries and about
eight links: to its neighbours, to articles that many link to, and to addresses that were not
followed. Every twentieth is a copy of the one before it; every fiftieth has another address.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sqlalchemy import text

from bench.support.bulk import filler
from bench.support.filled import BUFFERS, KeptServer
from db.counting.counts import count_anew
from db.counting.link_summary import keep_summary
from db.models import Base
from db.sql import schema
from db.sql.compression import pack
from db.sql.session import Database

SITES, RUNS = 400, 200
#: words of a text, and of the language
WORDS, VOCABULARY = 252, 60_000
#: a text is put together of so many at a time, which is quick
_RUN, _RUNS_AT_ONCE = 12, 10_000
#: keys that a text is found by
KEYS = 24
LINKS = 8
NEWEST = datetime(2026, 8, 20, 12, tzinfo=UTC)
#: years over which the articles are spread
_MINUTES = 3 * 525_600
#: rows in memory at a time
BATCH = 5_000

Row = Sequence[Any]


def shown(at: datetime) -> str:
    """A moment as SQLite keeps it, and PostgreSQL reads it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def published(number: int) -> datetime:
    """When an article was published: in any order, as it lies with what is crawled."""
    return NEWEST - timedelta(minutes=number * 7919 % _MINUTES)


def site(number: int) -> str:
    """The site of an article: some have very many, most have few."""
    return f"s{min(number * 2_654_435_761 % 2**32 % SITES, number % 97 * 3)}.test"


def url(number: int) -> str:
    """Its address."""
    return f"https://{site(number)}/berita/{number}/judul-berita-nomor-{number}"


class _Language:
    """Words as frequent as those of a language, in runs of which the texts are put together."""

    def __init__(self, articles: int) -> None:
        words = np.array([f"kata{number}" for number in range(VOCABULARY)], dtype=object)
        weights = 1 / (np.arange(VOCABULARY) + 3)
        bounds = np.cumsum(weights / weights.sum())
        dice = np.random.default_rng(0)
        runs: list[str] = []
        for _ in range(min(50, 1 + articles // 1_000)):
            chosen = np.searchsorted(bounds, dice.random((_RUNS_AT_ONCE, _RUN)))
            runs += map(" ".join, words[np.minimum(chosen, VOCABULARY - 1)])
        self._runs = np.array(runs, dtype=object)

    def texts(self, first: int, count: int) -> Iterator[str]:
        dice = np.random.default_rng(first)
        third = WORDS // _RUN // 3
        for row in self._runs[dice.integers(0, len(self._runs), (count, 3 * third))]:
            parts = row[:third], row[third : 2 * third], row[2 * third :]
            yield "\n\n".join(" ".join(part) for part in parts)


@contextmanager
def library(articles: int, *, postgres: bool, keep: Path | None) -> Iterator[Database]:
    """The database with that many articles."""
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(TemporaryDirectory(prefix="tk-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # the server is another user's where root starts it
        name = f"library_{articles}"
        if postgres:
            server = stack.enter_context(KeptServer(folder / "postgresql", BUFFERS))
            address, is_there = server.url(name), server.has(name)
            if not is_there:
                server.execute(f"CREATE DATABASE {name}")
        else:
            file = folder / f"{name}.db"
            address, is_there = f"sqlite:///{file}", file.exists()
        database = Database(address)
        stack.callback(database.close)
        schema.upgrade(database)
        if not is_there:
            fill(database, articles)
        yield database


def read_files(database: Database) -> None:
    """Read the files of the database once, so that the system has them in its memory."""
    if database.is_sqlite:
        files = [Path(database.engine.url.database or "")]
    else:
        with database.read() as session:
            folder = session.scalar(
                text(
                    "SELECT current_setting('data_directory') || '/base/' || oid"
                    " FROM pg_database WHERE datname = current_database()"
                )
            )
        files = [file for file in Path(folder or "").iterdir() if file.is_file()]
    for file in files:
        with file.open("rb") as opened:
            while opened.read(1 << 22):
                pass


def fill(database: Database, articles: int) -> None:
    """Put that many articles in."""
    with filler(database) as to:
        to.put("runs", _runs(articles))
        to.put("hosts", ({"id": n + 1, "name": f"s{n}.test", "site": f"s{n}.test"}
                         for n in range(SITES)))  # fmt: skip
        to.put("clusters", ({"id": n, "original_id": n - 1}
                            for n in range(20, articles + 1, 20)))  # fmt: skip
        language = _Language(articles)
        for first in range(1, articles + 1, BATCH):
            numbers = range(first, min(first + BATCH, articles + 1))
            bodies = dict(zip(numbers, language.texts(first, len(numbers)), strict=True))
            bodies |= {n: f"{bodies[n - 1]} {n}" for n in numbers if n % 20 == 0}
            for table, rows in _tables(bodies, articles):
                to.put(table, rows)
        to.put("pages", _others(articles))
        to.put("links", _links(articles))
        to.put_rows("bands", ("key", "text_id"), _bands(articles))
        to.index_words()
    _tidy(database)
    with database.write() as session:
        count_anew(session)
    keep_summary(database)


def _tables(bodies: dict[int, str], articles: int) -> Iterator[tuple[str, Iterator[Row]]]:
    yield (
        "texts",
        (
            {
                "id": n,
                "sha256": hashlib.sha256(body.encode()).digest(),
                "body": body,
                "words": WORDS,
            }
            for n, body in bodies.items()
        ),
    )
    yield "articles", (_article(n, body, articles) for n, body in bodies.items())
    yield "pages", (_page(n, articles) for n in bodies)
    # the packed page of one of them stands for all: packing takes as long as all the rest
    packed = pack(f"<html><body><p>{next(iter(bodies.values()))}</p></body></html>".encode())
    yield "archive", (_archived(n, packed, articles) for n in bodies)
    yield "revisions", (
        {"article_id": n, "number": 1, "title": _title(n, body), "authors": "[]", "text_id": n,
         "published": published(n).isoformat(), "archive_id": n, "seen_at": shown(published(n))}
        for n, body in bodies.items()
    )  # fmt: skip
    yield "visits", (
        {"run_id": _run(n, articles), "page_id": n, "at": shown(published(n)), "depth": 1,
         "outcome": "fetched", "status": 200, "links": LINKS}
        for n in bodies
    )  # fmt: skip


def _title(number: int, body: str) -> str:
    return f"{' '.join(body.split(' ', 7)[:7])} nomor {number}"


def _run(number: int, articles: int) -> int:
    return number * RUNS // (articles + 1) + 1


def _runs(articles: int) -> Iterator[dict[str, Any]]:
    for number in range(1, RUNS + 1):
        at = shown(NEWEST - timedelta(days=RUNS - number))
        yield {
            "id": number, "kind": "nightly", "job": f"j{number}", "due_key": f"n {number}",
            "seeds": "[]", "rules": "{}", "state": "finished", "site": f"s{number % SITES}",
            "verdict": "ok", "started_at": at, "heartbeat_at": at, "finished_at": at,
            **dict.fromkeys(("claimed", "fetched", "read", "stored", "new_articles"),
                            articles // RUNS),
            "new_revisions": 0, "failed": 0,
        }  # fmt: skip


def _article(number: int, body: str, articles: int) -> dict[str, Any]:
    at, run = published(number), _run(number, articles)
    is_copied = number % 20 in (19, 0) and number + 1 <= articles
    return {
        "id": number, "url": url(number), "site": site(number), "title": _title(number, body),
        "authors": f'["Nama {number % 3_000}"]', "published": at.isoformat(),
        "published_at": shown(at), "language": ("id", "id", "en")[number % 3],
        "sources": '["Antara"]' if number % 9 == 0 else "[]",
        "topics": f'["topik {number % 500}"]', "section": ("Daerah", "Ekonomi")[number % 2],
        "page_type": "article", "evidence": '{"title": "og:title", "published": "meta"}',
        "text_id": number, "archive_id": number, "revisions": 1, "first_run_id": run,
        "run_id": run, "depth": 1, "first_seen_at": shown(at), "last_fetched_at": shown(at),
        "cluster_id": (number + 19) // 20 * 20 if is_copied else None,
    }  # fmt: skip


_PAGE = {"depth": 1, "priority": 10, "attempts": 0, "reads": 0, "visits": 0, "alias_of_id": None,
         "article_id": None, "next_fetch_at": None, "fetched_at": None, "status": None,
         "reason": None}  # fmt: skip


def _host(number: int) -> int:
    return int(site(number)[1:-5]) + 1


def _page(number: int, articles: int) -> dict[str, Any]:
    at = published(number)
    return _PAGE | {
        "id": number, "url": url(number), "host_id": _host(number), "state": "done", "reads": 1,
        "run_id": _run(number, articles), "status": 200, "fetched_at": shown(at), "visits": 1,
        "article_id": number, "next_fetch_at": shown(NEWEST + timedelta(hours=number % 9_000)),
    }  # fmt: skip


def _archived(number: int, body: bytes, articles: int) -> dict[str, Any]:
    return {
        "id": number, "page_id": number, "run_id": _run(number, articles), "url": url(number),
        "status": 200, "headers": '{"content-type": "text/html"}', "size": 60_000 + number % 7_000,
        "fetched_at": shown(published(number)), "body": body,
    }  # fmt: skip


def _others(articles: int) -> Iterator[dict[str, Any]]:
    """Other addresses of articles, and addresses that were found and not wanted."""
    for number in range(1, articles + 1):
        if number % 50 == 0:
            yield _PAGE | {
                "id": articles + number, "url": f"{url(number)}?amp=1", "state": "done",
                "host_id": _host(number), "run_id": _run(number, articles),
                "reason": "another address of an article", "alias_of_id": number,
                "article_id": number,
            }  # fmt: skip
        else:
            yield _PAGE | {
                "id": articles + number, "url": f"https://{site(number)}/lain/{number}/lain",
                "host_id": _host(number), "run_id": None, "state": "skipped", "reason": "other box",
            }  # fmt: skip


def _links(articles: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(3)
    for number in range(1, articles + 1):
        near = {(number + 97 * dice.randint(-30, 30) - 1) % articles + 1 for _ in range(LINKS - 3)}
        far = {int(articles ** dice.random()), articles + number, articles + 1 + number // 2}
        at, run = shown(published(number)), _run(number, articles)
        for position, target in enumerate(sorted((near | far) - {number}), 1):
            yield {
                "source_id": number, "target_id": min(target, 2 * articles), "position": position,
                "kind": ("related", "related", "readmore", "inline")[position % 4],
                "box": "Berita terkait", "anchor": f"Judul berita nomor {target}", "teaser": "",
                "published_at": None, "first_run_id": run, "last_run_id": run,
                "first_seen_at": at, "last_seen_at": at,
            }  # fmt: skip


def _bands(articles: int) -> Iterator[tuple[int, int]]:
    """In the order of their keys, as the tree has them that is not filled again and again."""
    keys = np.random.default_rng(1).integers(0, 2**62, size=KEYS * articles)
    order = np.argsort(keys)
    for first in range(0, len(order), BATCH):
        piece = order[first : first + BATCH]
        yield from zip(keys[piece].tolist(), (piece // KEYS + 1).tolist(), strict=True)


def _tidy(database: Database) -> None:
    """Let PostgreSQL give new rows numbers beyond those that are there."""
    if database.is_sqlite:
        return
    with database.engine.begin() as connection:
        for name, table in Base.metadata.tables.items():
            if "id" in table.columns:
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'),"
                         f" coalesce((SELECT max(id) FROM {name}), 1))")
                )  # fmt: skip
