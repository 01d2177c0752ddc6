"""The time of a page split by step: where the article reader spends it.

    python bench/reader_steps.py --corpus CORPUS [--rounds 2] [--group fundus ...]

Milliseconds of processor time a page, over the groups of news pages: the mean, the median and
the slowest twentieth.  Each page is read once a round, so that its data are not in the
processor's caches; each step gets what those before it have worked out, as in reading.
"""

import argparse
import gzip
import json
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from crawler.page.dates.date_parser import Moment
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.profiles import SiteProfile
from workers.parsing.candidates import FieldCandidate
from workers.parsing.fields.writers.signed import Names
from workers.parsing.reader import article_of, reason_against
from workers.parsing.reading import Reading
from workers.warmup import get_ready

GROUPS = ("zyte", "fundus", "indonesia")
WARM_UP_PAGES = 40
JUDGED, REST = "article or not", "the rest"
NO_PROFILE = SiteProfile(name="none", hosts=())

Seconds = dict[str, list[float]]


def steps(page: FetchedPage) -> Iterator[str]:
    """Reads the page; yields the name of each step that is done."""
    document = Document(page)
    assert document.text is not None
    yield "decode"
    assert document.tree is not None
    yield "parse"
    assert document.structured is not None
    yield "structured data"
    reading = Once(document, NO_PROFILE)
    yield "outline"
    yield from fields(reading)
    article_of(reading)
    yield REST


class Once(Reading):
    """A page that keeps the first candidate of each field, so that nothing is looked for twice."""

    def __init__(self, document: Document, profile: SiteProfile | None) -> None:
        super().__init__(document, profile)
        self.kept: dict[str, list[FieldCandidate[Any]]] = {}

    def first(self, name: str) -> Iterator[FieldCandidate[Any]]:
        if name not in self.kept:
            self.kept[name] = [*islice(getattr(super(), name)(), 1)]
        return iter(self.kept[name])

    def authors(self) -> Iterator[FieldCandidate[Names]]:
        return self.first("authors")

    def published(self) -> Iterator[FieldCandidate[Moment]]:
        return self.first("published")

    def topics(self) -> Iterator[FieldCandidate[Names]]:
        return self.first("topics")

    def images(self) -> Iterator[FieldCandidate[str]]:
        return self.first("images")


def fields(reading: Once) -> Iterator[str]:
    """What ``article_of`` asks for, one by one; what is kept is not worked out again."""
    assert reading.titles is not None
    yield "title"
    assert reading.body is not None
    yield "body"
    assert reading.framed is not None
    yield "frame of the text"
    assert reading.bounds is not None
    yield "place on the page"
    assert reading.languages is not None
    yield "language"
    for name, step in (("authors", "authors"), ("published", "times"), ("topics", "topics"),
                       ("images", "picture")):  # fmt: skip
        reading.first(name)
        yield step
    reason_against(reading, credits=sum(bool(reading.kept[n]) for n in ("authors", "published")))
    yield JUDGED


def read(page: FetchedPage, seconds: Seconds) -> None:
    """Reads one page and notes the time of each step; the last is to free what it took."""
    last = time.process_time()
    spent: dict[str, float] = {}
    for step in steps(page):
        now = time.process_time()
        spent[step], last = now - last, now
    spent[REST] -= spent[JUDGED]  # the whole reading judges the page once more
    spent["freeing"] = time.process_time() - last
    spent["all"] = sum(spent.values())
    for step, value in spent.items():
        seconds.setdefault(step, []).append(value)


def pages(corpus: Path, groups: list[str]) -> Iterator[FetchedPage]:
    with (corpus / "articles.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["id"].split("/")[0] in groups:
                body = gzip.decompress((corpus / row["html"]).read_bytes())
                yield FetchedPage(url=row["url"], body=body, fetched_at=datetime.now(UTC))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--group", action="append", help="may be repeated")
    args = parser.parse_args()
    found = list(pages(args.corpus, args.group or list(GROUPS)))
    for page in found[:WARM_UP_PAGES]:
        read(page, {})
    get_ready()
    seconds: Seconds = {}
    for _ in range(args.rounds):
        for page in found:
            read(page, seconds)
    sys.stdout.write("| step | mean ms | median | slowest 5 % from |\n|---|---|---|---|\n")
    for step, times in seconds.items():
        ordered = sorted(1000 * spent for spent in times)
        late = ordered[int(0.95 * len(ordered))]
        mean, median = statistics.fmean(ordered), statistics.median(ordered)
        sys.stdout.write(f"| {step} | {mean:.3f} | {median:.3f} | {late:.3f} |\n")


if __name__ == "__main__":
    main()
