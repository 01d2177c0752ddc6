"""Our reader beside its peers: accuracy and speed of all in one run.

    python -W ignore bench/readers.py --corpus CORPUS --scorer score_articles.py [--reader ours ...]

Every reader that is installed reads every page of CORPUS (``articles.jsonl`` and the pages that
it names); the scorer of the corpus judges the results.  Speed is pages per second of processor
time on the groups of news pages, the readers in turn on each page, so that a busy machine is
busy for all alike.  Peers come with the ``bench`` group.

With ``--also`` the predictions in a file are a row of the table too: ours by models that have
not seen the page's site are written by ``bench/train_body.py CORPUS --folds 5``.
"""

import argparse
import gzip
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from peers import READERS, Prediction

from workers.readiness import get_ready

SPEED_GROUPS = ("zyte", "fundus", "indonesia")
WARM_UP_PAGES = 40


def pages(corpus: Path, limit: int) -> Iterator[tuple[dict[str, Any], bytes, datetime]]:
    with (corpus / "articles.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if limit and number >= limit:
                return
            row = json.loads(line)
            body = gzip.decompress((corpus / row["html"]).read_bytes())
            when = datetime.fromisoformat(row["crawl_date"]) if row.get("crawl_date") else None
            yield row, body, when.replace(tzinfo=when.tzinfo or UTC) if when else datetime.now(UTC)


def run(
    corpus: Path, names: list[str], out: Path, limit: int
) -> tuple[dict[str, float], dict[str, int]]:
    """Reads all pages with all readers; seconds and failures of each, results in ``out``."""
    seconds = dict.fromkeys(names, 0.0)
    failures = dict.fromkeys(names, 0)
    files = {name: (out / f"{name}.jsonl").open("w", encoding="utf-8") for name in names}
    counted = 0
    warm_up(corpus, names)
    for row, body, fetched_at in pages(corpus, limit):
        is_timed = row["id"].split("/")[0] in SPEED_GROUPS
        counted += is_timed
        for name in names:
            start = time.process_time()
            found = asked(name, row["url"], body, fetched_at)
            failures[name] += "error" in found
            seconds[name] += (time.process_time() - start) * is_timed
            files[name].write(json.dumps({"id": row["id"], **found}, default=str) + "\n")
    for file in files.values():
        file.close()
    return {name: counted / max(spent, 1e-9) for name, spent in seconds.items()}, failures


def asked(name: str, url: str, body: bytes, fetched_at: datetime) -> Prediction:
    """What the reader finds; its failure is a page where it found nothing."""
    try:
        return READERS[name][1](url, body, fetched_at)
    except Exception as error:  # noqa: BLE001  a peer may raise anything
        return {"body": "", "error": str(error)}


def warm_up(corpus: Path, names: list[str]) -> None:
    """Each reader loads its data; what is loaded is kept out of garbage collection."""
    for row, body, fetched_at in pages(corpus, WARM_UP_PAGES):
        for name in names:
            asked(name, row["url"], body, fetched_at)
    get_ready()


def scores(scorer: Path, corpus: Path, predictions: Path) -> dict[str, Any]:
    command = [sys.executable, str(scorer), "--corpus", str(corpus), "--json",
               "--predictions", str(predictions), "--resamples", "2"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def cell(result: dict[str, Any], group: str, key: str, value: str = "mean") -> str:
    found = result.get(group, {}).get(key)
    return f"{found[value]:.3f}" if found else "-"


def line(result: dict[str, Any]) -> list[str]:
    bodies = " / ".join(cell(result, group, "body", "f1") for group in (*SPEED_GROUPS, "wcxb"))
    titles = " / ".join(cell(result, group, "title") for group in ("fundus", "indonesia", "wcxb"))
    return [
        bodies, cell(result, "fundus", "paragraphs", "f1"), cell(result, "wcxb", "word_f1"), titles,
        *(f"{cell(result, 'fundus', k)} / {cell(result, other, k)}" for k, other in
          (("day", "wcxb"), ("minute", "indonesia"), ("authors", "wcxb"))),
        cell(result, "fundus", "topics"), cell(result, "fundus", "language"),
        f"{cell(result, 'wcxb', 'type')} / {cell(result, 'wcxb-other', 'type')}",
    ]  # fmt: skip


HEADS = [
    "reader", "body F1 zyte/fundus/indonesia/wcxb", "par F1", "word F1 wcxb",
    "title fundus/indonesia/wcxb", "day fundus/wcxb", "minute fundus/indonesia",
    "authors fundus/wcxb",
    "topics", "language", "type article/other", "pages/s", "x trafilatura", "failed",
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--reader", action="append", choices=READERS, help="may be repeated")
    parser.add_argument("--limit", type=int, default=0, help="the first so many pages only")
    parser.add_argument("--also", type=Path, action="append", default=[], help="predictions")
    args = parser.parse_args()
    installed = [n for n, (module, _) in READERS.items() if importlib.util.find_spec(module)]
    names = [name for name in args.reader or installed if name in installed]
    with TemporaryDirectory() as folder:
        speed, failures = run(args.corpus, names, Path(folder), args.limit)
        table = [HEADS]
        for name in names:
            result = scores(args.scorer, args.corpus, Path(folder) / f"{name}.jsonl")
            factor = speed[name] / speed["trafilatura"] if "trafilatura" in speed else 0.0
            table.append([name, *line(result), f"{speed[name]:.0f}",
                          f"{factor:.1f}" if factor else "-", str(failures[name])])  # fmt: skip
        for file in args.also:
            result = scores(args.scorer, args.corpus, file)
            table.append([file.stem, *line(result), "-", "-", "-"])
    sys.stdout.writelines("| " + " | ".join(row) + " |\n" for row in table)


if __name__ == "__main__":
    main()
