"""Clusters of copies as rows: who is in which, and who came first.

A cluster is worked out anew from the likenesses of its texts whenever one of them changes, so
that it is the same in any order, and merges and splits lose nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, select
from sqlalchemy.orm import Session

from db.duplicates.components import SimilarityEdge, group
from db.models import Article, Text
from db.sql.dialect import lock, number_list, one_of_ids, rows_of, run

#: articles that are looked at together; a text with more copies gets no further ones joined
MAX_TOGETHER = 5_000

_A, _T = cast(Table, Article.__table__).c, cast(Table, Text.__table__).c
#: of each database (on SQLite -> statement), for any number of ids
_IDS = {True: "(SELECT value FROM json_each(:ids))", False: "ANY(CAST(%(ids)s AS bigint[]))"}
_IS_ONE = {True: "IN", False: "="}
_Statements = Mapping[bool, str]


#: no text is no common text, so that its words are told
_MEMBERS = select(
    _A.id, _A.text_id, _A.cluster_id, _A.url, _A.site, _A.sources, _A.published_at,
    _A.first_seen_at, _T.words,
).join_from(_A.id.table, _T.id.table, _T.id == _A.text_id)  # fmt: skip
_BY_TEXT, _BY_CLUSTER = one_of_ids(_MEMBERS, _A.text_id), one_of_ids(_MEMBERS, _A.cluster_id)
_CLUSTER = select(_A.cluster_id).where(_A.id == bindparam("id"))
_EDGES: _Statements = {
    on_sqlite: " UNION ".join(
        "SELECT text_id, other_id, shared, part_id FROM likenesses"
        f" WHERE {end} {_IS_ONE[on_sqlite]} {ids}"
        for end in ("text_id", "other_id")
    )
    for on_sqlite, ids in _IDS.items()
}
#: whether another article has the text, or another text is like it
_TWINS: _Statements = {
    on_sqlite: "SELECT 1 WHERE EXISTS"
    f" (SELECT 1 FROM likenesses WHERE text_id = {text_id} OR other_id = {text_id})"
    " OR EXISTS (SELECT 1 FROM articles AS a JOIN texts AS t ON t.id = a.text_id"
    f" WHERE a.text_id = {text_id} AND a.id <> {article_id} AND t.words > 0)"
    for on_sqlite, text_id, article_id in (
        (True, ":text_id", ":article_id"),
        (False, "CAST(%(text_id)s AS bigint)", "CAST(%(article_id)s AS bigint)"),
    )
}
_MAKE: _Statements = {
    True: "INSERT INTO clusters (original_id) VALUES (:original) RETURNING id",
    False: "INSERT INTO clusters (original_id) VALUES (CAST(%(original)s AS bigint)) RETURNING id",
}
_NAME: _Statements = {
    True: "UPDATE clusters SET original_id = :original WHERE id = :cluster",
    False: "UPDATE clusters SET original_id = CAST(%(original)s AS bigint)"
    " WHERE id = CAST(%(cluster)s AS bigint)",
}
_MOVE: _Statements = {
    True: f"UPDATE articles SET cluster_id = :cluster WHERE id IN {_IDS[True]}",
    False: f"UPDATE articles SET cluster_id = CAST(%(cluster)s AS bigint) WHERE id = {_IDS[False]}",
}
_REMOVE: _Statements = {
    on_sqlite: f"DELETE FROM clusters WHERE id {_IS_ONE[on_sqlite]} {ids}"
    for on_sqlite, ids in _IDS.items()
}


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
    texts = {member.id: member.text_id for member in members.values() if member.words > 0}
    groups = group(texts, edges)
    # that of the article may have nobody now
    _assign(session, members, groups, {cluster for cluster in before if cluster is not None})
    return frozenset().union(*groups)


def cluster_of(session: Session, article_id: int) -> int | None:
    """The article's cluster as others left it: a row in the session may be older than that."""
    return session.connection().execute(_CLUSTER, {"id": article_id}).scalar()


def _has_twins(session: Session, article_id: int, text_id: int) -> bool:
    """Whether other articles have the text, or another one is like it."""
    return bool(run(session, _TWINS, {"text_id": text_id, "article_id": article_id}))


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
            for member in (
                *rows_of(session, _BY_TEXT, texts),
                *rows_of(session, _BY_CLUSTER, clusters),
            )
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
    if not text_ids:
        return []
    rows = run(session, _EDGES, {"ids": number_list(session, text_ids)})
    return [
        SimilarityEdge(one=text_id, other=other_id, shared=shared, part=part_id)
        for text_id, other_id, shared, part_id in rows
    ]


def _assign(
    session: Session,
    members: Mapping[int, Row[Any]],
    groups: Sequence[frozenset[int]],
    left: set[int],
) -> None:
    """Give each group a cluster, the one that most of it had before, and name its original.

    left: the clusters of before; those that no group takes are deleted.
    """
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
        run(session, _MOVE, {"ids": number_list(session, sorted(ids)), "cluster": cluster})
    if left:
        run(session, _REMOVE, {"ids": number_list(session, left)})


def _cluster_for(
    session: Session, articles: Iterable[Row[Any]], left: set[int], original_id: int
) -> int:
    """The free cluster that most of these have; takes it out of ``left``; a new one for none."""
    counts = Counter(article.cluster_id for article in articles if article.cluster_id in left)
    if not counts:
        [(made,)] = run(session, _MAKE, {"original": original_id})
        return int(made)
    best: int = min(counts, key=lambda key: (-counts[key], key))
    left.discard(best)
    run(session, _NAME, {"cluster": best, "original": original_id})
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
