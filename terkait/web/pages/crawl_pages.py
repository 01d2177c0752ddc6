"""The pages of the crawl: runs, sites, frontier, explain; and the list of the API."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from db.config import Site
from db.queries.explain import explain
from db.queries.frontier import frontier, list_pages, planned_pages
from db.queries.search.results import SearchHit, search_page
from db.queries.sites import DAYS, SiteReport, list_sites, site_report
from db.runs import lifecycle
from db.runs.report import RunLine, list_runs, report
from db.sql.types import utc_now
from terkait.cli.ask.explain_command import sentences
from terkait.cli.ask.runs_command import rules_in_words
from terkait.exports.lines import table_lines
from terkait.web import asking
from terkait.web.app_state import Ours, Web
from terkait.web.pages.same_as import SameAs, command
from terkait.web.pages.terms import address

_MAX_ID = 2**63 - 1
RUNS_SHOWN = 50
PAGES_SHOWN = 100
#: runs that one is compared with
COMPARED = 7
_WORST = (
    "unreachable",
    "failed",
    "blocked",
    "degraded",
    "empty",
    "interrupted",
    "ok",
    "nothing due",
)

Id = Annotated[int, Path(ge=0, le=_MAX_ID)]
Text = Annotated[str, Query(max_length=4_096)]


routes = APIRouter(include_in_schema=False)


@routes.get("/frontier")
def waiting(web: Ours, state: Text = "", reason: Text = "", after: int = 0) -> Response:
    with web.session() as session:
        now = frontier(session)
        wanted = bool(state or reason)
        listed = (
            list_pages(
                session, state=state or None, reason=reason or None,
                after=max(0, min(after, _MAX_ID)), limit=PAGES_SHOWN,
            )
            if wanted
            else planned_pages(session)
        )  # fmt: skip
    return web.pages.page(
        "frontier.html", title="Frontier", here="/frontier", now=now, listed=listed,
        wanted=wanted, state=state, reason=reason, page_size=PAGES_SHOWN,
        same=SameAs(command=command("stats"), json="/api/frontier"),
    )  # fmt: skip


@routes.get("/explain")
def why(web: Ours, url: Text = "") -> Response:
    known, said = None, []
    if url.strip():
        with web.session() as session:
            known = explain(session, asking.address_meant(session, url))
        said = list(sentences(known)) if known.is_known else []
    return web.pages.page(
        "explain.html", title="Explain", here="/frontier", url=url, known=known,
        sentences=said,
        same=SameAs(
            command=command("explain", url or "URL"),
            json=address("/api/explain", url=url) if url else "",
        ),
    )  # fmt: skip


@routes.get("/api")
def api(web: Ours, request: Request) -> Response:
    paths = request.app.openapi()["paths"]
    listed = [
        (path, method["get"].get("summary", ""), method["get"].get("parameters", []))
        for path, method in paths.items()
    ]
    with web.session() as session:
        newest = search_page(session, "", web.filters(), sort="newest", limit=1).hits
        latest = list_runs(session, limit=1)
    examples = _examples([path for path, _, _ in listed], newest, latest)
    return web.pages.page(
        "api.html", title="API", here="/api", listed=listed, has_key=bool(web.config.web_key),
        examples=examples, base=str(request.base_url).rstrip("/"),
        same=SameAs(command="terkait web", json="/api/openapi.json"),
    )  # fmt: skip


def _examples(
    paths: list[str], newest: Sequence[SearchHit], latest: Sequence[RunLine]
) -> dict[str, str]:
    """Routes with a part to fill in -> the same filled in with what is there."""
    parts = {"{run_id}": latest[0].id} if latest else {}
    named = {"{article_id}": newest[0].id, "{site}": newest[0].site} if newest else {}
    return {
        path: path.replace(part, str(value))
        for part, value in (parts | named).items()
        for path in paths
        if part in path
    }


@routes.get("/runs")
def runs(web: Ours) -> Response:
    with web.session() as session:
        lines = list_runs(session, limit=RUNS_SHOWN)
    return web.pages.page(
        "runs.html", title="Runs", here="/runs", runs=lines,
        same=SameAs(command=command("runs"), json="/api/runs", csv="/runs.csv"),
    )  # fmt: skip


@routes.get("/runs.csv")
def runs_as_csv(web: Ours) -> Response:
    with web.session() as session:
        lines = [asdict(line) for line in list_runs(session, limit=10_000)]
    return _csv("runs", lines)


@routes.get("/runs/{run_id}")
def run(web: Ours, run_id: Id, state: Text = "", reason: Text = "", after: int = 0) -> Response:
    with web.session() as session:
        found = report(session, run_id)
        due = lifecycle.count_due(session, run_id) if found.run.state == "running" else 0
        pages = list_pages(
            session, run=run_id, state=state or None, reason=reason or None,
            after=max(0, min(after, _MAX_ID)), limit=PAGES_SHOWN,
        )  # fmt: skip
        others = list_runs(session, limit=500)
    return web.pages.page(
        "run.html", title=f"Run {run_id}", here="/runs", found=found, run=found.run,
        due=due, pages=pages, state=state, reason=reason, page_size=PAGES_SHOWN,
        earlier=_earlier(found.run, others),
        rules=rules_in_words(found.rules),
        same=SameAs(
            command=command("runs", run_id), json=f"/api/runs/{run_id}",
            csv=f"/runs/{run_id}/pages.csv",
        ),
    )  # fmt: skip


@routes.get("/runs/{run_id}/pages.csv")
def run_pages_as_csv(web: Ours, run_id: Id) -> Response:
    with web.session() as session:
        report(session, run_id)
        pages = list_pages(session, run=run_id, limit=100_000)
    return _csv(f"run-{run_id}", [asdict(page) for page in pages])


@routes.get("/sites")
def sites(web: Ours) -> Response:
    with web.session() as session:
        lines = list_sites(session)
        latest = {run.site: run for run in reversed(list_runs(session, limit=500)) if run.site}
    scheduled: tuple[Site, ...] = web.config.sites
    return web.pages.page(
        "sites.html", title="Sites", here="/sites", sites=lines, scheduled=scheduled,
        latest=latest,
        same=SameAs(command=command("sites", "list"), json="/api/sites", csv="/sites.csv"),
    )  # fmt: skip


@routes.get("/sites.csv")
def sites_as_csv(web: Ours) -> Response:
    with web.session() as session:
        return _csv("sites", [asdict(line) for line in list_sites(session)])


@routes.get("/sites/{site}")
def site(web: Ours, site: str) -> Response:
    with web.session() as session:
        found = site_report(session, site[:300], web.zone)
    return web.pages.page(
        "site.html", title=found.site, here="/sites", found=found,
        calendar=calendar(web, found), judging=judging,
        same=SameAs(
            command=command("search", f"site:{found.site}"), json=f"/api/sites/{found.site}"
        ),
    )  # fmt: skip


def judging(site: str, place: str, kind: str) -> str:
    """The command that says what a box is."""
    return command("sites", "judge", site, place, kind)


def _earlier(run: RunLine, others: list[RunLine]) -> list[RunLine]:
    """The runs before it of the same site or with the same seeds."""
    return [
        other
        for other in others
        if other.id < run.id and other.kind == run.kind
        and (other.site, other.site or other.seeds) == (run.site, run.site or run.seeds)
    ][:COMPARED]  # fmt: skip


def calendar(web: Web, found: SiteReport) -> list[list[dict[str, Any]]]:
    """Weeks of days, the newest last: the worst verdict of each and its articles."""
    verdicts: dict[date, list[str]] = {}
    for run in found.runs:
        day = run.started.astimezone(web.zone).date()
        verdicts.setdefault(day, []).append(run.verdict or run.state)
    articles = {day: count for day, count, _ in found.days}
    today = utc_now().astimezone(web.zone).date()
    first = today - timedelta(days=DAYS - 1)
    first -= timedelta(days=first.weekday())
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    cells = [
        {
            "day": day,
            "verdict": next((v for v in _WORST if v in verdicts.get(day, [])), ""),
            "articles": articles.get(day, 0),
        }
        for day in days
    ]
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _csv(name: str, rows: list[dict[str, object]]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    lines = chain(table_lines(rows))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
