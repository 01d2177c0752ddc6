"""Clusters of copies as rows: who is in which, and who came first.

A cluster is worked out anew from the likenesses of its texts whenever one of them changes, so
that it is the same in any order, and merges and splits lose nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BindParameter, Row, Table, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from db.duplicates.components import SimilarityEdge, group
from db.models import Article, Cluster, SimilarPair, Text
from db.sql.dialect import chunks, lock

#: articles that are looked at together; a text with more copies gets no further ones joined
MAX_TOGETHER = 5_000

_ARTICLES, _CLUSTERS = cast(Table, Article.__table__), cast(Table, Cluster.__table__)
_LIKENESSES, _TEXTS = cast(Table, SimilarPair.__table__), cast(Table, Text.__table__)
_A, _L = _ARTICLES.c, _LIKENESSES.c
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_MEMBERS = select(
    _A.id, _A.text_id, _A.cluster_id, _A.url, _A.site, _A.sources, _A.published_at,
    _A.first_seen_at,
)  # fmt: skip
_BY_TEXT = _MEMBERS.where(_A.text_id.in_(_IDS))
_BY_CLUSTER = _MEMBERS.where(_A.cluster_id.in_(_IDS))
_CLUSTER = select(_A.cluster_id).where(_A.id == bindparam("id"))
_EDGES = select(_L.text_id, _L.other_id, _L.shared, _L.part_id).where(
    or_(_L.text_id.in_(_IDS), _L.other_id.in_(_IDS))
)
_SAME_TEXT = (
    select(_A.id)
    .join(_TEXTS, _TEXTS.c.id == _A.text_id)
    .where(_A.text_id == bindparam("id"), _A.id != bindparam("but"), _TEXTS.c.words > 0)
    .limit(1)
)
#: no text is no common text
_EMPTY = select(_TEXTS.c.id).where(_TEXTS.c.id.in_(_IDS), _TEXTS.c.words == 0)
_ANY_EDGE = (
    select(_L.text_id)
    .where(or_(_L.text_id == bindparam("id"), _L.other_id == bindparam("id")))
    .limit(1)
)

_MAKE = insert(_CLUSTERS).returning(_CLUSTERS.c.id)
_NAME = (
    update(_CLUSTERS)
    .where(_CLUSTERS.c.id == bindparam("cluster"))
    .values(original_id=bindparam("original"))
)
_MOVE = update(_ARTICLES).where(_A.id.in_(_IDS)).values(cluster_id=bindparam("cluster"))


def regroup(
    session: Session,
    article_id: int,
    text_id: int,
    cluster_id: int | None,
    *,
    like: Collection[int] | None = None,
) -> frozenset[int]:
    """Work out the clusters of all that hang together with this article, of this text and cluster.

    like: for a text that no other article has, all texts that are like it; None: look. Returns
    the ids of those articles that are in a cluster now. What waits in the session is written when
    the lock is there, so that nobody who has an article's row waits for the lock.
    """
    has_twins = bool(like) if like is not None else _has_twins(session, article_id, text_id)
    if cluster_id is None and not has_twins:
        return frozenset()
    # both databases: nobody else rearranges clusters until this transaction ends
    lock(session, [b"clusters"])
    session.flush()
    members, edges = _together(session, {text_id, *(like or ())}, text_id, cluster_id)
    before = {cluster_id, *(member.cluster_id for member in members.values())}
    empty = {
        row.id for row in _rows(session, _EMPTY, {member.text_id for member in members.values()})
    }
    texts = {
        member.id: member.text_id for member in members.values() if member.text_id not in empty
    }
    groups = group(texts, edges)
    # that of the article may have nobody now
    _assign(session, members, groups, {cluster for cluster in before if cluster is not None})
    return frozenset().union(*groups)


def cluster_of(session: Session, article_id: int) -> int | None:
    """The article's cluster as others left it: a row in the session may be older than that."""
    return session.connection().execute(_CLUSTER, {"id": article_id}).scalar()


def _has_twins(session: Session, article_id: int, text_id: int) -> bool:
    """Whether other articles have the text, or another one is like it."""
    connection = session.connection()
    ids = {"id": text_id, "but": article_id}
    return any(
        connection.execute(statement, ids).first() is not None
        for statement in (_ANY_EDGE, _SAME_TEXT)
    )


def _together(
    session: Session, start: Collection[int], text_id: int, cluster_id: int | None
) -> tuple[dict[int, Row[Any]], list[SimilarityEdge]]:
    """All articles that hang together with these texts or this cluster, by text, edge or cluster.

    ``text_id``: the text whose edges count although no article may have it.
    """
    members: dict[int, Row[Any]] = {}
    edges: dict[tuple[int, int], SimilarityEdge] = {}
    # texts and clusters that were asked for, and those that are to be asked for next
    known_texts: set[int] = set()
    known_clusters: set[int] = set()
    texts = set(start)
    clusters = set() if cluster_id is None else {cluster_id}
    asked = {text_id}
    while texts or clusters:
        known_texts |= texts
        known_clusters |= clusters
        fresh = {
            member.id: member
            for member in (*_rows(session, _BY_TEXT, texts), *_rows(session, _BY_CLUSTER, clusters))
            if member.id not in members
        }
        members |= fresh
        # a text that no article has any more joins nothing
        current = {member.text_id for member in fresh.values()} | asked
        asked = set()
        found = {edge.ends: edge for edge in _edges(session, current)}
        edges |= found
        around = current.union(*found)
        texts = around - known_texts if len(members) < MAX_TOGETHER else set()
        clusters = {member.cluster_id for member in fresh.values()} - known_clusters - {None}
    return members, list(edges.values())


def _edges(session: Session, text_ids: Collection[int]) -> list[SimilarityEdge]:
    return [
        SimilarityEdge(one=row.text_id, other=row.other_id, shared=row.shared, part=row.part_id)
        for row in _rows(session, _EDGES, text_ids)
    ]


def _rows(session: Session, statement: Any, ids: Collection[int]) -> list[Row[Any]]:
    """The rows of these ids, a bounded number of them in one statement."""
    rows: list[Row[Any]] = []
    for batch in chunks(sorted(ids)):
        rows += session.connection().execute(statement, {"ids": batch})
    return rows


def _assign(
    session: Session,
    members: Mapping[int, Row[Any]],
    groups: Sequence[frozenset[int]],
    left: set[int],
) -> None:
    """Give each group a cluster, the one that most of it had before, and name its original.

    left: the clusters of before; those that no group takes are deleted.
    """
    connection = session.connection()
    clusters: dict[int, int | None] = dict.fromkeys(members)
    for together in sorted(groups, key=lambda ids: (-len(ids), min(ids))):
        articles = [members[key] for key in sorted(together)]
        cluster_id = _cluster_for(session, articles, left, min(articles, key=age).id)
        clusters |= dict.fromkeys(together, cluster_id)
    moved: defaultdict[int | None, list[int]] = defaultdict(list)
    for key, cluster in clusters.items():
        if members[key].cluster_id != cluster:
            moved[cluster].append(key)
    for cluster, ids in moved.items():
        for batch in chunks(sorted(ids)):
            connection.execute(_MOVE, {"ids": batch, "cluster": cluster})
    if left:
        connection.execute(delete(_CLUSTERS).where(_CLUSTERS.c.id.in_(left)))


def _cluster_for(
    session: Session, articles: Iterable[Row[Any]], left: set[int], original_id: int
) -> int:
    """The free cluster that most of these have; takes it out of ``left``; a new one for none."""
    counts = Counter(article.cluster_id for article in articles if article.cluster_id in left)
    if not counts:
        return int(session.connection().execute(_MAKE, {"original_id": original_id}).scalar_one())
    best: int = min(counts, key=lambda key: (-counts[key], key))
    left.discard(best)
    session.connection().execute(_NAME, {"cluster": best, "original": original_id})
    return best


def age(article: Article | Row[Any]) -> tuple[bool, datetime, bool, datetime, str]:
    """What the original is the smallest by: published, then the agency's own, then first seen."""
    published = article.published_at
    return (
        published is None,
        published or article.first_seen_at,
        not is_own_agency(article.site, article.sources),
        article.first_seen_at,
        article.url,
    )


def is_own_agency(site: str, sources: Iterable[str]) -> bool:
    """Whether the site is that of an agency which the article credits: antaranews.com, Antara."""
    label = site.split(".")[0].replace("-", "").casefold()
    names = ("".join(char for char in name.casefold() if char.isalnum()) for name in sources)
    return any(label in (name, f"{name}news") for name in names if name)
