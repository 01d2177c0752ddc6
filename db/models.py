"""The tables. One row a canonical address in ``pages``; everything else hangs on it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.types import CleanText, UTCDateTime

#: SQLite can drop a constraint only by its name, so every one has one from the first revision on
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")

#: the states of an address; docs/architecture.md says who leaves each
STATES = ("due", "leased", "fetched", "done", "failed", "skipped")


class Base(DeclarativeBase):
    """Root of the tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        str: CleanText(),
        datetime: UTCDateTime(),
        bytes: LargeBinary(),
    }


def _key() -> Mapped[int]:
    return mapped_column(Id, Identity(), primary_key=True)


class Run(Base):
    """One crawl, manual or nightly, with its rules and its counts."""

    __tablename__ = "runs"

    id: Mapped[int] = _key()
    kind: Mapped[str]
    #: equal for runs that mean the same job: an unfinished one is gone on with
    job: Mapped[str] = mapped_column(index=True)
    #: unique per scheduled moment, so that two beats start one run
    due_key: Mapped[str | None] = mapped_column(unique=True)
    seeds: Mapped[list[str]] = mapped_column(Json)
    #: db.follow.Rules as a dictionary
    rules: Mapped[dict[str, Any]] = mapped_column(Json)
    #: running, finished, interrupted
    state: Mapped[str]
    #: name of the site in ``terkait.toml``, of a scheduled run
    site: Mapped[str | None] = mapped_column(index=True)
    #: machine:process that carries it out
    owner: Mapped[str | None]
    verdict: Mapped[str | None]
    message: Mapped[str | None]
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    #: requests taken out of the frontier, those under way included
    claimed: Mapped[int] = mapped_column(default=0)
    fetched: Mapped[int] = mapped_column(default=0)
    read: Mapped[int] = mapped_column(default=0)
    #: pages read that are articles, known ones included
    stored: Mapped[int] = mapped_column(default=0)
    new_articles: Mapped[int] = mapped_column(default=0)
    new_revisions: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    #: pages looked at again that had not changed: no parse
    unchanged: Mapped[int] = mapped_column(default=0, server_default="0")
    #: what had become of its pages at its end (``db.run_report``); they may pass to later runs
    pages: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Host(Base):
    """A web server: who walks it now, until when it rests, what its robots.txt says."""

    __tablename__ = "hosts"

    id: Mapped[int] = _key()
    #: host, or host:port where the port is not the default one
    name: Mapped[str] = mapped_column(unique=True)
    #: registered domain by the public suffix list
    site: Mapped[str] = mapped_column(index=True)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    #: no request before this moment (Retry-After, back-off)
    rest_until: Mapped[datetime | None]
    robots_status: Mapped[int | None]
    robots_body: Mapped[str | None]
    robots_until: Mapped[datetime | None]
    #: the pace in use: whoever finds the host left behind by a dead spider waits so long first
    delay_seconds: Mapped[float] = mapped_column(default=0.0, server_default="0")
    #: rests in a row for requests that brought nothing; an answer ends them
    failures: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    #: why it rests
    problem: Mapped[str | None]
    #: IP address, where names on one address are counted together
    address: Mapped[str | None] = mapped_column(index=True)


class HostQueue(Base):
    """When a run has next something due on a host, so that a claim need not scan pages."""

    __tablename__ = "host_queues"
    __table_args__ = (Index("ix_host_queues_due", "run_id", "next_due_at"),)

    run_id: Mapped[int] = mapped_column(Id, ForeignKey("runs.id"), primary_key=True)
    host_id: Mapped[int] = mapped_column(Id, ForeignKey("hosts.id"), primary_key=True)
    next_due_at: Mapped[datetime | None]


class Budget(Base):
    """Pages of a site or host that a run has asked for, where its rules limit them."""

    __tablename__ = "budgets"

    run_id: Mapped[int] = mapped_column(Id, ForeignKey("runs.id"), primary_key=True)
    #: "site" or "host"
    scope: Mapped[str] = mapped_column(primary_key=True)
    #: the site's or the host's
    name: Mapped[str] = mapped_column(primary_key=True)
    pages: Mapped[int]


class Page(Base):
    """An address and where it stands on its way."""

    __tablename__ = "pages"
    __table_args__ = (
        Index(
            "ix_pages_due",
            "run_id",
            "host_id",
            "priority",
            "id",
            sqlite_where=text("state = 'due'"),
            postgresql_where=text("state = 'due'"),
        ),
        Index(
            "ix_pages_moving",
            "state",
            "run_id",
            sqlite_where=text("state IN ('leased', 'fetched')"),
            postgresql_where=text("state IN ('leased', 'fetched')"),
        ),
        Index("ix_pages_run_id", "run_id", "state"),
        Index(
            "ix_pages_revisit",
            "host_id",
            "next_fetch_at",
            sqlite_where=text("state IN ('done', 'failed') AND next_fetch_at IS NOT NULL"),
            postgresql_where=text("state IN ('done', 'failed') AND next_fetch_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = _key()
    #: cleaned by crawler.urls.canonical
    url: Mapped[str] = mapped_column(unique=True)
    host_id: Mapped[int] = mapped_column(Id, ForeignKey("hosts.id"), index=True)
    state: Mapped[str]
    #: why it was skipped, failed or read without an article
    reason: Mapped[str | None]
    #: the run that last wanted it
    run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"))
    #: links from the nearest seed of that run
    depth: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: smaller is sooner
    priority: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_fetch_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    fetched_at: Mapped[datetime | None]
    #: when a worker was last told of it by the sweeper
    rung_at: Mapped[datetime | None]
    #: how often a worker has begun to read it since it was fetched
    reads: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: the page that first led here
    found_on_id: Mapped[int | None] = mapped_column(Id, ForeignKey("pages.id"), index=True)
    #: where a redirect, or rel=canonical, leads
    alias_of_id: Mapped[int | None] = mapped_column(Id, ForeignKey("pages.id"), index=True)
    article_id: Mapped[int | None] = mapped_column(Id, ForeignKey("articles.id"), index=True)
    #: feed, sitemap, section: what it is asked for; NULL: a page to be read
    role: Mapped[str | None]
    #: validators of its last answer, for conditional requests
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    #: looks that brought something to read or were as before; 0: read it, come what may
    visits: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    #: on how many of these visits it had changed
    changes: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    #: when it was last seen to have changed
    changed_at: Mapped[datetime | None]
    #: links that its last fetch brought and that were not known of it
    new_links: Mapped[int] = mapped_column(default=0, server_default="0")
    #: answers 404 or 410 in a row
    missing: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    #: when a second look had found it gone
    gone_at: Mapped[datetime | None]


class ArchivedPage(Base):
    """A page as fetched, so that reading can be repeated without a request."""

    __tablename__ = "archive"
    __table_args__ = (Index("ix_archive_page_id", "page_id", "id"),)

    id: Mapped[int] = _key()
    page_id: Mapped[int] = mapped_column(Id, ForeignKey("pages.id"))
    run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"))
    #: the address that answered
    url: Mapped[str]
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, str]] = mapped_column(Json)
    fetched_at: Mapped[datetime]
    #: bytes before compression
    size: Mapped[int] = mapped_column(index=True)
    #: zstd
    body: Mapped[bytes]


class Part(Base):
    """A further page of an article that is spread over several pages."""

    __tablename__ = "parts"

    #: the further page
    page_id: Mapped[int] = mapped_column(
        Id, ForeignKey("pages.id"), primary_key=True, autoincrement=False
    )
    #: the article's first page
    first_id: Mapped[int] = mapped_column(Id, ForeignKey("pages.id"), index=True)
    #: the page that leads here
    before_id: Mapped[int] = mapped_column(Id, ForeignKey("pages.id"), index=True)
    #: from 2
    number: Mapped[int] = mapped_column(SmallInteger)


class Text(Base):
    """A body, kept once however many articles and revisions have it."""

    __tablename__ = "texts"

    id: Mapped[int] = _key()
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
    text_id: Mapped[int] = mapped_column(
        Id, ForeignKey("texts.id"), primary_key=True, autoincrement=False
    )


class Likeness(Base):
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


class SiteLine(Base):
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

    id: Mapped[int] = _key()
    #: articles.id; no foreign key, since articles refer to clusters already
    original_id: Mapped[int | None] = mapped_column(Id, index=True)


class Article(Base):
    """An article as last read; its history is in ``revisions``."""

    __tablename__ = "articles"

    id: Mapped[int] = _key()
    #: canonical address
    url: Mapped[str] = mapped_column(unique=True)
    site: Mapped[str] = mapped_column(index=True)
    title: Mapped[str | None]
    authors: Mapped[list[str]] = mapped_column(Json)
    #: as the page gives it, ISO 8601
    published: Mapped[str | None]
    #: the same as a moment; a day alone counts as its first minute in UTC
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    modified: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(index=True)
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
    cluster_id: Mapped[int | None] = mapped_column(Id, ForeignKey("clusters.id"), index=True)
    revisions: Mapped[int] = mapped_column(default=1)
    first_run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"))
    run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"), index=True)
    depth: Mapped[int] = mapped_column(SmallInteger)
    first_seen_at: Mapped[datetime]
    last_fetched_at: Mapped[datetime]


class Revision(Base):
    """What an article said from one moment on."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = _key()
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


class Link(Base):
    """One edge: a page's link to another article, as the publisher presents it."""

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("source_id", "target_id"),)

    id: Mapped[int] = _key()
    source_id: Mapped[int] = mapped_column(Id, ForeignKey("pages.id"))
    target_id: Mapped[int] = mapped_column(Id, ForeignKey("pages.id"), index=True)
    kind: Mapped[str]
    box: Mapped[str]
    anchor: Mapped[str]
    position: Mapped[int]
    teaser: Mapped[str]
    published_at: Mapped[datetime | None]
    #: why this link was not followed, NULL where it was
    unfollowed: Mapped[str | None]
    first_run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"))
    last_run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"))


class BoxPlace(Base):
    """A place on the pages of a site where a box of links stands."""

    __tablename__ = "box_places"
    __table_args__ = (UniqueConstraint("site", "place"),)

    id: Mapped[int] = _key()
    site: Mapped[str]
    #: as crawler.related gives it
    place: Mapped[str]
    #: pages on which it was met, while it is being learned
    pages: Mapped[int]
    #: on how many of these nothing said what the box is
    unlabelled: Mapped[int]
    #: when the learning began; it begins anew after some time, since sites change
    learned_at: Mapped[datetime]


class BoxTarget(Base):
    """On how many pages a box at that place holds the same link."""

    __tablename__ = "box_targets"

    place_id: Mapped[int] = mapped_column(
        Id, ForeignKey("box_places.id", ondelete="CASCADE"), primary_key=True
    )
    #: 8 bytes of the address's hash
    target: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    pages: Mapped[int]
