"""Writes the index of words: what search can find of an article.

The words are cut in Python (``db.tokens``), so that SQLite's FTS5 and PostgreSQL's tsvector
index the same words at the same places; both only have to split at spaces.
"""

from collections import defaultdict

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

#: stands for a word that is not indexed; no query contains it
_FILLER = "\u00b7"


def index(session: Session, article_id: int, title: str | None, body: str) -> None:
    """Make an article findable by its words, in place of what was indexed of it before."""
    heading, rest = _indexed(words(title or ""), words(body))
    if is_sqlite(session):
        session.execute(
            text(
                "INSERT OR REPLACE INTO article_words (rowid, title, body)"
                " VALUES (:id, :title, :body)"
            ),
            {"id": article_id, "title": " ".join(heading), "body": " ".join(rest)},
        )
        return
    session.execute(
        text(
            "INSERT INTO article_words (article_id, words) VALUES (:id, CAST(:words AS tsvector))"
            " ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
        ),
        {"id": article_id, "words": _vector(heading, rest)},
    )


def remove(session: Session, article_id: int) -> None:
    """Forget the words of an article."""
    key = FTS_WORDS.c.rowid if is_sqlite(session) else VECTOR_WORDS.c.article_id
    session.execute(delete(key.table).where(key == article_id))  # type: ignore[arg-type]


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
