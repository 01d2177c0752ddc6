"""Keys without a foreign key, and clusters indexed only where there are some

Nothing is ever taken out of ``texts``, so that looking each of an article's 25 keys up there
guards nothing; and most articles are in no cluster.

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FOREIGN_KEY = "fk_bands_text_id_texts"
_INDEX = "ix_articles_cluster_id"
_WHERE = sa.text("cluster_id IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_bands()
    else:
        op.drop_constraint(_FOREIGN_KEY, "bands", type_="foreignkey", if_exists=True)
    op.drop_index(_INDEX, "articles")
    op.create_index(
        _INDEX, "articles", ["cluster_id"], sqlite_where=_WHERE, postgresql_where=_WHERE
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index(_INDEX, "articles")
    op.create_index(_INDEX, "articles", ["cluster_id"])
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_bands(sa.ForeignKeyConstraint(["text_id"], ["texts.id"], name=_FOREIGN_KEY))
    else:
        op.create_foreign_key(_FOREIGN_KEY, "bands", "texts", ["text_id"], ["id"])


def _rebuild_bands(*constraints: sa.Constraint) -> None:
    """SQLite changes no table's constraints; the rows are copied in their order, which is quick."""
    op.create_table(
        "new_bands",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text_id", _ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "text_id", name="pk_bands"),
        *constraints,
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO new_bands (key, text_id) SELECT key, text_id FROM bands ORDER BY 1, 2")
    op.drop_table("bands")
    op.rename_table("new_bands", "bands")
