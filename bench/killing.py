"""kill -9 of a spider at random points: what is lost, what is fetched again.

    python bench/killing.py [--times 20] [--pages 300] [--postgres]

Crawls a loopback site of so many linked articles, each answer taking some milliseconds, and kills a
spider at a random moment; the run starts it again. Each time with a new database. Prints one JSON
line a crawl and their sum: articles never fetched or not read in the end, those that were asked for
and not yet committed when the spider was killed, answers that were given again. Needs the test
dependencies and /proc.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import ColumnElement, func, select  # noqa: E402

from db.models import Page  # noqa: E402
from db.sql.session import Database  # noqa: E402
from tests.acceptance.processes import find, kill  # noqa: E402
from tests.servers import PostgresServer  # noqa: E402
from tests.web import HttpSite, Reply, Request  # noqa: E402

#: requests to the site at a time
CONCURRENCY = 8
#: pages between asking and storing: what can be lost to a spider's death, and is asked for again
IN_FLIGHT = 32
ANSWER_SECONDS = 0.03
#: shorter than a spider takes to start again
_SETTLE_SECONDS = 0.2


class Chain:
    """A site whose articles each link to some others; it counts what it answers."""

    def __init__(self, site: HttpSite, pages: int) -> None:
        self.site = site
        self.pages = pages
        self.asked: Counter[int] = Counter()
        self._lock = threading.Lock()
        for number in range(pages):
            site.routes[self._path(number)] = self._route(number)

    def url(self, number: int) -> str:
        """The address of an article."""
        return self.site.url(self._path(number))

    def _path(self, number: int) -> str:
        return f"/berita/{7000 + number}/kapal-kayu-menyeberang-ke-pulau-nomor-{number}"

    def _route(self, number: int) -> object:
        others = [(number * 3 + step) % self.pages for step in (1, 2, 3)]
        items = "".join(
            f'<li><a href="{self._path(n)}">Kapal kayu nomor {n} menyeberang ke pulau</a></li>'
            for n in others
        )
        html = f"<article><h1>Kapal {number}</h1><p>{f'Kapal {number} berlayar. ' * 40}</p>"
        html += f'</article><div class="related"><h3>Berita terkait</h3><ul>{items}</ul></div>'

        def answer(_request: Request) -> Reply:
            with self._lock:
                self.asked[number] += 1
            time.sleep(ANSWER_SECONDS)
            return Reply(body=html)

        return answer


def crawl(chain: Chain, url: str, dice: random.Random) -> dict[str, int]:
    """Crawl the site once, with one death on the way."""
    chain.asked.clear()
    chain.site.log.clear()
    with tempfile.TemporaryDirectory() as data:
        settings = {
            "TERKAIT_DATA": data,
            "TERKAIT_DATABASE_URL": url,
            "TERKAIT_DELAY_SECONDS": "0",
            "TERKAIT_HOST_CONCURRENCY": str(CONCURRENCY),
            "TERKAIT_CONCURRENCY": str(IN_FLIGHT),
            "TERKAIT_ALLOW_PRIVATE": "127.0.0.0/8",
            "TERKAIT_WORKERS": "1",
            "TERKAIT_MIN_FREE_BYTES": "0",
        }
        run = [sys.executable, "-m", "terkait"]
        environment = os.environ | settings
        if url:
            upgrade = [*run, "db", "upgrade"]
            subprocess.run(upgrade, env=environment, cwd=ROOT, check=True, capture_output=True)
        words = [*run, "crawl", chain.url(0), "--depth=50", "--max-pages=0", "--quiet"]
        errors = Path(data) / "errors"
        with errors.open("wb") as output:
            child = subprocess.Popen(words, env=environment, cwd=ROOT, stderr=output)
        point = dice.randrange(1, chain.pages)
        while sum(chain.asked.values()) < point and child.poll() is None:
            time.sleep(0.002)
        time.sleep(dice.random() * ANSWER_SECONDS)
        spiders = find(child.pid, "-m crawler ")
        for spider in spiders[:1]:
            kill(spider)
        time.sleep(_SETTLE_SECONDS)  # what is in the sockets still arrives
        asked = len(chain.asked)
        in_flight = asked - stored(url or f"sqlite:///{data}/terkait.db")
        child.wait(120)
        done = read(url or f"sqlite:///{data}/terkait.db")
        if child.returncode:
            logs = [errors, *Path(data).glob("*.log")]
            sys.stderr.write("\n".join(log.read_text()[-3_000:] for log in logs))
    return {
        "killed at": point,
        "killed": len(spiders[:1]),
        "in flight": in_flight,
        "lost": chain.pages - len(chain.asked),
        "not read": chain.pages - done,
        "fetched again": sum(count - 1 for count in chain.asked.values()),
        "exit code": child.returncode,
    }


def read(url: str) -> int:
    """Pages that were read to the end."""
    return _count(url, Page.state == "done")


def stored(url: str) -> int:
    """Pages that came and were committed."""
    return _count(url, Page.fetched_at.is_not(None))


def _count(url: str, condition: ColumnElement[bool]) -> int:
    database = Database(url)
    with database.read() as session:
        count = session.scalar(select(func.count()).select_from(Page).where(condition)) or 0
    database.close()
    return count


def main() -> None:
    """Kill and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="a server of our own; else SQLite")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    total: Counter[str] = Counter()
    most = 0
    with ExitStack() as stack:
        server = stack.enter_context(PostgresServer()) if options.postgres else None
        chain = Chain(stack.enter_context(HttpSite()), options.pages)
        for _ in range(options.times):
            with ExitStack() as one:
                url = server.url(one.enter_context(server.database())) if server else ""
                found = crawl(chain, url, dice)
            total.update(found)
            most = max(most, found["in flight"])
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()
    names = ("killed", "in flight", "lost", "not read", "fetched again", "exit code")
    summed = {name: total[name] for name in names} | {"most in flight": most}
    sys.stdout.write(json.dumps({"sum": summed}) + "\n")


if __name__ == "__main__":
    main()
