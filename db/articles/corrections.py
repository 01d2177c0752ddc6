"""What a better reader says of an article that is stored: put in place, not added as a version.

The publisher changed nothing, so that no version comes of it; the bodies that were read before
stay in ``texts``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.articles.draft import ArticleDraft
from db.articles.store import find, give_text, hold, keep_text
from db.duplicates.similar_pairs import Comparer, hold_text, leave
from db.models import Article, Revision, Text
from db.terms.article_fields import FIELDS, VERSIONED_FIELDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A field that today's reader reads differently."""

    field: str
    before: Any
    after: Any


def differences(session: Session, article: Article, draft: ArticleDraft) -> list[Difference]:
    """What would change in the article as it stands."""
    differing = [
        Difference(field=name, before=getattr(article, name), after=draft.fields[name])
        for name in FIELDS
        if getattr(article, name) != draft.fields[name]
    ]
    body = session.get_one(Text, article.text_id).body
    if body != draft.body:
        differing.append(Difference(field="body", before=body, after=draft.body))
    return differing


def correct(session: Session, article: Article, draft: ArticleDraft, comparer: Comparer) -> None:
    """Put the article and its newest version right."""
    hold(session, draft)
    for name, value in draft.fields.items():
        setattr(article, name, value)
    text_id, _ = keep_text(session, draft.body, draft.words)
    give_text(session, article, text_id, draft, comparer)
    newest = session.scalars(_revisions(article).order_by(Revision.number.desc()).limit(1)).one()
    _put_right(newest, draft.fields, article.text_id)


def grow_stored(session: Session, stored: Article, draft: ArticleDraft, comparer: Comparer) -> bool:
    """Put the text in place that further pages have made longer: the publisher changed nothing.

    True where it was another.
    """
    if session.get_one(Text, stored.text_id).body == draft.body:
        return False
    correct(session, stored, draft, comparer)
    return True


def cut_stored(session: Session, draft: ArticleDraft, comparer: Comparer) -> bool:
    """Cut the stored text where nothing else than a repeated line makes it another.

    It was stored before the line was known to be repeated; that is no new version. True where
    it was cut.
    """
    stored = find(session, draft.urls)
    if stored is None or stored.text_id != draft.cut_of:
        return False
    fields = {name: getattr(stored, name) for name in draft.fields}
    correct(session, stored, replace(draft, fields=fields), comparer)
    return True


def older_revisions(session: Session, article: Article) -> Sequence[Revision]:
    """The versions before the newest, oldest first."""
    revisions = session.scalars(_revisions(article).order_by(Revision.number)).all()
    return revisions[:-1]


def correct_revision(
    session: Session, revision: Revision, draft: ArticleDraft, comparer: Comparer
) -> bool:
    """Put an older version right; True where something changed. Copies are none of its concern."""
    hold_text(session, revision.text_id)
    leave(session, revision.text_id, comparer)
    text_id, _ = keep_text(session, draft.body, draft.words)
    before = (revision.text_id, *(getattr(revision, name) for name in VERSIONED_FIELDS))
    _put_right(revision, draft.fields, text_id)
    return before != (revision.text_id, *(getattr(revision, name) for name in VERSIONED_FIELDS))


def _revisions(article: Article) -> Any:
    return select(Revision).where(Revision.article_id == article.id)


def _put_right(revision: Revision, fields: Mapping[str, Any], text_id: int) -> None:
    for name in VERSIONED_FIELDS:
        setattr(revision, name, fields[name])
    revision.text_id = text_id
