"""Places of boxes, learned by site

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import db.sql.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "box_places",
        sa.Column("id", number, sa.Identity(always=False), nullable=False),
        sa.Column("site", db.sql.types.CleanText(), nullable=False),
        sa.Column("place", db.sql.types.CleanText(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("unlabelled", sa.Integer(), nullable=False),
        sa.Column("learned_at", db.sql.types.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box_places")),
        sa.UniqueConstraint("site", "place", name=op.f("uq_box_places_site_place")),
    )
    op.create_table(
        "box_targets",
        sa.Column("place_id", number, nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["box_places.id"],
            name=op.f("fk_box_targets_place_id_box_places"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("place_id", "target", name=op.f("pk_box_targets")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("box_targets")
    op.drop_table("box_places")
