"""A crawl while its parts are killed at random: in the end, is the database that of a quiet run?

    python bench/chaos.py [--minutes 5] [--pages 400] [--seed N] [--database postgresql]
    make chaos MINUTES=30 DATABASE=postgresql SEED=7

Crawls a loopback site whose articles lead to each other, some of them poison that raises or kills
what looks into it, once undisturbed; then again and again, each time with a new database, until the
time is up, while spider, readers, supervisor, queue and PostgreSQL are killed (SIGKILL) and started
again, readers stand still for some seconds, spiders until their leases have run out, the queue is
emptied, and the disk is full for a while (where a small one can be mounted). The command is given
again wherever it ends early. Rows are compared one by one. Prints the seed, a line for each crawl,
and a sum, with the peak of memory of spiders and readers; ends with 1 where anything was lost, is
there twice or only half. Needs the test dependencies and /proc.
"""

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402
import redis  # noqa: E402

from bench.support.small_disk import SmallDisk, small_disk  # noqa: E402
from tests.acceptance.contents import Contents, contents  # noqa: E402
from tests.acceptance.processes import descendants, find  # noqa: E402
from tests.servers import PostgresServer, RedisServer  # noqa: E402
from tests.web import HttpSite, Reply  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

#: the site takes so long for an answer, so that a crawl has a middle
ANSWER_SECONDS = 0.1
#: seconds between two blows, at least and at most
PAUSE_SECONDS = (2.0, 7.0)
#: the disk of databases, servers and logs, if it can be mounted
DISK_MEBIBYTES = 600
#: leases of spiders, so short that some run out under blows
LEASE_SECONDS = 6.0
#: a crawl that takes longer has not survived
MAX_SECONDS = 900.0
#: pages printed that differ
SHOWN = 8
POISON = ("inside-raises", "inside-kills", "outside-raises", "outside-kills")
_WORDS = """kapal pelabuhan nelayan gelombang cuaca menteri gubernur jembatan jalan sekolah guru
    petani padi kopi harga pasar pedagang bank kredit rumah banjir hujan sungai bendungan listrik
    kereta bandara pesawat wisata hotel museum tari musik film pemain gol liga stadion dokter
    vaksin penelitian laut ikan hutan gajah api gunung gempa relawan bantuan murid"""


class Site:
    """Articles that each lead to three others, and poison among them."""

    def __init__(self, site: HttpSite, pages: int, dice: random.Random) -> None:
        self.site = site
        names = [f"kabar-{number}" for number in range(pages)]
        names[3 : 3 + len(POISON)] = POISON
        for number, name in enumerate(names):
            others = {names[(number * 3 + step) % pages] for step in (1, 2, 3)} - {name}
            site.routes[path(name, names)] = Reply(
                body=_html(name, [(path(other, names), other) for other in sorted(others)], dice),
                delay_seconds=ANSWER_SECONDS,
            )
        self.seed = site.url(path(names[0], names))


def path(name: str, names: list[str]) -> str:
    """The address of a page on the site."""
    return f"/berita/{7000 + names.index(name)}/kabar-dari-pelabuhan-{name}"


def _html(name: str, others: list[tuple[str, str]], dice: random.Random) -> str:
    items = "".join(
        f'<li><a href="{url}">Kabar dari pelabuhan tentang {other} hari ini</a></li>'
        for url, other in others
    )
    sentences = (" ".join(dice.choices(_WORDS.split(), k=12)).capitalize() + "." for _ in range(30))
    paragraphs = "".join(f"<p>{sentence} {next(sentences)}</p>" for sentence in sentences)
    said = name.replace("-", " ") if name in POISON else ""
    return (
        f"<html lang='id'><h1>Kabar dari pelabuhan {name}</h1><article>{paragraphs}</article>"
        f'<!-- {said} --><div class="related"><h3>Berita terkait</h3><ul>{items}</ul></div>'
    )


class KilledServer(PostgresServer):
    """It keeps what it has said to be committed, though it is killed."""

    OPTIONS = PostgresServer.OPTIONS | {"synchronous_commit": "on"}


#: part -> what its command line holds
PARTS = {"spider": "-m crawler ", "reader": "workers worker"}


def peak_mebibytes(pid: int) -> int:
    """The most memory that the process has had."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(peak[1]) // 1024 if peak else 0


@dataclass
class Round:
    """One crawl, with what it needs."""

    site: Site
    queue: RedisServer
    postgres: PostgresServer | None
    dice: random.Random
    folder: Path
    #: SQLAlchemy address of a server's database; empty: SQLite
    url: str = ""
    #: None: it is never full
    disk: SmallDisk | None = None
    blows: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    #: part -> the most memory that a process of it had, in MiB
    peaks: dict[str, int] = field(default_factory=dict)

    def crawl(self, *, disturbed_until: float) -> Contents:
        """Crawl to the end, hit until that moment; what the database says then."""
        began = time.monotonic()
        child = self._start()
        try:
            while True:
                self._wait(child, disturbed_until)
                if child.poll() == 0:
                    break
                if child.poll() is not None:
                    child = self._start()
                if time.monotonic() - began > MAX_SECONDS:
                    log = (self.folder / "crawl.log").read_text(errors="replace")
                    raise SystemExit(f"no end within {MAX_SECONDS:g} s:\n{log[-4000:]}")
                if time.monotonic() < disturbed_until:
                    self._hit(child)
        finally:
            family = descendants(child.pid)
            for pid in (child.pid, *family):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            child.wait()
        return contents(self.url or f"sqlite:///{self.folder}/terkait.db")

    def _wait(self, child: "subprocess.Popen[bytes]", disturbed_until: float) -> None:
        is_quiet = time.monotonic() > disturbed_until
        seconds = 5.0 if is_quiet else self.dice.uniform(*PAUSE_SECONDS)
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        for part, words in PARTS.items():
            for pid in find(child.pid, words):
                self.peaks[part] = max(self.peaks.get(part, 0), peak_mebibytes(pid))

    def _start(self) -> "subprocess.Popen[bytes]":
        self.starts += 1
        words = ["crawl", self.site.seed, "--depth=100", "--max-pages=0", "--quiet", "--spiders=2"]
        with (self.folder / "crawl.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "terkait", *words],
                env=self.environment(),
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def environment(self) -> dict[str, str]:
        """Settings for a quick crawl of the site, with the hook that makes pages poison."""
        settings = {
            "TERKAIT_DATA": str(self.folder),
            "TERKAIT_DATABASE_URL": self.url,
            "TERKAIT_BROKER_URL": self.queue.url,
            "TERKAIT_DELAY_SECONDS": "0",
            "TERKAIT_HOST_CONCURRENCY": "8",
            "TERKAIT_ALLOW_PRIVATE": "127.0.0.0/8",
            "TERKAIT_WORKERS": "1",
            "TERKAIT_MIN_FREE_BYTES": "0",
            "PYTHONPATH": os.pathsep.join((str(ROOT / "tests" / "poison"), str(ROOT))),
            "POISON_PAGE_SECONDS": "20",
            "POISON_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        return os.environ | settings

    def _hit(self, child: "subprocess.Popen[bytes]") -> None:
        blows = [self._spider, self._spider, self._reader, self._reader, self._supervisor]
        blows += [self._queue, self._empty_queue, self._stand_still, self._lease_runs_out]
        blows += [self._disk_full] if self.disk is not None else []
        blows += [self._postgres] if self.postgres is not None else []
        blow = self.dice.choice(blows)
        if blow(child):
            self.blows[blow.__name__.strip("_")] += 1

    def _kill_one(self, child: "subprocess.Popen[bytes]", words: str) -> bool:
        pids = find(child.pid, words)
        with suppress(ProcessLookupError):
            if pids:
                os.kill(self.dice.choice(pids), signal.SIGKILL)
        return bool(pids)

    def _spider(self, child: "subprocess.Popen[bytes]") -> bool:
        return self._kill_one(child, PARTS["spider"])

    def _reader(self, child: "subprocess.Popen[bytes]") -> bool:
        return self._kill_one(child, PARTS["reader"])

    def _supervisor(self, child: "subprocess.Popen[bytes]") -> bool:
        child.kill()
        return True

    def _queue(self, _child: object) -> bool:
        self.queue.kill()
        time.sleep(self.dice.uniform(0, 2))
        self.queue.start()
        return True

    def _empty_queue(self, _child: object) -> bool:
        with self.queue.client() as client, suppress(redis.RedisError):
            client.flushall()
        return True

    def _stand_still(self, child: "subprocess.Popen[bytes]") -> bool:
        return self._stop_for(find(child.pid, PARTS["reader"]), self.dice.uniform(0.5, 2))

    def _lease_runs_out(self, child: "subprocess.Popen[bytes]") -> bool:
        """What a spider has passes to another; then it lives on, and brings what it had."""
        pids = find(child.pid, PARTS["spider"])[:1]
        return self._stop_for(pids, LEASE_SECONDS + self.dice.uniform(1, 3))

    def _stop_for(self, pids: list[int], seconds: float) -> bool:
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            time.sleep(seconds if number == signal.SIGSTOP else 0)
        return bool(pids)

    def _disk_full(self, _child: object) -> bool:
        assert self.disk is not None
        self.disk.fill()
        time.sleep(self.dice.uniform(2, 6))
        self.disk.empty()
        if self.postgres is not None and self.postgres.process.has_ended:
            self._postgres(None)  # it ends where it cannot write its log
        return True

    def _postgres(self, _child: object) -> bool:
        assert self.postgres is not None
        server = self.postgres.process.pid
        for pid in (server, *descendants(server)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.postgres.process.wait()
        time.sleep(self.dice.uniform(0.2, 3))
        (self.postgres.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        self.postgres.start()
        return True


def without_poison_reasons(pages: frozenset[Any]) -> frozenset[Any]:
    """A poison page is given up; for its fault, or since spiders were killed over it, is chance."""
    poison = tuple(f"-{name}" for name in POISON)
    return frozenset(
        (row[0], row[1], "poison", *row[3:]) if row[0].endswith(poison) and row[2] else row
        for row in pages
    )


def compare(quiet: Contents, hit: Contents) -> dict[str, int]:
    """Rows that were lost, that are too many, by table."""
    differences = {}
    for table in ("articles", "revisions", "copies", "pages", "links"):
        before, after = getattr(quiet, table), getattr(hit, table)
        differences[f"{table} lost"] = len(before - after)
        differences[f"{table} too many"] = len(after - before)
    return {name: count for name, count in differences.items() if count}


@contextmanager
def database(postgres: PostgresServer | None, name: str) -> "Iterator[str]":
    """The address of an empty database with the tables."""
    if postgres is None:
        yield ""
        return
    postgres.execute(f"CREATE DATABASE {name}")
    environment = os.environ | {"TERKAIT_DATABASE_URL": postgres.url(name)}
    upgrade = [sys.executable, "-m", "terkait", "db", "upgrade"]
    subprocess.run(upgrade, env=environment, cwd=ROOT, check=True, capture_output=True)
    yield postgres.url(name)
    with suppress(psycopg.Error):
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(*, seconds: float, pages: int, seed: int, is_postgres: bool) -> dict[str, object]:
    """Crawl quietly once, then under blows until the time is up."""
    dice = random.Random(seed)
    total: Counter[str] = Counter()
    peaks: dict[str, int] = {}
    rounds = 0
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(DISK_MEBIBYTES))
        if disk is None:
            print_line({"disk": "no small one can be mounted, so it is never full"})
        postgres = stack.enter_context(KilledServer()) if is_postgres else None
        queue = stack.enter_context(RedisServer())
        site = Site(stack.enter_context(HttpSite()), pages, dice)

        def crawl(number: int, until: float) -> tuple[Round, Contents]:
            with (
                database(postgres, f"chaos_{number}") as url,
                tempfile.TemporaryDirectory(prefix="tk-") as folder,
            ):
                crawl = Round(site, queue, postgres, dice, Path(folder), url, disk)
                return crawl, crawl.crawl(disturbed_until=until)

        _, quiet = crawl(0, 0.0)
        quiet = replace(quiet, pages=without_poison_reasons(quiet.pages))
        print_line({"quiet": {"pages": len(quiet.pages), "articles": len(quiet.articles)}})
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            rounds += 1
            began = time.monotonic()
            hit_crawl, hit = crawl(rounds, ends)
            for part, mebibytes in hit_crawl.peaks.items():
                peaks[part] = max(peaks.get(part, 0), mebibytes)
            hit = replace(hit, pages=without_poison_reasons(hit.pages))
            differences = compare(quiet, hit)
            total.update(differences)
            total.update({f"killed: {name}": count for name, count in hit_crawl.blows.items()})
            print_line(
                {
                    "crawl": rounds,
                    "seconds": round(time.monotonic() - began),
                    "commands": hit_crawl.starts,
                    "blows": dict(hit_crawl.blows),
                    "peak_mib": hit_crawl.peaks,
                    "differences": differences,
                    "pages": sorted(map(str, quiet.pages ^ hit.pages))[:SHOWN],
                }
            )
    return {"crawls": rounds, "pages": len(quiet.pages) * rounds, "peak_mib": peaks} | dict(total)


def print_line(value: object) -> None:
    """One JSON line, at once."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Say the seed, crawl, say the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    print_line({"seed": options.seed})
    total = run(
        seconds=options.minutes * 60,
        pages=options.pages,
        seed=options.seed,
        is_postgres=options.database == "postgresql",
    )
    print_line({"sum": total})
    return int(any("lost" in name or "too many" in name for name in total))


if __name__ == "__main__":
    sys.exit(main())
