"""In what a database differs from what the program's migrations make, and whether it is damaged."""

import re

from sqlalchemy import text

from db.models.base import WHERE, Base
from db.sql import schema
from db.sql.session import Database
from db.terms.errors import DatabaseDamaged

#: what full text keeps for itself, and SQLite
_INNER = re.compile(r"article_words_|sqlite_")
_OBJECTS = text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
_PREDICATES = text(
    "SELECT c.relname AS name, pg_get_expr(i.indpred, i.indrelid) AS predicate "
    "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    "WHERE c.relnamespace = current_schema()::regnamespace"
)
_WORDS = text("SELECT 1 WHERE to_regclass('article_words') IS NOT NULL")
_TRIGGERS = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
#: table -> changes of its rows that a trigger counts
_COUNTED = {
    "articles": ("insert", "delete", "update"),
    "revisions": ("insert", "delete"),
    "clusters": ("insert", "delete"),
    "links": ("insert", "delete", "update"),
    "pages": ("insert", "delete", "update"),
    "archive": ("insert", "delete", "update"),
}
_QUICK_CHECK = text("PRAGMA quick_check(3)")


def drift(database: Database) -> list[str]:
    """What is not as it should be, one line each; empty: nothing."""
    revision, newest = schema.current_revision(database), schema.newest_revision()
    if revision != newest:
        if schema.is_newer(revision):
            return [f"revision {revision} is of a newer version of Terkait: install that one"]
        return [f"revision {revision}, the program needs {newest}: `terkait db upgrade`"]
    lines = schema.differences(database)
    lines += _sqlite_drift(database) if database.is_sqlite else _postgresql_drift(database)
    return lines


def damage(database: Database) -> list[str]:
    """What is broken in an SQLite file, some lines of it; a server looks after itself."""
    if not database.is_sqlite:
        return []
    try:
        with database.read() as session:
            lines = [str(line) for line in session.scalars(_QUICK_CHECK)]
    except DatabaseDamaged as error:
        return [str(error)]
    return [] if lines == ["ok"] else [f"damaged: {line}" for line in lines]


def _sqlite_drift(database: Database) -> list[str]:
    fresh = Database("sqlite://")
    schema.upgrade(fresh)
    wanted, actual = _objects(fresh), _objects(database)
    fresh.close()
    missing = [f"{kind} {name} is missing" for kind, name in wanted if (kind, name) not in actual]
    changed = [
        f"{kind} {name} is not as it should be"
        for (kind, name), sql in wanted.items()
        if actual.get((kind, name), sql) != sql
    ]
    return missing + changed


def _objects(database: Database) -> dict[tuple[str, str], str]:
    """(kind, name) -> how it was made, whatever the spaces and quotes."""
    with database.read() as session:
        return {
            (row.type, row.name): re.sub(r"[\s\"]+", " ", row.sql).strip()
            for row in session.execute(_OBJECTS)
            if not _INNER.match(row.name)
        }


def _postgresql_drift(database: Database) -> list[str]:
    with database.read() as session:
        predicates = {row.name: row.predicate for row in session.execute(_PREDICATES)}
        has_words = session.scalar(_WORDS) is not None
        triggers = set(session.scalars(_TRIGGERS))
    lines = [] if has_words else ["table article_words is missing"]
    names = (f"count_{table}_{event}" for table, events in _COUNTED.items() for event in events)
    lines += [f"trigger {name} is missing" for name in names if name not in triggers]
    for table in Base.metadata.sorted_tables:
        for index in table.indexes:
            is_partial = WHERE in index.info
            if index.name in predicates and is_partial != (predicates[index.name] is not None):
                lines.append(f"index {index.name} is not as it should be")
    return lines
