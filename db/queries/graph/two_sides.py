"""What a search for the shortest way has reached from either end, and where the two meet."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from db.models import Link, Page
from db.queries.graph.neighbours import Direction
from db.sql.dialect import chunks

#: articles looked at before the search is given up
MAX_ARTICLES = 50_000
#: links that stand on a page, about
LINKS_OF_PAGE = 8
#: links are counted up to here
MAX_LINKS = 1_000_000
_STRENGTH = {"related": 0, "readmore": 1, "inline": 2}
_WEAKEST = 9


class Hop(NamedTuple):
    """One link of a way, ``near`` being nearer to its start."""

    link: int
    near: int
    far: int
    is_out: bool


class Way(NamedTuple):
    """What is preferred is smaller: the stronger kinds, then the links that were found earlier."""

    weakness: tuple[int, ...] = ()
    hops: tuple[Hop, ...] = ()

    def and_then(self, other: "Way") -> "Way":
        """Both, one behind the other."""
        return Way(self.weakness + other.weakness, self.hops + other.hops)


class ArticleLink(NamedTuple):
    """A link, as articles."""

    id: int
    kind: str
    source: int
    target: int

    def way(self, near: int) -> Way:
        """The link alone, from one of its ends."""
        is_out = near == self.source
        far = self.target if is_out else self.source
        hop = Hop(self.id, near, far, is_out)
        return Way((_STRENGTH.get(self.kind, _WEAKEST),), (hop,))


class Side:
    """What was reached from one of the two ends."""

    def __init__(self, article: int, *, is_start: bool) -> None:
        self._is_start = is_start
        #: article -> the best of the shortest ways between it and the end
        self.ways: dict[int, Way] = {article: Way()}
        self._reach({article})

    def _reach(self, articles: Collection[int]) -> None:
        #: those reached with the last step
        self.frontier = frozenset(articles)
        self._links = len(self.frontier) * LINKS_OF_PAGE
        self._uncounted = chunks(sorted(self.frontier))
        self._pages: dict[int, int] | None = None

    def links(self, session: Session, most: int) -> int:
        """How many links those reached last have, counted by the index alone and up to ``most``."""
        while self._links < most and (batch := next(self._uncounted, ())):
            pages = select(Page.id).where(Page.article_id.in_(batch))
            counted = select(func.count()).where(Link.target_id.in_(pages))
            self._links += session.scalar(counted) or 0
        return self._links

    def pages(self, session: Session) -> dict[int, int]:
        """All addresses of those reached last, and which article is there."""
        if self._pages is None:
            self._pages = _articles_at(session, Page.article_id, self.frontier)
        return self._pages

    def step(self, session: Session) -> None:
        """Reach all that is one link further."""
        reached: dict[int, Way] = {}
        for direction in ("out", "in"):
            for link in _links_of(session, self.frontier, direction):
                near, far = link.source, link.target
                if direction == "in":
                    near, far = far, near
                if far in self.ways:
                    continue
                way = self._way(link, near, far)
                if far not in reached or way < reached[far]:
                    reached[far] = way
        self.ways |= reached
        self._reach(reached)

    def _way(self, link: ArticleLink, near: int, far: int) -> Way:
        if self._is_start:
            return self.ways[near].and_then(link.way(near))
        return link.way(far).and_then(self.ways[near])


def with_less_to_look_at(session: Session, *sides: Side) -> Side:
    """The side to go on from: the links to a hub are very many."""
    smaller, larger = sorted(sides, key=lambda side: len(side.frontier))
    links = smaller.links(session, MAX_LINKS)
    return larger if larger.links(session, links) < links else smaller


def joining_ways(session: Session, first: Side, second: Side) -> Iterator[Way]:
    """All ways over one link between what was reached last from the start and from the goal."""
    for near, far in ((first, second), (second, first)):
        for link in _links_between(session, near, far):
            start, goal = link.source, link.target
            if near is second:
                start, goal = goal, start
            yield first.ways[start].and_then(link.way(start)).and_then(second.ways[goal])


def _links_between(session: Session, source: Side, target: Side) -> Iterator[ArticleLink]:
    """Those that stand on the one and lead to the other.

    Looked for among the links that stand on a page, which are few, and not among those to a hub.
    """
    most = len(source.frontier) * LINKS_OF_PAGE
    if target.links(session, most) < most:
        links = _links_of(session, target.frontier, "in")
        yield from (link for link in links if link.source in source.frontier)
        return
    pairs: list[tuple[int, int]] = []
    sources = source.pages(session)
    for batch in chunks(sorted(sources)):
        # these two columns alone are in the index
        rows = select(Link.source_id, Link.target_id).where(Link.source_id.in_(batch))
        pairs += ((row[0], row[1]) for row in session.connection().execute(rows))
    if len(target.frontier) < len(pairs):
        targets = target.pages(session)
    else:
        targets = _articles_at(session, Page.id, {page for _, page in pairs})
    joining = {(page, other) for page, other in pairs if targets.get(other) in target.frontier}
    for batch in chunks(sorted({page for page, _ in joining})):
        links_on = select(Link.id, Link.kind, Link.source_id, Link.target_id)
        for id_, kind, page, other in session.execute(links_on.where(Link.source_id.in_(batch))):
            if (page, other) in joining:
                yield ArticleLink(id_, kind, sources[page], targets[other])


def _articles_at(
    session: Session, column: InstrumentedAttribute[Any], values: Collection[int]
) -> dict[int, int]:
    """Page -> its article, of the pages with these values."""
    pages: dict[int, int] = {}
    for batch in chunks(sorted(values)):
        rows = select(Page.id, Page.article_id).where(column.in_(batch))
        pages |= {page: article for page, article in session.connection().execute(rows) if article}
    return pages


def _links_of(
    session: Session, articles: Collection[int], direction: Direction
) -> Iterator[ArticleLink]:
    """The links that stand on these articles ("out") or lead to them ("in")."""
    source, target = aliased(Page), aliased(Page)
    here, there = (source, target) if direction == "out" else (target, source)
    for batch in chunks(sorted(articles)):
        rows = session.connection().execute(
            select(Link.id, Link.kind, source.article_id, target.article_id)
            .join(source, source.id == Link.source_id)
            .join(target, target.id == Link.target_id)
            .where(here.article_id.in_(batch), there.article_id.is_not(None))
            .order_by(Link.id)
            .limit(MAX_ARTICLES)
        )
        yield from (ArticleLink._make(row) for row in rows)
