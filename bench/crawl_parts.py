"""Where the time of a crawl goes: its start, its pace, its end, and what each process takes.

    python bench/crawl_parts.py [--pages 400] [--runs 1]
    python bench/crawl_parts.py --postgres --hosts 4 --latency 5 --spiders 2 --readers 4

The pages are those of ``bench/whole_way.py``. While ``terkait crawl`` goes, the processes that it
starts are looked at from outside (Linux), and the articles stored are counted. Of PostgreSQL all of
its server counts; Redis is the private one.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import psycopg
from whole_way import Site, database, served, settings

from bench.support.server_time import ServerTime
from db.sql.session import Database

_TICKS = os.sysconf("SC_CLK_TCK")
#: seconds between two looks
_PAUSE = 0.05
#: seconds between two looks at memory, which take longer, and the shares of the way that are shown
_MEMORY_PAUSE, _SHARES = 2.0, (0.05, 0.25, 0.5, 0.75, 1.0)
#: what stands in a command -> what the process is
_NAMES = {
    "terkait crawl": "command",
    "terkait-crawler": "spider",
    "terkait-workers": "readers",
    "fork_server": "forks",
    "-m crawler": "spider",
    "-m workers": "readers",
    "valkey-server": "redis",
    "redis-server": "redis",
}


@dataclass
class Parts:
    """What was seen of a crawl."""

    #: seconds since the command began
    first_stored: float = 0.0
    last_stored: float = 0.0
    end: float = 0.0
    #: (seconds, articles stored then)
    pace: list[tuple[float, int]] = field(default_factory=list)
    #: (what, pid) -> processor seconds
    spent: dict[tuple[str, int], float] = field(default_factory=dict)
    #: (seconds, processor seconds of all by then)
    busy: list[tuple[float, float]] = field(default_factory=list)
    #: (articles stored, what -> MiB of its largest process that are its own)
    memory: list[tuple[int, dict[str, int]]] = field(default_factory=list)


def _processes(root: int) -> Iterator[tuple[int, str, float, bool]]:
    """Process id, command, processor seconds and whether it was forked, of all beneath it."""
    seen: dict[int, tuple[int, str, float]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            name = (folder / "comm").read_text().strip()
            if not command:
                continue  # it has ended
            if name.startswith("terkait-"):
                command = name
        except OSError:
            continue
        seen[int(folder.name)] = int(stat[1]), command, (int(stat[11]) + int(stat[12])) / _TICKS
    for pid, (parent, command, seconds) in seen.items():
        above = pid
        while above in seen and above != root:
            above = seen[above][0]
        if above == root:
            yield pid, command, seconds, parent in seen and seen[parent][1] == command


def _own_mib(pid: int) -> int:
    """What a process shares with no other."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) // 1024


def _name(command: str, *, is_fork: bool) -> str:
    name = next((name for mark, name in _NAMES.items() if mark in command), "others")
    if is_fork:
        return {"spider": "page pool", "readers": "reader"}.get(name, name)
    return name


def _stored(address: str) -> int:
    try:
        if address.startswith("postgresql"):
            with psycopg.connect(address.replace("+psycopg", "")) as server:
                row = server.execute("SELECT count(*) FROM articles").fetchone()
        else:
            with sqlite3.connect(f"file:{address}?mode=ro", uri=True) as file:
                row = file.execute("SELECT count(*) FROM articles").fetchone()
    except (sqlite3.OperationalError, psycopg.Error):
        return 0
    return int(row[0]) if row else 0


def watch(command: list[str], environment: dict[str, str], address: str) -> Parts:
    """Run the crawl, looking on."""
    parts, began, looked = Parts(), time.perf_counter(), 0.0
    child = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    while child.poll() is None:
        now = time.perf_counter() - began
        names = {child.pid: "command"}
        for pid, line, seconds, is_fork in _processes(child.pid):
            name = names.setdefault(pid, _name(line, is_fork=is_fork))
            parts.spent[name, pid] = seconds
        parts.busy.append((now, sum(parts.spent.values())))
        stored = _stored(address)
        if stored and not parts.first_stored:
            parts.first_stored = now
        if now > looked + _MEMORY_PAUSE:
            looked = now
            parts.memory.append((stored, _memory(names)))
        if not parts.pace or stored > parts.pace[-1][1]:
            parts.pace.append((now, stored))
            parts.last_stored = now
        time.sleep(_PAUSE)
    parts.end = time.perf_counter() - began
    return parts


def _memory(names: Mapping[int, str]) -> dict[str, int]:
    """What -> MiB of its largest process."""
    largest: dict[str, int] = {}
    for pid, name in names.items():
        largest[name] = max(largest.get(name, 0), _own_mib(pid))
    return largest


def _at_shares(memory: Sequence[tuple[int, dict[str, int]]]) -> dict[int, dict[str, int]]:
    """Articles stored -> memory, at a quarter, a half, three quarters and near the end."""
    most = memory[-1][0]
    rows = (next(row for row in memory if row[0] >= most * share) for share in _SHARES)
    return dict(rows)


def _shown(parts: Parts, pages: int) -> dict[str, object]:
    by_name: dict[str, float] = {}
    for (name, _), seconds in parts.spent.items():
        by_name[name] = by_name.get(name, 0.0) + seconds
    middle = parts.last_stored - parts.first_stored
    first = next(b for at, b in parts.busy if at >= parts.first_stored)
    last = next((b for at, b in parts.busy if at >= parts.last_stored), parts.busy[-1][1])
    return {
        "first_stored_s": round(parts.first_stored, 2),
        "between_s": round(middle, 2),
        "last_stored_to_end_s": round(parts.end - parts.last_stored, 2),
        "pages_per_s_between": round(pages / max(middle, 0.001), 1),
        "busy_cores_between": round((last - first) / max(middle, 0.001), 2),
        "ms_a_page_between": round(1000 * (last - first) / pages, 1),
        "start_processor_s": round(first, 2),
        "own_mib_by_articles": _at_shares(parts.memory),
        "ms_a_page": {n: round(1000 * s / pages, 1) for n, s in sorted(by_name.items())},
    }


def _server(address: str) -> ServerTime | None:
    if not address.startswith("postgresql"):
        return None
    asked = Database(address)
    try:
        return ServerTime(asked)
    finally:
        asked.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=400, help="of all hosts together")
    parser.add_argument("--kilobytes", type=int)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--hosts", type=int, default=1, choices=range(1, 9))
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds of each answer")
    parser.add_argument("--spiders", type=int, default=1)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        sites = [
            Site(pages=options.pages // options.hosts, kilobytes=options.kilobytes,
                 seconds=options.latency / 1000, host=f"127.0.0.{number + 1}")
            for number in range(options.hosts)
        ]  # fmt: skip
        seeds = [stack.enter_context(served(site)) for site in sites]
        for _ in range(options.runs):
            with (
                tempfile.TemporaryDirectory() as data,
                database(postgres=options.postgres, data=data) as address,
            ):
                command = [sys.executable, "-m", "terkait", "crawl", *seeds, "--max-pages=0"]
                environment = settings(data) | {"TERKAIT_WORKERS": str(options.readers)}
                if options.postgres:
                    environment["TERKAIT_DATABASE_URL"] = address
                command += ["--depth=20", "--quiet", "--spiders", str(options.spiders)]
                server = _server(address)
                began = server.seconds() if server else 0.0
                parts = watch(command, environment, address)
                if server:
                    parts.spent["postgresql", 0] = server.seconds() - began
            sys.stdout.write(json.dumps(_shown(parts, options.pages), indent=1) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
