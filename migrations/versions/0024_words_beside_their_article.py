"""The words of an article lie in its row of the index of words on PostgreSQL, as they are

To rank a thousand articles is to read a thousand lists of words. Packed and moved out of the row,
each took five pages and longer to unpack than to look at. What does not fit into a page is still
moved out.

Revision ID: 0024
Revises: 0023
Create Date: 2026-11-30
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

#: an expression, since rows are written anew for one alone
_WRITTEN_ANEW = "ALTER COLUMN words TYPE tsvector USING words || ''::tsvector"


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    # a row of nearly a page stays whole
    op.execute("ALTER TABLE article_words SET (toast_tuple_target = 8160)")
    unpacked = "ALTER COLUMN words SET STORAGE EXTERNAL"
    op.execute(f"ALTER TABLE article_words {_WRITTEN_ANEW}, {unpacked}")
    # how many have a word is asked of these figures, which went with the old rows
    op.execute("ANALYZE article_words")


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.execute("ALTER TABLE article_words RESET (toast_tuple_target)")
    op.execute(f"ALTER TABLE article_words {_WRITTEN_ANEW}")
    op.execute("ANALYZE article_words")
