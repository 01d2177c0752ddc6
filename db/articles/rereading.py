"""What is read again with a better reader: which articles and pages, and the result stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from db.articles import word_index
from db.articles.corrections import (
    Difference,
    correct,
    correct_revision,
    differences,
    older_revisions,
)
from db.articles.draft import ArticleDraft
from db.articles.word_index import Words
from db.duplicates.similar_pairs import Comparer
from db.frontier import page_state
from db.models import ArchivedPage, Article, Page
from db.sql.session import Session
from db.terms.states import Reason, State


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredArticle:
    """Where an article and its versions were read."""

    url: str
    archive_id: int
    #: number of each older version -> the copy that it was read from
    older: Mapping[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """What came of putting an article right."""

    differences: tuple[Difference, ...] = ()
    #: older versions that were read differently
    older: int = 0


def article_ids(session: Session, *, after: int, limit: int) -> Sequence[int]:
    """Articles by their ids."""
    return session.scalars(_next(select(Article.id), Article.id, after, limit)).all()


def articleless_ids(session: Session, *, after: int, limit: int) -> Sequence[int]:
    """Pages that were read and held no article, by their ids."""
    pages = select(Page.id).where(
        Page.state.in_((State.DONE, State.FAILED)),
        Page.article_id.is_(None),
        Page.alias_of_id.is_(None),
        page_state.has_reason(Reason.NOT_AN_ARTICLE),
    )
    return session.scalars(_next(pages, Page.id, after, limit)).all()


def archived_ids(session: Session, *, after: int, limit: int) -> Sequence[int]:
    """Pages that are in the archive, by their ids."""
    pages = select(ArchivedPage.page_id).distinct()
    return session.scalars(_next(pages, ArchivedPage.page_id, after, limit)).all()


def _next(statement: "Select[int]", key: object, after: int, limit: int) -> "Select[int]":
    return statement.where(key > after).order_by(key).limit(limit)  # type: ignore[arg-type,operator]


def stored_article(session: Session, article_id: int) -> StoredArticle | None:
    """Where the article was read; None where another has taken its place."""
    article = session.get(Article, article_id)
    if article is None:
        return None
    return StoredArticle(
        url=article.url,
        archive_id=article.archive_id,
        older={r.number: r.archive_id for r in older_revisions(session, article)},
    )


def why_articleless(session: Session, page_id: int) -> str | None:
    """The reason that is kept with the page."""
    return session.scalar(select(Page.reason).where(Page.id == page_id))


def compare(session: Session, article_id: int, draft: ArticleDraft) -> Correction:
    """What would change."""
    article = session.get(Article, article_id)
    if article is None:
        return Correction()
    return Correction(differences=tuple(differences(session, article, draft)))


def put_right(
    session: Session,
    article_id: int,
    draft: ArticleDraft,
    older: Mapping[int, ArticleDraft],
    comparer: Comparer,
) -> Correction:
    """Put the article and its older versions (by number) right.

    Nothing where it was fetched and read meanwhile, which was by the same reader.
    """
    article = session.get(Article, article_id)
    if article is None or article.archive_id != draft.archive_id:
        return Correction()
    differing = tuple(differences(session, article, draft))
    corrected = sum(
        correct_revision(session, revision, older[revision.number], comparer)
        for revision in older_revisions(session, article)
        if revision.number in older
    )
    correct(session, article, draft, comparer)
    if differing:
        words = Words(
            article_id=article_id,
            title=article.title or "",
            body=draft.body,
            language=article.language,
        )
        word_index.index(session, [words])
    return Correction(differences=differing, older=corrected)
