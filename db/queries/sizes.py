"""How much room each table takes, its indexes included."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.sql.dialect import is_sqlite

#: the index of words is five tables on SQLite
_WORDS = "article_words"
_HAS_DBSTAT = text(
    "SELECT count(*) FROM pragma_compile_options WHERE compile_options = 'ENABLE_DBSTAT_VTAB'"
)
_SQLITE = text(
    "SELECT m.tbl_name AS name, sum(s.pgsize) AS bytes FROM dbstat('main', 1) AS s"
    " JOIN sqlite_master AS m ON m.name = s.name GROUP BY m.tbl_name"
)
_POSTGRESQL = text(
    "SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)


def table_sizes(session: Session) -> dict[str, int]:
    """Table -> bytes, the largest first; empty where this SQLite cannot tell.

    SQLite looks at every page of its file for it.
    """
    if is_sqlite(session) and not session.scalar(_HAS_DBSTAT):
        return {}
    sizes: dict[str, int] = {}
    for row in session.execute(_SQLITE if is_sqlite(session) else _POSTGRESQL):
        name = _WORDS if row.name.startswith(_WORDS) else row.name
        sizes[name] = sizes.get(name, 0) + row.bytes
    return dict(sorted(sizes.items(), key=lambda item: (-item[1], item[0])))
