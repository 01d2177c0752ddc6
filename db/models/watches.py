"""The tables of saved searches and of what was found of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, key


class Watch(Base):
    """A saved search: what is new of it is told after each run."""

    __tablename__ = "watches"

    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(unique=True)
    #: as for search
    query: Mapped[str]
    #: where events are sent to
    webhook: Mapped[str | None]
    mail: Mapped[str | None]
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime]
    #: what has been looked at
    last_article_id: Mapped[int] = mapped_column(Id)
    last_revision_id: Mapped[int] = mapped_column(Id)
    #: sendings in a row that failed, why the last did, and when the next is tried
    failures: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    next_try_at: Mapped[datetime | None]
    problem: Mapped[str | None]


class WatchEvent(Base):
    """Something that was found of a watch, once."""

    __tablename__ = "watch_events"
    __table_args__ = (UniqueConstraint("watch_id", "article_id", "kind", "detail"),)

    id: Mapped[int] = key()
    watch_id: Mapped[int] = mapped_column(Id, ForeignKey("watches.id", ondelete="CASCADE"))
    article_id: Mapped[int] = mapped_column(Id, ForeignKey("articles.id"))
    #: new, changed, gone, copy
    kind: Mapped[str]
    #: the version; the moment since when; the article that it is a copy of
    detail: Mapped[str]
    found_at: Mapped[datetime]
    #: None: not sent anywhere, or not yet
    sent_at: Mapped[datetime | None]
