"""Articles that come for the first time, as rows: text, keys, article and first version.

On PostgreSQL one statement, since each is a way to the server and back; SQLite has no way to go,
and no statement that writes into several tables.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import BigInteger, Dialect, String, Table, bindparam, func, insert, select
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from db.duplicates.shingle_index import write
from db.models import Article, Band, Revision, Text
from db.sql.dialect import is_sqlite, number_list
from db.sql.driver import ask

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """The rows of one article, without the ids that refer from one to the other."""

    text: Row
    article: Row
    version: Row
    #: what the text is found by from here on
    keys: Sequence[int]


_TEXTS, _BANDS = cast(Table, Text.__table__), cast(Table, Band.__table__)
_ARTICLES, _VERSIONS = cast(Table, Article.__table__), cast(Table, Revision.__table__)
_ADD_TEXT = "INSERT INTO texts (sha256, body, words) VALUES (:sha256, :body, :words) RETURNING id"
_ADD_ARTICLE = insert(_ARTICLES).returning(_ARTICLES.c.id)
_ADD_VERSION = insert(_VERSIONS)
#: what the database gives, or leaves empty, when an article comes
_GIVEN = {
    _TEXTS: {"id"},
    _ARTICLES: {"id", "text_id", "cluster_id"},
    _VERSIONS: {"id", "text_id", "article_id"},
}


#: table -> the columns that the caller fills, and their parameters
_COLUMNS = {
    table: [
        (column.name, f"{table.name}_{column.name}")
        for column in table.columns
        if column.name not in given
    ]
    for table, given in _GIVEN.items()
}


def _values(table: Table) -> list[Any]:
    """A parameter for each column that the caller fills, of the column's type."""
    return [
        bindparam(key, type_=table.columns[column].type).label(column)
        for column, key in _COLUMNS[table]
    ]


def _names(table: Table) -> list[str]:
    return [column for column, _ in _COLUMNS[table]]


def _all_at_once() -> Any:
    """Writes text, keys, article and version; gives (id of the article, id of the text)."""
    text_ = (
        postgresql.insert(_TEXTS)
        .from_select(_names(_TEXTS), select(*_values(_TEXTS)))
        .returning(_TEXTS.c.id)
        .cte("new_text")
    )
    keys = func.unnest(cast_to(bindparam("keys", type_=String), ARRAY(BigInteger))).label("key")
    bands = (
        postgresql.insert(_BANDS)
        .from_select(["key", "text_id"], select(keys, text_.c.id))
        .cte("new_bands")
    )
    article = (
        postgresql.insert(_ARTICLES)
        .from_select([*_names(_ARTICLES), "text_id"], select(*_values(_ARTICLES), text_.c.id))
        .returning(_ARTICLES.c.id, _ARTICLES.c.text_id)
        .cte("new_article")
    )
    version = (
        postgresql.insert(_VERSIONS)
        .from_select(
            [*_names(_VERSIONS), "article_id", "text_id"],
            select(*_values(_VERSIONS), article.c.id, article.c.text_id),
        )
        .cte("new_version")
    )
    return select(article.c.id, article.c.text_id).add_cte(bands, version)


_Processors = Mapping[str, Callable[[Any], Any] | None]


@lru_cache(maxsize=4)
def _add_all(dialect: Dialect) -> tuple[str, _Processors]:
    """The statement as the driver takes it, and what makes its values ready for that."""
    compiled = _all_at_once().compile(dialect=dialect)
    processors = {
        key: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for key, bind in compiled.binds.items()
    }
    return str(compiled), processors


def add(session: Session, arrival: Arrival) -> tuple[int, int]:
    """Write an article whose text is new too. Returns (id of the article, id of the text)."""
    if not is_sqlite(session):
        return _add_at_once(session, arrival)
    [(text_id,)] = ask(session, _ADD_TEXT, arrival.text)
    write(session, arrival.keys, text_id)
    return add_article(session, arrival, text_id), text_id


def _add_at_once(session: Session, arrival: Arrival) -> tuple[int, int]:
    statement, processors = _add_all(session.get_bind().dialect)
    values: dict[str, Any] = {"keys": number_list(session, sorted(arrival.keys))}
    for table, row in (
        (_TEXTS, arrival.text), (_ARTICLES, arrival.article), (_VERSIONS, arrival.version)
    ):  # fmt: skip
        for column, key in _COLUMNS[table]:
            process, value = processors[key], row.get(column)
            values[key] = value if process is None else process(value)
    [(article_id, text_id)] = ask(session, statement, values)
    return article_id, text_id


def add_article(session: Session, arrival: Arrival, text_id: int) -> int:
    """Write an article whose text is there. Returns its id."""
    connection = session.connection()
    row = {**arrival.article, "text_id": text_id}
    article_id = int(connection.execute(_ADD_ARTICLE, row).scalar_one())
    version = {**arrival.version, "article_id": article_id, "text_id": text_id}
    connection.execute(_ADD_VERSION, version)
    return article_id
