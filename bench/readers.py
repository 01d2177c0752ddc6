"""Our reader beside its peers: accuracy and speed of all in one run.

    python -W ignore bench/readers.py --corpus CORPUS --scorer score_articles.py [--reader ours ...]

Every reader that is installed reads every page of CORPUS (``articles.jsonl`` and the pages that
it names); the scorer of the corpus judges the results.  Speed is pages per second of processor
time on the groups of news pages, the readers in turn on each page, so that a busy machine is
busy for all alike.  Peers come with the ``bench`` group.

With ``--also`` the predictions in a file are a row of the table too: ours by models that have
not seen the page's site are written by ``bench/train_body.py CORPUS --folds 5``.  With
``--worst N`` the N pages of each group follow that each row reads worst, by body and by
paragraphs.
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

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.support.peers import READERS, Prediction
from workers.warmup import get_ready

SPEED_GROUPS = ("zyte", "fundus", "indonesia")
WARM_UP_PAGES = 40
MEASURES = ("body", "paragraphs")
WORST_HEADS = "| group | by | page | F1 | words wanted / found |\n|---|---|---|---|---|\n"
MAX_PAGES = 100_000  # that the scorer lists
NAME_CHARS = 40  # of a page's name in a list; some are long hashes


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
    """What the scorer says, with each page that has a text under ``worst``."""
    command = [sys.executable, str(scorer), "--corpus", str(corpus), "--json",
               "--predictions", str(predictions), "--resamples", "2",
               "--worst", str(MAX_PAGES)]  # fmt: skip
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


def cost(name: str, speed: dict[str, float], failures: dict[str, int]) -> list[str]:
    """Pages a second, the same over trafilatura's, failures; of predictions in a file nothing."""
    if name not in speed:
        return ["-"] * 3
    factor = f"{speed[name] / speed['trafilatura']:.1f}" if "trafilatura" in speed else "-"
    return [f"{speed[name]:.0f}", factor, str(failures[name])]


HEADS = [
    "reader", "body F1 zyte/fundus/indonesia/wcxb", "par F1", "word F1 wcxb",
    "title fundus/indonesia/wcxb", "day fundus/wcxb", "minute fundus/indonesia",
    "authors fundus/wcxb",
    "topics", "language", "type article/other", "pages/s", "x trafilatura", "failed",
]  # fmt: skip


def worst(result: dict[str, Any], count: int) -> Iterator[str]:
    """Of each group the pages with the lowest F1 of body and of paragraphs, as table rows."""
    pages = result["worst"]
    for group in dict.fromkeys(page["group"] for page in sorted(pages, key=lambda p: p["id"])):
        own = [page for page in pages if page["group"] == group]
        for measure in MEASURES:
            found = [(score, p) for p in own if (score := measured(p, measure)) is not None]
            for score, page in sorted(found, key=lambda pair: (pair[0], pair[1]["id"]))[:count]:
                name = page["id"].removeprefix(f"{group}/")[:NAME_CHARS]
                wanted, got = page["words"]
                yield f"| {group} | {measure} | {name} | {score:.3f} | {wanted} / {got} |"


def measured(page: dict[str, Any], measure: str) -> float | None:
    """The page's F1 of body or paragraphs, where its truth has these."""
    if measure == "paragraphs":
        return float(page[measure][0]) if measure in page else None
    return float(page["f1"]) if "body" in page else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--reader", action="append", choices=READERS, help="may be repeated")
    parser.add_argument("--limit", type=int, default=0, help="the first so many pages only")
    parser.add_argument("--also", type=Path, action="append", default=[], help="predictions")
    parser.add_argument("--worst", type=int, default=0, help="so many pages of each group")
    args = parser.parse_args()
    installed = [n for n, (module, _) in READERS.items() if importlib.util.find_spec(module)]
    names = [name for name in args.reader or installed if name in installed]
    with TemporaryDirectory() as folder:
        speed, failures = run(args.corpus, names, Path(folder), args.limit)
        files = {name: Path(folder) / f"{name}.jsonl" for name in names}
        files |= {file.stem: file for file in args.also}
        results = {name: scores(args.scorer, args.corpus, file) for name, file in files.items()}
    table = [HEADS, ["---"] * len(HEADS)]
    for name, result in results.items():
        factor = (
            f"{speed[name] / speed['trafilatura']:.1f}"
            if {name, "trafilatura"} <= {*speed}
            else "-"
        )
        cost = [f"{speed[name]:.0f}", factor, str(failures[name])] if name in speed else ["-"] * 3
        table.append([name, *line(result), *cost])
    sys.stdout.writelines("| " + " | ".join(row) + " |\n" for row in table)
    for name, result in results.items() if args.worst else ():
        sys.stdout.write(f"\n{name}\n\n{WORST_HEADS}")
        sys.stdout.writelines(f"{row}\n" for row in worst(result, args.worst))


if __name__ == "__main__":
    main()
