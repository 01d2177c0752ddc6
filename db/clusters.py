"""Clusters of copies as rows: who is in which, and who came first.

A cluster is worked out anew from the likenesses of its texts whenever one of them changes, so
that it is the same in any order, and merges and splits lose nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from db.bands import look_up
from db.dialect import chunks, insert_into, lock
from db.grouping import Edge, group
from db.models import Article, Cluster, Likeness, Text

#: articles that are looked at together; a text with more copies gets no further ones joined
MAX_TOGETHER = 5_000


class Alike(Protocol):
    """What two texts have in common; ``workers.likeness.Likeness`` is one."""

    @property
    def share(self) -> float:
        """Of the shorter text's words, 0 to 1."""

    @property
    def shared(self) -> int:
        """Words in common."""

    @property
    def is_part(self) -> bool:
        """The shorter text stands inside a longer one that has much else."""

    @property
    def is_first_shorter(self) -> bool:
        """True where the first of the two is the shorter."""


#: compares two bodies: None unless one is a copy of the other or of a part of it
Judge = Callable[[str, str], Alike | None]


def compare(session: Session, text_id: int, body: str, keys: Sequence[int], judge: Judge) -> None:
    """Find the texts that this new one is like, and write both down."""
    candidates = look_up(session, keys, text_id)
    rows = []
    for some in chunks(candidates):
        for other in session.execute(select(Text.id, Text.body).where(Text.id.in_(some))):
            found = judge(body, other.body)
            if found is not None:
                rows.append(_row(text_id, other.id, found))
    if rows:
        session.execute(insert_into(session, Likeness).on_conflict_do_nothing(), rows)


def _row(text_id: int, other_id: int, found: Alike) -> dict[str, object]:
    shorter = text_id if found.is_first_shorter else other_id
    return {
        "text_id": min(text_id, other_id),
        "other_id": max(text_id, other_id),
        "share": found.share,
        "shared": found.shared,
        "part_id": shorter if found.is_part else None,
    }


def regroup(session: Session, articles: Collection[Article]) -> None:
    """Work out the clusters of these articles and of all that hang together with them."""
    session.flush()
    cluster_ids = {one.cluster_id for one in articles if one.cluster_id is not None}
    text_ids = {one.text_id for one in articles}
    if not cluster_ids and not _has_twins(session, text_ids, len(articles)):
        return
    # both databases: nobody else rearranges clusters until this transaction ends
    lock(session, [b"clusters"])
    members, edges = _together(session, text_ids, cluster_ids)
    groups = group({one.id: one.text_id for one in members.values()}, edges)
    _assign(session, members, groups)


def _has_twins(session: Session, text_ids: Collection[int], own: int) -> bool:
    """Whether another article has the text, or one that is like it."""
    ids = sorted(text_ids)
    like = or_(Likeness.text_id.in_(ids), Likeness.other_id.in_(ids))
    if session.execute(select(Likeness.text_id).where(like).limit(1)).first() is not None:
        return True
    same = select(Article.id).where(Article.text_id.in_(ids)).limit(own + 1)
    return len(session.execute(same).all()) > own


def _together(
    session: Session, text_ids: set[int], cluster_ids: set[int]
) -> tuple[dict[int, Article], list[Edge]]:
    """All articles that hang together with these, by text, likeness or cluster."""
    members: dict[int, Article] = {}
    edges: dict[tuple[int, int], Edge] = {}
    known: set[int] = set()
    clusters: set[int] = set()
    while text_ids or cluster_ids:
        clusters |= cluster_ids
        known |= text_ids
        fresh = _articles(session, text_ids, cluster_ids)
        members |= {one.id: one for one in fresh}
        # a text that no article has any more joins nothing
        current = {one.text_id for one in fresh}
        found = _edges(session, current)
        edges |= {(edge.one, edge.other): edge for edge in found}
        around = {text for edge in found for text in (edge.one, edge.other)} | current
        text_ids = around - known if len(members) < MAX_TOGETHER else set()
        cluster_ids = {o.cluster_id for o in fresh if o.cluster_id is not None} - clusters
    return members, list(edges.values())


def _articles(
    session: Session, text_ids: Iterable[int], cluster_ids: Iterable[int]
) -> list[Article]:
    found: dict[int, Article] = {}
    for column, ids in ((Article.text_id, text_ids), (Article.cluster_id, cluster_ids)):
        for some in chunks(sorted(ids)):
            rows = session.scalars(select(Article).where(column.in_(some)).order_by(Article.id))
            found |= {one.id: one for one in rows}
    return list(found.values())


def _edges(session: Session, text_ids: Iterable[int]) -> list[Edge]:
    found: list[Edge] = []
    for some in chunks(sorted(text_ids)):
        like = or_(Likeness.text_id.in_(some), Likeness.other_id.in_(some))
        columns = (Likeness.text_id, Likeness.other_id, Likeness.shared, Likeness.part_id)
        found += [
            Edge(one=row.text_id, other=row.other_id, shared=row.shared, part=row.part_id)
            for row in session.execute(select(*columns).where(like))
        ]
    return found


def _assign(
    session: Session, members: dict[int, Article], groups: Sequence[frozenset[int]]
) -> None:
    """Give each group a cluster, the one that most of it had before, and name its original."""
    left = {one.cluster_id for one in members.values() if one.cluster_id is not None}
    grouped: set[int] = set()
    for some in sorted(groups, key=lambda ids: (-len(ids), min(ids))):
        articles = [members[key] for key in sorted(some)]
        cluster_id = _cluster_for(session, articles, left)
        for one in articles:
            one.cluster_id = cluster_id
        original = min(articles, key=age)
        session.execute(
            update(Cluster).where(Cluster.id == cluster_id).values(original_id=original.id)
        )
        grouped |= some
    for key in members.keys() - grouped:
        members[key].cluster_id = None
    session.flush()
    if left:
        session.execute(delete(Cluster).where(Cluster.id.in_(left)))


def _cluster_for(session: Session, articles: Iterable[Article], left: set[int]) -> int:
    """The free cluster that most of these have; takes it out of ``left``; a new one for none."""
    counts: defaultdict[int, int] = defaultdict(int)
    for one in articles:
        if one.cluster_id in left:
            counts[one.cluster_id] += 1
    if counts:
        best = min(counts, key=lambda key: (-counts[key], key))
        left.discard(best)
        return best
    cluster = Cluster()
    session.add(cluster)
    session.flush()
    return cluster.id


def age(one: Article) -> tuple[bool, datetime, bool, datetime, str]:
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
