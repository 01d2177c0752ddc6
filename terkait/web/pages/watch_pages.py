"""``/watches``: what runs found of the saved searches, also as RSS. Read only."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from db.queries.shown_titles import shown_titles
from db.watches import watch_rows
from terkait.cli.ask.watch_command import said
from terkait.web.app_state import Ours
from terkait.web.examples import example
from terkait.web.feed import events_rss
from terkait.web.negotiation import answer, tagged
from terkait.web.pages.same_as import SameAs, command

FEED_SIZE = 100
Name = Annotated[str, Query(max_length=100)]

routes = APIRouter(include_in_schema=False)
api_routes = APIRouter(prefix="/api", tags=["watches"])


@routes.get("/watches")
def watches(web: Ours, name: Name = "") -> Response:
    with web.session() as session:
        kept = [
            (watch.name, watch.query, watch.problem) for watch in watch_rows.all_watches(session)
        ]
        events = watch_rows.events(session, watch=name or None)
        titles = shown_titles(session, {event.article: event.title for event in events})
    return web.pages.page(
        "watches.html", title=name or "Watches", here="/watches", name=name, watches=kept,
        titles=titles, events=[(event, said(event.kind, event.detail)) for event in events],
        same=SameAs(command=command("watch"), json="/api/watches"),
    )  # fmt: skip


@routes.get("/watches/{name}/feed.xml")
def feed(web: Ours, request: Request, name: str) -> Response:
    with web.session() as session:
        events = watch_rows.events(session, watch=name[:100], limit=FEED_SIZE)
        titles = shown_titles(session, {event.article: event.title for event in events})
        query = watch_rows.get(session, name[:100]).query
    lines = [
        (replace(event, title=titles[event.article]), said(event.kind, event.detail))
        for event in events
    ]
    body = events_rss(name[:100], query, lines, str(request.base_url))
    return tagged(request, body, media_type="application/rss+xml")


@api_routes.get(
    "/watches",
    summary="The saved searches and what runs found of them",
    responses=example("/api/watches"),
)
def listed(web: Ours, request: Request, name: Name = "") -> Response:
    with web.session() as session:
        kept = [{"name": w.name, "query": w.query} for w in watch_rows.all_watches(session)]
        events = watch_rows.events(session, watch=name or None)
    return answer(request, {"watches": kept, "events": events})
