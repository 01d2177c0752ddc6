"""Cuts from a stored article what its site turned out to repeat on its pages."""

from dataclasses import replace

from sqlalchemy.orm import Session

from db.articles import repeated_lines
from db.articles.corrections import correct
from db.articles.store import ArticleDraft, find
from db.models import Text
from workers.dedup.boilerplate import lines_of, without
from workers.dedup.comparer import COMPARER


def take_over(session: Session, read: ArticleDraft) -> bool:
    """Cut the stored text where nothing else than a repeated line makes it another.

    It was stored before the line was known to be repeated; that is no new version. True where
    it was cut.
    """
    stored = find(session, read.addresses)
    if stored is None:
        return False
    body = session.get_one(Text, stored.text_id).body
    paragraphs = body.split("\n\n")
    repeated = repeated_lines.repeated(session, read.site, lines_of(paragraphs))
    if not repeated or body == read.body or "\n\n".join(without(paragraphs, repeated)) != read.body:
        return False
    fields = {name: getattr(stored, name) for name in read.fields}
    correct(session, stored, replace(read, fields=fields), COMPARER)
    return True
