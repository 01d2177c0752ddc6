"""The graph around an article: what it links to, what links to it, and so on outwards.

A node is an article with all its addresses, or an address that led to none (yet).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Integer, Row, bindparam, select
from sqlalchemy.orm import Session

from db.models import Article, Link
from db.queries.link_times import is_there, read_times
from db.queries.resolve import ResolvedAddress, addresses_of, follow
from db.sql.dialect import chunks, number_list, one_of_ids, rows_of, run

#: of each page the first links to it, from an index alone
_FIRST = {
    True: "SELECT (SELECT group_concat(id) FROM (SELECT id FROM links WHERE target_id = k.value"
    " ORDER BY id LIMIT :room)) FROM json_each(:pages) AS k",
    False: "SELECT (SELECT string_agg(CAST(id AS text), ',') FROM (SELECT id FROM links"
    " WHERE target_id = k ORDER BY id LIMIT %(room)s) AS first)"
    " FROM unnest(CAST(%(pages)s AS bigint[])) AS k",
}
_LINKS = select(
    Link.source_id,
    Link.target_id,
    Link.kind,
    Link.box,
    Link.anchor,
    Link.position,
    Link.teaser,
    Link.unfollowed,
    Link.first_seen_at,
    Link.last_seen_at,
)
_FROM = one_of_ids(_LINKS.order_by(Link.source_id, Link.position), Link.source_id)
_FROM_FIRST = one_of_ids(
    _LINKS.order_by(Link.source_id, Link.position).limit(bindparam("room", type_=Integer)),
    Link.source_id,
)
_TO = one_of_ids(_LINKS.order_by(Link.id), Link.target_id)
_BY_ID = one_of_ids(_LINKS.order_by(Link.id), Link.id)
_ARTICLES = one_of_ids(
    select(Article.id, Article.url, Article.title, Article.site, Article.published), Article.id
)

Direction = Literal["out", "in"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """An article, or an address without one."""

    #: canonical address
    url: str
    #: None: no article is stored at the address
    article_id: int | None = None
    title: str | None = None
    site: str | None = None
    published: str | None = None
    #: of the address, where there is no article
    state: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A link, seen from the node that the walk came from."""

    #: 1 for the links of the article itself
    hop: int
    #: "out": the link stands on the nearer node; "in": on the farther one
    direction: Direction
    kind: str
    box: str
    anchor: str
    position: int
    teaser: str
    #: why the crawl did not follow it, None where it did
    unfollowed: str | None
    #: times of the visits that saw it first and last; None: not known
    first_seen: datetime | None
    last_seen: datetime | None
    #: False where the last visit that read the page did not see it any more
    is_there: bool | None
    #: the node that the walk came from, and the one that the link adds
    near: Node
    far: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbourhood:
    """What the walk found."""

    edges: tuple[Edge, ...]
    #: True where there are more edges than were asked for
    is_cut: bool


#: ("article", articles.id) or ("page", pages.id)
_Key = tuple[str, int]


class _Step(NamedTuple):
    """An edge before its nodes are known by name."""

    hop: int
    direction: Direction
    link: Row[Any]
    near: _Key
    far: _Key


def neighbourhood(
    session: Session, article_id: int, *, hops: int = 1, limit: int | None = 500
) -> Neighbourhood:
    """Walk the links in both directions, each pair of nodes once a direction and kind."""
    names: dict[_Key, ResolvedAddress] = {}
    steps: dict[tuple[_Key, _Key, str], _Step] = {}
    frontier: set[_Key] = {("article", article_id)}
    seen = set(frontier)
    for hop in range(1, hops + 1):
        room = None if limit is None else limit + 1 - len(steps)
        walked = _steps(session, frontier, names, hop=hop, room=room)
        for step in walked:
            ends = (step.near, step.far) if step.direction == "out" else (step.far, step.near)
            steps.setdefault((*ends, step.link.kind), step)
        frontier = {step.far for step in walked} - seen
        seen |= frontier
        if not frontier or (limit is not None and len(steps) > limit):
            break
    kept = list(steps.values())[:limit]
    nodes = _nodes(session, names, kept, article_id)
    times = read_times(session, {step.link.source_id for step in kept})
    edges = tuple(_edge(step, nodes, times) for step in kept)
    return Neighbourhood(edges=edges, is_cut=len(steps) > len(kept))


def _steps(
    session: Session,
    frontier: set[_Key],
    names: dict[_Key, ResolvedAddress],
    *,
    hop: int,
    room: int | None,
) -> list[_Step]:
    """All links from and to these nodes, at most ``room`` each way; fills ``names``."""
    owners = _pages_of(session, frontier)
    links = [("out", link) for link in _links(session, owners, "out", room)]
    links += [("in", link) for link in _links(session, owners, "in", room)]
    far_pages = {_far_page(direction, link) for direction, link in links}
    ends = follow(session, far_pages)
    steps: list[_Step] = []
    for direction, link in links:
        end = ends[_far_page(direction, link)]
        far = _key_of(end)
        names[far] = end
        near = owners[link.source_id if direction == "out" else link.target_id]
        if near != far:
            way: Direction = "out" if direction == "out" else "in"
            steps.append(_Step(hop=hop, direction=way, link=link, near=near, far=far))
    return steps


def _far_page(direction: str, link: Row[Any]) -> int:
    page_id: int = link.target_id if direction == "out" else link.source_id
    return page_id


def _key_of(address: ResolvedAddress) -> _Key:
    if address.article_id is not None:
        return ("article", address.article_id)
    return ("page", address.id)


def _pages_of(session: Session, nodes: Iterable[_Key]) -> dict[int, _Key]:
    """Page id -> the node it belongs to, for all pages of these nodes."""
    owners: dict[int, _Key] = {key: ("page", key) for kind, key in nodes if kind == "page"}
    articles = [key for kind, key in nodes if kind == "article"]
    for article_id, addresses in addresses_of(session, articles).items():
        owners |= {address.id: ("article", article_id) for address in addresses}
    return owners


def _links(
    session: Session, pages: Iterable[int], direction: Direction, room: int | None
) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    for batch in chunks(sorted(pages)):
        if room is None:
            rows += rows_of(session, _FROM if direction == "out" else _TO, batch)
        elif len(rows) >= room:
            break
        elif direction == "out":
            rows += rows_of(session, _FROM_FIRST, batch, room=room)
        else:
            rows += rows_of(session, _BY_ID, first_links(session, batch, room)[:room])
    return rows


def first_links(session: Session, pages: Sequence[int], room: int) -> list[int]:
    """The ids of the first links to each of these pages, without a look at all that lead to a hub.

    room: so many of a page at most.
    """
    values = {"pages": number_list(session, pages), "room": room}
    rows = run(session, _FIRST, values)
    return sorted(int(id_) for (ids,) in rows if ids for id_ in ids.split(","))


def _nodes(
    session: Session, names: Mapping[_Key, ResolvedAddress], steps: Iterable[_Step], start: int
) -> dict[_Key, Node]:
    keys = {key for step in steps for key in (step.near, step.far)} | {("article", start)}
    nodes = {key: _page_node(names[key]) for key in keys if key[0] == "page"}
    articles = (number for kind, number in keys if kind == "article")
    for id_, url, title, site, published in rows_of(session, _ARTICLES, articles):
        nodes["article", id_] = Node(
            url=url, article_id=id_, title=title, site=site, published=published
        )
    return nodes


def _page_node(address: ResolvedAddress) -> Node:
    return Node(url=address.url, state=address.state, reason=address.reason)


def _edge(step: _Step, nodes: Mapping[_Key, Node], times: Mapping[int, datetime]) -> Edge:
    link = step.link
    return Edge(
        hop=step.hop,
        direction=step.direction,
        kind=link.kind,
        box=link.box,
        anchor=link.anchor,
        position=link.position,
        teaser=link.teaser,
        unfollowed=link.unfollowed,
        first_seen=link.first_seen_at,
        last_seen=link.last_seen_at,
        is_there=is_there(link, times),
        near=nodes[step.near],
        far=nodes[step.far],
    )
