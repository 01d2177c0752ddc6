"""Keeps watches and their events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import Article, Revision, Watch, WatchEvent
from db.sql.dialect import chunks
from db.terms.errors import AlreadyThere, NotFound

#: events that are listed, the newest
MAX_EVENTS = 200
#: a sending that fails is tried again after minutes, then hours; at most so long after the last
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=24)


def add(
    session: Session, name: str, query: str, *, webhook: str | None, mail: str | None, now: datetime
) -> Watch:
    """Keep a watch: it tells of what comes from now on. Raises AlreadyThere."""
    watch = Watch(
        name=name,
        query=query,
        webhook=webhook,
        mail=mail,
        created_at=now,
        checked_at=now,
        last_article_id=session.scalar(select(func.max(Article.id))) or 0,
        last_revision_id=session.scalar(select(func.max(Revision.id))) or 0,
    )
    try:
        with session.begin_nested():
            session.add(watch)
    except IntegrityError as error:
        raise AlreadyThere(
            f"there is a watch {name!r} already; `terkait watch remove {name}` takes it away"
        ) from error
    return watch


def all_watches(session: Session) -> Sequence[Watch]:
    """All of them by name."""
    return session.scalars(select(Watch).order_by(Watch.name)).all()


def get(session: Session, name: str) -> Watch:
    """The watch of that name. Raises NotFound."""
    watch = session.scalar(select(Watch).where(Watch.name == name))
    if watch is None:
        near = get_close_matches(name, session.scalars(select(Watch.name)), n=1)
        meant = f"did you mean {near[0]}?" if near else "`terkait watch list` names them"
        raise NotFound(f"there is no watch {name!r}; {meant}")
    return watch


def remove(session: Session, name: str) -> None:
    """Forget a watch and what was found of it. Raises NotFound."""
    watch = get(session, name)
    session.execute(delete(WatchEvent).where(WatchEvent.watch_id == watch.id))
    session.delete(watch)
    session.flush()


@dataclass(frozen=True, kw_only=True, slots=True)
class EventRecord:
    """An event with its article."""

    id: int
    watch: str
    kind: str
    detail: str
    found: datetime
    sent: datetime | None
    article: int
    url: str
    title: str | None
    site: str
    published: str | None


def events(
    session: Session, *, watch: str | None = None, limit: int = MAX_EVENTS
) -> list[EventRecord]:
    """What was found, the newest first."""
    wanted = _events().order_by(WatchEvent.id.desc()).limit(limit)
    if watch is not None:
        wanted = wanted.where(WatchEvent.watch_id == get(session, watch).id)
    return [EventRecord(**row._mapping) for row in session.execute(wanted)]


def unsent(session: Session, watch_id: int, *, limit: int) -> list[EventRecord]:
    """What is still to be sent, the oldest first."""
    wanted = _events().where(WatchEvent.watch_id == watch_id, WatchEvent.sent_at.is_(None))
    rows = session.execute(wanted.order_by(WatchEvent.id).limit(limit))
    return [EventRecord(**row._mapping) for row in rows]


def _events() -> Any:
    return (
        select(
            WatchEvent.id, Watch.name.label("watch"), WatchEvent.kind, WatchEvent.detail,
            WatchEvent.found_at.label("found"), WatchEvent.sent_at.label("sent"),
            WatchEvent.article_id.label("article"), Article.url, Article.title, Article.site,
            Article.published,
        )
        .join(Watch, Watch.id == WatchEvent.watch_id)
        .join(Article, Article.id == WatchEvent.article_id)
    )  # fmt: skip


def mark_sent(session: Session, watch_id: int, ids: Sequence[int], now: datetime) -> None:
    """They have arrived."""
    for batch in chunks(ids):
        session.execute(update(WatchEvent).where(WatchEvent.id.in_(batch)).values(sent_at=now))
    values = {"failures": 0, "next_try_at": None, "problem": None}
    session.execute(update(Watch).where(Watch.id == watch_id).values(values))


def mark_failed(session: Session, watch_id: int, problem: str, now: datetime) -> None:
    """They have not arrived, and are sent again later."""
    watch = session.get_one(Watch, watch_id)
    watch.failures = min(watch.failures + 1, 30_000)
    watch.problem = problem[:500]
    watch.next_try_at = now + min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(watch.failures - 1, 10))
    session.flush()
