"""What a better reader says of an article that is stored: put in place, not added as a version.

The publisher changed nothing, so that no version comes of it; the bodies that were read before
stay in ``texts``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.articles.store import ArticleDraft, give_text, hold, keep_text
from db.duplicates.similar_pairs import Comparer, hold_text, leave
from db.models import Article, Revision, Text

#: fields of an article that a page gives, in the order they are shown
FIELDS = (
    "title", "authors", "published", "modified", "language", "dateline", "sources", "topics",
    "section", "image", "paywalled", "page_type",
)  # fmt: skip
_OF_REVISION = ("title", "authors", "published", "modified")


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A field that today's reader reads differently."""

    field: str
    before: Any
    after: Any


def differences(session: Session, article: Article, read: ArticleDraft) -> list[Difference]:
    """What would change in the article as it stands."""
    found = [
        Difference(field=name, before=getattr(article, name), after=read.fields[name])
        for name in FIELDS
        if getattr(article, name) != read.fields[name]
    ]
    body = session.get_one(Text, article.text_id).body
    if body != read.body:
        found.append(Difference(field="body", before=body, after=read.body))
    return found


def correct(session: Session, article: Article, read: ArticleDraft, comparer: Comparer) -> None:
    """Put the article and its newest version right."""
    hold(session, read)
    for name, value in read.fields.items():
        setattr(article, name, value)
    text_id, _ = keep_text(session, read.body, read.words)
    give_text(session, article, text_id, read, comparer)
    newest = session.scalars(_revisions(article).order_by(Revision.number.desc()).limit(1)).one()
    _put_right(newest, read.fields, article.text_id)


def older_revisions(session: Session, article: Article) -> Sequence[Revision]:
    """The versions before the newest, oldest first."""
    found = session.scalars(_revisions(article).order_by(Revision.number)).all()
    return found[:-1]


def correct_revision(
    session: Session, revision: Revision, read: ArticleDraft, comparer: Comparer
) -> bool:
    """Put an older version right; True where something changed. Copies are none of its concern."""
    hold_text(session, revision.text_id)
    leave(session, revision.text_id, comparer)
    text_id, _ = keep_text(session, read.body, read.words)
    before = (revision.text_id, *(getattr(revision, name) for name in _OF_REVISION))
    _put_right(revision, read.fields, text_id)
    return before != (revision.text_id, *(getattr(revision, name) for name in _OF_REVISION))


def _revisions(article: Article) -> Any:
    return select(Revision).where(Revision.article_id == article.id)


def _put_right(revision: Revision, fields: Mapping[str, Any], text_id: int) -> None:
    for name in _OF_REVISION:
        setattr(revision, name, fields[name])
    revision.text_id = text_id
