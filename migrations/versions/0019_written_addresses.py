"""Addresses are asked for as they were written

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("pages", sa.Column("written_url", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("pages", "written_url")
