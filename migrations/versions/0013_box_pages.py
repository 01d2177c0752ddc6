"""Places of boxes are learned from distinct pages

What was learned counted readings: one article read eight times said that its related box is the
same everywhere. So it is dropped, and learned anew from the pages to come.

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "box_pages",
        sa.Column("place_id", number, nullable=False),
        sa.Column("page", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["box_places.id"],
            name=op.f("fk_box_pages_place_id_box_places"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("place_id", "page", name=op.f("pk_box_pages")),
    )
    for table in ("box_targets", "box_places"):
        op.execute(sa.delete(sa.table(table)))


def downgrade() -> None:
    """Take back."""
    op.drop_table("box_pages")
