"""What a claim costs in a small and in a large frontier, and what memory a spider needs for it.

    python bench/frontier.py [--postgres] [--sizes 10000 1000000] [--seconds 20]

Fills a frontier of so many due addresses, 50 a host (20,000 hosts for a million), each size in a
database of its own, then claims and releases with the spider's own parts
(``crawler.engine.frontier_client``, ``crawler.engine.host_slots``), the sizes in turn and several
times, each time in a new process. Prints one JSON line a size, medians: addresses per second,
milliseconds of one look into the frontier, of one claim (of the processor, too, PostgreSQL's server
included) and of one release, peak memory in megabytes. Needs the test dependencies.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, text  # noqa: E402

from bench.support.server_time import ServerTime  # noqa: E402
from crawler.engine.downloader.address_guard import Guard  # noqa: E402
from crawler.engine.frontier_client import FrontierClient, PoliteSettings  # noqa: E402
from crawler.engine.host_slots import HostSlots  # noqa: E402
from db.frontier import leases  # noqa: E402
from db.frontier.scope import CrawlScope  # noqa: E402
from db.models import Host, HostQueue, Page, Run  # noqa: E402
from db.runs import lifecycle  # noqa: E402
from db.sql import schema  # noqa: E402
from db.sql.session import Database  # noqa: E402
from db.sql.types import utc_now  # noqa: E402
from db.terms.claims import Claim  # noqa: E402

PER_HOST = 50
RULES = CrawlScope(max_pages=0)
OWNER = "bench:1/1"
_CHUNK = 10_000


def fill(url: str, pages: int) -> None:
    """A run with so many due pages, spread over the hosts."""
    database = Database(url)
    schema.upgrade(database)
    hosts, now = max(pages // PER_HOST, 1), utc_now()
    with database.write() as session:
        run = Run(kind="manual", job="bench", seeds=[], rules=RULES.stored(), state="running")
        run.started_at = run.heartbeat_at = now
        session.add(run)
        session.flush()
        names = [{"id": n, "name": f"h{n}.test", "site": f"h{n}.test"} for n in range(1, hosts + 1)]
        session.execute(insert(Host), names)
        due = [{"run_id": run.id, "host_id": n, "next_due_at": now} for n in range(1, hosts + 1)]
        session.execute(insert(HostQueue), due)
        run_id = run.id
    for start in range(0, pages, _CHUNK):
        rows = [
            {
                "url": f"https://h{n % hosts + 1}.test/berita/{n}/judul-berita-nomor-{n}",
                "host_id": n % hosts + 1,
                "state": "due",
                "run_id": run_id,
                "priority": n % 7,
                "next_fetch_at": now,
            }
            for n in range(start, min(start + _CHUNK, pages))
        ]
        # in one transaction each statement's count would be another version of the same row
        with database.write() as session:
            session.execute(insert(Page), rows)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    database.close()


def walk(url: str, seconds: float) -> dict[str, float]:
    """Claim and release for so long with a spider's own parts; what it cost."""
    database = Database(url)
    politeness = PoliteSettings(delay_seconds=1.0, per_host=1, concurrency=32, agent="Bench/1.0")
    frontier = FrontierClient(database, run_id=1, rules=RULES, owner=OWNER, politeness=politeness)
    slots = HostSlots(guard=Guard(), agent="Bench/1.0", concurrency=32, emit=lambda _outcome: None)
    looks: list[float] = []
    releases: list[float] = []
    count = 0
    before = peak()
    server, spent = ServerTime(database), 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began, spent_before = time.perf_counter(), time.process_time() + server.seconds()
        frontier.take(slots)
        looks.append(time.perf_counter() - began)
        spent += time.process_time() + server.seconds() - spent_before
        taken = [claim for slot in slots for claim in slot.claims]
        if not taken:
            break
        began = time.perf_counter()
        release(database, taken)
        releases.append(time.perf_counter() - began)
        count += len(taken)
        for slot in slots:
            slot.claims.clear()
            slot.is_drained = True  # so that the next look gives the host back and takes others
    database.close()
    took = sum(looks) + sum(releases)
    return {
        "addresses": count,
        "per_second": count / took,
        "look_ms": statistics.median(looks) * 1000,
        "claim_ms": sum(looks) / count * 1000,
        "claim_processor_ms": spent / count * 1000,
        "release_ms": sum(releases) / count * 1000,
        "memory_mb": peak(),
        "memory_growth_mb": peak() - before,
    }


def release(database: Database, taken: list[Claim]) -> None:
    """Make them due again, as a spider does that stops, so that the frontier stays as large."""
    ids = [claim.page_id for claim in taken]
    with database.write() as session:
        leases.give_back(session, owner=OWNER, page_ids=ids, now=utc_now())


def peak() -> float:
    """Megabytes that this process has had at most; ru_maxrss would be its parent's as well."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def progress_ms(url: str) -> float:
    """Milliseconds of the look that a running crawl shows, four times a second."""
    database = Database(url)
    began = time.perf_counter()
    with database.read() as session:
        lifecycle.progress(session, 1, due=0)
    took = time.perf_counter() - began
    database.close()
    return took * 1000


def measured(url: str, seconds: float) -> dict[str, float]:
    """``walk`` in a process of its own, so that its memory is its own."""
    words = [sys.executable, __file__, "--walk", url, "--seconds", str(seconds)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Fill, walk, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="a server of our own; else SQLite")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--walk", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.walk:
        sys.stdout.write(json.dumps(walk(options.walk, options.seconds)))
        return
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        urls: dict[int, str] = {}
        server = None
        if options.postgres:
            from tests.servers import PostgresServer

            server = stack.enter_context(PostgresServer())
        for size in options.sizes:
            if server is None:
                urls[size] = f"sqlite:///{folder}/{size}.db"
            else:
                urls[size] = server.url(stack.enter_context(server.database()))
            fill(urls[size], size)
        rounds: dict[int, list[dict[str, float]]] = {size: [] for size in options.sizes}
        for _ in range(options.rounds):
            for size in options.sizes:
                rounds[size].append(measured(urls[size], options.seconds))
        for size, found in rounds.items():
            line = {name: statistics.median(one[name] for one in found) for name in found[0]}
            line = {"size": size, "progress_ms": progress_ms(urls[size]), **line}
            shown = {name: round(value, 3) for name, value in line.items()}
            on = "postgresql" if options.postgres else "sqlite"
            sys.stdout.write(json.dumps({"on": on} | shown) + "\n")


if __name__ == "__main__":
    main()
