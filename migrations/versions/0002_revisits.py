"""Revisits and discovery

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import db.sql.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REVISITED = "state IN ('done', 'failed') AND next_fetch_at IS NOT NULL"


def _count(name: str, kind: sa.types.TypeEngine[int]) -> "sa.Column[int]":
    return sa.Column(name, kind, nullable=False, server_default="0")


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, db.sql.types.CleanText(), nullable=True)


def _moment(name: str) -> "sa.Column[object]":
    return sa.Column(name, db.sql.types.UTCDateTime(), nullable=True)


def _columns() -> dict[str, list["sa.Column[object]"]]:
    """Table -> new columns. They are added in place: rebuilding a table loses partial indexes."""
    return {
        "runs": [_text("site"), _count("unchanged", sa.Integer())],
        "hosts": [
            sa.Column("delay_seconds", sa.Float(), nullable=False, server_default="0"),
            _count("failures", sa.SmallInteger()),
            _text("problem"),
            _text("address"),
        ],
        "pages": [
            _text("role"),
            _text("etag"),
            _text("last_modified"),
            _count("visits", sa.SmallInteger()),
            _count("changes", sa.SmallInteger()),
            _moment("changed_at"),
            _count("new_links", sa.Integer()),
            _count("missing", sa.SmallInteger()),
            _moment("gone_at"),
        ],
    }


def upgrade() -> None:
    """Apply."""
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_runs_site", "runs", ["site"])
    op.create_index("ix_hosts_address", "hosts", ["address"])
    op.create_index(
        "ix_pages_revisit",
        "pages",
        ["host_id", "next_fetch_at"],
        sqlite_where=sa.text(_REVISITED),
        postgresql_where=sa.text(_REVISITED),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_pages_revisit", table_name="pages")
    op.drop_index("ix_hosts_address", table_name="hosts")
    op.drop_index("ix_runs_site", table_name="runs")
    for table, columns in _columns().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
