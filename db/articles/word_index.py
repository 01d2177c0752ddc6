"""Writes the index of words: what search can find of an article.

The words are cut in Python (``db.terms.tokens``), so that SQLite's FTS5 and PostgreSQL's tsvector
index the same words at the same places; both only have to split at spaces.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from db.models.word_tables import FTS_WORDS, VECTOR_WORDS
from db.sql.dialect import is_sqlite
from db.terms.stems import stems_of
from db.terms.tokens import words

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

#: fewer words than these, with fewer characters, are within all limits however they are spelled:
#: four bytes a character and the same again for a stem with its mark
SMALL_WORDS, SMALL_CHARS = 8_000, 64_000

#: stands for a word that is not indexed; no query contains it
_FILLER = "\u00b7"


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexedWords:
    """What is indexed of an article: words at their places, and stems, which have none."""

    heading: list[str]
    rest: list[str]
    heading_stems: list[str]
    rest_stems: list[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """An article, as far as it is found by its words."""

    article_id: int
    title: str
    body: str
    #: ISO 639-1: its words are found by their stems, too
    language: str | None = None
    #: nothing is indexed of it yet
    is_new: bool = False
    #: what is indexed, where that is worked out already
    indexed: IndexedWords | None = None


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


def vectors(articles: Iterable[Words]) -> Iterator[tuple[int, str]]:
    """(article, its words as a tsvector), for PostgreSQL's COPY."""
    for article in articles:
        yield article.article_id, _vector(_indexed(article))


def remove(session: Session, article_id: int) -> None:
    """Forget the words of an article."""
    key = FTS_WORDS.c.rowid if is_sqlite(session) else VECTOR_WORDS.c.article_id
    session.execute(delete(key.table).where(key == article_id))  # type: ignore[arg-type]


def _row(article: Words) -> dict[str, Any]:
    indexed = article.indexed or _indexed(article)
    # behind the last word, so that no phrase goes over a stem
    title = " ".join(indexed.heading + indexed.heading_stems)
    body = " ".join(indexed.rest + indexed.rest_stems)
    return {"id": article.article_id, "title": title, "body": body}


def _vector_row(article: Words) -> dict[str, Any]:
    return {"id": article.article_id, "words": _vector(article.indexed or _indexed(article))}


def _indexed(article: Words) -> IndexedWords:
    return indexed_words(article.title, article.body, article.language)


def indexed_words(title: str, body: str, language: str | None) -> IndexedWords:
    """The words within the limits of both databases; a filler where one word comes too often.

    It takes a fifth of what storing a new article takes: whoever can works it out before, while
    others write.
    """
    heading, rest = words(title), words(body)
    different = dict.fromkeys(rest)
    if _is_small(heading, rest, len(different)):
        return IndexedWords(
            heading=heading,
            rest=rest,
            heading_stems=stems_of(heading, language),
            rest_stems=stems_of(different, language),
        )
    return _within_limits(heading, rest, language)


def _is_small(heading: list[str], rest: list[str], different: int) -> bool:
    """Whether nothing can be beyond a limit; so nearly all articles are.

    different: words of the text, each counted once.
    """
    places = len(heading) + len(rest)
    if places > SMALL_WORDS or len("".join(heading)) + len("".join(rest)) > SMALL_CHARS:
        return False
    if places - different < MAX_PLACES_OF_WORD:  # however often one of them comes
        return True
    return max(Counter(heading + rest).values()) <= MAX_PLACES_OF_WORD


def _within_limits(heading: list[str], rest: list[str], language: str | None) -> IndexedWords:
    counts: defaultdict[str, int] = defaultdict(int)
    kept: list[str] = []
    budget = MAX_INDEX_BYTES
    for word in (heading + rest)[: MAX_PLACES - 1]:
        budget -= len(word.encode()) + BYTES_PER_PLACE
        if budget < 0:
            break
        counts[word] += 1
        kept.append(word if counts[word] <= MAX_PLACES_OF_WORD else _FILLER)
    heading, rest = kept[: len(heading)], kept[len(heading) :]
    stems = [stems_of(heading, language), stems_of(rest, language)]
    for spellings in stems:
        for at, stem in enumerate(spellings):
            budget -= len(stem.encode()) + BYTES_PER_PLACE
            if budget < 0:
                del spellings[at:]
                break
    return IndexedWords(heading=heading, rest=rest, heading_stems=stems[0], rest_stems=stems[1])


def _vector(indexed: IndexedWords) -> str:
    """A tsvector as text. Words hold letters and digits only, so that nothing needs escaping."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(indexed.heading, 1):
        places[word].append(f"{place}A")
    # one place stays free, so that no phrase begins in the title and ends in the body
    start = len(indexed.heading) + 2
    for place, word in enumerate(indexed.rest, start):
        places[word].append(str(place))
    # a stem needs a place only to say whether it is the title's
    for stem in indexed.heading_stems:
        places[stem].append("1A")
    for stem in indexed.rest_stems:
        places[stem].append(str(start))
    places.pop(_FILLER, None)
    return " ".join(f"'{word}':{','.join(positions)}" for word, positions in places.items())
