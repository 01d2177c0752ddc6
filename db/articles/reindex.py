"""Indexes the words of every article anew, after the index has learned something."""

from collections.abc import Iterator

from sqlalchemy import select

from db.articles import word_index
from db.articles.word_index import Words
from db.models import Article, Text
from db.sql.session import Database

#: articles in one commit
BATCH = 100


def reindex(database: Database) -> Iterator[int]:
    """Do it, a batch in one commit; yields how many articles are done, between transactions."""
    last = done = 0
    while True:
        with database.write() as session:
            rows = session.execute(
                select(Article.id, Article.title, Article.language, Text.body)
                .join(Text, Text.id == Article.text_id)
                .where(Article.id > last)
                .order_by(Article.id)
                .limit(BATCH)
            ).all()
            words = [
                Words(
                    article_id=row.id, title=row.title or "", body=row.body, language=row.language
                )
                for row in rows
            ]
            word_index.index(session, words)
        if not rows:
            return
        last = rows[-1].id
        done += len(rows)
        yield done
