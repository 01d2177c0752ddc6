"""Cuts from an article what its site repeats on its pages, and learns what that is."""

from dataclasses import replace

from sqlalchemy.orm import Session

from db import boilerplate
from db.articles import Read, find
from db.corrections import correct
from db.models import Article as ArticleRow
from db.models import Text
from workers.boilerplate import lines_of, without
from workers.likeness import likeness
from workers.parsing.article import Article


def trimmed(session: Session, site: str, article: Article) -> Article:
    """The article without the lines that the site repeats."""
    repeated = boilerplate.repeated(session, site, lines_of(article.paragraphs))
    if not repeated:
        return article
    return replace(article, paragraphs=without(article.paragraphs, repeated))


def learn(session: Session, site: str, article_id: int, article: Article) -> None:
    """Count the lines of a new article, as it was read; not of a copy, whose lines were counted."""
    if session.get_one(ArticleRow, article_id).cluster_id is None:
        boilerplate.learn(session, site, lines_of(article.paragraphs))


def take_over(session: Session, read: Read) -> bool:
    """Cut the stored text where nothing else than a repeated line makes it another.

    It was stored before the line was known to be repeated; that is no new version. True where
    it was cut.
    """
    stored = find(session, read.addresses)
    if stored is None:
        return False
    body = session.get_one(Text, stored.text_id).body
    paragraphs = body.split("\n\n")
    repeated = boilerplate.repeated(session, read.site, lines_of(paragraphs))
    if not repeated or body == read.body or "\n\n".join(without(paragraphs, repeated)) != read.body:
        return False
    fields = {name: getattr(stored, name) for name in read.fields}
    correct(session, stored, replace(read, fields=fields), likeness)
    return True
