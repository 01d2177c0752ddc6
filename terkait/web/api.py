"""The JSON API under ``/api``: what the pages show, by the same questions."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from db.models import Run
from db.queries.copies import copies_of
from db.queries.diff import diff_versions
from db.queries.explain import explain
from db.queries.frontier import frontier, list_pages, planned_pages
from db.queries.graph.shortest_path import path_between
from db.queries.graph.stories import story
from db.queries.resolve import find_article
from db.queries.revisions import versions_of
from db.queries.search.facets import facets, histogram
from db.queries.search.results import Sort, search_page
from db.queries.sites import list_sites, site_report
from db.queries.stats import gather
from db.queries.visits import visits_of
from db.runs import lifecycle
from db.runs.report import list_runs, report, run_line
from db.terms.errors import NotFound
from terkait.cli.output import to_json
from terkait.web import asking
from terkait.web.app_state import Ours
from terkait.web.examples import example
from terkait.web.negotiation import MAX_LIMIT, MAX_OFFSET, answer, only, read_cursor, write_cursor
from terkait.web.pages.evidence import evidence_of
from terkait.web.parameters import Words
from workers.dedup.comparer import COMPARER

#: the largest number that a database keeps
_MAX_ID = 2**63 - 1
#: a stream of a run's progress ends then; whoever watches on asks again
EVENT_SECONDS = 1.0
MAX_EVENTS = 1_800

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Fields = Annotated[
    str | None, Query(max_length=1_000, description="Only these keys, separated by commas.")
]
Cursor = Annotated[
    str | None, Query(max_length=200, description="`next` of the answer before this one.")
]
Id = Annotated[int, Path(ge=0, le=_MAX_ID)]
ArticleId = Annotated[int, Query(ge=0, le=_MAX_ID)]


search_routes = APIRouter(prefix="/api", tags=["search"])


@search_routes.get("/articles", summary="Find articles", responses=example("/api/articles"))
def articles(
    web: Ours,
    request: Request,
    q: Words = "",
    sort: Sort = "relevance",
    limit: Limit = 20,
    cursor: Cursor = None,
    fields: Fields = None,
) -> Response:
    offset, newest = read_cursor(cursor)
    with web.session() as session:
        page = search_page(session, q, web.filters(newest), sort=sort, limit=limit, offset=offset)
    behind = offset + len(page.hits)
    has_more = page.goes_on_behind(behind) and behind < MAX_OFFSET
    return answer(
        request,
        {
            "total": page.total,
            "is_total_exact": page.is_total_exact,
            "items": only(fields, [asking.hit_record(hit) for hit in page.hits]),
            "hints": page.hints,
            "next": write_cursor(behind, page.newest_id) if has_more else None,
        },
    )


@search_routes.get(
    "/facets", summary="Count what the articles have in common", responses=example("/api/facets")
)
def facet_counts(web: Ours, request: Request, q: Words = "") -> Response:
    with web.session() as session:
        counted = facets(session, q, web.filters())
    return answer(
        request,
        {
            "counted": counted.counted,
            "is_cut": counted.is_cut,
            "facets": {facet.name: dict(facet.values) for facet in counted.facets},
        },
    )


@search_routes.get(
    "/histogram", summary="Count articles by day", responses=example("/api/histogram")
)
def by_day(web: Ours, request: Request, q: Words = "") -> Response:
    with web.session() as session:
        counted = histogram(session, q, web.filters())
    days = {day.isoformat(): count for day, count in counted.days}
    value = {
        "zone": str(web.zone),
        "days": days,
        "undated": counted.undated,
        "is_cut": counted.is_cut,
    }
    return answer(request, value)


@search_routes.get("/stats", summary="What the database holds", responses=example("/api/stats"))
def stats(web: Ours, request: Request) -> Response:
    with web.session() as session:
        return answer(request, gather(session))


article_routes = APIRouter(prefix="/api", tags=["article"])


@article_routes.get(
    "/lookup",
    summary="The article meant by an address in any form, an id or a title",
    responses=example("/api/lookup"),
)
def lookup(web: Ours, request: Request, url: Annotated[str, Query(max_length=4_096)]) -> Response:
    with web.session() as session:
        article = asking.article_meant(session, url)
        return answer(request, {"id": article.id, "url": article.url})


@article_routes.get(
    "/path",
    summary="The shortest way between two articles over related links",
    responses=example("/api/path"),
)
def path(
    web: Ours,
    request: Request,
    from_id: Annotated[ArticleId, Query(alias="from")],
    to_id: Annotated[ArticleId, Query(alias="to")],
) -> Response:
    with web.session() as session:
        for key in (from_id, to_id):
            find_article(session, key)
        return answer(request, {"legs": path_between(session, from_id, to_id)})


@article_routes.get(
    "/articles/{article_id}", summary="One article", responses=example("/api/articles/{article_id}")
)
def article(web: Ours, request: Request, article_id: Id, fields: Fields = None) -> Response:
    with web.session() as session:
        record = asking.article_of(session, article_id).record
    return answer(request, only(fields, [record])[0])


@article_routes.get(
    "/articles/{article_id}/evidence",
    summary="Where each field's value comes from",
    responses=example("/api/articles/{article_id}/evidence"),
)
def evidence(web: Ours, request: Request, article_id: Id) -> Response:
    with web.session() as session:
        return answer(request, evidence_of(session, article_id))


@article_routes.get(
    "/articles/{article_id}/versions",
    summary="Its versions, the first one first",
    responses=example("/api/articles/{article_id}/versions"),
)
def versions(web: Ours, request: Request, article_id: Id) -> Response:
    with web.session() as session:
        find_article(session, article_id)
        return answer(request, {"items": versions_of(session, article_id)})


@article_routes.get(
    "/articles/{article_id}/diff",
    summary="Two versions beside each other",
    responses=example("/api/articles/{article_id}/diff"),
)
def diff(
    web: Ours,
    request: Request,
    article_id: Id,
    before: Annotated[int, Query(ge=1, le=_MAX_ID)] = 1,
    after: Annotated[int, Query(ge=1, le=_MAX_ID)] = 2,
) -> Response:
    with web.session() as session:
        find_article(session, article_id)
        return answer(request, asdict(diff_versions(session, article_id, before, after)))


@article_routes.get(
    "/articles/{article_id}/copies",
    summary="Its copies, the original first",
    responses=example("/api/articles/{article_id}/copies"),
)
def copies(web: Ours, request: Request, article_id: Id) -> Response:
    with web.session() as session:
        article = find_article(session, article_id)
        return answer(request, {"items": copies_of(session, article, COMPARER)})


@article_routes.get(
    "/articles/{article_id}/links",
    summary="What is linked with it, both ways",
    responses=example("/api/articles/{article_id}/links"),
)
def links(
    web: Ours,
    request: Request,
    article_id: Id,
    hops: Annotated[int, Query(ge=1, le=asking.MAX_HOPS)] = 1,
) -> Response:
    with web.session() as session:
        around = asking.links_of(session, article_id, hops)
    items = [asking.edge_record(edge) for edge in around.edges]
    return answer(request, {"items": items, "is_cut": around.is_cut})


@article_routes.get(
    "/articles/{article_id}/graph",
    summary="The same as nodes and edges",
    responses=example("/api/articles/{article_id}/graph"),
)
def graph(
    web: Ours,
    request: Request,
    article_id: Id,
    hops: Annotated[int, Query(ge=1, le=asking.MAX_HOPS)] = 2,
) -> Response:
    with web.session() as session:
        around = asking.links_of(session, article_id, hops)
    return answer(request, asking.graph_record(around, article_id, {}))


@article_routes.get(
    "/articles/{article_id}/story",
    summary="What tells the same story, in time",
    responses=example("/api/articles/{article_id}/story"),
)
def chapters(web: Ours, request: Request, article_id: Id) -> Response:
    with web.session() as session:
        told = story(session, find_article(session, article_id))
    return answer(request, {"items": told})


@article_routes.get(
    "/articles/{article_id}/visits",
    summary="The visits that are in the archive",
    responses=example("/api/articles/{article_id}/visits"),
)
def visits(web: Ours, request: Request, article_id: Id) -> Response:
    with web.session() as session:
        find_article(session, article_id)
        return answer(request, {"items": visits_of(session, article_id)})


crawl_routes = APIRouter(prefix="/api", tags=["crawl"])


@crawl_routes.get(
    "/explain",
    summary="Why an address was fetched, skipped or failed",
    responses=example("/api/explain"),
)
def why(web: Ours, request: Request, url: Annotated[str, Query(max_length=4_096)]) -> Response:
    with web.session() as session:
        return answer(request, explain(session, asking.address_meant(session, url)))


@crawl_routes.get("/runs", summary="The crawl runs, newest first", responses=example("/api/runs"))
def runs(web: Ours, request: Request, limit: Limit = 20, fields: Fields = None) -> Response:
    with web.session() as session:
        lines = list_runs(session, limit=limit)
    return answer(request, {"items": only(fields, map(asdict, lines))})


@crawl_routes.get(
    "/runs/{run_id}", summary="One run in full", responses=example("/api/runs/{run_id}")
)
def run(web: Ours, request: Request, run_id: Id) -> Response:
    with web.session() as session:
        return answer(request, report(session, run_id))


@crawl_routes.get(
    "/runs/{run_id}/pages",
    summary="The pages of a run by what became of them",
    responses=example("/api/runs/{run_id}/pages"),
)
def run_pages(
    web: Ours,
    request: Request,
    run_id: Id,
    state: Annotated[str | None, Query(max_length=20)] = None,
    reason: Annotated[str | None, Query(max_length=500)] = None,
    after: Annotated[int, Query(ge=0, le=_MAX_ID)] = 0,
    limit: Limit = 100,
) -> Response:
    with web.session() as session:
        report(session, run_id)
        pages = list_pages(
            session, run=run_id, state=state, reason=reason, after=after, limit=limit
        )
    last = pages[-1].id if len(pages) == limit else None
    return answer(request, {"items": pages, "next": last})


@crawl_routes.get("/runs/{run_id}/events", summary="Its progress as server-sent events")
async def events(web: Ours, run_id: Id) -> Response:
    def look() -> dict[str, Any]:
        with web.session() as session:
            row = session.get(Run, run_id)
            if row is None:
                raise NotFound(f"there is no run {run_id}")
            due = lifecycle.count_due(session, run_id)
            counts = asdict(lifecycle.progress(session, run_id, due=due))
            line = run_line(row)
        return counts | {"state": line.state, "verdict": line.verdict}

    first = await run_in_threadpool(look)

    async def stream() -> AsyncIterator[str]:
        counts = first
        for _ in range(MAX_EVENTS):
            yield f"event: progress\ndata: {to_json(counts, is_ascii=True)}\n\n"
            if counts["state"] != "running":
                yield "event: end\ndata: {}\n\n"
                return
            await asyncio.sleep(EVENT_SECONDS)
            counts = await run_in_threadpool(look)

    return StreamingResponse(stream(), media_type="text/event-stream")


@crawl_routes.get(
    "/sites",
    summary="The sites that have articles, the largest first",
    responses=example("/api/sites"),
)
def sites(web: Ours, request: Request) -> Response:
    with web.session() as session:
        return answer(request, {"items": list_sites(session)})


@crawl_routes.get(
    "/sites/{site}", summary="One site in full", responses=example("/api/sites/{site}")
)
def site(web: Ours, request: Request, site: str) -> Response:
    with web.session() as session:
        return answer(request, site_report(session, site[:300], web.zone))


@crawl_routes.get(
    "/frontier",
    summary="What waits, rests, failed or was passed over, and why",
    responses=example("/api/frontier"),
)
def waiting(web: Ours, request: Request) -> Response:
    with web.session() as session:
        value = asdict(frontier(session)) | {"next": planned_pages(session)}
    return answer(request, value)
