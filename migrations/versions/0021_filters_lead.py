"""What a site or a language has is read newest first from an index alone

Revision ID: 0021
Revises: 0020
Create Date: 2026-11-30
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COLUMNS = ("site", "language")


def upgrade() -> None:
    """Apply."""
    for column in _COLUMNS:
        op.drop_index(f"ix_articles_{column}", "articles")
        op.create_index(f"ix_articles_{column}", "articles", [column, "id"])


def downgrade() -> None:
    """Take back."""
    for column in _COLUMNS:
        op.drop_index(f"ix_articles_{column}", "articles")
        op.create_index(f"ix_articles_{column}", "articles", [column])
