"""Bodies of archived pages in a folder and in S3: kept, read, lost, away and back."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from db.archiving.places import put_bodies
from db.models import ArchivedPage, Article, Page, Revision
from db.objects.addresses import canonical, open_store
from db.objects.s3 import S3Bucket
from db.objects.store import get_all, put_all
from db.queries.export import archived_copies
from db.queries.sizes import object_sizes
from db.queries.visits import newest_page
from db.sql import retry
from db.sql.compression import pack
from db.sql.session import Database
from db.terms.errors import ArchiveUnreachable, ObjectMissing
from db.terms.states import Reason, State
from terkait.cli import main
from tests.archived import fetch, rows
from tests.integration.test_ingest import BODY, URL, count, html
from tests.object_server import S3Server
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


@pytest.fixture
def database(database_beside_archive: Database) -> Database:
    """An empty database whose archive lies elsewhere."""
    return database_beside_archive


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
