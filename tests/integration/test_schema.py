"""Migrations: the same tables on both databases, up and down, and no surprise for a newer one."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, select, text

from db.models import Article, Band, Budget, Cluster
from db.sql import schema
from db.sql.schema_drift import damage, drift
from db.sql.session import Database
from db.terms.errors import DiskFull, SchemaMismatch
from tests.rows import add_article, add_run


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    yield database
    database.close()


def test_upgraded_database_is_as_the_models_say(database: Database) -> None:
    assert schema.upgrade(database) == (None, schema.newest_revision())
    assert schema.differences(database) == []
    assert schema.upgrade(database) == (schema.newest_revision(), schema.newest_revision())
    schema.require_current(database)


def test_a_missing_column_is_a_difference(database: Database) -> None:
    schema.upgrade(database)
    with database.write() as session:
        session.execute(text("ALTER TABLE runs DROP COLUMN message"))
    assert any("message" in line for line in schema.differences(database))


def test_a_disk_that_is_full_while_tables_are_made_is_said_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")

    @event.listens_for(database.engine, "connect")
    def _limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 20")

    with pytest.raises(DiskFull, match="make room and run the command again"):
        schema.upgrade(database)
    assert schema.current_revision(database) is None
    database.close()


def test_newest_revision_by_file_names_is_that_of_alembic() -> None:
    assert schema.newest_revision() == ScriptDirectory(str(schema.SCRIPTS)).get_current_head()


def test_empty_database_names_the_command(database: Database) -> None:
    with pytest.raises(SchemaMismatch, match="terkait db upgrade"):
        schema.require_current(database)


def test_newer_database_is_left_alone(database: Database) -> None:
    schema.upgrade(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for check in (schema.upgrade, schema.require_current):
        with pytest.raises(SchemaMismatch, match="newer version"):
            check(database)


def test_downgrade_leaves_nothing_and_upgrade_comes_back(database: Database) -> None:
    schema.upgrade(database)
    with schema.migrating_connection(database.engine) as connection:
        command.downgrade(schema._alembic(connection), "base")
    names = set(inspect(database.engine).get_table_names())
    assert names <= {"alembic_version"}
    schema.upgrade(database)
    assert schema.differences(database) == []


def test_what_a_run_has_counted_outlives_the_wider_budgets(database: Database) -> None:
    schema.upgrade(database)
    with database.write() as session:
        run = add_run(session)
        session.add(Budget(run_id=run.id, scope="site", name="a.test", pages=7))
    for step, revision in ((command.downgrade, "0007"), (command.upgrade, "head")):
        with schema.migrating_connection(database.engine) as connection:
            step(schema._alembic(connection), revision)
    with database.read() as session:
        assert list(session.execute(text("SELECT scope, name, pages FROM budgets"))) == [
            ("site", "a.test", 7)
        ]


def test_keys_and_clusters_outlive_the_cheaper_tables(database: Database) -> None:
    schema.upgrade(database)
    with database.write() as session:
        article = add_article(session, "https://a.test/1", "Judul", "teks")
        cluster = Cluster(original_id=article.id)
        session.add_all([cluster, Band(key=-5, text_id=article.text_id)])
        session.flush()
        article.cluster_id = cluster.id
        rows = [(-5, article.text_id, cluster.id)]
    for step, revision in ((command.downgrade, "0009"), (command.upgrade, "head")):
        with schema.migrating_connection(database.engine) as connection:
            step(schema._alembic(connection), revision)
        with database.read() as session:
            kept = select(Band.key, Band.text_id, Article.cluster_id).join(
                Article, Article.text_id == Band.text_id
            )
            assert session.execute(kept).all() == rows
    assert schema.differences(database) == []


def test_the_words_of_an_article_lie_in_its_row(postgres_url: str) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    body = " ".join(f"kata{number}" for number in range(400))
    with database.write() as session:
        add_article(session, "https://a.test/1", "Judul", body)
    moved_out = text(
        "SELECT pg_relation_size(reltoastrelid) FROM pg_class"
        " WHERE oid = CAST('article_words' AS regclass)"
    )
    has_words = text("SELECT 1 FROM article_words WHERE words @@ CAST('kata399' AS tsquery)")
    for step, revision, is_within in (
        (command.upgrade, "head", True),
        (command.downgrade, "0023", False),
        (command.upgrade, "head", True),
    ):
        with schema.migrating_connection(database.engine) as connection:
            step(schema._alembic(connection), revision)
        with database.read() as session:
            assert (session.scalar(moved_out) == 0) == is_within
            assert session.scalar(has_words)
    database.close()


def test_writers_in_parallel_lose_no_update(database: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with database.write() as session:
        session.execute(text("CREATE TABLE counter (n INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    lock = "" if database.is_sqlite else " FOR UPDATE"

    def add(_: int) -> None:
        with database.write() as session:
            count = session.scalar(text(f"SELECT n FROM counter{lock}"))
            session.execute(text("UPDATE counter SET n = :n"), {"n": (count or 0) + 1})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(80)))
    with database.read() as session:
        assert session.scalar(text("SELECT n FROM counter")) == 80


def test_fresh_database_has_not_drifted_and_is_whole(database: Database) -> None:
    schema.upgrade(database)
    assert drift(database) == []
    assert damage(database) == []


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("DROP TABLE article_words", "table article_words is missing"),
        ("DROP INDEX ix_pages_due", "ix_pages_due"),
        (
            "DROP INDEX ix_pages_due; CREATE INDEX ix_pages_due ON pages "
            "(run_id, host_id, priority, id)",
            "index ix_pages_due is not as it should be",
        ),
        ("ALTER TABLE pages ADD COLUMN extra TEXT", "extra"),
        ("ALTER TABLE runs DROP COLUMN message", "message"),
    ],
)
def test_drift_is_said_in_both_directions(database: Database, statement: str, line: str) -> None:
    schema.upgrade(database)
    with database.write() as session:
        for part in statement.split("; "):
            session.execute(text(part))
    assert any(line in found for found in drift(database))


def test_changed_type_is_drift(postgres_url: str) -> None:
    database = Database(postgres_url)
    schema.upgrade(database)
    with database.write() as session:
        session.execute(text("ALTER TABLE budgets ALTER COLUMN pages TYPE TEXT"))
    assert any("pages" in line for line in drift(database))
    database.close()


def test_newer_database_is_drift_that_no_upgrade_mends(database: Database) -> None:
    schema.upgrade(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    (line,) = drift(database)
    assert "newer version" in line
    assert "upgrade" not in line


def test_damaged_file_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "terkait.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.close()
    content = bytearray(path.read_bytes())
    for start in range(3 * 4096, len(content), 3 * 4096):
        content[start : start + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    assert damage(database)
    database.close()
    path.write_bytes(b"no database at all" * 500)
    database.close()
    assert damage(database)
    database.close()


def test_rows_that_cannot_be_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "terkait.db"
    file = sqlite3.connect(path)
    for statement in (
        "CREATE TABLE notes (body)",
        "INSERT INTO notes VALUES (NULL)",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = 'CREATE TABLE notes (body NOT NULL)'",
    ):
        file.execute(statement)
    file.commit()
    file.close()
    database = Database(f"sqlite:///{path}")
    assert [line for line in damage(database) if line.startswith("damaged: ")]
    database.close()
