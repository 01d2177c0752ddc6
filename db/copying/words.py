"""Makes the articles of a copy findable by their words: each database has its own form of index."""

from collections.abc import Callable, Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.articles import word_index
from db.articles.word_index import Words
from db.copying.insertion import copy_in
from db.copying.side_processes import work_through
from db.models import Article, Text
from db.models.word_tables import FTS_WORDS, VECTOR_WORDS
from db.sql.dialect import is_sqlite
from db.sql.session import Database

#: articles whose words are indexed in one commit
_BATCH = 1_000
#: PostgreSQL sorts what it gathers into its index: of many articles at once each word once
_GATHER_MORE = text("SELECT set_config('gin_pending_list_limit', '65536', true)")

WORDS_TABLE = "article_words"
#: articles between two ids: behind the first, up to the second
Span = tuple[int, int]


def index_words(target: Database, say: Callable[[int], None], *, processes: int) -> None:
    """The words of every article that has none, a batch in one commit; ``say``: so many more."""
    for articles in work_through(target, index_span, _spans(target), processes=processes):
        say(articles)


def _spans(target: Database) -> Iterator[Span]:
    last = 0
    while True:
        with target.read() as session:
            newest = session.scalars(
                select(Article.id).where(Article.id > last).order_by(Article.id).limit(_BATCH)
            ).all()
        if newest:
            yield last, newest[-1]
        if len(newest) < _BATCH:
            return
        last = newest[-1]


def index_span(target: Database, span: Span) -> int:
    """Index the words of those that have none. Returns how many articles there are."""
    with target.read() as session:
        articles, batch = _unindexed(session, *span)
    if batch:
        with target.write() as session:
            if target.is_sqlite:
                word_index.index(session, batch)
            else:
                session.execute(_GATHER_MORE)
                vectors = word_index.vectors(batch)
                copy_in(session, WORDS_TABLE, ("article_id", "words"), vectors)
    return articles


def _unindexed(session: Session, after: int, upto: int) -> tuple[int, list[Words]]:
    key = FTS_WORDS.c.rowid if is_sqlite(session) else VECTOR_WORDS.c.article_id
    indexed = set(session.scalars(select(key).where(key > after, key <= upto)))
    rows = session.execute(
        select(Article.id, Article.title, Article.language, Text.body)
        .join(Text, Text.id == Article.text_id)
        .where(Article.id > after, Article.id <= upto)
        .order_by(Article.id)
    ).all()
    return len(rows), [
        Words(
            article_id=row.id,
            title=row.title or "",
            body=row.body,
            language=row.language,
            is_new=True,
        )
        for row in rows
        if row.id not in indexed
    ]
