"""Times what people and crawls ask of a database that holds very many articles.

    python bench/scale.py --articles 100000 [--keep DIR] [--postgres] [--only WORD] [--exports]

Each question is asked with other values each time; p50, p95 and processor milliseconds are printed
as JSON lines. ``bench/library.py`` makes the database.
"""

import argparse
import io
import json
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from library import NEWEST, RUNS, library, site, url

from crawler.page.urls import address_of
from db.frontier import hosts, leases, scheduled
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.queries.explain import explain
from db.queries.export import article_ids, records_of
from db.queries.graph.graphml import write_graphml
from db.queries.graph.neighbours import neighbourhood
from db.queries.graph.shortest_path import path_between
from db.queries.graph.stories import story
from db.queries.resolve import find_article
from db.queries.search.conditions import Filters
from db.queries.search.facets import facets, histogram
from db.queries.search.results import search_page
from db.queries.stats import gather
from db.runs import lifecycle
from db.runs.report import list_runs, report
from db.sql.session import Database, Session
from terkait.cli.ask.show_command import _gather

#: how often each question is asked, and for how long at most
TIMES, SECONDS = 25, 8.0

Question = Callable[[Session, random.Random, int], object]


def _common(dice: random.Random) -> str:
    return f"kata{dice.randrange(20)}"


def _day(dice: random.Random) -> dict[str, Any]:
    at = NEWEST - timedelta(days=dice.randrange(1_000))
    return {"since": at, "until": at + timedelta(days=1)}


def _night(session: Session, dice: random.Random, articles: int) -> None:
    name = site(dice.randrange(1, articles))
    rules = CrawlScope(sites=(name,), max_pages=200)
    seed = address_of(f"https://{name}/")
    run_id, _ = lifecycle.begin(
        session, kind="nightly", seeds=[seed], rules=rules, owner="me:1", now=NEWEST,
        due_key=f"{name} {dice.random()}", site=name,
    )  # fmt: skip
    context = CrawlContext(run_id=run_id, rules=rules, now=NEWEST)
    scheduled.begin(session, context, site=name, roles={})


def _lease_work(session: Session, _dice: random.Random, _articles: int) -> None:
    leases.renew(session, owner="me:1", now=NEWEST)
    leases.reclaim(session, now=NEWEST)
    leases.waiting(session, silent_seconds=60, limit=1_000, now=NEWEST)


def _filtered(**filters: Any) -> Question:
    return lambda s, d, n: search_page(
        s, _common(d), Filters(**{k: v(d, n) if callable(v) else v for k, v in filters.items()})
    )


QUESTIONS: dict[str, Question] = {
    "search rare": lambda s, d, n: search_page(s, f"kata{d.randrange(50_000, 60_000)}"),
    "search common": lambda s, d, n: search_page(s, _common(d)),
    "search common, site": _filtered(site=lambda d, n: site(d.randrange(1, n))),
    "search common, one day": lambda s, d, n: search_page(s, _common(d), Filters(**_day(d))),
    "search common, last week": _filtered(since=NEWEST - timedelta(days=7)),
    "search common, newest": lambda s, d, n: search_page(s, _common(d), sort="newest"),
    "search common, language": _filtered(language="en"),
    "all, newest": lambda s, d, n: search_page(s, "", sort="newest"),
    "facets common": lambda s, d, n: facets(s, _common(d)),
    "days common": lambda s, d, n: histogram(s, _common(d)),
    "related, 2 hops": lambda s, d, n: neighbourhood(s, d.randrange(1, n), hops=2),
    "related, 3 hops": lambda s, d, n: neighbourhood(s, d.randrange(1, n), hops=3),
    "related --to": lambda s, d, n: path_between(s, d.randrange(1, n), d.randrange(1, n)),
    "story": lambda s, d, n: story(s, find_article(s, d.randrange(1, n))),
    "show": lambda s, d, n: _gather(s, find_article(s, d.randrange(1, n))),
    "explain": lambda s, d, n: explain(s, url(d.randrange(1, n))),
    "runs": lambda s, d, n: list_runs(s),
    "one run": lambda s, d, n: report(s, d.randrange(1, RUNS)),
    "stats": lambda s, d, n: gather(s),
    "unread": lambda s, d, n: hosts.count_unread(s, limit=2_000),
    "export 1,000, first": lambda s, d, n: _records(s, limit=1_000),
    "export of a site": lambda s, d, n: _records(s, Filters(site=site(d.randrange(1, n)))),
}
#: these write, and are rolled back
WRITES: dict[str, Question] = {"a night begins": _night, "leases": _lease_work}


def _records(session: Session, filters: Filters | None = None, limit: int = 1_000) -> int:
    ids = article_ids(session, filters, limit=limit)
    return sum(len(json.dumps(record, default=str)) for record in records_of(session, ids))


def _all_records(session: Session) -> int:
    return _records(session, limit=10**9)


def _graph(session: Session) -> int:
    out = io.TextIOWrapper(io.BytesIO())
    return write_graphml(session, out, article_ids(session))


def ask(database: Database, name: str, question: Question, articles: int) -> None:
    """Ask again and again; print a line."""
    dice = random.Random(5)
    walls: list[float] = []
    began, until = time.process_time(), time.perf_counter() + SECONDS
    while len(walls) < TIMES and (time.perf_counter() < until or len(walls) < 2):
        at = time.perf_counter()
        with (database.write if name in WRITES else database.read)() as session:
            question(session, dice, articles)
            walls.append((time.perf_counter() - at) * 1000)
            session.rollback()
    walls.sort()
    spent = (time.process_time() - began) * 1000 / len(walls)
    _print(question=name, p50=walls[len(walls) // 2], p95=walls[int(len(walls) * 0.95)], cpu=spent)


def _print(**values: Any) -> None:
    shown = {k: round(v, 1) if isinstance(v, float) else v for k, v in values.items()}
    sys.stdout.write(json.dumps(shown) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="a folder in which the database stays")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--only", default="", help="the questions whose names have this")
    parser.add_argument("--exports", action="store_true", help="everything, as jsonl and GraphML")
    asked = parser.parse_args()
    at = time.perf_counter()
    with library(asked.articles, postgres=asked.postgres, keep=asked.keep) as database:
        _print(articles=asked.articles, seconds_to_open=time.perf_counter() - at)
        for name, question in (QUESTIONS | WRITES).items():
            if asked.only in name:
                ask(database, name, question, asked.articles)
        for name, write in {"jsonl": _all_records, "graphml": _graph}.items():
            if asked.exports:
                at = time.perf_counter()
                with database.read() as session:
                    write(session)
                _print(export=name, seconds=time.perf_counter() - at)


if __name__ == "__main__":
    main()
