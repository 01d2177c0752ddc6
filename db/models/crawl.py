"""The tables of the crawl: runs, hosts, addresses, the archive, the links between pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, Json, key, partial_index


class Run(Base):
    """One crawl, manual or nightly, with its rules and its counts."""

    __tablename__ = "runs"

    id: Mapped[int] = key()
    kind: Mapped[str]
    #: equal for runs that mean the same job: an unfinished one is gone on with
    job: Mapped[str] = mapped_column(index=True)
    #: unique per scheduled moment, so that two beats start one run
    due_key: Mapped[str | None] = mapped_column(unique=True)
    seeds: Mapped[list[str]] = mapped_column(Json)
    #: db.frontier.scope.Rules as a dictionary
    rules: Mapped[dict[str, Any]] = mapped_column(Json)
    #: ordered, running, finished, interrupted
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
    #: pages that came without the text of their article
    unreadable: Mapped[int] = mapped_column(default=0, server_default="0")
    #: links of boxes found on the pages that came
    links: Mapped[int] = mapped_column(default=0, server_default="0")
    #: what had become of its pages at its end (``db.runs.report``); they may pass to later runs
    pages: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Host(Base):
    """A web server: who walks it now, until when it rests, what its robots.txt says."""

    __tablename__ = "hosts"

    id: Mapped[int] = key()
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


def _where_set(column: str) -> Index:
    """An index of the few pages that have a value there."""
    return partial_index(f"ix_pages_{column}", column, where=f"{column} IS NOT NULL")


class Page(Base):
    """An address and where it stands on its way."""

    __tablename__ = "pages"
    __table_args__ = (
        partial_index(
            "ix_pages_due",
            "run_id",
            "host_id",
            "priority",
            "id",
            where="state = 'due'",
        ),
        partial_index(
            "ix_pages_moving",
            "state",
            "run_id",
            # with OR: SQLite's planner does not see that a state lies within an IN
            where="state = 'leased' OR state = 'fetched'",
        ),
        Index("ix_pages_run_id", "run_id", "state"),
        _where_set("article_id"),
        partial_index("ix_pages_gone", "article_id", where="gone_at IS NOT NULL"),
        _where_set("alias_of_id"),
        partial_index(
            "ix_pages_revisit",
            "host_id",
            "next_fetch_at",
            where="state IN ('done', 'failed') AND next_fetch_at IS NOT NULL",
        ),
    )

    id: Mapped[int] = key()
    #: cleaned by crawler.page.urls.canonical
    url: Mapped[str] = mapped_column(unique=True)
    #: the spelling to ask for, as it was first met; NULL: ``url`` itself
    written_url: Mapped[str | None]
    host_id: Mapped[int] = mapped_column(Id, ForeignKey("hosts.id"), index=True)
    #: a db.terms.states.State
    state: Mapped[str]
    #: why it was skipped, failed or read without an article: a db.terms.states.Why
    reason: Mapped[str | None]
    #: the run that last wanted it
    run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"))
    #: links from the nearest seed of that run
    depth: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: smaller is sooner
    priority: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: spiders that died while they had it, since it was last settled (``db.frontier.suspects``)
    deaths: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
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
    alias_of_id: Mapped[int | None] = mapped_column(Id, ForeignKey("pages.id"))
    article_id: Mapped[int | None] = mapped_column(Id, ForeignKey("articles.id"))
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


class ArchivePlace(Base):
    """A store outside of the database in which bodies of archived pages lie."""

    __tablename__ = "archive_places"

    id: Mapped[int] = key()
    #: of ``db.objects.addresses``; never a key or password
    url: Mapped[str]
    #: what the names of our objects begin with there, so that no other database's are among them
    token: Mapped[str]
    #: another database, a copy, names the same objects: none may be removed
    is_shared: Mapped[bool] = mapped_column(default=False)


class ArchivedPage(Base):
    """A page as fetched, so that reading can be repeated without a request."""

    __tablename__ = "archive"
    __table_args__ = (
        Index("ix_archive_page_id", "page_id", "id"),
        partial_index("ix_archive_object_key", "object_key", where="object_key IS NOT NULL"),
    )

    id: Mapped[int] = key()
    page_id: Mapped[int] = mapped_column(Id, ForeignKey("pages.id"))
    run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"))
    #: the address that answered
    url: Mapped[str]
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, str]] = mapped_column(Json)
    fetched_at: Mapped[datetime]
    #: bytes before compression
    size: Mapped[int]
    #: zstd; empty where the body is an object
    body: Mapped[bytes]
    #: where the object lies, its name there, and its size; NULL: the body is here
    place_id: Mapped[int | None] = mapped_column(Id, ForeignKey("archive_places.id"))
    object_key: Mapped[str | None]
    object_bytes: Mapped[int | None]
    #: of the bytes before compression; NULL: from a time when only some headers were kept
    sha256: Mapped[bytes | None]


class PageVisit(Base):
    """What a run's visit to a page came to: a row each, which no later run changes."""

    __tablename__ = "visits"
    __table_args__ = (
        Index("ix_visits_page_id", "page_id", "id"),
        Index("ix_visits_run_id", "run_id", "outcome"),
        partial_index(
            "ix_visits_digest",
            "digest",
            where="digest IS NOT NULL",
        ),
    )

    id: Mapped[int] = key()
    run_id: Mapped[int | None] = mapped_column(Id, ForeignKey("runs.id"))
    page_id: Mapped[int] = mapped_column(Id, ForeignKey("pages.id"))
    at: Mapped[datetime]
    #: a db.terms.states.VisitOutcome; "fetched" until the page is read
    outcome: Mapped[str]
    #: HTTP status
    status: Mapped[int | None] = mapped_column(SmallInteger)
    #: a db.terms.states.Why
    reason: Mapped[str | None]
    #: links from the nearest seed of that run
    depth: Mapped[int] = mapped_column(SmallInteger)
    #: links of boxes found on it; NULL: it was not looked for any
    links: Mapped[int | None]
    #: SHA-256 of the few words that came in place of the text
    digest: Mapped[bytes | None]


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


class Link(Base):
    """One edge: a page's link to another article, as the publisher presents it."""

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("source_id", "target_id"),
        # of the many links to a hub the first ones
        Index("ix_links_target_id", "target_id", "id"),
    )

    id: Mapped[int] = key()
    source_id: Mapped[int] = mapped_column(Id, ForeignKey("pages.id"))
    target_id: Mapped[int] = mapped_column(Id, ForeignKey("pages.id"))
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
    #: times of the first and the last visit to the page that saw it there; NULL: not known
    first_seen_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
