"""Budgets by site and by host

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import db.sql.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _columns() -> list[sa.Column[object]]:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return [
        sa.Column("run_id", key, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "budgets",
        *_columns(),
        sa.Column("scope", db.sql.types.CleanText(), nullable=False),
        sa.Column("name", db.sql.types.CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_budgets_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "scope", "name", name=op.f("pk_budgets")),
    )
    op.execute(
        "INSERT INTO budgets (run_id, scope, name, pages) "
        "SELECT run_id, 'site', site, pages FROM site_budgets"
    )
    op.drop_table("site_budgets")


def downgrade() -> None:
    """Take back; what was counted by host is lost, as no earlier version counts it."""
    op.create_table(
        "site_budgets",
        *_columns(),
        sa.Column("site", db.sql.types.CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_site_budgets_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "site", name=op.f("pk_site_budgets")),
    )
    op.execute(
        "INSERT INTO site_budgets (run_id, site, pages) "
        "SELECT run_id, name, pages FROM budgets WHERE scope = 'site'"
    )
    op.drop_table("budgets")
