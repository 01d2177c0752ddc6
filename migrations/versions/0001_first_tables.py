"""First tables

Revision ID: 0001
Revises:
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import db.sql.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _create_full_text() -> None:
    # The words are cut in Python (db.queries.search.words), so that both databases find the same.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE article_words USING fts5(title, body, tokenize = 'ascii')")
        return
    op.execute(
        "CREATE TABLE article_words ("
        "article_id BIGINT CONSTRAINT pk_article_words PRIMARY KEY "
        "CONSTRAINT fk_article_words_article_id_articles REFERENCES articles ON DELETE CASCADE, "
        "words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_article_words_words ON article_words USING gin (words)")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "clusters",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "original_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clusters")),
    )
    with op.batch_alter_table("clusters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clusters_original_id"), ["original_id"], unique=False)

    op.create_table(
        "hosts",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("name", db.sql.types.CleanText(), nullable=False),
        sa.Column("site", db.sql.types.CleanText(), nullable=False),
        sa.Column("lease_owner", db.sql.types.CleanText(), nullable=True),
        sa.Column("lease_until", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("rest_until", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("robots_status", sa.Integer(), nullable=True),
        sa.Column("robots_body", db.sql.types.CleanText(), nullable=True),
        sa.Column("robots_until", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hosts")),
        sa.UniqueConstraint("name", name=op.f("uq_hosts_name")),
    )
    with op.batch_alter_table("hosts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hosts_site"), ["site"], unique=False)

    op.create_table(
        "runs",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("kind", db.sql.types.CleanText(), nullable=False),
        sa.Column("job", db.sql.types.CleanText(), nullable=False),
        sa.Column("due_key", db.sql.types.CleanText(), nullable=True),
        sa.Column(
            "seeds",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "rules",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("state", db.sql.types.CleanText(), nullable=False),
        sa.Column("owner", db.sql.types.CleanText(), nullable=True),
        sa.Column("verdict", db.sql.types.CleanText(), nullable=True),
        sa.Column("message", db.sql.types.CleanText(), nullable=True),
        sa.Column("started_at", db.sql.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", db.sql.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("claimed", sa.Integer(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("new_articles", sa.Integer(), nullable=False),
        sa.Column("new_revisions", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("due_key", name=op.f("uq_runs_due_key")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_job"), ["job"], unique=False)

    op.create_table(
        "texts",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("body", db.sql.types.CleanText(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
        sa.UniqueConstraint("sha256", name=op.f("uq_texts_sha256")),
    )
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_texts_fingerprint"), ["fingerprint"], unique=False)

    op.create_table(
        "articles",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("url", db.sql.types.CleanText(), nullable=False),
        sa.Column("site", db.sql.types.CleanText(), nullable=False),
        sa.Column("title", db.sql.types.CleanText(), nullable=True),
        sa.Column(
            "authors",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("published", db.sql.types.CleanText(), nullable=True),
        sa.Column("published_at", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("modified", db.sql.types.CleanText(), nullable=True),
        sa.Column("language", db.sql.types.CleanText(), nullable=True),
        sa.Column("dateline", db.sql.types.CleanText(), nullable=True),
        sa.Column(
            "sources",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "topics",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("section", db.sql.types.CleanText(), nullable=True),
        sa.Column("image", db.sql.types.CleanText(), nullable=True),
        sa.Column("paywalled", sa.Boolean(), nullable=True),
        sa.Column(
            "evidence",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "archive_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "cluster_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column(
            "first_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("first_seen_at", db.sql.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_fetched_at", db.sql.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name=op.f("fk_articles_cluster_id_clusters")
        ),
        sa.ForeignKeyConstraint(
            ["first_run_id"], ["runs.id"], name=op.f("fk_articles_first_run_id_runs")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_articles_run_id_runs")),
        sa.ForeignKeyConstraint(["text_id"], ["texts.id"], name=op.f("fk_articles_text_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("url", name=op.f("uq_articles_url")),
    )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_articles_cluster_id"), ["cluster_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_articles_language"), ["language"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_articles_published_at"), ["published_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_articles_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_articles_site"), ["site"], unique=False)
        batch_op.create_index(batch_op.f("ix_articles_text_id"), ["text_id"], unique=False)

    op.create_table(
        "host_queues",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_due_at", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["host_id"], ["hosts.id"], name=op.f("fk_host_queues_host_id_hosts")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_host_queues_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "host_id", name=op.f("pk_host_queues")),
    )
    with op.batch_alter_table("host_queues", schema=None) as batch_op:
        batch_op.create_index("ix_host_queues_due", ["run_id", "next_due_at"], unique=False)

    op.create_table(
        "pages",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("url", db.sql.types.CleanText(), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", db.sql.types.CleanText(), nullable=False),
        sa.Column("reason", db.sql.types.CleanText(), nullable=True),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("next_fetch_at", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", db.sql.types.CleanText(), nullable=True),
        sa.Column("lease_until", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("fetched_at", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("rung_at", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reads", sa.SmallInteger(), nullable=False),
        sa.Column(
            "found_on_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "alias_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["alias_of_id"], ["pages.id"], name=op.f("fk_pages_alias_of_id_pages")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_pages_article_id_articles")
        ),
        sa.ForeignKeyConstraint(
            ["found_on_id"], ["pages.id"], name=op.f("fk_pages_found_on_id_pages")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name=op.f("fk_pages_host_id_hosts")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_pages_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("url", name=op.f("uq_pages_url")),
    )
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pages_alias_of_id"), ["alias_of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pages_article_id"), ["article_id"], unique=False)
        batch_op.create_index(
            "ix_pages_due",
            ["run_id", "host_id", "priority", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.create_index(batch_op.f("ix_pages_found_on_id"), ["found_on_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pages_host_id"), ["host_id"], unique=False)
        batch_op.create_index(
            "ix_pages_moving",
            ["state", "run_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('leased', 'fetched')"),
            postgresql_where=sa.text("state IN ('leased', 'fetched')"),
        )
        batch_op.create_index("ix_pages_run_id", ["run_id", "state"], unique=False)

    op.create_table(
        "revisions",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", db.sql.types.CleanText(), nullable=True),
        sa.Column(
            "authors",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("published", db.sql.types.CleanText(), nullable=True),
        sa.Column("modified", db.sql.types.CleanText(), nullable=True),
        sa.Column("text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "archive_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seen_at", db.sql.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_revisions_article_id_articles")
        ),
        sa.ForeignKeyConstraint(["text_id"], ["texts.id"], name=op.f("fk_revisions_text_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_revisions_article_id_number")),
    )
    op.create_table(
        "archive",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("page_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("url", db.sql.types.CleanText(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column(
            "headers",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("fetched_at", db.sql.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_archive_page_id_pages")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_archive_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
    )
    with op.batch_alter_table("archive", schema=None) as batch_op:
        batch_op.create_index("ix_archive_page_id", ["page_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_archive_size"), ["size"], unique=False)

    op.create_table(
        "links",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", db.sql.types.CleanText(), nullable=False),
        sa.Column("box", db.sql.types.CleanText(), nullable=False),
        sa.Column("anchor", db.sql.types.CleanText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("teaser", db.sql.types.CleanText(), nullable=False),
        sa.Column("published_at", db.sql.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("unfollowed", db.sql.types.CleanText(), nullable=True),
        sa.Column(
            "first_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "last_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["first_run_id"], ["runs.id"], name=op.f("fk_links_first_run_id_runs")
        ),
        sa.ForeignKeyConstraint(
            ["last_run_id"], ["runs.id"], name=op.f("fk_links_last_run_id_runs")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["pages.id"], name=op.f("fk_links_source_id_pages")),
        sa.ForeignKeyConstraint(["target_id"], ["pages.id"], name=op.f("fk_links_target_id_pages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("source_id", "target_id", name=op.f("uq_links_source_id_target_id")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_target_id"), ["target_id"], unique=False)
    _create_full_text()


def downgrade() -> None:
    """Take back."""
    op.drop_table("article_words")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_links_target_id"))

    op.drop_table("links")
    with op.batch_alter_table("archive", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_archive_size"))
        batch_op.drop_index("ix_archive_page_id")

    op.drop_table("archive")
    op.drop_table("revisions")
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.drop_index("ix_pages_run_id")
        batch_op.drop_index(
            "ix_pages_moving",
            sqlite_where=sa.text("state IN ('leased', 'fetched')"),
            postgresql_where=sa.text("state IN ('leased', 'fetched')"),
        )
        batch_op.drop_index(batch_op.f("ix_pages_host_id"))
        batch_op.drop_index(batch_op.f("ix_pages_found_on_id"))
        batch_op.drop_index(
            "ix_pages_due",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )
        batch_op.drop_index(batch_op.f("ix_pages_article_id"))
        batch_op.drop_index(batch_op.f("ix_pages_alias_of_id"))

    op.drop_table("pages")
    with op.batch_alter_table("host_queues", schema=None) as batch_op:
        batch_op.drop_index("ix_host_queues_due")

    op.drop_table("host_queues")
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_articles_text_id"))
        batch_op.drop_index(batch_op.f("ix_articles_site"))
        batch_op.drop_index(batch_op.f("ix_articles_run_id"))
        batch_op.drop_index(batch_op.f("ix_articles_published_at"))
        batch_op.drop_index(batch_op.f("ix_articles_language"))
        batch_op.drop_index(batch_op.f("ix_articles_cluster_id"))

    op.drop_table("articles")
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_texts_fingerprint"))

    op.drop_table("texts")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_job"))

    op.drop_table("runs")
    with op.batch_alter_table("hosts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hosts_site"))

    op.drop_table("hosts")
    with op.batch_alter_table("clusters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clusters_original_id"))

    op.drop_table("clusters")
