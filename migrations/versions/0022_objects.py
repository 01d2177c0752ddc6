"""Bodies of archived pages may lie outside of the database

Rows stay as they are: a row that names no object holds its body itself.

Revision ID: 0022
Revises: 0021
Create Date: 2026-11-30
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "archive_places",
        sa.Column("id", _NUMBER, sa.Identity(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_places")),
    )
    place = sa.ForeignKey("archive_places.id", name="fk_archive_place_id_archive_places")
    op.add_column(
        "archive", sa.Column("place_id", _NUMBER, place, nullable=True), inline_references=True
    )
    op.add_column("archive", sa.Column("object_key", sa.Text(), nullable=True))
    op.add_column("archive", sa.Column("object_bytes", sa.Integer(), nullable=True))
    named = sa.text("object_key IS NOT NULL")
    op.create_index(
        "ix_archive_object_key",
        "archive",
        ["object_key"],
        sqlite_where=named,
        postgresql_where=named,
    )


def downgrade() -> None:
    """Take back; bodies that lie elsewhere are lost to the rows."""
    op.drop_index("ix_archive_object_key", "archive")
    op.drop_column("archive", "object_bytes")
    op.drop_column("archive", "object_key")
    op.drop_column("archive", "place_id")
    op.drop_table("archive_places")
