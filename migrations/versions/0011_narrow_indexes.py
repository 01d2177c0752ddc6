"""Indexes of pages that hold only the rows that are asked for

Few pages have an article or are another's alias, so that full indexes cost space and time for
nothing; and SQLite's planner sees that ``state = 'leased'`` lies within a partial index only where
its condition is written with OR, not with IN.

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_REFERENCES = ("article_id", "alias_of_id")
_MOVING = "ix_pages_moving"


def upgrade() -> None:
    """Apply."""
    for column in _REFERENCES:
        _replace(f"ix_pages_{column}", [column], f"{column} IS NOT NULL")
    _replace(_MOVING, ["state", "run_id"], "state = 'leased' OR state = 'fetched'")


def downgrade() -> None:
    """Take back."""
    for column in _REFERENCES:
        _replace(f"ix_pages_{column}", [column], None)
    _replace(_MOVING, ["state", "run_id"], "state IN ('leased', 'fetched')")


def _replace(index: str, columns: list[str], where: str | None) -> None:
    condition = sa.text(where) if where else None
    op.drop_index(index, "pages")
    op.create_index(index, "pages", columns, sqlite_where=condition, postgresql_where=condition)
