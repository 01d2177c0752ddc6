"""A story: the articles that tell the same as one article, in time. docs/stories.md says how."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from db.models import Article, Cluster, Text
from db.queries.graph.neighbours import Edge, neighbourhood
from db.queries.graph.story_similarity import Rarity, WordUse, name_phrases, telling
from db.queries.removals import gone_since
from db.queries.search.query import Phrase, Query
from db.queries.search.results import best_ids
from db.sql.dialect import chunks, one_of_ids, rows_of
from db.terms.tokens import words

#: links looked at around the article, and how far from it
MAX_LINKS, MAX_HOPS = 600, 2
#: kinds of links that say that two articles belong together
KINDS = ("related", "readmore", "inline")
#: names that are looked for elsewhere, and articles taken of each
MAX_NAMES, MAX_HITS = 4, 30
#: other articles from which is learned how common a word is
MAX_BACKGROUND = 300
#: newest articles among which those of the language are looked for
MAX_RECENT = 3_000

#: similarity from which on an article belongs: linked with it, linked with one that is ...
MIN_LINKED = (0.1, 0.15)
#: ... and found by its names, told within some days or at any time
MIN_NEAR, MIN_FAR = 0.2, 0.3
NEAR = timedelta(days=14)

_WHOLE = one_of_ids(
    select(
        Article.id, Article.url, Article.site, Article.title, Article.published,
        Article.published_at, Article.first_seen_at, Article.dateline, Article.cluster_id,
        Text.body,
    ).join(Text, Text.id == Article.text_id),
    Article.id,
)  # fmt: skip
_TEXTS = one_of_ids(
    select(Article.title, Text.body, Article.dateline)
    .join(Text, Text.id == Article.text_id)
    .order_by(Article.id),
    Article.id,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryEntry:
    """A link on the way from the article that was asked for."""

    kind: str
    #: "out": the link stands on the nearer article; "in": on the farther one
    direction: str
    #: addresses of the two
    near: str
    far: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """One article of a story and why it belongs."""

    id: int
    url: str
    site: str
    title: str | None
    published: str | None
    first_seen: datetime
    #: True for the article that was asked for
    is_asked: bool
    #: of title and text with the asked one, 0 to 1
    similarity: float
    #: words that make them alike, the weightiest first
    words: tuple[str, ...]
    #: links that lead there; empty: found by its names
    path: tuple[StoryEntry, ...]
    #: address of the original, where it is a copy
    copy_of: str | None
    #: since when it is gone from its site; None while it is there
    gone_since: datetime | None


def story(session: Session, article: Article, *, limit: int = 50) -> list[Chapter]:
    """The chapters in time; those without a time last. The article itself is one of them."""
    paths = _paths(session, article)
    named = _by_names(session, article)
    rows = _rows(session, {article.id, *paths, *named})
    tellings = {key: telling(row.title, row.body, row.dateline) for key, row in rows.items()}
    others, use = _background(session, article)
    # who is among the others is counted once
    rarity = Rarity(use.and_in(each for key, each in tellings.items() if key not in others))
    asked = tellings[article.id]
    likes = {key: rarity.likeness(asked, each) for key, each in tellings.items()}
    kept = [
        key
        for key in rows
        if key == article.id or likes[key] >= _least(rows[article.id], rows[key], paths.get(key))
    ]
    kept.sort(key=lambda key: (key != article.id, -likes[key], key))
    originals = _originals(session, [rows[key] for key in kept[:limit]])
    gone = gone_since(session, kept[:limit])
    chapters = [
        _chapter(
            rows[key],
            asked=article.id,
            similarity=likes[key],
            common=rarity.common(asked, tellings[key]),
            path=paths.get(key, ()),
            copy_of=originals.get(key),
            gone=gone.get(key),
        )
        for key in kept[:limit]
    ]
    times = {key: (row.published_at is None, row.published_at or row.first_seen_at, key)
             for key, row in rows.items()}  # fmt: skip
    return sorted(chapters, key=lambda chapter: times[chapter.id])


def _least(asked: Row[Any], other: Row[Any], path: Sequence[StoryEntry] | None) -> float:
    """The similarity that is asked of an article, by what else speaks for it."""
    is_near = _days_apart(asked, other) <= NEAR
    unlinked = MIN_NEAR if is_near else MIN_FAR
    return min(MIN_LINKED[len(path) - 1], unlinked) if path else unlinked


def _days_apart(asked: Row[Any], other: Row[Any]) -> timedelta:
    if asked.published_at is None or other.published_at is None:
        return timedelta.max
    apart: timedelta = abs(asked.published_at - other.published_at)
    return apart


def _paths(session: Session, article: Article) -> dict[int, tuple[StoryEntry, ...]]:
    """Article -> the shortest way of links to it, in both directions."""
    around = neighbourhood(session, article.id, hops=MAX_HOPS, limit=MAX_LINKS)
    paths: dict[int, tuple[StoryEntry, ...]] = {article.id: ()}
    edges = [edge for edge in around.edges if edge.kind in KINDS]
    for edge in sorted(edges, key=lambda edge: (edge.hop, KINDS.index(edge.kind))):
        near, far = edge.near.article_id, edge.far.article_id
        if near is None or far is None or near not in paths or far in paths:
            continue
        if len(paths[near]) < MAX_HOPS:
            paths[far] = (*paths[near], _step(edge))
    del paths[article.id]
    return paths


def _step(edge: Edge) -> StoryEntry:
    return StoryEntry(
        kind=edge.kind, direction=edge.direction, near=edge.near.url, far=edge.far.url
    )


def _by_names(session: Session, article: Article) -> set[int]:
    """Articles anywhere that have the names of this one."""
    body = session.scalar(select(Text.body).where(Text.id == article.text_id)) or ""
    phrases = [
        Phrase(words=tuple(found))
        for name in name_phrases(f"{article.title or ''}. {body}")
        if (found := words(name)) and not {*found} <= {*words(article.dateline or "")}
    ][:MAX_NAMES]
    queries = [Query(wanted=(phrase,)) for phrase in phrases]
    queries += [Query(wanted=(phrases[0], other)) for other in phrases[1:]]
    return {id_ for query in queries for id_ in best_ids(session, query, limit=MAX_HITS)}


def _rows(session: Session, ids: Iterable[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    return {row.id: row for row in rows_of(session, _WHOLE, ids)}


def _background(session: Session, article: Article) -> tuple[frozenset[int], WordUse]:
    """The newest articles in the article's language, for how common each word is."""
    recent = select(Article.id, Article.language).order_by(Article.id.desc()).limit(MAX_RECENT)
    newest = recent.subquery()
    statement = select(newest.c.id).order_by(newest.c.id.desc()).limit(MAX_BACKGROUND)
    if article.language is not None:
        statement = statement.where(newest.c.language == article.language)
    ids = session.scalars(statement).all()
    texts = tuple(map(tuple, rows_of(session, _TEXTS, ids)))
    return frozenset(ids), _use_of(texts)


@lru_cache(maxsize=4)  # the same for all stories of a language, until further articles come
def _use_of(texts: Sequence[tuple[str | None, str, str | None]]) -> WordUse:
    return WordUse(telling(*text) for text in texts)


def _originals(session: Session, rows: Iterable[Row[Any]]) -> dict[int, str]:
    """Article -> address of its cluster's original, where that is another."""
    clusters = {row.id: row.cluster_id for row in rows if row.cluster_id is not None}
    originals: dict[int, tuple[int, str]] = {}
    for batch in chunks(sorted(set(clusters.values()))):
        named = (
            select(Cluster.id, Article.id.label("original_id"), Article.url)
            .join(Article, Article.id == Cluster.original_id)
            .where(Cluster.id.in_(batch))
        )
        originals |= {row.id: (row.original_id, row.url) for row in session.execute(named)}
    ends = {key: originals[cluster] for key, cluster in clusters.items() if cluster in originals}
    return {key: url for key, (original, url) in ends.items() if original != key}


def _chapter(
    row: Row[Any],
    *,
    asked: int,
    similarity: float,
    common: tuple[str, ...],
    path: tuple[StoryEntry, ...],
    copy_of: str | None,
    gone: datetime | None,
) -> Chapter:
    return Chapter(
        id=row.id,
        url=row.url,
        site=row.site,
        title=row.title,
        published=row.published,
        first_seen=row.first_seen_at,
        is_asked=row.id == asked,
        similarity=round(similarity, 3),
        words=common,
        path=path,
        copy_of=copy_of,
        gone_since=gone,
    )
