"""How much room each table takes, its indexes included, and the archive outside of the database."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.models import ArchivedPage, ArchivePlace
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


def object_sizes(session: Session) -> dict[str, int]:
    """Place -> bytes of the objects there that the archive names, each counted once.

    It looks at every row of the archive.
    """
    key, size = ArchivedPage.object_key, ArchivedPage.object_bytes
    objects = select(ArchivedPage.place_id, key, size).distinct().subquery()
    sizes = (
        select(ArchivePlace.url, func.sum(objects.c.object_bytes))
        .join(objects, objects.c.place_id == ArchivePlace.id)
        .group_by(ArchivePlace.url)
        .order_by(ArchivePlace.url)
    )
    return {url: int(total) for url, total in session.execute(sizes)}
