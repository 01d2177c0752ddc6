"""What the database holds is counted as it comes and goes

Triggers keep the counts, in the transaction of the rows that they count: whoever writes rows, and
whatever takes a transaction back, they stay true. On SQLite there is one writer, and a count is one
row. On PostgreSQL each transaction adds rows of its own, so that none waits for another; the
program adds them up by and by (``db.counting.counts``). The most changed articles, and when the
last one was fetched, are read from an index.

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-30
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import db.sql.types

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

#: table -> (count, key, amount, condition): what each of its rows counts as
_COUNTED = {
    "articles": (
        ("site", "{row}.site", "1", None),
        ("language", "coalesce({row}.language, '')", "1", None),
        ("copied", "''", "1", "{row}.cluster_id IS NOT NULL"),
    ),
    "revisions": (("revisions", "''", "1", None),),
    "clusters": (("clusters", "''", "1", None),),
    "links": (("kind", "{row}.kind", "1", None),),
    "pages": (("state", "{row}.state", "1", None),),
    "archive": (("archived", "''", "1", None), ("archived bytes", "''", "{row}.size", None)),
}
#: columns on which a count depends
_COLUMNS = {
    "articles": ("site", "language", "cluster_id"),
    "links": ("kind",),
    "pages": ("state",),
    "archive": ("size",),
}
#: (event, the rows' name, sign) in the order in which they are counted
_OLD, _NEW = ("old", "-"), ("new", "")
_EVENTS = {"insert": (_NEW,), "delete": (_OLD,), "update": (_OLD, _NEW)}

_FEW_LINKS = 200_000
_LINKS = "SELECT sum(amount) FROM counts WHERE name = 'kind'"
_HUBS = (
    "SELECT a.url, sum(linked.links) FROM"
    " (SELECT target_id, count(*) AS links FROM links GROUP BY target_id"
    " ORDER BY count(*) DESC, target_id LIMIT 1000) AS linked"
    " JOIN pages AS p ON p.id = linked.target_id JOIN articles AS a ON a.id = p.article_id"
    " GROUP BY a.id, a.url ORDER BY 2 DESC, a.id LIMIT 10"
)
_ORPHANS = (
    "SELECT count(*) FROM articles AS a WHERE NOT EXISTS (SELECT 1 FROM pages AS p"
    " WHERE p.article_id = a.id AND (EXISTS (SELECT 1 FROM links WHERE source_id = p.id)"
    " OR EXISTS (SELECT 1 FROM links WHERE target_id = p.id)))"
)


def upgrade() -> None:
    """Apply."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "counts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", "part", name=op.f("pk_counts")),
        sqlite_with_rowid=False,
    )
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "link_summary",
        sa.Column("id", number, nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("orphans", sa.Integer(), nullable=False),
        sa.Column("hubs", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_summary")),
    )
    op.create_index("ix_articles_last_fetched_at", "articles", ["last_fetched_at"])
    op.create_index("ix_articles_revisions", "articles", ["revisions", "id"])
    gone = sa.text("gone_at IS NOT NULL")
    op.create_index(
        "ix_pages_gone", "pages", ["article_id"], sqlite_where=gone, postgresql_where=gone
    )
    # it was there for the sum of all sizes alone
    op.drop_index("ix_archive_size", "archive")
    for statement in _sqlite_triggers() if is_sqlite else _postgresql_triggers():
        op.execute(statement)
    for statement in _counts_of_all():
        op.execute(statement)
    _look_at_many_links()


def downgrade() -> None:
    """Take back."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _COUNTED:
        for event in _events(table):
            name = f"count_{table}_{event}"
            if is_sqlite:
                op.execute(f"DROP TRIGGER {name}")
            else:
                op.execute(f"DROP TRIGGER {name} ON {table}")
                op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_pages_gone", "pages")
    op.create_index("ix_archive_size", "archive", ["size"])
    op.drop_index("ix_articles_revisions", "articles")
    op.drop_index("ix_articles_last_fetched_at", "articles")
    op.drop_table("link_summary")
    op.drop_table("counts")


def _look_at_many_links() -> None:
    """The first summary, which is kept of many links alone."""
    bind = op.get_bind()
    if (bind.scalar(sa.text(_LINKS)) or 0) <= _FEW_LINKS:
        return
    hubs = [[row[0], int(row[1])] for row in bind.execute(sa.text(_HUBS))]
    summary = sa.table(
        "link_summary",
        sa.column("id", sa.Integer()),
        sa.column("counted_at", db.sql.types.UTCDateTime()),
        sa.column("orphans", sa.Integer()),
        sa.column("hubs", db.sql.types.CleanJson()),
    )
    values = {"id": 1, "counted_at": datetime.now(UTC), "hubs": hubs}
    bind.execute(sa.insert(summary).values(orphans=bind.scalar(sa.text(_ORPHANS)), **values))


def _events(table: str) -> Iterator[str]:
    yield from (event for event in _EVENTS if event != "update" or table in _COLUMNS)


def _changed(table: str, differs: str) -> str:
    return " OR ".join(f"old.{name} {differs} new.{name}" for name in _COLUMNS[table])


def _sqlite_triggers() -> Iterator[str]:
    for table, counted in _COUNTED.items():
        for event in _events(table):
            columns = f" OF {', '.join(_COLUMNS[table])}" if event == "update" else ""
            when = f" WHEN {_changed(table, 'IS NOT')}" if event == "update" else ""
            steps = " ".join(
                f"INSERT INTO counts (name, key, part, amount) SELECT name, key, 0, amount FROM "
                f"({_counted_as(name, key, sign + amount, where, row=row, is_table=False)}) "
                "WHERE 1 ON CONFLICT (name, key, part)"
                " DO UPDATE SET amount = amount + excluded.amount;"
                for row, sign in _EVENTS[event]
                for name, key, amount, where in counted
            )
            yield (
                f"CREATE TRIGGER count_{table}_{event} AFTER {event.upper()}{columns} ON {table}"
                f"{when} BEGIN {steps} END"
            )


def _postgresql_triggers() -> Iterator[str]:
    for table in _COUNTED:
        for event in _events(table):
            name = f"count_{table}_{event}"
            # of one count the old key and the new one differ
            is_grouped = event != "update" or len(_COUNTED[table]) > 1
            amount = "sum(amount)" if is_grouped else "amount"
            grouping = "GROUP BY name, key HAVING sum(amount) <> 0 " if is_grouped else ""
            yield (
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "INSERT INTO counts (name, key, part, amount) "
                f"SELECT name, key, pg_current_xact_id()::text::bigint, {amount} "
                f"FROM ({_changes(table, event)}) AS changes (name, key, amount) "
                f"{grouping}ON CONFLICT (name, key, part) "
                "DO UPDATE SET amount = counts.amount + excluded.amount; "
                "RETURN NULL; END $$"
            )
            # an update is counted row by row: few change what is counted, and for the others
            # the server only looks at the columns
            how = (
                f"AFTER UPDATE OF {', '.join(_COLUMNS[table])} ON {table} FOR EACH ROW "
                f"WHEN ({_changed(table, 'IS DISTINCT FROM')})"
                if event == "update"
                else f"AFTER {event.upper()} ON {table} "
                f"REFERENCING {_EVENTS[event][0][0].upper()} TABLE AS changed FOR EACH STATEMENT"
            )
            yield f"CREATE TRIGGER {name} {how} EXECUTE FUNCTION {name}()"


def _changes(table: str, event: str) -> str:
    """(name, key, amount) of each changed row."""
    by_row = event == "update"
    return " UNION ALL ".join(
        _counted_as(
            name, key, sign + amount, where, row=row if by_row else "changed", is_table=not by_row
        )
        for row, sign in _EVENTS[event]
        for name, key, amount, where in _COUNTED[table]
    )


def _counts_of_all() -> Iterator[str]:
    for table, counted in _COUNTED.items():
        for name, key, amount, where in counted:
            rows = _counted_as(name, key, amount, where, row=table)
            yield (
                "INSERT INTO counts (name, key, part, amount) SELECT name, key, 0, sum(amount) "
                f"FROM ({rows}) AS rows GROUP BY name, key"
            )


def _counted_as(
    name: str, key: str, amount: str, where: str | None, *, row: str, is_table: bool = True
) -> str:
    """A select of (name, key, amount): of a table's rows, or of one row that has that name."""
    source = " FROM {row}" if is_table else ""
    condition = f" WHERE {where}" if where else ""
    selected = f"SELECT '{name}' AS name, {key} AS key, {amount} AS amount{source}{condition}"
    return selected.format(row=row)
