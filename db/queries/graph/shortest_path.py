"""The shortest way between two articles over related links, whichever way they point."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Article, Link
from db.queries.graph.neighbours import Direction, Node
from db.queries.graph.two_sides import MAX_ARTICLES, Side, Way, joining_ways, with_less_to_look_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One link of a way."""

    #: "out": the link stands on ``near``; "in": on ``far``
    direction: Direction
    kind: str
    box: str
    near: Node
    far: Node


def path_between(
    session: Session, start: int, goal: int, *, hops: int = 6
) -> tuple[Leg, ...] | None:
    """The legs from one article (id) to another; None where there is no way within ``hops``.

    Of several shortest ways, the one over the stronger kinds (related, readmore, inline).
    """
    if start == goal:
        return ()
    sides = Side(start, is_start=True), Side(goal, is_start=False)
    for length in range(1, hops + 1):
        if length > 1:
            if sum(len(side.ways) for side in sides) > MAX_ARTICLES:
                break
            with_less_to_look_at(session, *sides).step(session)
        if not all(side.frontier for side in sides):
            break
        if joining := list(joining_ways(session, *sides)):
            return _legs(session, min(joining), start)
    return None


def _legs(session: Session, way: Way, start: int) -> tuple[Leg, ...]:
    ids = {start, *(hop.far for hop in way.hops)}
    rows = session.scalars(select(Article).where(Article.id.in_(ids)))
    nodes = {
        row.id: Node(
            url=row.url, article_id=row.id, title=row.title, site=row.site, published=row.published
        )
        for row in rows
    }
    numbers = [hop.link for hop in way.hops]
    links = {link.id: link for link in session.scalars(select(Link).where(Link.id.in_(numbers)))}
    return tuple(
        Leg(
            direction="out" if hop.is_out else "in",
            kind=links[hop.link].kind,
            box=links[hop.link].box,
            near=nodes[hop.near],
            far=nodes[hop.far],
        )
        for hop in way.hops
    )
