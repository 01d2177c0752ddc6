"""The pages of one article: text and fields, versions, copies, story, links, visits, archive."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from db.queries.copies import Copy, copies_of
from db.queries.diff import VersionDiff, aligned, diff_versions
from db.queries.graph.neighbours import Edge
from db.queries.graph.shortest_path import path_between
from db.queries.graph.stories import story
from db.queries.resolve import find_article
from db.queries.revisions import versions_of
from db.queries.shown_titles import end_titles, far_title, shown_titles
from db.queries.visits import page_as_fetched, visits_of, visits_to_article
from db.sql.session import Session
from db.terms.states import VisitOutcome
from terkait.web import asking
from terkait.web.app_state import Ours, Web
from terkait.web.archived import inert_page, page_text
from terkait.web.guard import ARCHIVED_POLICY
from terkait.web.pages.evidence import evidence_of
from terkait.web.pages.same_as import SameAs, command
from terkait.web.pages.timeline import timeline
from terkait.web.render import frame
from workers.dedup.comparer import COMPARER

_MAX_ID = 2**63 - 1
Id = Annotated[int, Path(ge=0, le=_MAX_ID)]
Number = Annotated[int, Query(ge=0, le=_MAX_ID)]


routes = APIRouter(prefix="/articles/{article_id}", include_in_schema=False)


def _page(
    web: Web,
    session: Session,
    article_id: int,
    tab: str,
    same: SameAs,
    *,
    titles: Mapping[int, str] = MappingProxyType({}),
    **values: Any,
) -> Response:
    record = asking.article_of(session, article_id).record
    own = shown_titles(session, {article_id: record["title"]})
    return web.pages.page(
        f"article_{tab}.html",
        title=own[article_id],
        here="/articles",
        tab=tab,
        article=record,
        same=same,
        titles={**titles, **own},
        **values,
    )


@routes.get("")
def text(web: Ours, article_id: Id) -> Response:
    with web.session() as session:
        missing = asking.missing_fields(asking.article_of(session, article_id).record)
        same = _same(article_id, "show")
        return _page(web, session, article_id, "text", same, missing=missing)


@routes.get("/evidence")
def evidence(web: Ours, article_id: Id) -> Response:
    with web.session() as session:
        fields = evidence_of(session, article_id)
        same = _same(article_id, "show", "evidence")
        return _page(web, session, article_id, "evidence", same, evidence=fields)


@routes.get("/versions")
def versions(
    web: Ours,
    article_id: Id,
    before: Number = 0,
    after: Number = 0,
    view: Literal["side", "inline"] = "side",
) -> Response:
    with web.session() as session:
        find_article(session, article_id)
        every = versions_of(session, article_id)
        last = every[-1].number if every else 0
        after = after or last
        before = before or max(1, after - 1)
        diff: VersionDiff | None = None
        if len(every) > 1:
            diff = diff_versions(session, article_id, before, after)
        same = _same(article_id, "history", "versions")
        return _page(
            web, session, article_id, "versions", same,
            versions=every, diff=diff, view=view, before=before, after=after,
        )  # fmt: skip


@routes.get("/copies")
def copies(web: Ours, article_id: Id, other: Number = 0) -> Response:
    with web.session() as session:
        article = find_article(session, article_id)
        members = copies_of(session, article, COMPARER)
        chosen = _chosen_copy(members, other or article_id)
        pairs = _beside(session, members[0].id, chosen.id) if chosen else []
        same = _same(article_id, "copies", "copies")
        titles = shown_titles(session, {copy.id: copy.title for copy in members})
        return _page(
            web, session, article_id, "copies", same,
            titles=titles, copies=members, chosen=chosen, pairs=pairs,
        )  # fmt: skip


@routes.get("/story")
def chapters(web: Ours, article_id: Id) -> Response:
    with web.session() as session:
        told = story(session, find_article(session, article_id))
        same = _same(article_id, "story", "story")
        line = timeline(told, web.zone)
        titles = shown_titles(session, {chapter.id: chapter.title for chapter in told})
        return _page(
            web, session, article_id, "story", same, titles=titles, chapters=told, line=line
        )


@routes.get("/links")
def links(web: Ours, article_id: Id) -> Response:
    with web.session() as session:
        around = asking.links_of(session, article_id, 1, limit=asking.MAX_LINKS)
        same = _same(article_id, "related", "links")
        return _page(
            web, session, article_id, "links", same,
            titles=end_titles(session, around.edges), far_title=far_title,
            out=_by_box(around.edges, "out"), into=_by_box(around.edges, "in"),
            is_cut=around.is_cut,
        )  # fmt: skip


@routes.get("/graph")
def graph(
    web: Ours,
    article_id: Id,
    hops: Annotated[int, Query(ge=1, le=asking.MAX_HOPS)] = 2,
    kind: Annotated[str, Query(max_length=20)] = "",
    box: Annotated[str, Query(max_length=300)] = "",
    site: Annotated[str, Query(max_length=200)] = "",
    to: Annotated[str, Query(max_length=4_096)] = "",
) -> Response:
    with web.session() as session:
        around = asking.links_of(session, article_id, hops)
        titles = end_titles(session, around.edges)
        drawn = _only(
            asking.graph_record(around, article_id, titles), kind=kind, box=box, site=site
        )
        goal = asking.article_meant(session, to).id if to.strip() else None
        legs = path_between(session, article_id, goal) if goal is not None else None
        same = _same(article_id, "related", "graph", "--hops", hops)
        return _page(
            web, session, article_id, "graph", same,
            titles=titles | end_titles(session, legs or ()), drawn=drawn, hops=hops,
            kind=kind, box=box, site=site, max_drawn=asking.MAX_DRAWN, to=to, legs=legs,
        )  # fmt: skip


@routes.get("/visits")
def visits(web: Ours, article_id: Id) -> Response:
    with web.session() as session:
        lines = visits_to_article(session, article_id)
        kept = {stored.at: stored for stored in visits_of(session, article_id)}
        same = _same(article_id, "explain", "visits")
        return _page(
            web, session, article_id, "visits", same, visits=[(v, kept.get(v.at)) for v in lines],
            sentences={member.value: member.sentence for member in VisitOutcome},
        )  # fmt: skip


@routes.get("/archive")
def archive(web: Ours, article_id: Id, visit: Number = 0) -> Response:
    with web.session() as session:
        stored = page_as_fetched(session, article_id, visit or None)
        same = SameAs(command=command("raw", article_id), json=f"/api/articles/{article_id}")
        return _page(
            web, session, article_id, "archive", same,
            stored=stored, visit=visit, words=page_text(stored),
        )  # fmt: skip


@routes.get("/archive/page")
def archived(web: Ours, article_id: Id, visit: Number = 0) -> Response:
    with web.session() as session:
        record = asking.article_of(session, article_id).record
        stored = page_as_fetched(session, article_id, visit or None)
    made = HTMLResponse(inert_page(stored, record))
    return frame(made, {"Content-Security-Policy": ARCHIVED_POLICY})


def _same(article_id: int, name: str, part: str = "", *options: object) -> SameAs:
    path = f"/api/articles/{article_id}" + (f"/{part}" if part else "")
    return SameAs(command=command(name, article_id, *options), json=path)


def _chosen_copy(members: Sequence[Copy], wanted: int) -> Copy | None:
    """The copy beside the original: the one that is asked for, else the first."""
    others = [member for member in members if not member.is_original]
    return next((member for member in others if member.id == wanted), next(iter(others), None))


def _beside(session: Session, original: int, copy: int) -> list[Any]:
    bodies = [asking.article_of(session, key).record["body"] for key in (original, copy)]
    return list(aligned(*bodies))


def _by_box(edges: Sequence[Edge], direction: str) -> dict[tuple[str, str], list[Edge]]:
    """(kind, box) -> its links."""
    boxes: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        if edge.direction == direction:
            boxes.setdefault((edge.kind, edge.box), []).append(edge)
    return boxes


def _only(drawn: dict[str, Any], *, kind: str, box: str, site: str) -> dict[str, Any]:
    """The graph with links of that kind and box, among articles of that site and the one asked."""
    drawn |= {
        "boxes": sorted({edge["box"] for edge in drawn["edges"] if edge["box"]}),
        "kinds": sorted({edge["kind"] for edge in drawn["edges"]}),
        "sites": sorted({node["site"] for node in drawn["nodes"] if node["site"]}),
    }
    nodes = {
        node["id"]
        for node in drawn["nodes"]
        if not site or node["site"] == site or node["is_asked"]
    }
    edges = [
        edge
        for edge in drawn["edges"]
        if kind in ("", edge["kind"])
        and box in ("", edge["box"])
        and {edge["source"], edge["target"]} <= nodes
    ]
    linked = {end for edge in edges for end in (edge["source"], edge["target"])}
    kept = [node for node in drawn["nodes"] if node["id"] in linked or node["is_asked"]]
    return drawn | {"nodes": kept, "edges": edges}
