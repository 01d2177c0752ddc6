"""What a person said of a box is kept; a run to which nothing came is called unreachable

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("box_places", sa.Column("judged", sa.Text(), nullable=True))
    op.execute("UPDATE runs SET verdict = 'unreachable' WHERE verdict = 'dead'")


def downgrade() -> None:
    """Take back."""
    op.execute("UPDATE runs SET verdict = 'dead' WHERE verdict = 'unreachable'")
    op.drop_column("box_places", "judged")
