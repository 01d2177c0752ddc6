"""Objects of the archive are moved, swept and pruned; what a row names is never lost."""

import json
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db.archiving import moving
from db.archiving.moving import move_all
from db.archiving.places import claim_all, learn, put_bodies, rooms
from db.archiving.sweeping import remove_objects, sweep
from db.copying.whole import copy_database
from db.frontier.retention import remove_batch
from db.objects.addresses import canonical
from db.queries.visits import newest_page
from db.sql.session import Database
from db.sql.types import utc_now
from terkait.cli import main
from tests.archived import fetch, rows
from tests.integration.test_ingest import URL, html
from tests.object_server import S3Server
from tests.rows import NOON
from workers.ingest.pipeline import ingest

OTHER = "https://b.test/nasional/panen-raya-di-lereng-123"


@pytest.fixture
def database(database_beside_archive: Database) -> Database:
    """An empty database whose archive lies elsewhere."""
    return database_beside_archive


def later(days: int) -> datetime:
    return utc_now() + timedelta(days=days)


def objects_of(database: Database) -> set[str]:
    with database.read() as session:
        places = learn(session)
    return {
        key.removeprefix(place.path(""))
        for place in places
        for batch in database.objects.of(place.address).keys(place.path(""))
        for key in batch
    }


def swept(database: Database, days: int) -> int:
    return sum({step.place: step.removed for step in sweep(database, later(days))}.values())


def test_sweep_takes_what_is_old_and_has_no_row_and_nothing_else(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    (orphan,) = put_bodies(database, [b"its spider was killed before the commit"])
    store = database.objects.of(database.objects.current)
    store.put(f"another/{orphan.key}", b"of another database in the same place")
    (row,) = rows(database)
    assert swept(database, 0) == swept(database, 2) == 0
    assert objects_of(database) == {row.object_key, orphan.key}
    assert swept(database, 3) == 1
    assert objects_of(database) == {row.object_key}
    assert store.get(f"another/{orphan.key}")


def test_pruning_removes_rows_and_then_objects_that_are_old_and_named_by_no_other(
    database: Database,
) -> None:
    twin = URL.replace("a.test", "d.test")
    ingest(database, [fetch(database, URL, html()), fetch(database, twin, html())])
    ingest(database, [fetch(database, OTHER, html("Lain"), days=9)])
    first, second, newest = rows(database)
    assert first.object_key == second.object_key != newest.object_key
    names = [(first.place_id or 0, first.object_key or "")]
    remove_objects(database, names, later(9))
    assert len(objects_of(database)) == 2
    with database.write() as session:
        removed = remove_batch(session, before=NOON + timedelta(days=5))
    assert removed.bytes == 2 * (first.object_bytes or 0)
    remove_objects(database, removed.objects, later(1))
    assert len(objects_of(database)) == 2
    remove_objects(database, removed.objects, later(3))
    assert objects_of(database) == {newest.object_key}


def test_move_goes_to_the_store_back_and_on_after_a_stop(
    in_folder: Database, s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_BATCH", 1)
    folder, bucket = in_folder.objects.current, canonical(s3.address(tmp_path.name))
    in_folder.objects.current = ""
    urls = [URL, OTHER, "https://c.test/read/3/pasar-baru-dibuka"]
    bodies = {url: html(f"Berita {n}") for n, url in enumerate(urls)}
    pages = [fetch(in_folder, url, body) for url, body in bodies.items()]
    for place in (folder, bucket, folder, ""):
        in_folder.objects.current = place
        stopped = move_all(in_folder)
        assert [next(stopped).total, next(stopped).pages] == [3, 1]
        stopped.close()  # type: ignore[attr-defined]
        (*_, moved) = move_all(in_folder)
        assert (moved.total, moved.pages, moved.lost) == (2, 2, 0)
        with in_folder.read() as session:
            assert {url: newest_page(session, url).body for url in urls} == bodies
            held = {room.place: room.pages for room in rooms(session)}
        assert held.pop(place or "database") == 3
        assert set(held.values()) <= {0}
        assert all(bool(row.body) is not bool(place) for row in rows(in_folder))
    assert ingest(in_folder, pages) == 3
    assert swept(in_folder, 9) == 6
    assert not objects_of(in_folder)


def test_what_is_lost_stays_behind_and_is_counted(in_folder: Database, tmp_path: Path) -> None:
    fetch(in_folder, URL, html())
    (before,) = rows(in_folder)
    for file in (tmp_path / "pages").rglob(before.object_key or ""):
        file.write_bytes(b"?")
    in_folder.objects.current = ""
    (*_, moved) = move_all(in_folder)
    assert (moved.pages, moved.lost) == (0, 1)
    assert rows(in_folder)[0].object_key == before.object_key


def test_after_a_copy_neither_database_removes_what_both_name(
    in_folder: Database, postgres_url: str
) -> None:
    ingest(in_folder, [fetch(in_folder, URL, html())])
    put_bodies(in_folder, [b"orphan"])
    with closing(Database(postgres_url, in_folder.objects.current)) as target:
        tables = copy_database(in_folder, target, say=lambda _: None)
        assert all(table.is_same for table in tables)
        with target.read() as session:
            assert newest_page(session, URL).body == html()
        assert swept(in_folder, 9) == swept(target, 9) == 0
        (name,) = put_bodies(target, [b"orphan"])
        assert name.place_id != rows(target)[0].place_id
        assert claim_all(in_folder) == 1
        assert swept(in_folder, 9) == 1
        with target.read() as session:
            assert newest_page(session, URL).body == html()


def test_commands_move_list_and_prune(
    tmp_data: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path
) -> None:
    (tmp_data / "terkait.db").write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{tmp_data / 'terkait.db'}")) as database:
        ingest(database, [fetch(database, URL, html())])
    monkeypatch.setenv("TERKAIT_ARCHIVE", str(tmp_data / "pages"))

    def said(*words: str) -> list[Any]:
        run = CliRunner().invoke(main, ["db", *words, "--json"])
        assert run.exit_code == 0, run.output
        return [json.loads(line) for line in run.stdout.splitlines()]

    (moved,) = said("archive", "move")
    assert (moved["pages"], moved["lost"]) == (1, 0)
    inside, outside = said("archive", "list")
    assert (inside["pages"], outside["pages"], outside["shared"]) == (0, 1, False)
    (pruned,) = said("prune", "--orphans")
    assert pruned == {"removed_pages": 0, "removed_bytes": 0, "removed_orphans": 0}
    assert CliRunner().invoke(main, ["db", "prune"]).exit_code != 0
    assert CliRunner().invoke(main, ["db", "archive", "claim"]).exit_code == 0
