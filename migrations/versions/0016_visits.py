"""A record of visits; when links were seen; no copies of articles without text

Earlier visits are not made up: what the archive alone tells of them is not what came of them.

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op

import db.sql.types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_DIGEST = sa.text("digest IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "visits",
        sa.Column("id", number, sa.Identity(always=False), nullable=False),
        sa.Column("run_id", number, nullable=True),
        sa.Column("page_id", number, nullable=False),
        sa.Column("at", db.sql.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("outcome", db.sql.types.CleanText(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("reason", db.sql.types.CleanText(), nullable=True),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("links", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_visits_page_id_pages")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_visits_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_page_id", "visits", ["page_id", "id"])
    op.create_index("ix_visits_run_id", "visits", ["run_id", "outcome"])
    op.create_index(
        "ix_visits_digest",
        "visits",
        ["digest"],
        sqlite_where=_DIGEST,
        postgresql_where=_DIGEST,
    )
    for name in ("unreadable", "links"):
        op.add_column("runs", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    for name in ("first_seen_at", "last_seen_at"):
        op.add_column("links", sa.Column(name, db.sql.types.UTCDateTime(timezone=True)))
    _date_links()
    _part_articles_without_text()


def _date_links() -> None:
    """The times of the links, as far as the copies in the archive tell them."""
    for which, run in (("min", "first"), ("max", "last")):
        op.execute(
            f"UPDATE links SET {run}_seen_at = (SELECT {which}(a.fetched_at) FROM archive a"
            f" WHERE a.page_id = links.source_id AND a.run_id = links.{run}_run_id)"
        )
    # what stands on the newest copy was there at every later visit that found the page as it was
    op.execute(
        "UPDATE links SET last_seen_at ="
        " (SELECT p.fetched_at FROM pages p WHERE p.id = links.source_id)"
        " WHERE last_seen_at = (SELECT a.fetched_at FROM archive a"
        " WHERE a.page_id = links.source_id ORDER BY a.id DESC LIMIT 1)"
        " AND EXISTS (SELECT 1 FROM pages p WHERE p.id = links.source_id"
        " AND p.fetched_at IS NOT NULL AND p.state IN ('done', 'fetched'))"
    )


def _part_articles_without_text() -> None:
    op.execute(
        "UPDATE articles SET cluster_id = NULL WHERE cluster_id IS NOT NULL"
        " AND text_id IN (SELECT id FROM texts WHERE words = 0)"
    )
    op.execute(
        "DELETE FROM clusters WHERE id NOT IN"
        " (SELECT cluster_id FROM articles WHERE cluster_id IS NOT NULL)"
    )


def downgrade() -> None:
    """Take back."""
    for name in ("last_seen_at", "first_seen_at"):
        op.drop_column("links", name)
    for name in ("links", "unreadable"):
        op.drop_column("runs", name)
    op.drop_table("visits")
