"""A politeness log: crawls 20 loopback hosts with rules of their own and reads the servers' log.

    python bench/politeness.py [--spiders 3] [--pages 6]

Each host (127.0.0.1 ... 127.0.0.20) has another robots.txt: no rules, a Crawl-delay, forbidden
folders, an answer that takes long, an answer 404, a redirect; some answer the first requests with
429 or 503 and Retry-After. Printed as JSON: requests, forbidden ones, gaps under the delay, and
requests before a Retry-After had passed. Needs the test dependencies, and Linux, where all of
127.0.0.0/8 is this machine.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.servers import PostgresServer  # noqa: E402
from tests.web import HttpSite, Reply, Request  # noqa: E402

HOSTS = 20
DELAY = 0.4
#: hosts that say so ask for more
CRAWL_DELAYS = {2: 0.7, 5: 1.0, 9: 0.5, 14: 1.5}
#: hosts whose robots.txt comes late, seconds
SLOW_ROBOTS = {3: 1.0, 7: 2.0}
#: hosts that are busy at first: (status, Retry-After in seconds, as a date)
BUSY = {4: (429, 2, False), 8: (503, 3, True), 12: (429, 1, False)}
#: seconds by which two clocks and a loaded machine may differ in reading one moment
TOLERANCE = 0.005


def news(page: int) -> str:
    """The path of an article."""
    return f"/berita/{4000 + page}/warga-desa-membangun-jembatan-baru-{page}"


@dataclass
class Server:
    """One host: what it says and when it was asked."""

    number: int
    site: HttpSite
    pages: int
    #: (moment of an answer 429 or 503, seconds asked for)
    waits: list[tuple[float, float]] = field(default_factory=list)

    @property
    def delay(self) -> float:
        """Seconds between two requests that this host wants."""
        return max(DELAY, CRAWL_DELAYS.get(self.number, 0.0))

    def fill(self, others: list["Server"]) -> None:
        """Give it its pages; they link to one another and to two other hosts."""
        self.site.routes["/robots.txt"] = self._robots()
        self.site.routes["/rules"] = self._rules()
        for page in range(self.pages):
            paths = [news(n) for n in range(self.pages)]
            paths += [f"/private{news(n)}" for n in range(self.pages)]
            near = [self.site.url(path) for path in paths]
            far = [one.site.url(news(page)) for one in others]
            items = "".join(
                f'<li><a href="{url}">Warga desa nomor {n} membangun jembatan baru</a></li>'
                for n, url in enumerate(near + far)
            )
            html = f"<article><h1>Judul {page}</h1><p>{'Isi berita. ' * 60}</p></article>"
            html += f'<div class="related"><h3>Berita terkait</h3><ul>{items}</ul></div>'
            self.site.routes[news(page)] = self._answers(html)
            self.site.routes[f"/private{news(page)}"] = html

    def _answers(self, html: str) -> object:
        if self.number not in BUSY:
            return html
        status, seconds, as_date = BUSY[self.number]

        def answer(request: Request) -> Reply | str:
            if len(self.waits) >= 2:
                return html
            now = time.time()
            value = formatdate(now + seconds + 1, usegmt=True) if as_date else str(seconds)
            # a date has whole seconds: what is asked for is what it says
            asked = int(now + seconds + 1) - now if as_date else seconds
            self.waits.append((request.time, asked))
            return Reply(status=status, headers={"Retry-After": value})

        return answer

    def _rules(self) -> str:
        delay = CRAWL_DELAYS.get(self.number)
        said = f"Crawl-delay: {delay}\n" if delay else ""
        return f"User-agent: *\nDisallow: /private\n{said}"

    def _robots(self) -> Reply:
        if self.number == 10:
            return Reply(status=404)
        if self.number == 11:
            return Reply(status=302, headers={"Location": "/rules"})
        wait = SLOW_ROBOTS.get(self.number, 0.0)
        return Reply(body=self._rules(), headers={"Content-Type": "text/plain"}, delay_seconds=wait)

    def forbidden(self) -> list[str]:
        """What was asked for and may not be."""
        return [
            request.path
            for request in self.site.log
            if request.path.startswith("/private") and self.number != 10
        ]

    def early(self) -> list[float]:
        """Gaps under the delay."""
        times = [request.time for request in self.site.log]
        return [b - a for a, b in pairwise(times) if b - a < self.delay - TOLERANCE]

    def impatient(self) -> list[float]:
        """How much too early a request came after an answer with Retry-After."""
        found = []
        for at, asked in self.waits:
            later = [request.time for request in self.site.log if request.time > at]
            if later and later[0] < at + asked - TOLERANCE:
                found.append(at + asked - later[0])
        return found

    def before_rules(self) -> int:
        """Pages asked for before the first answer to robots.txt can have come."""
        asked = list(self.site.log)
        first = next(n for n, request in enumerate(asked) if request.path == "/robots.txt")
        ready = asked[first].time + SLOW_ROBOTS.get(self.number, 0.0)
        return sum(request.time < ready for request in asked if request.path.startswith("/berita"))


def servers(stack: ExitStack, pages: int) -> Iterator[Server]:
    """The hosts, started."""
    for number in range(1, HOSTS + 1):
        site = stack.enter_context(HttpSite(f"127.0.0.{number}"))
        yield Server(number=number, site=site, pages=pages)


def crawl(hosts: list[Server], spiders: int, database: str, kill: bool) -> float:
    """Crawl them all; the seconds it took."""
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {
            "TERKAIT_DATA": data,
            "TERKAIT_DATABASE_URL": database,
            "TERKAIT_DELAY_SECONDS": str(DELAY),
            "TERKAIT_ALLOW_PRIVATE": "127.0.0.0/8",
            "TERKAIT_WORKERS": "1",
            "TERKAIT_MIN_FREE_BYTES": "0",
        }
        run = [sys.executable, "-m", "terkait"]
        if database:
            subprocess.run([*run, "db", "upgrade"], env=environment, cwd=ROOT, check=True)
        urls = [host.site.url(news(0)) for host in hosts]
        began = time.monotonic()
        options = ["--any-site", "--depth=3", "--quiet", f"--spiders={spiders}"]
        child = subprocess.Popen([*run, "crawl", *urls, *options], env=environment, cwd=ROOT)
        while child.poll() is None:
            time.sleep(0.5)
            if kill and sum(len(host.site.log) for host in hosts) > len(hosts):
                kill = not _kill_a_spider(child.pid)
        return time.monotonic() - began


def _kill_a_spider(parent: int) -> bool:
    """End one that is at work. False where none is."""
    from tests.acceptance.processes import find
    from tests.acceptance.processes import kill as kill_process

    at_work = find(parent, "-m crawler ")
    if at_work:
        kill_process(at_work[0])
    return bool(at_work)


def main() -> None:
    """Crawl and print what the servers saw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spiders", type=int, default=1)
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--postgres", action="store_true", help="a server of our own; else SQLite")
    parser.add_argument("--kill", action="store_true", help="kill a spider on the way")
    options = parser.parse_args()
    with ExitStack() as stack:
        hosts = list(servers(stack, options.pages))
        for number, host in enumerate(hosts):
            host.fill([hosts[(number + 1) % HOSTS], hosts[(number + 7) % HOSTS]])
        url = ""
        if options.postgres:
            server = stack.enter_context(PostgresServer())
            url = server.url(stack.enter_context(server.database()))
        seconds = crawl(hosts, options.spiders, url, options.kill)
        by_path: dict[str, int] = defaultdict(int)
        for host in hosts:
            for request in host.site.log:
                by_path["robots.txt" if request.path == "/robots.txt" else "pages"] += 1
        gaps = [b - a for h in hosts for a, b in pairwise(r.time for r in h.site.log)]
        slack = [b - a - h.delay for h in hosts for a, b in pairwise(r.time for r in h.site.log)]
        found = {
            "spiders": options.spiders,
            "hosts": HOSTS,
            "seconds": round(seconds, 1),
            "requests": dict(by_path),
            "pages missing": sum(
                news(n) not in host.site.paths() for host in hosts for n in range(host.pages)
            ),
            "forbidden": sum(len(host.forbidden()) for host in hosts),
            "gaps": len(gaps),
            "gaps under the delay": sum(len(host.early()) for host in hosts),
            "least slack over the delay, ms": round(min(slack) * 1000, 1),
            "answers with Retry-After": sum(len(host.waits) for host in hosts),
            "Retry-After not kept": sum(len(host.impatient()) for host in hosts),
            "pages before robots.txt": sum(host.before_rules() for host in hosts),
        }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
