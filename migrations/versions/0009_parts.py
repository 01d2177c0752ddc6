"""Articles spread over several pages

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "parts",
        sa.Column("page_id", _ID, autoincrement=False, nullable=False),
        sa.Column("first_id", _ID, nullable=False),
        sa.Column("before_id", _ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_parts_page_id_pages")),
        sa.ForeignKeyConstraint(["first_id"], ["pages.id"], name=op.f("fk_parts_first_id_pages")),
        sa.ForeignKeyConstraint(["before_id"], ["pages.id"], name=op.f("fk_parts_before_id_pages")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_parts")),
    )
    op.create_index(op.f("ix_parts_first_id"), "parts", ["first_id"])
    op.create_index(op.f("ix_parts_before_id"), "parts", ["before_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("parts")
