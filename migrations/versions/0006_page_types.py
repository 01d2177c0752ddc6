"""Forms of pages

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import db.sql.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("articles", sa.Column("page_type", db.sql.types.CleanText(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("articles", "page_type")
