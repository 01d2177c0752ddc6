"""What has come since a watch was last looked up: new matches, changes, deletions, copies."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Article, Page, Revision, Watch, WatchEvent
from db.queries.removals import gone_since
from db.queries.search.conditions import Filters
from db.queries.search.selection import Selection, select_articles
from db.sql.dialect import chunks, insert_into

#: of one kind that are told of after one run; a watch of everything is no use
MAX_FOUND = 1_000

_Found = tuple[int, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Since:
    """How far the watch has looked, and how far it looks now."""

    article: int
    revision: int
    checked: datetime
    newest_article: int
    newest_revision: int


def check(session: Session, watch: Watch, *, zone: tzinfo, now: datetime) -> int:
    """Store what has come; how many events there are. Doing it twice stores nothing twice."""
    since = _Since(
        article=watch.last_article_id,
        revision=watch.last_revision_id,
        checked=watch.checked_at,
        newest_article=session.scalar(select(func.max(Article.id))) or 0,
        newest_revision=session.scalar(select(func.max(Revision.id))) or 0,
    )
    chosen = select_articles(session, watch.query, Filters(zone=zone))
    found: dict[_Found, None] = {}
    for events in (
        _new(session, chosen, since),
        _copies(session, chosen, since),
        _changed(session, chosen, since, watch),
        _gone(session, chosen, since, watch),
    ):
        found.update(dict.fromkeys(events))
    rows = [
        {"watch_id": watch.id, "article_id": id_, "kind": kind, "detail": detail, "found_at": now}
        for id_, kind, detail in found
    ]
    for batch in chunks(rows):
        session.execute(insert_into(session, WatchEvent).on_conflict_do_nothing(), batch)
    watch.last_article_id, watch.last_revision_id = since.newest_article, since.newest_revision
    watch.checked_at = now
    session.flush()
    return len(rows)


def _new(session: Session, chosen: Selection, since: _Since) -> Iterator[_Found]:
    wanted = chosen.select(session, Article.id).where(Article.id > since.article)
    for id_ in session.scalars(wanted.order_by(Article.id).limit(MAX_FOUND)):
        yield id_, "new", ""


def _copies(session: Session, chosen: Selection, since: _Since) -> Iterator[_Found]:
    """New articles that the words do not find, and that are copies of what they find."""
    rows = session.execute(
        select(Article.id, Article.cluster_id)
        .where(Article.id > since.article, Article.cluster_id.is_not(None))
        .order_by(Article.id)
        .limit(MAX_FOUND)
    ).all()
    clusters = {row.cluster_id for row in rows if row.cluster_id is not None}
    watched: dict[int, int] = {}
    for batch in chunks(sorted(clusters)):
        wanted = chosen.select(session, Article.cluster_id, Article.id)
        for cluster, id_ in session.execute(wanted.where(Article.cluster_id.in_(batch))):
            watched[cluster] = min(id_, watched.get(cluster, id_))
    matching = _matching(session, chosen, (row.id for row in rows))
    for row in rows:
        if row.cluster_id in watched and row.id not in matching:
            yield row.id, "copy", str(watched[row.cluster_id])


def _changed(session: Session, chosen: Selection, since: _Since, watch: Watch) -> Iterator[_Found]:
    rows = session.execute(
        select(Revision.article_id, Revision.number)
        .where(Revision.id > since.revision, Revision.number > 1)
        .order_by(Revision.id)
        .limit(MAX_FOUND)
    ).all()
    watched = _watched(session, chosen, watch, {row.article_id for row in rows})
    for row in rows:
        if row.article_id in watched:
            yield row.article_id, "changed", str(row.number)


def _gone(session: Session, chosen: Selection, since: _Since, watch: Watch) -> Iterator[_Found]:
    candidates = session.scalars(
        select(Page.article_id)
        .where(Page.article_id.is_not(None), Page.gone_at >= watch.created_at)
        .distinct()
        .limit(100 * MAX_FOUND)
    )
    ids = {id_ for id_ in candidates if id_ is not None}
    told = set(
        session.scalars(
            select(WatchEvent.article_id).where(
                WatchEvent.watch_id == watch.id, WatchEvent.kind == "gone"
            )
        )
    )
    watched = _watched(session, chosen, watch, ids - told)
    for id_, at in sorted(gone_since(session, watched).items()):
        if at >= watch.created_at:
            yield id_, "gone", at.isoformat()


def _watched(session: Session, chosen: Selection, watch: Watch, ids: Iterable[int]) -> set[int]:
    """Those that the words find, or found before."""
    all_ids = set(ids)
    watched = _matching(session, chosen, all_ids)
    for batch in chunks(sorted(all_ids - watched)):
        watched.update(
            session.scalars(
                select(WatchEvent.article_id).where(
                    WatchEvent.watch_id == watch.id, WatchEvent.article_id.in_(batch)
                )
            )
        )
    return watched


def _matching(session: Session, chosen: Selection, ids: Iterable[int]) -> set[int]:
    matching: set[int] = set()
    for batch in chunks(sorted(set(ids))):
        wanted = chosen.select(session, Article.id).where(Article.id.in_(batch))
        matching.update(session.scalars(wanted))
    return matching
