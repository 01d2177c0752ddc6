"""The shortest way between two articles over related links, whichever way they point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from db.models import Article, Link, Page
from db.queries.graph.neighbours import Direction, Node
from db.sql.dialect import chunks

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
    """One link, from the article at which it was found."""

    near: int
    far: int
    direction: Direction
    kind: str
    box: str

    def turned(self) -> "_Hop":
        """The same link, gone the other way."""
        direction: Direction = "in" if self.direction == "out" else "out"
        return replace(self, near=self.far, far=self.near, direction=direction)


def path_between(
    session: Session, start: int, goal: int, *, hops: int = 6
) -> tuple[Leg, ...] | None:
    """The legs from one article (id) to another; None where there is no way within ``hops``.

    Of several shortest ways, the one over the stronger kinds (related, readmore, inline).
    """
    sides = _Side.at(start), _Side.at(goal)
    meeting = {start} & {goal}
    for _ in range(hops):
        if meeting or not all(side.frontier for side in sides):
            break
        if sum(len(side.reached) for side in sides) > MAX_ARTICLES:
            break
        # from the side that has less to look at: the ways out of a hub are very many
        near, other = sorted(sides, key=lambda side: len(side.frontier))
        near.step(session)
        meeting = near.frontier & other.reached.keys()
    if not meeting:
        return None
    ways = ([*sides[0].way(middle)[::-1], *map(_Hop.turned, sides[1].way(middle))]
            for middle in sorted(meeting))  # fmt: skip
    return _legs(session, min(ways, key=_weakness), start)


@dataclass(slots=True)
class _Side:
    """What was reached from one of the two ends."""

    #: article -> the hop by which it was first reached
    reached: dict[int, "_Hop | None"]
    #: those reached with the last step
    frontier: set[int]

    @classmethod
    def at(cls, article: int) -> "_Side":
        return cls(reached={article: None}, frontier={article})

    def step(self, session: Session) -> None:
        """Reach all that is one link further."""
        hops: dict[int, _Hop] = {}
        for hop in _neighbours(session, self.frontier):
            if hop.far not in self.reached:
                hops.setdefault(hop.far, hop)
        self.reached |= hops
        self.frontier = set(hops)

    def way(self, article: int) -> list["_Hop"]:
        """The hops from this article back to the end."""
        hops: list[_Hop] = []
        while (hop := self.reached[article]) is not None:
            hops.append(hop)
            article = hop.near
        return hops


def _weakness(way: Sequence["_Hop"]) -> list[int]:
    return [_STRENGTH.get(hop.kind, 9) for hop in way]


def _neighbours(session: Session, articles: Iterable[int]) -> list[_Hop]:
    """The links from and to these articles, the stronger kinds first."""
    ids = sorted(articles)
    hops = [
        _Hop(near=row.source, far=row.target, direction="out", kind=row.kind, box=row.box)
        for row in _links(session, ids, "out")
    ]
    hops += [
        _Hop(near=row.target, far=row.source, direction="in", kind=row.kind, box=row.box)
        for row in _links(session, ids, "in")
    ]
    return sorted(hops, key=lambda hop: _STRENGTH.get(hop.kind, 9))


_STRENGTH = {"related": 0, "readmore": 1, "inline": 2}


def _links(session: Session, ids: list[int], direction: Direction) -> list[Row[Any]]:
    source, target = aliased(Page), aliased(Page)
    here, there = (source, target) if direction == "out" else (target, source)
    rows: list[Row[Any]] = []
    for batch in chunks(ids):
        rows += session.execute(
            select(
                source.article_id.label("source"),
                target.article_id.label("target"),
                Link.kind,
                Link.box,
            )
            .join(source, source.id == Link.source_id)
            .join(target, target.id == Link.target_id)
            .where(here.article_id.in_(batch), there.article_id.is_not(None))
            .order_by(Link.id)
            .limit(MAX_ARTICLES)
        )
    return rows


def _legs(session: Session, way: Sequence[_Hop], start: int) -> tuple[Leg, ...]:
    ids = {start, *(hop.far for hop in way)}
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
            far=nodes[hop.far],
        )
        for hop in way
    )
