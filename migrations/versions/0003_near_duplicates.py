"""Near-duplicates

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import db.sql.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "bands",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text_id", _ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["texts.id"], name=op.f("fk_bands_text_id_texts")),
        sa.PrimaryKeyConstraint("key", "text_id", name=op.f("pk_bands")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likenesses",
        sa.Column("text_id", _ID, autoincrement=False, nullable=False),
        sa.Column("other_id", _ID, autoincrement=False, nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("part_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["other_id"], ["texts.id"], name=op.f("fk_likenesses_other_id_texts")
        ),
        sa.ForeignKeyConstraint(
            ["text_id"], ["texts.id"], name=op.f("fk_likenesses_text_id_texts")
        ),
        sa.PrimaryKeyConstraint("text_id", "other_id", name=op.f("pk_likenesses")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("likenesses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_likenesses_other_id"), ["other_id"], unique=False)
    op.create_table(
        "site_lines",
        sa.Column("site", db.sql.types.CleanText(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("line", db.sql.types.CleanText(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "digest", name=op.f("pk_site_lines")),
        sqlite_with_rowid=False,
    )
    # texts are found by their bands now; `terkait reparse` writes those of older texts
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_texts_fingerprint"))
        batch_op.drop_column("fingerprint")


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
        batch_op.create_index(batch_op.f("ix_texts_fingerprint"), ["fingerprint"], unique=False)
    op.drop_table("site_lines")
    with op.batch_alter_table("likenesses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_likenesses_other_id"))
    op.drop_table("likenesses")
    op.drop_table("bands")
