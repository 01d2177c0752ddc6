"""The shortest way between two articles over related links, whichever way they point."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from db.dialect import chunks
from db.models import Article, Link, Page
from db.queries.graph.neighbours import Direction, Node

#: articles looked at before the search is given up
MAX_ARTICLES = 50_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One link of a way."""

    #: "out": the link stands on ``near``; "in": on ``far``
    direction: Direction
    kind: str
    box: str
    near: Node
    far: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hop:
    """How an article was first reached."""

    near: int
    direction: Direction
    kind: str
    box: str


def path_between(
    session: Session, start: int, goal: int, *, hops: int = 6
) -> tuple[Leg, ...] | None:
    """The legs from one article (id) to another; None where there is no way within ``hops``.

    Of several shortest ways, the one over the stronger kinds (related, readmore, inline).
    """
    reached: dict[int, _Hop | None] = {start: None}
    frontier = {start}
    for _ in range(hops):
        if goal in reached or not frontier or len(reached) > MAX_ARTICLES:
            break
        found: dict[int, _Hop] = {}
        for hop, far in _neighbours(session, frontier):
            if far not in reached:
                found.setdefault(far, hop)
        reached |= found
        frontier = set(found)
    if goal not in reached:
        return None
    return _legs(session, reached, goal)


def _neighbours(session: Session, articles: Iterable[int]) -> list[tuple[_Hop, int]]:
    """The links from and to these articles, the stronger kinds first."""
    ids = sorted(articles)
    rows = [(row, "out") for row in _links(session, ids, "out")]
    rows += [(row, "in") for row in _links(session, ids, "in")]
    rows.sort(key=lambda one: _STRENGTH.get(one[0].kind, 9))
    found = []
    for row, way in rows:
        direction: Direction = "out" if way == "out" else "in"
        near, far = (row.source, row.target) if way == "out" else (row.target, row.source)
        found.append((_Hop(near=near, direction=direction, kind=row.kind, box=row.box), far))
    return found


_STRENGTH = {"related": 0, "readmore": 1, "inline": 2}


def _links(session: Session, ids: list[int], direction: Direction) -> list[Row[Any]]:
    source, target = aliased(Page), aliased(Page)
    here, there = (source, target) if direction == "out" else (target, source)
    rows: list[Row[Any]] = []
    for some in chunks(ids):
        rows += session.execute(
            select(
                source.article_id.label("source"),
                target.article_id.label("target"),
                Link.kind,
                Link.box,
            )
            .join(source, source.id == Link.source_id)
            .join(target, target.id == Link.target_id)
            .where(here.article_id.in_(some), there.article_id.is_not(None))
            .order_by(Link.id)
            .limit(MAX_ARTICLES)
        )
    return rows


def _legs(session: Session, reached: dict[int, _Hop | None], goal: int) -> tuple[Leg, ...]:
    steps: list[tuple[_Hop, int]] = []
    far = goal
    while (hop := reached[far]) is not None:
        steps.append((hop, far))
        far = hop.near
    ids = {goal, *(hop.near for hop, _ in steps)}
    rows = session.scalars(select(Article).where(Article.id.in_(ids)))
    nodes = {
        row.id: Node(
            url=row.url, article_id=row.id, title=row.title, site=row.site, published=row.published
        )
        for row in rows
    }
    return tuple(
        Leg(
            direction=hop.direction,
            kind=hop.kind,
            box=hop.box,
            near=nodes[hop.near],
            far=nodes[far],
        )
        for hop, far in reversed(steps)
    )
