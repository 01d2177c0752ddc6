"""Whether an article has the words of a query, looked up for one article at a time.

That is quick where filters leave few articles, or where most have the words. SQLite's index is made
to give all that have a word; of one article it is ten times as quick to look at its words as they
were indexed.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, column, func, literal, not_, or_, select, table
from sqlalchemy.orm import Session

from db.models import Article
from db.models.word_tables import VECTOR_WORDS
from db.queries.search.full_text import matches
from db.queries.search.query import Phrase, Query
from db.sql.dialect import is_sqlite

#: what SQLite keeps of each row of the index: its words with a space between them
INDEXED_WORDS = table("article_words_content", column("id"), column("c0"), column("c1"))


def has_words(session: Session, query: Query) -> ColumnElement[bool]:
    """Of an article: whether it has the words of the query."""
    if is_sqlite(session):
        own, condition = INDEXED_WORDS.c.id, _condition(query)
    else:
        own, condition = VECTOR_WORDS.c.article_id, matches(session, query)
    return select(own).where(own == Article.id, condition).correlate(Article).exists()


class WordTest:
    """The same of words as SQLite has them indexed, with a space at either end."""

    def __init__(self, query: Query) -> None:
        self._wanted = [_spelled([phrase]) for phrase in query.wanted]
        self._wanted += map(_spelled, query.choices)
        self._unwanted = _spelled(query.unwanted)

    def passes(self, title: str, body: str) -> bool:
        """Whether an article has the words; asked of a thousand of them for a search."""
        return all(_has_any(spellings, title, body) for spellings in self._wanted) and not _has_any(
            self._unwanted, title, body
        )


def _spelled(phrases: Iterable[Phrase]) -> list[tuple[str, bool]]:
    """(what stands in the indexed words, whether it must stand in the title)."""
    return [(needle, phrase.in_title) for phrase in phrases for needle in needles(phrase)]


def _has_any(spellings: Iterable[tuple[str, bool]], title: str, body: str) -> bool:
    for spelling, in_title in spellings:
        if (not in_title and spelling in body) or spelling in title:
            return True
    return False


def needles(phrase: Phrase) -> tuple[str, ...]:
    """What stands in the indexed words, with a space on either side, where they have the phrase."""
    exact = f" {' '.join(phrase.words)}" + ("" if phrase.is_open else " ")
    return (exact, *(f" {stem} " for stem in phrase.stems))


def _condition(query: Query) -> ColumnElement[bool]:
    wanted = [_has(phrase) for phrase in query.wanted]
    choices = [or_(*map(_has, choice)) for choice in query.choices]
    unwanted = [not_(_has(phrase)) for phrase in query.unwanted]
    return and_(*wanted, *choices, *unwanted)


def _has(phrase: Phrase) -> ColumnElement[bool]:
    texts = [INDEXED_WORDS.c.c0] if phrase.in_title else [INDEXED_WORDS.c.c1, INDEXED_WORDS.c.c0]
    return or_(
        *(func.instr(_spaced(text), needle) > 0 for text in texts for needle in needles(phrase))
    )


def _spaced(words: Any) -> ColumnElement[str]:
    return literal(" ").concat(words).concat(" ")
