"""Articles as rows: one per article, its texts kept once, its versions."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from db.clusters import Judge, compare, regroup
from db.dialect import insert_into, lock
from db.models import ArchivedPage, Article, Page, Revision, Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """An article as a worker read it, ready to be stored."""

    #: canonical address
    url: str
    #: every address that leads to it, ``url`` among them
    addresses: tuple[str, ...]
    site: str
    body: str
    #: what its copies are looked up by, see ``workers.dedup.keys_of``; empty: too short
    keys: tuple[int, ...]
    words: int
    #: the other columns of ``articles``: title, authors, published ...
    fields: Mapping[str, Any]
    archive_id: int
    #: the page answered at ``url`` itself, not at an AMP, mobile or other address of the article
    is_own: bool
    run_id: int | None
    depth: int
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """What storing an article came to."""

    article_id: int
    is_new: bool
    #: its title, text, authors or time differ from the last version
    is_revised: bool
    #: its words must be indexed again
    is_changed: bool


_TEXTS = cast(Table, Text.__table__)
#: keys of a text that are held at most; two texts that are alike share some of the smallest
MAX_LOCKS = 32


class _Change(Enum):
    NEW = "new"
    VERSION = "version"
    #: the same version, read from a better page
    CORRECTED = "corrected"
    NONE = "none"


#: a change in one of these makes a new version
_VERSIONED = ("title", "authors", "published", "modified")


def store(session: Session, read: Read, judge: Judge) -> Stored:
    """Store an article: new, known as it is, or in a new version. May be called twice."""
    hold(session, read)
    text_id = text_id_of(session, read, judge)
    article = find(session, read.addresses)
    if article is None:
        article = _add(session, read, text_id)
        _add_revision(session, article, read)
        change = _Change.NEW
    else:
        change = _update(session, article, read, text_id)
    session.flush()
    if article.text_id == text_id and change is not _Change.NONE:
        regroup(session, [article])
    return Stored(
        article_id=article.id,
        is_new=change is _Change.NEW,
        is_revised=change is _Change.VERSION,
        is_changed=change is not _Change.NONE,
    )


def hold(session: Session, read: Read) -> None:
    """Let nobody else decide on this article, or on copies of its text, until the commit."""
    lock(session, [read.url.encode(), *(b"band %d" % key for key in read.keys[:MAX_LOCKS])])


def find(session: Session, urls: Collection[str]) -> Article | None:
    """The article that one of these addresses leads to: its own address first."""
    own = session.scalar(select(Article).where(Article.url.in_(urls)).order_by(Article.id).limit(1))
    if own is not None:
        return own
    return session.scalar(
        select(Article)
        .join(Page, Page.article_id == Article.id)
        .where(Page.url.in_(urls))
        .order_by(Article.id)
        .limit(1)
    )


def text_id_of(session: Session, read: Read, judge: Judge) -> int:
    """The row of the body, made and compared with those like it where there is none."""
    digest = hashlib.sha256(read.body.encode("utf-8", "surrogatepass")).digest()
    row = {"sha256": digest, "body": read.body, "words": read.words}
    made = insert_into(session, _TEXTS).on_conflict_do_nothing().returning(_TEXTS.c.id)
    text_id: int | None = session.scalar(made, row)
    if text_id is None:  # known; compared by whoever made it
        return session.scalars(select(Text.id).where(Text.sha256 == digest)).one()
    if read.keys:
        compare(session, text_id, read.body, read.keys, judge)
    return text_id


def _add(session: Session, read: Read, text_id: int) -> Article:
    article = Article(
        url=read.url,
        site=read.site,
        text_id=text_id,
        archive_id=read.archive_id,
        first_run_id=read.run_id,
        run_id=read.run_id,
        depth=read.depth,
        first_seen_at=read.fetched_at,
        last_fetched_at=read.fetched_at,
        revisions=1,
        **read.fields,
    )
    session.add(article)
    session.flush()
    return article


def _update(session: Session, article: Article, read: Read, text_id: int) -> _Change:
    """Bring the row up to date."""
    article.depth = min(article.depth, read.depth)
    article.last_fetched_at = max(article.last_fetched_at, read.fetched_at)
    article.run_id = read.run_id
    is_own = read.is_own and read.url == article.url
    was_own = _answered_at(session, article.archive_id) == article.url
    if was_own and not is_own:
        return _Change.NONE  # an AMP or mobile page says less than the article's own
    if was_own == is_own and read.archive_id <= article.archive_id:
        return _Change.NONE  # read again, or late: what is stored is as new
    is_same = article.text_id == text_id and all(
        getattr(article, name) == read.fields[name] for name in _VERSIONED
    )
    for name, value in read.fields.items():
        setattr(article, name, value)
    article.archive_id, article.text_id = read.archive_id, text_id
    if is_same:
        return _Change.NONE
    if is_own and not was_own:
        _replace_revision(session, article, read)
        return _Change.CORRECTED
    article.revisions += 1
    _add_revision(session, article, read)
    return _Change.VERSION


def _answered_at(session: Session, archive_id: int) -> str | None:
    return session.scalar(select(ArchivedPage.url).where(ArchivedPage.id == archive_id))


def _replace_revision(session: Session, article: Article, read: Read) -> None:
    """The article's own page has come: what its other address said was no version of it."""
    latest = select(Revision).where(
        Revision.article_id == article.id, Revision.number == article.revisions
    )
    revision = session.scalars(latest).one()
    revision.title, revision.authors = article.title, article.authors
    revision.published, revision.modified = article.published, article.modified
    revision.text_id, revision.archive_id = article.text_id, read.archive_id


def _add_revision(session: Session, article: Article, read: Read) -> None:
    session.add(
        Revision(
            article_id=article.id,
            number=article.revisions,
            title=article.title,
            authors=article.authors,
            published=article.published,
            modified=article.modified,
            text_id=article.text_id,
            archive_id=read.archive_id,
            seen_at=read.fetched_at,
        )
    )


def point_pages(session: Session, page_ids: Collection[int], article_id: int) -> None:
    """Let these addresses lead to the article."""
    session.execute(update(Page).where(Page.id.in_(page_ids)).values(article_id=article_id))
