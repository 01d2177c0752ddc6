"""What a query means to the index of words, in the language of each database."""

from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    bindparam,
    cast,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Session

from db.models.word_tables import FTS_WORDS, VECTOR_WORDS
from db.queries.search.query import Phrase, Query
from db.sql.dialect import is_sqlite


def _fts_query(query: Query) -> str:
    """The query in FTS5's language."""
    terms = [_fts_phrase(phrase) for phrase in query.wanted]
    terms += [f"({_fts_any(choice)})" for choice in query.choices]
    wanted = " AND ".join(terms)
    return f"({wanted}) NOT ({_fts_any(query.unwanted)})" if query.unwanted else wanted


def _fts_any(phrases: Iterable[Phrase]) -> str:
    return " OR ".join(_fts_phrase(phrase) for phrase in phrases)


def _fts_phrase(phrase: Phrase) -> str:
    within = "title : " if phrase.in_title else ""
    exact = f'{within}"{" ".join(phrase.words)}"' + (" *" if phrase.is_open else "")
    if not phrase.stems:
        return exact
    others = (f'{within}"{stem}"' for stem in phrase.stems)
    return f"({' OR '.join([exact, *others])})"


def _ts_query(query: Query) -> str:
    """The query in PostgreSQL's language."""
    terms = [_ts_phrase(phrase) for phrase in query.wanted]
    terms += [f"({_ts_any(choice)})" for choice in query.choices]
    terms += [f"!{_ts_phrase(phrase)}" for phrase in query.unwanted]
    return " & ".join(terms)


def _ts_any(phrases: Iterable[Phrase]) -> str:
    return " | ".join(_ts_phrase(phrase) for phrase in phrases)


def _ts_phrase(phrase: Phrase) -> str:
    title = "A" if phrase.in_title else ""
    tails = [title] * (len(phrase.words) - 1) + [("*" if phrase.is_open else "") + title]
    parts = zip(phrase.words, tails, strict=True)
    chain = " <-> ".join(f"'{word}':{tail}" if tail else f"'{word}'" for word, tail in parts)
    others = (f"'{stem}':{title}" if title else f"'{stem}'" for stem in phrase.stems)
    return f"({' | '.join([chain, *others])})"


def matching_ids(session: Session, query: Query) -> Select[int]:
    """A select of the ids of all articles that have the words of the query."""
    return select(article_key(session)).where(matches(session, query))


def explained(session: Session, query: Query) -> TextClause:
    """On PostgreSQL: what it would do to find all that have the words, and how many it expects."""
    statement = (
        "EXPLAIN (FORMAT JSON) SELECT 1 FROM article_words WHERE words @@ CAST(:q AS tsquery)"
    )
    return text(statement).bindparams(q=_ts_query(query))


#: SQLite is not to look for the words of one article after the other, which takes a hundred times
#: as long as to find all that have them
KEY_AFTER_WORDS: ColumnElement[int] = literal_column("+article_words.rowid")


def article_key(session: Session) -> ColumnElement[int]:
    return FTS_WORDS.c.rowid if is_sqlite(session) else VECTOR_WORDS.c.article_id


def matches(session: Session, query: Query) -> ColumnElement[bool]:
    if is_sqlite(session):
        match = literal_column("article_words").op("MATCH", is_comparison=True)
        return match(bindparam(None, _fts_query(query), unique=True))
    return VECTOR_WORDS.c.words.op("@@", is_comparison=True)(ts_bound(query))


def ts_bound(query: Query) -> ColumnElement[str]:
    from sqlalchemy.dialects.postgresql import TSQUERY  # not loaded for SQLite

    return cast(bindparam(None, _ts_query(query), unique=True), TSQUERY)
