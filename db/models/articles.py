"""The tables of what was read: texts, each kept once, articles, their versions and copies."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, Json, key, partial_index


class Text(Base):
    """A body, kept once however many articles and revisions have it."""

    __tablename__ = "texts"

    id: Mapped[int] = key()
    #: SHA-256 of the body as it is
    sha256: Mapped[bytes] = mapped_column(unique=True)
    body: Mapped[str]
    words: Mapped[int]


class Band(Base):
    """A key by which texts with something in common are found: a sampled run of words."""

    __tablename__ = "bands"
    # SQLite: one tree instead of a table and an index on it
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: texts.id; no foreign key, since no text is ever taken away and each article has many keys
    text_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)


class SimilarPair(Base):
    """Two texts of which one is a copy of the other or of a part of it, once a pair."""

    __tablename__ = "likenesses"
    __table_args__ = ({"sqlite_with_rowid": False},)

    #: the smaller id
    text_id: Mapped[int] = mapped_column(
        Id, ForeignKey("texts.id"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        Id, ForeignKey("texts.id"), primary_key=True, autoincrement=False, index=True
    )
    #: of the shorter text's words, how many the longer one has in the same runs, 0 to 1
    share: Mapped[float]
    #: the same as words
    shared: Mapped[int]
    #: the text that stands inside the other, which has much else; NULL: copies of each other
    part_id: Mapped[int | None] = mapped_column(Id)


class RepeatedLine(Base):
    """A short paragraph and how many articles of a site have it; "" for all its articles."""

    __tablename__ = "site_lines"
    __table_args__ = ({"sqlite_with_rowid": False},)

    site: Mapped[str] = mapped_column(primary_key=True)
    #: of its words
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    line: Mapped[str]
    articles: Mapped[int]


class Cluster(Base):
    """Articles with the same text, and which of them came first."""

    __tablename__ = "clusters"

    id: Mapped[int] = key()
    #: articles.id; no foreign key, since articles refer to clusters already
    original_id: Mapped[int | None] = mapped_column(Id, index=True)


class Article(Base):
    """An article as last read; its history is in ``revisions``."""

    __tablename__ = "articles"
    __table_args__ = (
        partial_index(
            "ix_articles_cluster_id",
            "cluster_id",
            where="cluster_id IS NOT NULL",
        ),
        Index("ix_articles_revisions", "revisions", "id"),
        # the newest of each, from the index alone
        Index("ix_articles_site", "site", "id"),
        Index("ix_articles_language", "language", "id"),
        # what a day has: the page's own words say whether a day alone was given
        Index("ix_articles_published_at", "published_at", "id", "published"),
    )

    id: Mapped[int] = key()
    #: canonical address
    url: Mapped[str] = mapped_column(unique=True)
    site: Mapped[str]
    title: Mapped[str | None]
    authors: Mapped[list[str]] = mapped_column(Json)
    #: as the page gives it, ISO 8601
    published: Mapped[str | None]
    #: the same as a moment; a day alone counts as its first minute in UTC
    published_at: Mapped[datetime | None]
    modified: Mapped[str | None]
    language: Mapped[str | None]
    dateline: Mapped[str | None]
    sources: Mapped[list[str]] = mapped_column(Json)
    topics: Mapped[list[str]] = mapped_column(Json)
    section: Mapped[str | None]
    image: Mapped[str | None]
    paywalled: Mapped[bool | None]
    #: article, live, gallery, video or advertorial; null where it was read before there were forms
    page_type: Mapped[str | None]
    evidence: Mapped[dict[str, str]] = mapped_column(Json)
    text_id: Mapped[int] = mapped_column(Id, ForeignKey("texts.id"), index=True)
    #: archive.id; no foreign key, so that the archive may be pruned or moved
    archive_id: Mapped[int] = mapped_column(Id)
    cluster_id: Mapped[int | None] = mapped_column(Id, ForeignKey("clusters.id"))
    revisions: Mapped[int] = mapped_column(default=1)
    first_run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"))
    run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"), index=True)
    depth: Mapped[int] = mapped_column(SmallInteger)
    first_seen_at: Mapped[datetime]
    last_fetched_at: Mapped[datetime] = mapped_column(index=True)


class Revision(Base):
    """What an article said from one moment on."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = key()
    article_id: Mapped[int] = mapped_column(Id, ForeignKey("articles.id"))
    #: 1 for the first
    number: Mapped[int]
    title: Mapped[str | None]
    authors: Mapped[list[str]] = mapped_column(Json)
    published: Mapped[str | None]
    modified: Mapped[str | None]
    text_id: Mapped[int] = mapped_column(Id, ForeignKey("texts.id"))
    archive_id: Mapped[int] = mapped_column(Id)
    seen_at: Mapped[datetime]
