"""Takes indexes, references and triggers off a target while rows come, and makes them again.

Made of all rows at once they cost a fraction of what they cost row by row. The statements that
make them stand in a table of the target's, each until it has run: a copy that was stopped knows
what is missing.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.sql.dialect import is_sqlite
from db.sql.session import Database

_LATER = "terkait_copy_later"
#: (statement that drops it, statement that makes it) in the order of making
_SQLITE = text(
    "SELECT 'DROP ' || type || ' \"' || name || '\"', sql FROM sqlite_master"
    " WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    " AND tbl_name IN (SELECT value FROM json_each(:tables)) ORDER BY type, rowid"
)
_POSTGRESQL = text(
    "WITH ours AS (SELECT oid, oid::regclass AS name FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
    " AND relname IN (SELECT json_array_elements_text(CAST(:tables AS json)))),"
    " found AS ("
    # what holds a rule up is dropped and made with the rule
    " SELECT 1 AS step, format('DROP INDEX %s', indexrelid::regclass) AS dropping,"
    " pg_get_indexdef(indexrelid) AS making FROM pg_index JOIN ours ON ours.oid = indrelid"
    " WHERE indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN ('p', 'u'))"
    " UNION ALL"
    " SELECT CASE contype WHEN 'u' THEN 2 ELSE 3 END,"
    " format('ALTER TABLE %s DROP CONSTRAINT %I', name, conname),"
    " format('ALTER TABLE %s ADD CONSTRAINT %I %s', name, conname,"
    " pg_get_constraintdef(pg_constraint.oid))"
    " FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype IN ('u', 'f')"
    " UNION ALL"
    " SELECT 4, format('DROP TRIGGER %I ON %s', tgname, name), pg_get_triggerdef(pg_trigger.oid)"
    " FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal"
    ") SELECT dropping, making FROM found ORDER BY step, making"
)
#: PostgreSQL makes an index the quicker the more it may keep in memory; what is set may be more
_MORE_MEMORY = text(
    "SELECT set_config('maintenance_work_mem', '256MB', true)"
    " WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('256MB')"
)


def take_off(session: Session, tables: Sequence[str]) -> None:
    """Drop what is not needed for rows to come, and note how it is made again."""
    names = "[" + ",".join(f'"{table}"' for table in tables) + "]"
    kinds = _SQLITE if is_sqlite(session) else _POSTGRESQL
    both = [tuple(row) for row in session.execute(kinds, {"tables": names})]
    session.execute(
        text(f"CREATE TABLE {_LATER} (position INTEGER PRIMARY KEY, statement TEXT NOT NULL)")
    )
    for position, (_, making) in enumerate(both):
        session.execute(
            text(f"INSERT INTO {_LATER} VALUES (:position, :statement)"),
            {"position": position, "statement": making},
        )
    # references first: what they refer to cannot go before them
    for dropping, _ in reversed(both):
        _run(session, dropping)


def make_again(target: Database, say: Callable[[int, int], None]) -> None:
    """Make what is missing; ``say`` is told which of how many comes."""
    with target.read() as session:
        missing: Sequence[int] = session.scalars(
            text(f"SELECT position FROM {_LATER} ORDER BY position")
        ).all()
    for number, position in enumerate(missing, 1):
        say(number, len(missing))
        with target.write() as session:
            if not target.is_sqlite:
                session.execute(_MORE_MEMORY)
            values = {"position": position}
            statement = session.scalar(
                text(f"DELETE FROM {_LATER} WHERE position = :position RETURNING statement"), values
            )
            _run(session, str(statement))


def forget(session: Session) -> None:
    """The copy is complete."""
    session.execute(text(f"DROP TABLE {_LATER}"))


def _run(session: Session, statement: str) -> None:
    # as it is: what stands in a definition is no parameter
    session.connection().exec_driver_sql(statement)
