"""Articles as rows: one per article, its texts kept once, its versions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, cast

from sqlalchemy import BindParameter, Table, bindparam, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.articles import insertion
from db.articles.insertion import Arrival
from db.articles.match import Recognised, digest_of, recognise
from db.dialect import is_sqlite, lock
from db.duplicates import shingle_index
from db.duplicates.clusters import regroup
from db.duplicates.similar_pairs import Comparer, alike, enter, hold_text, leave, note, relink
from db.models import ArchivedPage, Article, Page, Revision, Text


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleDraft:
    """An article as a worker read it, ready to be stored."""

    #: canonical address
    url: str
    #: every address that leads to it, ``url`` among them
    addresses: tuple[str, ...]
    site: str
    body: str
    #: what its copies are looked up by, see ``workers.dedup.fingerprint.keys_of``; empty: too short
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
    #: its text, or one like it, is that of another article too
    is_copy: bool = False


# the tables themselves and statements made once: building them takes longer than the look-ups
_TEXTS, _ARTICLES = cast(Table, Text.__table__), cast(Table, Article.__table__)
_REVISIONS, _PAGES = cast(Table, Revision.__table__), cast(Table, Page.__table__)
_URLS: BindParameter[Any] = bindparam("urls", expanding=True)
_FIND = (
    select(literal(0).label("way"), _ARTICLES.c.id)
    .where(_ARTICLES.c.url.in_(_URLS))
    .union_all(
        select(literal(1), _PAGES.c.article_id).where(
            _PAGES.c.url.in_(_URLS), _PAGES.c.article_id.is_not(None)
        )
    )
)
_TEXT_ID = select(_TEXTS.c.id).where(_TEXTS.c.sha256 == bindparam("sha256"))
_KEEP = {
    True: sqlite.insert(_TEXTS).on_conflict_do_nothing().returning(_TEXTS.c.id),
    False: postgresql.insert(_TEXTS).on_conflict_do_nothing().returning(_TEXTS.c.id),
}
_ADD_REVISION = insert(_REVISIONS)
#: keys of a text that are held at most; two texts that are alike share some of the smallest
MAX_LOCKS = 32


class _Update(Enum):
    VERSION = "version"
    #: the same version, read from a better page
    CORRECTED = "corrected"
    NONE = "none"


#: a change in one of these makes a new version
_VERSIONED = ("title", "authors", "published", "modified")


def store(session: Session, read: ArticleDraft, comparer: Comparer) -> Stored:
    """Store an article: new, known as it is, or in a new version. May be called twice.

    A crash of the PostgreSQL server may take the last half second back, state of the page and all.
    """
    hold(session, read, is_repeatable=True)
    known = recognise(session, urls=read.addresses, sha256=digest_of(read.body), keys=read.keys)
    if known.article_id is None:
        return _add(session, read, known, comparer)
    article = session.get_one(Article, known.article_id)
    change = _update(session, article, read, comparer)
    return Stored(
        article_id=article.id,
        is_new=False,
        is_revised=change is _Update.VERSION,
        is_changed=change is not _Update.NONE,
        is_copy=article.cluster_id is not None,
    )


def hold(
    session: Session, read: ArticleDraft, also: Iterable[str] = (), *, is_repeatable: bool = False
) -> None:
    """Let nobody else decide on this article, or on copies of its text, until the commit.

    ``also``: the addresses of other articles that are decided on together with it;
    ``is_repeatable``: see ``db.dialect.lock``.
    """
    names = (read.url.encode(), b"text " + digest_of(read.body), *(url.encode() for url in also))
    lock(session, names, read.keys[:MAX_LOCKS], is_repeatable=is_repeatable)


def find(session: Session, urls: Collection[str]) -> Article | None:
    """The article that one of these addresses leads to: its own address first."""
    session.flush()
    found = session.connection().execute(_FIND, {"urls": list(urls)}).all()
    if not found:
        return None
    _, article_id = min((row.way, row.id) for row in found)
    return session.get_one(Article, article_id)


def keep_text(session: Session, body: str, words: int) -> tuple[int, bool]:
    """The row of the body, made where there is none, and whether it was."""
    digest = digest_of(body)
    row = {"sha256": digest, "body": body, "words": words}
    connection = session.connection()
    text_id: int | None = connection.execute(_KEEP[is_sqlite(session)], row).scalar()
    if text_id is not None:
        return text_id, True
    # held, so that nobody finds meanwhile that no article has it any more
    known = _TEXT_ID if is_sqlite(session) else _TEXT_ID.with_for_update()
    return int(connection.execute(known, {"sha256": digest}).scalar_one()), False


def _add(session: Session, read: ArticleDraft, known: Recognised, comparer: Comparer) -> Stored:
    arrival = _arrival(read, shingle_index.free_of(read.keys, known.holders))
    text_id, like = known.text_id, None
    if text_id is None:
        others = shingle_index.candidates(known.holders, read.keys)
        found = alike(session, read.body, others, comparer)
        article_id, text_id = insertion.add(session, arrival)
        note(session, text_id, found)
        like = found.keys()
    else:
        keep_text(session, read.body, read.words)
        enter(session, text_id, read.body, read.keys, comparer)
        article_id = insertion.add_article(session, arrival, text_id)
    grouped = regroup(session, article_id, text_id, None, like=like)
    return Stored(
        article_id=article_id,
        is_new=True,
        is_revised=False,
        is_changed=True,
        is_copy=article_id in grouped,
    )


def _arrival(read: ArticleDraft, keys: Sequence[int]) -> Arrival:
    """The article as rows."""
    article = {**read.fields} | {
        "url": read.url,
        "site": read.site,
        "archive_id": read.archive_id,
        "first_run_id": read.run_id,
        "run_id": read.run_id,
        "depth": read.depth,
        "first_seen_at": read.fetched_at,
        "last_fetched_at": read.fetched_at,
        "revisions": 1,
    }
    text = {"sha256": digest_of(read.body), "body": read.body, "words": read.words}
    return Arrival(text=text, article=article, version=_version(read, 1), keys=keys)


def _update(session: Session, article: Article, read: ArticleDraft, comparer: Comparer) -> _Update:
    """Bring the row up to date."""
    article.depth = min(article.depth, read.depth)
    article.last_fetched_at = max(article.last_fetched_at, read.fetched_at)
    article.run_id = read.run_id
    is_own = read.is_own and read.url == article.url
    was_own = _answered_at(session, article.archive_id) == article.url
    if was_own and not is_own:
        return _Update.NONE  # an AMP or mobile page says less than the article's own
    if was_own == is_own and read.archive_id <= article.archive_id:
        return _Update.NONE  # read again, or late: what is stored is as new
    fields_are_same = all(getattr(article, name) == read.fields[name] for name in _VERSIONED)
    for name, value in read.fields.items():
        setattr(article, name, value)
    article.archive_id = read.archive_id
    text_id, _ = keep_text(session, read.body, read.words)
    if article.text_id == text_id and fields_are_same:
        return _Update.NONE
    give_text(session, article, text_id, read, comparer)
    if is_own and not was_own:
        _replace_revision(session, article, read)
        return _Update.CORRECTED
    article.revisions += 1
    session.flush()
    ids = {"article_id": article.id, "text_id": article.text_id}
    session.connection().execute(_ADD_REVISION, _version(read, article.revisions) | ids)
    return _Update.VERSION


def give_text(
    session: Session, article: Article, text_id: int, read: ArticleDraft, comparer: Comparer
) -> None:
    """Let the article have the text that was read, and work out anew whose copy it is.

    The article's row is written last, when ``regroup`` has its lock: whoever rearranges a cluster
    writes the rows of its articles, and would wait for this one.
    """
    before, article.text_id = article.text_id, text_id
    if before != text_id:
        hold_text(session, before)  # before the article's row, which a new copy of it asks for too
    has_left = before != text_id and leave(session, before, comparer, article_id=article.id)
    enter(session, text_id, read.body, read.keys, comparer)
    if has_left:
        relink(session, before, comparer)
    regroup(session, article.id, text_id, article.cluster_id)
    session.expire(article, ["cluster_id"])


def _answered_at(session: Session, archive_id: int) -> str | None:
    url = select(ArchivedPage.url).where(ArchivedPage.id == archive_id)
    return session.connection().execute(url).scalar()  # writes nothing of the article yet


def _replace_revision(session: Session, article: Article, read: ArticleDraft) -> None:
    """The article's own page has come: what its other address said was no version of it."""
    latest = select(Revision).where(
        Revision.article_id == article.id, Revision.number == article.revisions
    )
    revision = session.scalars(latest).one()
    revision.title, revision.authors = article.title, article.authors
    revision.published, revision.modified = article.published, article.modified
    revision.text_id, revision.archive_id = article.text_id, read.archive_id


def _version(read: ArticleDraft, number: int) -> dict[str, Any]:
    """The version as a row, but for what it belongs to."""
    return {name: read.fields[name] for name in _VERSIONED} | {
        "number": number,
        "archive_id": read.archive_id,
        "seen_at": read.fetched_at,
    }
