"""Views that other programs may rely on: docs/schema.md describes each column

The tables may change with the program; these keep their names and columns. Where a later revision
changes a table that a view reads, it drops the views first and makes them again (``VIEWS``).

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-29
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

VIEWS = ("v_articles", "v_links", "v_versions", "v_copies", "v_visits")


def upgrade() -> None:
    """Apply."""
    write = _Sqlite if op.get_bind().dialect.name == "sqlite" else _Postgres
    for name, text in _views(write).items():
        op.execute(f"CREATE VIEW {name} AS {text}")


def downgrade() -> None:
    """Take back."""
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW IF EXISTS {name}")


class _Sqlite:
    """What SQLite writes in its own way."""

    @staticmethod
    def joined(column: str) -> str:
        """A list of names as text."""
        return f"(SELECT group_concat(value, '; ') FROM json_each({column}))"

    @staticmethod
    def day(column: str) -> str:
        """The day of a moment, in UTC."""
        return f"substr({column}, 1, 10)"

    @staticmethod
    def hours(later: str, earlier: str) -> str:
        """Hours between two moments."""
        return f"round((julianday({later}) - julianday({earlier})) * 24, 2)"


class _Postgres:
    """The same for PostgreSQL."""

    @staticmethod
    def joined(column: str) -> str:
        """A list of names as text."""
        return (
            "(SELECT string_agg(each.value, '; ' ORDER BY each.place) FROM "
            f"jsonb_array_elements_text({column}) WITH ORDINALITY AS each (value, place))"
        )

    @staticmethod
    def day(column: str) -> str:
        """The day of a moment, in UTC."""
        return f"to_char(timezone('UTC', {column}), 'YYYY-MM-DD')"

    @staticmethod
    def hours(later: str, earlier: str) -> str:
        """Hours between two moments."""
        return f"round(extract(epoch FROM ({later} - {earlier})) / 3600, 2)"


def _views(write: type[_Sqlite] | type[_Postgres]) -> dict[str, str]:
    joined, day, hours = write.joined, write.day, write.hours
    return {
        "v_articles": f"""
SELECT a.id, a.url, a.site, a.title, {joined("a.authors")} AS authors, a.published,
       a.published_at, {day("a.published_at")} AS published_day, a.modified, a.language, a.dateline,
       {joined("a.sources")} AS sources, {joined("a.topics")} AS topics, a.section, a.page_type,
       a.image, CASE WHEN a.paywalled THEN 1 WHEN NOT a.paywalled THEN 0 END AS paywalled,
       t.words, t.body, a.revisions AS versions, a.cluster_id AS cluster,
       CASE WHEN c.original_id <> a.id THEN 1 ELSE 0 END AS is_copy,
       CASE WHEN c.original_id <> a.id THEN o.url END AS copy_of,
       a.first_run_id AS first_run, a.run_id AS last_run, a.depth,
       a.first_seen_at, {day("a.first_seen_at")} AS first_seen_day, a.last_fetched_at,
       p.visits, p.changes, p.gone_at
FROM articles a JOIN texts t ON t.id = a.text_id LEFT JOIN clusters c ON c.id = a.cluster_id
     LEFT JOIN articles o ON o.id = c.original_id LEFT JOIN pages p ON p.url = a.url""",
        "v_links": """
SELECT l.id, s.article_id AS source_article, s.url AS source_url, sh.site AS source_site,
       coalesce(t.article_id, t1.article_id, t2.article_id) AS target_article,
       t.url AS target_url, th.site AS target_site, l.kind, l.box, l.anchor, l.position, l.teaser,
       l.published_at AS teaser_published_at,
       CASE WHEN l.unfollowed IS NULL THEN 1 ELSE 0 END AS followed, l.unfollowed,
       l.first_run_id AS first_run, l.last_run_id AS last_run
FROM links l JOIN pages s ON s.id = l.source_id JOIN hosts sh ON sh.id = s.host_id
     JOIN pages t ON t.id = l.target_id JOIN hosts th ON th.id = t.host_id
     LEFT JOIN pages t1 ON t1.id = t.alias_of_id LEFT JOIN pages t2 ON t2.id = t1.alias_of_id""",
        "v_versions": f"""
SELECT r.article_id AS article, a.url, a.site, r.number, r.title,
       {joined("r.authors")} AS authors, r.published, r.modified, t.words, t.body, r.seen_at,
       {day("r.seen_at")} AS seen_day,
       CASE WHEN r.number = a.revisions THEN 1 ELSE 0 END AS is_newest
FROM revisions r JOIN articles a ON a.id = r.article_id JOIN texts t ON t.id = r.text_id""",
        "v_copies": f"""
SELECT a.cluster_id AS cluster, a.id AS article, a.url, a.site, a.title, a.published,
       a.published_at, a.first_seen_at, {joined("a.sources")} AS sources,
       CASE WHEN c.original_id = a.id THEN 1 ELSE 0 END AS is_original,
       c.original_id AS original_article, o.url AS original_url, o.site AS original_site,
       {hours("a.published_at", "o.published_at")} AS hours_after_original
FROM articles a JOIN clusters c ON c.id = a.cluster_id
     LEFT JOIN articles o ON o.id = c.original_id""",
        "v_visits": f"""
SELECT v.id AS archive, p.article_id AS article, p.url AS page_url, v.url AS answered_by, h.site,
       v.run_id AS run, v.fetched_at, {day("v.fetched_at")} AS fetched_day, v.status,
       v.size AS bytes,
       (SELECT min(r.number) FROM revisions r
        WHERE r.article_id = p.article_id AND r.archive_id = v.id) AS version
FROM archive v JOIN pages p ON p.id = v.page_id JOIN hosts h ON h.id = p.host_id""",
    }
