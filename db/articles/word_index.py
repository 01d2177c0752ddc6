"""Writes the index of words: what search can find of an article.

The words are cut in Python (``db.tokens``), so that SQLite's FTS5 and PostgreSQL's tsvector
index the same words at the same places; both only have to split at spaces.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from db.dialect import is_sqlite
from db.models.word_tables import FTS_WORDS, VECTOR_WORDS
from db.tokens import words

#: PostgreSQL keeps no place beyond 16383 ...
MAX_PLACES = 16_383
#: ... and no more than 256 places of a word; what lies beyond is not indexed on either database
MAX_PLACES_OF_WORD = 256
#: a tsvector holds 1 MiB; each word costs its bytes, its place and some alignment
MAX_INDEX_BYTES = 900_000
BYTES_PER_PLACE = 8

_ADD_ROW = "INTO article_words (rowid, title, body) VALUES (:id, :title, :body)"
_ADD_VECTOR = text(
    "INSERT INTO article_words (article_id, words) VALUES (:id, CAST(:words AS tsvector))"
    " ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
)
#: (on SQLite, the article is new) -> statement. To replace what may be there, SQLite looks for it
#: and writes the index out each time.
_INDEX = {
    (True, True): text(f"INSERT {_ADD_ROW}"),
    (True, False): text(f"INSERT OR REPLACE {_ADD_ROW}"),
    (False, True): _ADD_VECTOR,
    (False, False): _ADD_VECTOR,
}

#: stands for a word that is not indexed; no query contains it
_FILLER = "\u00b7"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """An article, as far as it is found by its words."""

    article_id: int
    title: str
    body: str
    #: nothing is indexed of it yet
    is_new: bool = False


def index(session: Session, articles: Iterable[Words]) -> None:
    """Make articles findable by their words, in place of what was indexed of them before."""
    rows = sorted(articles, key=lambda article: article.article_id)
    on_sqlite = is_sqlite(session)
    for is_new in (False, True):
        values = [
            (_row if on_sqlite else _vector_row)(article)
            for article in rows
            if article.is_new == is_new
        ]
        if values:
            session.connection().execute(_INDEX[on_sqlite, is_new], values)


def remove(session: Session, article_id: int) -> None:
    """Forget the words of an article."""
    key = FTS_WORDS.c.rowid if is_sqlite(session) else VECTOR_WORDS.c.article_id
    session.execute(delete(key.table).where(key == article_id))  # type: ignore[arg-type]


def _row(article: Words) -> dict[str, Any]:
    heading, rest = _indexed(words(article.title), words(article.body))
    return {"id": article.article_id, "title": " ".join(heading), "body": " ".join(rest)}


def _vector_row(article: Words) -> dict[str, Any]:
    heading, rest = _indexed(words(article.title), words(article.body))
    return {"id": article.article_id, "words": _vector(heading, rest)}


def _indexed(heading: list[str], rest: list[str]) -> tuple[list[str], list[str]]:
    """The words within the limits of both databases; a filler where one word comes too often."""
    counts: defaultdict[str, int] = defaultdict(int)
    kept: list[str] = []
    budget = MAX_INDEX_BYTES
    for word in (heading + rest)[: MAX_PLACES - 1]:
        budget -= len(word.encode()) + BYTES_PER_PLACE
        if budget < 0:
            break
        counts[word] += 1
        kept.append(word if counts[word] <= MAX_PLACES_OF_WORD else _FILLER)
    return kept[: len(heading)], kept[len(heading) :]


def _vector(heading: list[str], rest: list[str]) -> str:
    """A tsvector as text. Words hold letters and digits only, so that nothing needs escaping."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(heading, 1):
        places[word].append(f"{place}A")
    # one place stays free, so that no phrase begins in the title and ends in the body
    for place, word in enumerate(rest, len(heading) + 2):
        places[word].append(str(place))
    places.pop(_FILLER, None)
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())
