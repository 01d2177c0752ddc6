"""The whole way against stock Scrapy: pages per second from first request to last stored article.

    python bench/whole_way.py [--pages 1000] [--runs 3] [--postgres] [--kilobytes 60]

A server process on loopback serves pages that link to each other as related; their sizes, links
and tangle are spread as those of real pages (or all have one size), and are shown. Stock Scrapy
only downloads them, following the same links; Terkait fetches, archives, finds links, reads,
recognises copies and stores. Both take turns in one run, each as a whole process, so that the
ratio holds on a noisy machine.  On PostgreSQL the server is started before, and what it takes is
not counted.
"""

import argparse
import asyncio
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Process, Queue
from pathlib import Path

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.support.real_pages import FIRST, address_of, by_tenths, mean, measured, page, table
from db.sql import schema
from db.sql.session import Database
from tests.servers import PostgresServer

#: pages that are measured to be shown
_MEASURED = 50
_PR_SET_CHILD_SUBREAPER = 36
#: so long after a command its last processes have ended
_ORPHANS_SECONDS = 0.5
HEAD = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"

STOCK = """
import sys, scrapy
from scrapy.crawler import AsyncCrawlerProcess
class Stock(scrapy.Spider):
    name = "stock"
    start_urls = [sys.argv[1]]
    def parse(self, response):
        for href in response.css(".related a::attr(href)").getall():
            yield response.follow(href)
process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": False, "DOWNLOAD_DELAY": 0,
                               "CONCURRENT_REQUESTS": 32, "CONCURRENT_REQUESTS_PER_DOMAIN": 16})
process.crawl(Stock)
process.start()
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What a server serves."""

    pages: int
    #: of all pages; None: spread as those of real ones
    kilobytes: int | None = None
    #: before each answer
    seconds: float = 0.0
    #: 127.0.0.1 or another of the kind; the texts of each are its own
    host: str = "127.0.0.1"


def page_of(number: int, site: Site) -> bytes:
    """An article of it."""
    return page(number, pages=site.pages, kilobytes=site.kilobytes, host=site.host)


def shown(site: Site) -> str:
    """What its pages are like on average."""
    shapes = [measured(page_of(number, site)) for number in range(min(site.pages, _MEASURED))]
    return f"the pages, by tenths, and all:\n{table([*by_tenths(shapes), mean(shapes)])}"


async def _serve(ports: "Queue[int]", site: Site) -> None:
    made = [page_of(number, site) for number in range(site.pages)]

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            path = line.split(b" ")[1].decode()
            while (await reader.readline()).strip():
                pass
            if site.seconds:
                await asyncio.sleep(site.seconds)
            if path.startswith("/berita/"):
                number = int(path.split("/")[2]) - FIRST
                body, status = made[number], b"200 OK"
            else:
                body, status = b"", b"404 Not Found"
            writer.write(HEAD % (status, len(body)) + body)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, site.host, 0)
    ports.put(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def serve(ports: "Queue[int]", site: Site) -> None:
    """Serve until ended."""
    asyncio.run(_serve(ports, site))


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve it from a process of its own; gives the address of the first page."""
    ports: Queue[int] = Queue()
    server = Process(target=serve, args=(ports, site), daemon=True)
    server.start()
    try:
        yield f"http://{site.host}:{ports.get()}{address_of(0)}"
    finally:
        server.terminate()
        server.join()


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a command takes as a whole, with all processes that it starts."""

    seconds: float
    #: of processors
    busy: float
    said: str


def timed(command: list[str], environment: dict[str, str]) -> Cost:
    """Run a command to its end."""
    if sys.platform == "linux":  # what it leaves without a parent is ours to count
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    began, before = time.perf_counter(), _busy()
    done = subprocess.run(
        command, env=os.environ | environment, check=True, capture_output=True, text=True
    )
    seconds = time.perf_counter() - began
    _count_orphans()
    return Cost(seconds=seconds, busy=_busy() - before, said=done.stdout)


def _count_orphans() -> None:
    """Take note of processes whose parent was ended before them; readers end so."""
    time.sleep(_ORPHANS_SECONDS)
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _busy() -> float:
    """Processor seconds of all children that have ended, and of theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def report(pages: int, stock: Cost, ours: Cost, size: int) -> str:
    """A line of both; the processor's ratio holds on a busy machine too."""
    return (
        f"stock Scrapy downloads {pages / stock.seconds:6.1f} pages/s"
        f" ({1000 * stock.busy / pages:.1f} processor ms a page) · "
        f"Terkait stores {pages / ours.seconds:6.1f} pages/s"
        f" ({1000 * ours.busy / pages:.1f} processor ms) · "
        f"time ratio {ours.seconds / stock.seconds:.2f} · "
        f"processor ratio {ours.busy / stock.busy:.2f} · "
        f"database {size / pages / 1024:.1f} KiB a page\n"
    )


def crawled(seed: str, pages: int, *, postgres: bool) -> tuple[Cost, int]:
    """What the whole way costs, and the bytes of the database that it leaves."""
    with (
        tempfile.TemporaryDirectory() as data,
        database(postgres=postgres, data=data) as address,
    ):
        command = [sys.executable, "-m", "terkait", "crawl", seed]
        environment = settings(data)
        if postgres:
            environment["TERKAIT_DATABASE_URL"] = address
        ours = timed([*command, "--max-pages=0", "--depth=20", "--json"], environment)
        assert json.loads(ours.said)["stored"] == pages, ours.said
        return ours, size_of(address)


def size_of(address: str) -> int:
    """Bytes of a database, as ``database`` names it."""
    if not address.startswith("postgresql"):
        return Path(address).stat().st_size
    asked = Database(address)
    try:
        with asked.read() as session:
            return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    finally:
        asked.close()


@contextmanager
def database(*, postgres: bool, data: str) -> Iterator[str]:
    """The address of the database that the crawl is to fill; for SQLite the file."""
    if not postgres:
        yield f"{data}/terkait.db"
        return
    with PostgresServer() as server, server.database() as name:
        filled = Database(server.url(name))
        schema.upgrade(filled)
        filled.close()
        yield server.url(name)


def settings(data: str) -> dict[str, str]:
    """The environment of a crawl that need not be polite."""
    return {
        "TERKAIT_DATA": data,
        "TERKAIT_DELAY_SECONDS": "0",
        "TERKAIT_ALLOW_PRIVATE": ",".join(f"127.0.0.{n}" for n in range(1, 9)),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--kilobytes", type=int)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    ratios = []
    site = Site(pages=options.pages, kilobytes=options.kilobytes)
    sys.stdout.write(shown(site))
    sys.stdout.flush()
    with served(site) as seed:
        for _ in range(options.runs):
            stock = timed([sys.executable, "-c", STOCK, seed], {})
            ours, size = crawled(seed, options.pages, postgres=options.postgres)
            ratios.append((ours.seconds / stock.seconds, ours.busy / stock.busy))
            sys.stdout.write(report(options.pages, stock, ours, size))
            sys.stdout.flush()
    medians = [statistics.median(column) for column in zip(*ratios, strict=True)]
    sys.stdout.write(f"median time ratio {medians[0]:.2f} · processor ratio {medians[1]:.2f}\n")


if __name__ == "__main__":
    main()
