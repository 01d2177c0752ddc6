"""Articles as rows: one per article, its texts kept once, its versions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.articles import insertion
from db.articles.draft import ArticleDraft
from db.articles.insertion import Arrival
from db.articles.match import Recognised, article_at, digest_of, recognise
from db.duplicates import shingle_index
from db.duplicates.clusters import cluster_of, regroup
from db.duplicates.similar_pairs import Comparer, alike, enter, hold_text, leave, note, relink
from db.models import ArchivedPage, Article, Page, Revision, Text
from db.sql.dialect import is_sqlite, lock
from db.terms.article_fields import VERSIONED_FIELDS
from db.terms.states import Reason


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
_TEXTS = cast(Table, Text.__table__)
_REVISIONS, _PAGES = cast(Table, Revision.__table__), cast(Table, Page.__table__)
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


def store(session: Session, draft: ArticleDraft, comparer: Comparer) -> Stored:
    """Store an article: new, known as it is, or in a new version. May be called twice.

    Hold it first (``hold_all``).
    """
    recognised = recognise(session, urls=draft.urls, sha256=draft.sha256, keys=draft.keys)
    if recognised.article_id is None:
        return _add(session, draft, recognised, comparer)
    article = session.get_one(Article, recognised.article_id)
    change = _update(session, article, draft, comparer)
    return Stored(
        article_id=article.id,
        is_new=False,
        is_revised=change is _Update.VERSION,
        is_changed=change is not _Update.NONE,
        is_copy=article.cluster_id is not None,
    )


def hold(session: Session, draft: ArticleDraft, also: Iterable[str] = ()) -> None:
    """Let nobody else decide on this article, or on copies of its text, until the commit.

    ``also``: the addresses of other articles that are decided on together with it.
    """
    names = (*_names(draft), *(url.encode() for url in also))
    lock(session, names, draft.keys[:MAX_LOCKS])


def hold_all(session: Session, drafts: Iterable[ArticleDraft]) -> None:
    """The same for several articles, which are then stored.

    A crash of the PostgreSQL server may take the last half second back, states of the pages and
    all.
    """
    held = list(drafts)
    names = (name for draft in held for name in _names(draft))
    keys = (key for draft in held for key in draft.keys[:MAX_LOCKS])
    lock(session, names, keys, is_repeatable=True)


def _names(draft: ArticleDraft) -> tuple[bytes, bytes]:
    return draft.url.encode(), b"text " + draft.sha256


def find(session: Session, urls: Collection[str]) -> Article | None:
    """The article that one of these addresses leads to: its own address first."""
    article_id = article_at(session, urls)
    return None if article_id is None else session.get_one(Article, article_id)


def stored_text(session: Session, urls: Collection[str]) -> Text | None:
    """The text of the article that one of these addresses leads to."""
    article = find(session, urls)
    return None if article is None else session.get_one(Text, article.text_id)


def keep_text(session: Session, body: str, words: int) -> tuple[int, bool]:
    """The row of the body, made where there is none, and whether it was."""
    digest = digest_of(body)
    row = {"sha256": digest, "body": body, "words": words}
    connection = session.connection()
    text_id: int | None = connection.execute(_KEEP[is_sqlite(session)], row).scalar()
    if text_id is not None:
        return text_id, True
    # held, so that nobody finds meanwhile that no article has it any more
    by_digest = _TEXT_ID if is_sqlite(session) else _TEXT_ID.with_for_update(key_share=True)
    return int(connection.execute(by_digest, {"sha256": digest}).scalar_one()), False


def _add(
    session: Session, draft: ArticleDraft, recognised: Recognised, comparer: Comparer
) -> Stored:
    arrival = _arrival(draft, shingle_index.free_of(draft.keys, recognised.holders))
    text_id, like = recognised.text_id, None
    if text_id is None:
        others = shingle_index.candidates(recognised.holders, draft.keys)
        similar = alike(session, draft.body, others, comparer)
        article_id, text_id = insertion.add(session, arrival)
        note(session, text_id, similar)
        like = similar.keys()
    else:
        keep_text(session, draft.body, draft.words)
        enter(session, text_id, draft.body, draft.keys, comparer)
        article_id = insertion.add_article(session, arrival, text_id)
    grouped = regroup(session, article_id, text_id, None, like=like)
    return Stored(
        article_id=article_id,
        is_new=True,
        is_revised=False,
        is_changed=True,
        is_copy=article_id in grouped,
    )


def _arrival(draft: ArticleDraft, keys: Sequence[int]) -> Arrival:
    """The article as rows."""
    article = {**draft.fields} | {
        "url": draft.url,
        "site": draft.site,
        "archive_id": draft.archive_id,
        "first_run_id": draft.run_id,
        "run_id": draft.run_id,
        "depth": draft.depth,
        "first_seen_at": draft.fetched_at,
        "last_fetched_at": draft.fetched_at,
        "revisions": 1,
    }
    text = {"sha256": draft.sha256, "body": draft.body, "words": draft.words}
    return Arrival(text=text, article=article, version=_version(draft, 1), keys=keys)


def _update(session: Session, article: Article, draft: ArticleDraft, comparer: Comparer) -> _Update:
    """Bring the row up to date."""
    if draft.run_id == article.first_run_id:  # how far away a later run met it is that run's
        article.depth = min(article.depth, draft.depth)
    article.last_fetched_at = max(article.last_fetched_at, draft.fetched_at)
    article.run_id = draft.run_id
    is_own = draft.is_own and draft.url == article.url
    was_own = _was_own(session, article)
    if was_own and not is_own:
        return _Update.NONE  # an AMP or mobile page says less than the article's own
    if was_own == is_own and draft.archive_id <= article.archive_id:
        return _Update.NONE  # read again, or late: what is stored is as new
    fields_are_same = all(getattr(article, name) == draft.fields[name] for name in VERSIONED_FIELDS)
    for name, value in draft.fields.items():
        setattr(article, name, value)
    article.archive_id = draft.archive_id
    text_id, _ = keep_text(session, draft.body, draft.words)
    if article.text_id == text_id and fields_are_same:
        return _Update.NONE
    give_text(session, article, text_id, draft, comparer)
    if is_own and not was_own:
        _replace_revision(session, article, draft)
        return _Update.CORRECTED
    article.revisions += 1
    session.flush()
    ids = {"article_id": article.id, "text_id": article.text_id}
    session.connection().execute(_ADD_REVISION, _version(draft, article.revisions) | ids)
    return _Update.VERSION


def give_text(
    session: Session, article: Article, text_id: int, draft: ArticleDraft, comparer: Comparer
) -> None:
    """Let the article have the text that was read, and work out anew whose copy it is.

    The article's row is written last, when ``regroup`` has its lock: whoever rearranges a cluster
    writes the rows of its articles, and would wait for this one.
    """
    before, article.text_id = article.text_id, text_id
    if before != text_id:
        hold_text(session, before)  # before the article's row, which a new copy of it asks for too
    has_left = before != text_id and leave(session, before, comparer, article_id=article.id)
    enter(session, text_id, draft.body, draft.keys, comparer)
    if has_left:
        relink(session, before, comparer)
    regroup(session, article.id, text_id, cluster_of(session, article.id))
    session.expire(article, ["cluster_id"])


def _was_own(session: Session, article: Article) -> bool:
    """Whether what is stored was read at the article's own address, or at one it moved from.

    Where that copy is no longer kept: whether the own address was read at all.
    """
    url = select(ArchivedPage.url).where(ArchivedPage.id == article.archive_id)
    connection = session.connection()  # writes nothing of the article yet
    answered_at = connection.execute(url).scalar()
    if answered_at is None:
        visits = select(Page.visits).where(Page.url == article.url)
        return bool(connection.execute(visits).scalar())
    if answered_at == article.url:
        return True
    moved = select(_PAGES.c.id).where(
        _PAGES.c.url == answered_at,
        _PAGES.c.article_id == article.id,
        _PAGES.c.reason == Reason.REDIRECT.value,
    )
    return connection.execute(moved).first() is not None


def _replace_revision(session: Session, article: Article, draft: ArticleDraft) -> None:
    """The article's own page has come: what its other address said was no version of it."""
    latest = select(Revision).where(
        Revision.article_id == article.id, Revision.number == article.revisions
    )
    revision = session.scalars(latest).one()
    revision.title, revision.authors = article.title, article.authors
    revision.published, revision.modified = article.published, article.modified
    revision.text_id, revision.archive_id = article.text_id, draft.archive_id


def _version(draft: ArticleDraft, number: int) -> dict[str, Any]:
    """The version as a row, but for what it belongs to."""
    return {name: draft.fields[name] for name in VERSIONED_FIELDS} | {
        "number": number,
        "archive_id": draft.archive_id,
        "seen_at": draft.fetched_at,
    }
