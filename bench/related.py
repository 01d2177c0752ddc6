"""Times the link finder on saved pages and writes what it finds, for a scorer to read.

    python bench/related.py ../shared/corpus [--predictions preds.jsonl] [--repeat 5]

The folder holds related.jsonl (the pages with labelled links), articles.jsonl (their addresses,
files and fetch times) and the gzipped pages.
"""

import argparse
import gzip
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from crawler.document import Document
from crawler.items import Page, RelatedLink
from crawler.related import related_links

#: what each measured step is called in the table
STEPS = ("decode", "parse", "find", "total")


def pages(folder: Path) -> Iterator[tuple[str, Page]]:
    """The labelled pages of a corpus with their ids."""
    rows = (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    by_id = {row["id"]: row for row in map(json.loads, rows)}
    for line in (folder / "related.jsonl").read_text(encoding="utf-8").splitlines():
        row = by_id[json.loads(line)["id"]]
        yield row["id"], _page(folder, row)


def all_pages(folder: Path) -> Iterator[tuple[str, Page]]:
    """All pages of a corpus with their ids."""
    for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["id"], _page(folder, row)


def _page(folder: Path, row: dict[str, Any]) -> Page:
    fetched_at = datetime.fromisoformat(row.get("crawl_date") or "2026-01-01")
    if fetched_at.tzinfo is None:
        fetched_at = fetched_at.replace(tzinfo=UTC)
    body = gzip.decompress((folder / row["html"]).read_bytes())
    return Page(url=row["url"], body=body, fetched_at=fetched_at)


def timed(page: Page) -> tuple[tuple[float, ...], tuple[RelatedLink, ...]]:
    """Milliseconds of processor time of each step for one page, and what was found."""
    document = Document(page)
    marks = [time.process_time()]
    for step in (lambda: document.text, lambda: document.tree):
        step()
        marks.append(time.process_time())
    links = related_links(document)
    marks.append(time.process_time())
    steps = [1_000 * (b - a) for a, b in pairwise(marks)]
    return (*steps, sum(steps)), links


def report(times: list[tuple[float, ...]], largest: int) -> str:
    """A table of the steps, in milliseconds."""
    lines = [
        f"{len(times)} pages, the largest {largest / 1_000:.0f} KB",
        "step     median    mean     p90     max",
    ]
    for name, values in zip(STEPS, zip(*times, strict=True), strict=True):
        numbers = (median(values), mean(values), quantiles(values, n=10)[-1], max(values))
        lines.append(f"{name:8} " + "  ".join(f"{number:6.2f}" for number in numbers))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure each page a few times, keep its best, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--predictions", type=Path, help="write what is found as JSON lines")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    times, rows, largest = [], [], 0
    for page_id, page in pages(options.corpus):
        runs = [timed(page) for _ in range(options.repeat)]
        times.append(min((run[0] for run in runs), key=lambda steps: steps[-1]))
        rows.append({"id": page_id, "related": [asdict(link) for link in runs[0][1]]})
        largest = max(largest, len(page.body))
    sys.stdout.write(report(times, largest))
    if options.predictions:
        lines = (json.dumps(row, default=str, ensure_ascii=False) for row in rows)
        options.predictions.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
