"""Times what people and crawls ask of a database that holds very many articles, on both databases.

    python bench/scale.py --articles 10000 100000 [--keep DIR] [--only WORD] [--on sqlite]
        [--warm] [--exports] [--moves] [--results FILE]

Each question is asked with other values each time. The table has, for each database, p50 and p95 as
a clock shows them and the processor's milliseconds, those of PostgreSQL's server included (Linux).
``bench/support/library.py`` makes the databases; they are kept in the folder where one is named.
With ``--warm`` their files are read once before, so that the system has them in its memory.
With ``--moves`` each is copied to the other database, which is then migrated. What was measured is
added to a file of JSON lines where one is named; ``bench/support/growth_picture.py`` draws them.
"""

import argparse
import gc
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.support.children import Took, terkait
from bench.support.library import NEWEST, RUNS, library, read_files, site, url
from bench.support.moves import move
from bench.support.server_time import ServerTime
from crawler.page.urls import address_of
from db.config import load_config
from db.frontier import hosts, leases, scheduled
from db.frontier.expansion import CrawlContext
from db.frontier.scope import CrawlScope
from db.process_memory import collect_seldom
from db.queries.explain import explain
from db.queries.export import article_ids, records_of
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
from terkait.web.app_state import Web
from terkait.web.pages.article_pages import text as article_page

#: how often each question is asked, and for how long at most
TIMES, SECONDS = 25, 6.0
#: how the databases are called
SQLITE, POSTGRESQL = "sqlite", "postgresql"

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
    "search common, site and day": lambda s, d, n: search_page(
        s, _common(d), Filters(site=site(d.randrange(1, n)), **_day(d))
    ),
    "search common, newest": lambda s, d, n: search_page(s, _common(d), sort="newest"),
    "search common, language": _filtered(language="en"),
    "search common, most changed": lambda s, d, n: search_page(s, _common(d), sort="changed"),
    "all, newest": lambda s, d, n: search_page(s, "", sort="newest"),
    "facets common": lambda s, d, n: facets(s, _common(d)),
    "facets of all": lambda s, d, n: facets(s, ""),
    "days common": lambda s, d, n: histogram(s, _common(d)),
    "related, 2 hops": lambda s, d, n: neighbourhood(s, d.randrange(1, n), hops=2),
    "related, 3 hops": lambda s, d, n: neighbourhood(s, d.randrange(1, n), hops=3),
    "related --to": lambda s, d, n: path_between(s, d.randrange(1, n), d.randrange(1, n)),
    "story": lambda s, d, n: story(s, find_article(s, d.randrange(1, n))),
    "show": lambda s, d, n: _gather(s, find_article(s, d.randrange(1, n))),
    "article page": lambda s, d, n: article_page(_web(s), d.randrange(1, n)),
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


_webs: dict[str, Web] = {}


def _web(session: Session) -> Web:
    """The web page over the session's database."""
    address = session.get_bind().engine.url.render_as_string(hide_password=False)
    if address not in _webs:
        _webs[address] = Web(Database(address), load_config(database_url=address))
    return _webs[address]


def ask(
    database: Database, name: str, question: Question, articles: int, server: ServerTime
) -> tuple[float, float, float]:
    """Ask again and again: p50, p95, processor milliseconds."""
    dice = random.Random(5)
    walls: list[float] = []
    began, until = time.process_time() + server.seconds(), time.perf_counter() + SECONDS
    while len(walls) < TIMES and (time.perf_counter() < until or len(walls) < 3):
        at = time.perf_counter()
        with (database.write if name in WRITES else database.read)() as session:
            question(session, dice, articles)
            walls.append((time.perf_counter() - at) * 1000)
            session.rollback()
    walls.sort()
    spent = (time.process_time() + server.seconds() - began) * 1000 / len(walls)
    return walls[len(walls) // 2], walls[int(len(walls) * 0.95)], spent


def export(database: Database, server: ServerTime, suffix: str) -> Took:
    """Write everything with ``terkait export``."""
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        address = database.engine.url.render_as_string(hide_password=False)
        before = server.seconds()
        took = terkait("export", "--out", f"{folder}/all.{suffix}", database=address)
        return took._replace(busy=took.busy + server.seconds() - before)


def measure(kind: str, articles: int, asked: argparse.Namespace) -> dict[str, Sequence[float]]:
    """Question -> what it took, on one kind of database."""
    results: dict[str, Sequence[float]] = {}

    def keep(name: str, took: Sequence[float], factor: float = 1) -> None:
        results[name] = took
        sys.stderr.write(f"{kind}: {name}: {' / '.join(f'{value:.1f}' for value in took)}\n")
        if asked.results:
            # the processor's part stands last of a question, second of a whole
            spent = round((took[2] if name in QUESTIONS | WRITES else took[1]) * factor, 3)
            line = {"on": kind, "articles": articles, "question": name, "processor_ms": spent}
            with asked.results.open("a") as file:
                file.write(json.dumps(line | {"took": [round(value, 3) for value in took]}) + "\n")

    with library(articles, postgres=kind == POSTGRESQL, keep=asked.keep) as database:
        if asked.warm:
            read_files(database)
        server = ServerTime(database)
        for name, question in (QUESTIONS | WRITES).items():
            if asked.only in name:
                keep(name, ask(database, name, question, articles, server))
        for suffix in ("jsonl", "parquet", "graphml") if asked.exports else ():
            keep(f"export {suffix}", export(database, server, suffix), 1000)
        for name, took in (move(database) if asked.moves else {}).items():
            keep(name, took, 1000)
    return results


def main() -> None:
    """Fill, ask, print a table."""
    # as every command does: what is loaded is not looked through again and again
    collect_seldom()
    gc.freeze()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[100_000])
    parser.add_argument("--keep", type=Path, help="a folder in which the databases stay")
    parser.add_argument("--on", choices=(SQLITE, POSTGRESQL), help="one database alone")
    parser.add_argument("--only", default="", help="the questions whose names have this")
    parser.add_argument("--warm", action="store_true", help="read the files once before")
    parser.add_argument("--exports", action="store_true", help="everything, as files")
    parser.add_argument("--moves", action="store_true", help="db copy, and a migration of the copy")
    parser.add_argument("--results", type=Path, help="a file of JSON lines to which they are added")
    asked = parser.parse_args()
    for articles in asked.articles:
        sys.stdout.write(table(articles, asked))


def table(articles: int, asked: argparse.Namespace) -> str:
    """What was measured, for people."""
    kinds = [asked.on] if asked.on else [SQLITE, POSTGRESQL]
    results = {kind: measure(kind, articles, asked) for kind in kinds}
    heads = [f"{kind}: p50 / p95, processor ms" for kind in kinds]
    lines = [
        f"| {articles:,} articles | {' | '.join(heads)} |",
        "|---" * (1 + len(kinds)) + "|",
    ]
    for name in results[kinds[0]]:
        cells = ["{:.0f} / {:.0f}, {:.0f}".format(*results[kind][name]) for kind in kinds]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines.append("Exports and moves: seconds / processor seconds, MiB.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
