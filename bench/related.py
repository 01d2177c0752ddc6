"""Times the link finder on saved pages and writes what it finds, for a scorer to read.

    python bench/related.py ../shared/corpus [--predictions preds.jsonl] [--passes 5]

The folder holds related.jsonl (the pages with labelled links), articles.jsonl (their addresses,
files and fetch times) and the gzipped pages.

A crawl reads each page once, right after another one. So what counts is the single pass: all
pages in turn, each once, in a process that has done so before. Of the passes the middle one is
shown. The best of several passes for each page stands beside it: it says what the machine did
meanwhile, as nothing else differs.
"""

import argparse
import gzip
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from crawler.links.finder import related_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage, RelatedLink
from db.process_memory import collect_seldom

#: what each measured step is called in the table
STEPS = ("decode", "parse", "find", "total")

#: of one page, in that order
Times = tuple[float, ...]


def pages(folder: Path) -> Iterator[tuple[str, FetchedPage]]:
    """The labelled pages of a corpus with their ids."""
    by_id = {row["id"]: row for row in rows_of(folder / "articles.jsonl")}
    for labelled in rows_of(folder / "related.jsonl"):
        row = by_id[labelled["id"]]
        yield row["id"], page_of(folder, row)


def all_pages(folder: Path) -> Iterator[tuple[str, FetchedPage]]:
    """All pages of a corpus with their ids."""
    for row in rows_of(folder / "articles.jsonl"):
        yield row["id"], page_of(folder, row)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON lines of a file; titles may hold signs that only Python takes for a line's end."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        yield from map(json.loads, lines)


def page_of(folder: Path, row: dict[str, Any]) -> FetchedPage:
    fetched_at = datetime.fromisoformat(row.get("crawl_date") or "2026-01-01")
    if fetched_at.tzinfo is None:
        fetched_at = fetched_at.replace(tzinfo=UTC)
    body = gzip.decompress((folder / row["html"]).read_bytes())
    return FetchedPage(url=row["url"], body=body, fetched_at=fetched_at)


def timed(page: FetchedPage) -> tuple[Times, tuple[RelatedLink, ...]]:
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


def middle(passes: Sequence[Sequence[Times]]) -> Sequence[Times]:
    """The pass whose median page is neither among the fastest nor among the slowest."""
    ordered = sorted(passes, key=lambda times: median(steps[-1] for steps in times))
    return ordered[len(ordered) // 2]


def best(passes: Sequence[Sequence[Times]]) -> Sequence[Times]:
    """Each page's times in the pass that was fastest for it."""
    return [min(times, key=lambda steps: steps[-1]) for times in zip(*passes, strict=True)]


def table(title: str, times: Sequence[Times]) -> Iterator[str]:
    """The steps, in milliseconds."""
    yield f"{title:20} median    mean     p90     max"
    for name, values in zip(STEPS, zip(*times, strict=True), strict=True):
        numbers = (median(values), mean(values), quantiles(values, n=10)[-1], max(values))
        yield f"  {name:18} " + "  ".join(f"{number:6.2f}" for number in numbers)


def main() -> None:
    """Measure all pages a few times over, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--predictions", type=Path, help="write what is found as JSON lines")
    parser.add_argument("--passes", type=int, default=5)
    options = parser.parse_args()
    collect_seldom()  # as the processes of a crawl do
    saved = list(pages(options.corpus))
    found = [timed(page)[1] for _, page in saved]  # the first pass is not counted
    passes = [[timed(page)[0] for _, page in saved] for _ in range(options.passes)]
    largest = max(len(page.body) for _, page in saved)
    lines = [
        f"{len(saved)} pages, the largest {largest / 1_000:.0f} KB; milliseconds",
        *table("single pass", middle(passes)),
        *table(f"best of {options.passes}", best(passes)),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    if options.predictions:
        rows = [
            {"id": page_id, "related": [asdict(link) for link in links]}
            for (page_id, _), links in zip(saved, found, strict=True)
        ]
        lines = [json.dumps(row, default=str, ensure_ascii=False) for row in rows]
        options.predictions.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
