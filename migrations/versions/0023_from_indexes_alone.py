"""What a day has, and the first links to an article, are read from an index alone

Revision ID: 0023
Revises: 0022
Create Date: 2026-11-30
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

#: (table, name, columns before, columns now)
_INDEXES = (
    # with the day that the page gives, since a day alone counts in the zone of whoever asks
    (
        "articles",
        "ix_articles_published_at",
        ["published_at"],
        ["published_at", "id", "published"],
    ),
    ("links", "ix_links_target_id", ["target_id"], ["target_id", "id"]),
)


def upgrade() -> None:
    """Apply."""
    for table, name, _, columns in _INDEXES:
        op.drop_index(name, table)
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Take back."""
    for table, name, columns, _ in _INDEXES:
        op.drop_index(name, table)
        op.create_index(name, table, columns)
