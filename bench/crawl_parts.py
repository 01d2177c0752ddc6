"""Where the time of a crawl goes: its start, its pace, its end, and what each process takes.

    python bench/crawl_parts.py [--pages 400] [--runs 1]

The pages are those of ``bench/whole_way.py``. While ``terkait crawl`` goes, the processes that it
starts are looked at from outside (Linux), and the articles stored are counted.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import Process, Queue
from pathlib import Path

from whole_way import FIRST, serve

_TICKS = os.sysconf("SC_CLK_TCK")
#: seconds between two looks
_PAUSE = 0.05
#: what stands in a command -> what the process is
_NAMES = {
    "terkait crawl": "command",
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


def _processes(root: int) -> Iterator[tuple[int, str, float, bool]]:
    """Process id, command, processor seconds and whether it was forked, of all beneath it."""
    seen: dict[int, tuple[int, str, float]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if not command:
                continue  # it has ended
        except OSError:
            continue
        seen[int(folder.name)] = int(stat[1]), command, (int(stat[11]) + int(stat[12])) / _TICKS
    for pid, (parent, command, seconds) in seen.items():
        above = pid
        while above in seen and above != root:
            above = seen[above][0]
        if above == root:
            yield pid, command, seconds, parent in seen and seen[parent][1] == command


def _name(command: str, *, is_fork: bool) -> str:
    name = next((name for mark, name in _NAMES.items() if mark in command), "others")
    if is_fork:
        return {"spider": "page pool", "readers": "reader"}.get(name, name)
    return name


def _stored(data: Path) -> int:
    try:
        with sqlite3.connect(f"file:{data}/terkait.db?mode=ro", uri=True) as database:
            return int(database.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def watch(command: list[str], environment: dict[str, str], data: Path) -> Parts:
    """Run the crawl, looking on."""
    parts, began = Parts(), time.perf_counter()
    child = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    while child.poll() is None:
        now = time.perf_counter() - began
        for pid, line, seconds, is_fork in _processes(child.pid):
            name = "command" if pid == child.pid else _name(line, is_fork=is_fork)
            parts.spent[name, pid] = seconds
        parts.busy.append((now, sum(parts.spent.values())))
        stored = _stored(data)
        if stored and not parts.first_stored:
            parts.first_stored = now
        if not parts.pace or stored > parts.pace[-1][1]:
            parts.pace.append((now, stored))
            parts.last_stored = now
        time.sleep(_PAUSE)
    parts.end = time.perf_counter() - began
    return parts


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
        "ms_a_page": {n: round(1000 * s / pages, 1) for n, s in sorted(by_name.items())},
    }


@contextmanager
def site(pages: int, kilobytes: int) -> Iterator[str]:
    """The site's first page."""
    ports: Queue[int] = Queue()
    server = Process(target=serve, args=(ports, pages, kilobytes), daemon=True)
    server.start()
    yield f"http://127.0.0.1:{ports.get()}/berita/{FIRST}/judul-berita-nomor-0"
    server.terminate()
    server.join()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--kilobytes", type=int, default=60)
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    with site(options.pages, options.kilobytes) as seed:
        for _ in range(options.runs):
            with tempfile.TemporaryDirectory() as data:
                asked = ["crawl", seed, "--max-pages=0", "--depth=20", "--quiet"]
                parts = watch(
                    [sys.executable, "-m", "terkait", *asked],
                    {
                        "TERKAIT_DATA": data,
                        "TERKAIT_DELAY_SECONDS": "0",
                        "TERKAIT_ALLOW_PRIVATE": "127.0.0.1",
                    },
                    Path(data),
                )
            sys.stdout.write(json.dumps(_shown(parts, options.pages), indent=1) + "\n")


if __name__ == "__main__":
    main()
