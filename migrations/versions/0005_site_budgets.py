"""Budgets by site

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import db.sql.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "site_budgets",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site", db.sql.types.CleanText(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_site_budgets_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "site", name=op.f("pk_site_budgets")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("site_budgets")
