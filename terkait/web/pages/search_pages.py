"""``/``: search with facets, days and marks; ``/feed.xml``: the newest of it as RSS."""

from dataclasses import replace
from importlib.util import find_spec
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from db.models import Run
from db.queries.search.facets import facets, histogram
from db.queries.search.query import FIELDS
from db.queries.search.results import SORTS, Sort, search_page
from db.queries.shown_titles import shown_titles
from db.sql.session import Session
from db.terms.errors import NotFound
from terkait.web import asking
from terkait.web.app_state import Ours
from terkait.web.feed import rss
from terkait.web.negotiation import MAX_OFFSET, tagged
from terkait.web.pages.same_as import same_search
from terkait.web.pages.terms import address

PAGE_SIZE = 20
FEED_SIZE = 50

Words = Annotated[str, Query(max_length=2_000)]


routes = APIRouter(include_in_schema=False)


@routes.get("/")
def search(
    web: Ours,
    q: Words = "",
    sort: Sort = "relevance",
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> Response:
    q = " ".join(q.split())
    with web.session() as session:
        if asking.looks_like_address(q):
            return RedirectResponse(_where(session, q), 302)
        found = search_page(session, q, web.filters(), sort=sort, limit=PAGE_SIZE, offset=offset)
        if not found.total and not q:
            has_runs = session.query(Run.id).first() is not None
            return web.pages.page("empty.html", has_runs=has_runs, title="", here="/")
        titles = shown_titles(session, {hit.id: hit.title for hit in found.hits})
        counted = facets(session, q, web.filters())
        by_day = histogram(session, q, web.filters())
    return web.pages.page(
        "search.html",
        title=q or "",
        here="/",
        q=q,
        sort=sort,
        sorts=SORTS,
        offset=offset,
        page_size=PAGE_SIZE,
        max_offset=MAX_OFFSET,
        found=found,
        titles=titles,
        counted=counted,
        days=[[day.isoformat(), count] for day, count in by_day.days],
        undated=by_day.undated,
        days_counted=by_day.newest,
        fields=FIELDS,
        has_parquet=find_spec("arro3") is not None,
        same=same_search(q, sort),
        feed=address("/feed.xml", q=q),
    )


@routes.get("/feed.xml")
def feed(web: Ours, request: Request, q: Words = "") -> Response:
    with web.session() as session:
        found = search_page(session, q, web.filters(), sort="newest", limit=FEED_SIZE)
        titles = shown_titles(session, {hit.id: hit.title for hit in found.hits})
    hits = [replace(hit, title=titles[hit.id]) for hit in found.hits]
    body = rss(q, hits, str(request.base_url))
    return tagged(request, body, media_type="application/rss+xml")


@routes.get("/lookup")
def lookup(web: Ours, url: Annotated[str, Query(max_length=4_096)]) -> Response:
    with web.session() as session:
        return RedirectResponse(_where(session, url), 302)


def _where(session: Session, text: str) -> str:
    """The article that is meant, or what is known of the address."""
    try:
        return f"/articles/{asking.article_meant(session, text).id}"
    except NotFound:
        return address("/explain", url=text)
