"""Rows for tests, put in with the models: a small database made by hand."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.articles.word_index import Words, index
from db.models import Article, Cluster, Host, Link, Page, Revision, Run, Text
from db.terms.tokens import words

NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)


def add_run(session: Session, **values: Any) -> Run:
    """A finished run, unless the values say otherwise."""
    defaults: dict[str, Any] = {
        "kind": "manual",
        "job": "job",
        "seeds": ["https://a.test/1"],
        "rules": {"depth": 3},
        "state": "finished",
        "verdict": "ok",
        "started_at": NOON,
        "heartbeat_at": NOON,
        "finished_at": NOON,
    }
    return _added(session, Run(**(defaults | values)))


def add_host(session: Session, name: str) -> Host:
    """The row of that host, made where there is none."""
    known = session.scalar(select(Host).where(Host.name == name))
    if known is not None:
        return known
    return _added(session, Host(name=name, site=".".join(name.split(".")[-2:])))


def add_page(session: Session, url: str, **values: Any) -> Page:
    """An address; done unless the values say otherwise."""
    known = session.scalar(select(Page).where(Page.url == url))
    if known is None:
        host = add_host(session, urlsplit(url).netloc)
        known = _added(session, Page(url=url, host_id=host.id, state="done"))
    for name, value in values.items():
        setattr(known, name, value)
    session.flush()
    return known


def add_text(session: Session, body: str) -> Text:
    """That body, once."""
    digest = hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest()
    known = session.scalar(select(Text).where(Text.sha256 == digest))
    return known or _added(session, Text(sha256=digest, body=body, words=len(words(body))))


def add_article(session: Session, url: str, title: str, body: str, **values: Any) -> Article:
    """An article with its page, its first revision and its words."""
    defaults: dict[str, Any] = {
        "site": add_host(session, urlsplit(url).netloc).site,
        "authors": [],
        "sources": [],
        "topics": [],
        "evidence": {"title": "h1"},
        "language": "id",
        "archive_id": 1,
        "depth": 0,
        "first_seen_at": NOON,
        "last_fetched_at": NOON,
    }
    text = add_text(session, body)
    article = Article(url=url, title=title, text_id=text.id, **(defaults | values))
    _added(session, article)
    add_page(session, url, article_id=article.id, status=200, fetched_at=NOON)
    add_revision(session, article, number=1)
    language = article.language
    index(session, [Words(article_id=article.id, title=title, body=body, language=language)])
    return article


def add_revision(session: Session, article: Article, **values: Any) -> Revision:
    """What the article says now, as a version."""
    defaults: dict[str, Any] = {
        "article_id": article.id,
        "title": article.title,
        "authors": article.authors,
        "text_id": article.text_id,
        "archive_id": 1,
        "seen_at": NOON,
    }
    return _added(session, Revision(**(defaults | values)))


def add_link(session: Session, source: str, target: str, **values: Any) -> Link:
    """A link between two addresses; the target is a skipped page where it has no row."""
    if session.scalar(select(Page.id).where(Page.url == target)) is None:
        add_page(session, target, state="skipped")
    defaults: dict[str, Any] = {
        "source_id": add_page(session, source).id,
        "target_id": add_page(session, target).id,
        "kind": "related",
        "box": "Berita Terkait",
        "anchor": "Judul",
        "position": 1,
        "teaser": "",
    }
    return _added(session, Link(**(defaults | values)))


def add_cluster(session: Session, original: Article, *copies: Article) -> Cluster:
    """Copies of one article."""
    cluster = _added(session, Cluster(original_id=original.id))
    for article in (original, *copies):
        article.cluster_id = cluster.id
    session.flush()
    return cluster


def _added(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
