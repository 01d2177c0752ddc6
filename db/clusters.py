"""Clusters of copies as rows: who is in which, and who came first.

A cluster is worked out anew from the likenesses of its texts whenever one of them changes, so
that it is the same in any order, and merges and splits lose nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BindParameter, Row, Table, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from db.dialect import chunks, lock
from db.grouping import Edge, group
from db.models import Article, Cluster, Likeness

#: articles that are looked at together; a text with more copies gets no further ones joined
MAX_TOGETHER = 5_000

_ARTICLES, _CLUSTERS = cast(Table, Article.__table__), cast(Table, Cluster.__table__)
_LIKENESSES = cast(Table, Likeness.__table__)
_A, _L = _ARTICLES.c, _LIKENESSES.c
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_MEMBERS = select(
    _A.id, _A.text_id, _A.cluster_id, _A.url, _A.site, _A.sources, _A.published_at,
    _A.first_seen_at,
)  # fmt: skip
_BY_TEXT = _MEMBERS.where(_A.text_id.in_(_IDS))
_BY_CLUSTER = _MEMBERS.where(_A.cluster_id.in_(_IDS))
_EDGES = select(_L.text_id, _L.other_id, _L.shared, _L.part_id).where(
    or_(_L.text_id.in_(_IDS), _L.other_id.in_(_IDS))
)
_SAME_TEXT = select(_A.id).where(_A.text_id == bindparam("id")).limit(2)
_ANY_EDGE = (
    select(_L.text_id)
    .where(or_(_L.text_id == bindparam("id"), _L.other_id == bindparam("id")))
    .limit(1)
)


def regroup(session: Session, text_id: int, cluster_id: int | None) -> frozenset[int]:
    """Work out the clusters of all that hang together with an article of this text and cluster.

    Returns the ids of those articles that are in one now.
    """
    if cluster_id is None and not _has_twins(session, text_id):
        return frozenset()
    # both databases: nobody else rearranges clusters until this transaction ends
    lock(session, [b"clusters"])
    members, edges = _together(session, {text_id}, {cluster_id} - {None})
    groups = group({one.id: one.text_id for one in members.values()}, edges)
    _assign(session, members, groups)
    return frozenset().union(*groups)


def _has_twins(session: Session, text_id: int) -> bool:
    """Whether several articles have the text, or another one is like it."""
    connection = session.connection()
    if connection.execute(_ANY_EDGE, {"id": text_id}).first() is not None:
        return True
    return len(connection.execute(_SAME_TEXT, {"id": text_id}).all()) > 1


def _together(
    session: Session, text_ids: set[int], cluster_ids: set[Any]
) -> tuple[dict[int, Row[Any]], list[Edge]]:
    """All articles that hang together with these, by text, likeness or cluster."""
    members: dict[int, Row[Any]] = {}
    edges: dict[tuple[int, int], Edge] = {}
    known: set[int] = set()
    clusters: set[int] = set()
    while text_ids or cluster_ids:
        clusters |= cluster_ids
        known |= text_ids
        fresh = [*_rows(session, _BY_TEXT, text_ids), *_rows(session, _BY_CLUSTER, cluster_ids)]
        new = {one.id: one for one in fresh if one.id not in members}
        members |= new
        # a text that no article has any more joins nothing
        current = {one.text_id for one in new.values()}
        found = [_edge(row) for row in _rows(session, _EDGES, current)]
        edges |= {(edge.one, edge.other): edge for edge in found}
        around = {text for edge in found for text in (edge.one, edge.other)} | current
        text_ids = around - known if len(members) < MAX_TOGETHER else set()
        cluster_ids = {o.cluster_id for o in fresh if o.cluster_id is not None} - clusters
    return members, list(edges.values())


def _rows(session: Session, statement: Any, ids: Collection[int]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for some in chunks(sorted(ids)):
        found += session.connection().execute(statement, {"ids": some})
    return found


def _edge(row: Row[Any]) -> Edge:
    return Edge(one=row.text_id, other=row.other_id, shared=row.shared, part=row.part_id)


def _assign(
    session: Session, members: Mapping[int, Row[Any]], groups: Sequence[frozenset[int]]
) -> None:
    """Give each group a cluster, the one that most of it had before, and name its original."""
    connection = session.connection()
    left = {one.cluster_id for one in members.values() if one.cluster_id is not None}
    clusters: dict[int, int | None] = dict.fromkeys(members)
    for some in sorted(groups, key=lambda ids: (-len(ids), min(ids))):
        articles = [members[key] for key in sorted(some)]
        cluster_id = _cluster_for(session, articles, left)
        clusters |= dict.fromkeys(some, cluster_id)
        original = {"original_id": min(articles, key=age).id}
        connection.execute(update(_CLUSTERS).where(_CLUSTERS.c.id == cluster_id).values(original))
    moved: defaultdict[int | None, list[int]] = defaultdict(list)
    for key, cluster in clusters.items():
        if members[key].cluster_id != cluster:
            moved[cluster].append(key)
    for cluster, ids in moved.items():
        for these in chunks(sorted(ids)):
            into = update(_ARTICLES).where(_A.id.in_(these)).values(cluster_id=cluster)
            connection.execute(into)
    if left:
        connection.execute(delete(_CLUSTERS).where(_CLUSTERS.c.id.in_(left)))


def _cluster_for(session: Session, articles: Iterable[Row[Any]], left: set[int]) -> int:
    """The free cluster that most of these have; takes it out of ``left``; a new one for none."""
    counts: defaultdict[int, int] = defaultdict(int)
    for one in articles:
        if one.cluster_id in left:
            counts[one.cluster_id] += 1
    if counts:
        best = min(counts, key=lambda key: (-counts[key], key))
        left.discard(best)
        return best
    made = session.connection().execute(insert(_CLUSTERS).returning(_CLUSTERS.c.id))
    return int(made.scalar_one())


def age(one: Article | Row[Any]) -> tuple[bool, datetime, bool, datetime, str]:
    """What the original is the smallest by: published, then the agency's own, then first seen."""
    published = one.published_at
    return (
        published is None,
        published or one.first_seen_at,
        not is_own_agency(one.site, one.sources),
        one.first_seen_at,
        one.url,
    )


def is_own_agency(site: str, sources: Iterable[str]) -> bool:
    """Whether the site is that of an agency which the article credits: antaranews.com, Antara."""
    label = site.split(".")[0].replace("-", "").casefold()
    names = ("".join(char for char in name.casefold() if char.isalnum()) for name in sources)
    return any(label in (name, f"{name}news") for name in names if name)
