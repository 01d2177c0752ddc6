"""Bodies of archived pages in a folder and in S3: kept, read, lost, away and back."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from crawler.engine.batch import put_away
from db.archiving import moving
from db.archiving.moving import move_all
from db.archiving.places import claim_all, learn, put_bodies, rooms
from db.archiving.sweeping import remove_objects, sweep
from db.copying.whole import copy_database
from db.frontier import archive, revisits
from db.frontier.expansion import CrawlContext
from db.frontier.retention import remove_batch
from db.frontier.scope import CrawlScope
from db.models import ArchivedPage, Article, Page, Revision
from db.objects.addresses import canonical, open_store
from db.objects.s3 import S3Bucket
from db.objects.store import get_all, put_all
from db.queries.export import archived_copies
from db.queries.sizes import object_sizes
from db.queries.visits import newest_page
from db.runs import lifecycle
from db.sql import retry
from db.sql.compression import pack
from db.sql.session import Database
from db.sql.types import utc_now
from db.terms.errors import ArchiveUnreachable, ObjectMissing
from db.terms.outcomes import Fetched
from db.terms.states import Reason, State
from terkait.cli import main
from tests.frontier_steps import ME, take
from tests.frontier_steps import begin as begin_run
from tests.integration.test_ingest import BODY, URL, count, html
from tests.object_server import S3Server
from tests.rows import NOON
from workers.ingest import pipeline
from workers.ingest.pipeline import ingest
from workers.ingest.reparse import reparse

OTHER = "https://b.test/nasional/panen-raya-di-lereng-123"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is away is asked twice and not for half a minute."""
    monkeypatch.setattr(retry, "WAITS_SECONDS", (0.0,))


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty place that is there."""
    if request.param == "folder":
        return canonical(str(tmp_path / "pages"))
    server: S3Server = request.getfixturevalue("s3")
    return canonical(server.address(tmp_path.name))


@pytest.fixture(params=["sqlite and folder", "postgresql and s3"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database whose archive lies elsewhere."""
    if request.param == "sqlite and folder":
        file = tmp_path / "test.db"
        file.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        with closing(Database(f"sqlite:///{file}", canonical(str(tmp_path / "pages")))) as opened:
            yield opened
        return
    server, s3 = request.getfixturevalue("postgres_server"), request.getfixturevalue("s3")
    with (
        server.database(request.getfixturevalue("postgres_template")) as name,
        closing(Database(server.url(name), canonical(s3.address(tmp_path.name)))) as opened,
    ):
        yield opened


@pytest.fixture
def in_folder(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database whose archive lies in the folder ``pages``."""
    file = tmp_path / "test.db"
    file.write_bytes(sqlite_template.read_bytes())
    with closing(Database(f"sqlite:///{file}", canonical(str(tmp_path / "pages")))) as opened:
        yield opened


def fetch(database: Database, url: str, body: bytes, *, days: int = 0) -> int:
    """Take a page through the steps of a spider; its id."""
    now, rules = NOON + timedelta(days=days), CrawlScope(fresh=True)
    with database.write() as session:
        run_id = begin_run(session, url, now=now, fresh=True)
        (claim,) = take(session, run_id, now=now)
    page = Fetched(
        page_id=claim.page_id, url=url, status=200, headers={"content-type": "text/html"},
        fetched_at=now, size=len(body), body=pack(body), is_known=bool(days),
    )  # fmt: skip
    outcomes = put_away(database, [page])
    with database.write() as session:
        context = CrawlContext(run_id=run_id, rules=rules, now=now)
        pages = [outcome for outcome in outcomes if isinstance(outcome, Fetched)]
        if archive.same_as_before(session, [page for page in pages if page.is_known]):
            revisits.confirm(session, context, ME, [])
        else:
            archive.hand_over(session, context, ME, pages)
        lifecycle.finish(session, run_id, message=None, now=now)
    return claim.page_id


def rows(database: Database) -> list[ArchivedPage]:
    with database.read() as session:
        return list(session.scalars(select(ArchivedPage).order_by(ArchivedPage.id)))


def test_store_keeps_gives_lists_and_removes(place: str) -> None:
    store = open_store(place)
    store.check()
    keys = [f"t/2026-11-{day:02}/ab/{'0' * 63}{day}" for day in range(1, 5)]
    put_all(store, dict.fromkeys(keys, b"x" * 70_000))
    store.put(keys[0], b"x" * 70_000)
    assert sorted(key for batch in store.keys("t/") for key in batch) == keys
    assert not [key for batch in store.keys("other/") for key in batch]
    assert store.get(keys[0]) == b"x" * 70_000
    assert isinstance(get_all(store, keys)[keys[0]], ObjectMissing)  # not what its name says
    store.delete([*keys, "t/2026-11-30/ab/never"])
    assert not [key for batch in store.keys("t/") for key in batch]
    with pytest.raises(ObjectMissing):
        store.get(keys[0])


def test_page_is_read_read_again_shown_and_exported_from_there(database: Database) -> None:
    body = html()
    page_id = fetch(database, URL, body)
    (row,) = rows(database)
    assert (row.body, row.object_bytes) == (b"", len(pack(body)))
    assert ingest(database, [page_id]) == 1
    assert count(database, Article) == count(database, Revision) == 1
    assert [reread.problem for reread in reparse(database, dry_run=True)] == [None]
    with database.read() as session:
        assert newest_page(session, URL).body == body
        (copy,) = archived_copies(session, [row.id])
        assert copy.body.unpacked() == body


def test_room_that_objects_take_is_told_each_once(database: Database) -> None:
    for url in (URL, OTHER):
        fetch(database, url, html())
    with database.read() as session:
        assert object_sizes(session) == {database.objects.current: len(pack(html()))}


def test_the_same_bytes_are_kept_once_and_not_put_again(database: Database) -> None:
    ingest(database, [fetch(database, URL, html())])
    fetch(database, URL, html(), days=1)
    assert count(database, ArchivedPage) == 1
    first, second = put_bodies(database, [b"same", b"same"])
    assert first == second
    store = database.objects.of(database.objects.current)
    assert sum(len(batch) for batch in store.keys("")) == 2


def test_rows_of_before_are_read_when_the_place_changes(in_folder: Database) -> None:
    in_folder.objects.current = ""
    pages = [fetch(in_folder, URL, html())]
    in_folder.objects.current = canonical(str(Path(in_folder.engine.url.database or "").parent))
    pages.append(fetch(in_folder, OTHER, html("Panen", BODY[::-1])))
    assert [bool(row.body) for row in rows(in_folder)] == [True, False]
    with closing(Database(in_folder.url)) as elsewhere:
        assert ingest(elsewhere, pages) == 2
    assert count(in_folder, Article) == 2


def test_folder_that_was_moved_is_found_at_its_new_place(
    in_folder: Database, tmp_path: Path
) -> None:
    page_id = fetch(in_folder, URL, html())
    (tmp_path / "pages").rename(tmp_path / "moved")
    with closing(Database(in_folder.url, canonical(str(tmp_path / "moved")))) as database:
        assert ingest(database, [page_id]) == 1


def test_while_the_store_is_away_pages_wait_and_none_is_blamed(
    in_folder: Database, tmp_path: Path
) -> None:
    page_id = fetch(in_folder, URL, html())
    (tmp_path / "pages").rename(tmp_path / "away")
    for _ in range(5):
        with pytest.raises(ArchiveUnreachable, match="TERKAIT_ARCHIVE"):
            ingest(in_folder, [page_id])
    with pytest.raises(ArchiveUnreachable):
        put_bodies(in_folder, [b"new"])
    with in_folder.read() as session:
        page = session.get_one(Page, page_id)
        assert (page.state, page.reads) == (State.FETCHED, 0)
    assert not (tmp_path / "pages").exists()
    with pytest.MonkeyPatch.context() as patch:  # away after the first page of a message was had
        patch.setattr(pipeline, "_ask_the_store", lambda *_: None)
        with pytest.raises(ArchiveUnreachable):
            ingest(in_folder, [page_id])
    with in_folder.read() as session:
        assert session.get_one(Page, page_id).reads == 0
    (tmp_path / "away").rename(tmp_path / "pages")
    assert ingest(in_folder, [page_id]) == 1
    assert count(in_folder, Article) == 1


def test_page_whose_object_is_lost_or_damaged_is_given_up_alone(
    in_folder: Database, tmp_path: Path
) -> None:
    urls = (URL, OTHER, "https://c.test/read/3/pasar-baru-dibuka")
    pages = [
        fetch(in_folder, url, html(f"Berita {n}", BODY.replace("gempa", f"kabar{n}")))
        for n, url in enumerate(urls)
    ]
    lost, damaged, _ = sorted(rows(in_folder), key=lambda row: row.id)
    files = {path.name: path for path in (tmp_path / "pages").rglob("*") if path.is_file()}
    files[(lost.object_key or "").rpartition("/")[2]].unlink()
    files[(damaged.object_key or "").rpartition("/")[2]].write_bytes(b"\0" * 99)
    ingest(in_folder, pages)
    with in_folder.read() as session:
        states = {page.url: (page.state, page.reason) for page in session.scalars(select(Page))}
    given_up = (State.FAILED, str(Reason.COPY_LOST))
    assert states[URL] == states[OTHER] == given_up
    assert states[urls[2]][0] == State.DONE
    assert count(in_folder, Article) == 1


@pytest.mark.parametrize(
    ("bucket", "keys", "hint"),
    [
        ("nowhere", S3Server.KEYS, "no such bucket"),
        ("news", {}, "AWS_ACCESS_KEY_ID"),
    ],
)
def test_what_is_wrong_with_a_bucket_is_said_with_the_cure(
    s3_server: S3Server,
    monkeypatch: pytest.MonkeyPatch,
    bucket: str,
    keys: dict[str, str],
    hint: str,
) -> None:
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    store = open_store(s3_server.address("a", bucket))
    for ask in (store.check, lambda: store.put("a", b"")):
        with pytest.raises(ArchiveUnreachable, match=hint) as told:
            ask()
        assert "secret" not in str(told.value)


def test_service_that_does_not_answer_is_away(s3: S3Server) -> None:
    store = S3Bucket("news", "", endpoint="http://127.0.0.1:9")
    with pytest.raises(ArchiveUnreachable, match="does not answer"):
        store.get("a")


def test_doctor_tells_of_the_archive(
    tmp_data: Path, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    del tmp_data
    for place, state in ((s3.address("d"), "ok"), (s3.address("d", "nowhere"), "fault")):
        monkeypatch.setenv("TERKAIT_ARCHIVE", place)
        lines = CliRunner().invoke(main, ["doctor", "--json"]).stdout.splitlines()
        (finding,) = [found for found in map(json.loads, lines) if found["what"] == "archive"]
        assert finding["state"] == state, finding


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
