"""The files of ``terkait export`` as other programs read them, on both databases."""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from arro3.io import read_parquet
from sqlalchemy.orm import Session
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from db.models import ArchivedPage, PageVisit
from db.queries.export import article_ids
from db.queries.search.conditions import Filters
from db.queries.search.query import parse_query
from db.sql.compression import pack
from terkait.exports.data_card import ExportedFile, write_card
from terkait.exports.formats import format_of
from terkait.exports.writing import ExportJob, carry_out
from tests.rows import (
    NOON,
    add_article,
    add_link,
    add_page,
    add_revision,
    add_run,
    add_text,
)

ONE, TWO = "https://a.test/1", "https://b.test/2"
HOSTILE = '=HYPERLINK("http://x.test")\r\n\x1b[31m\u202e"'


def unwatched(rows: Iterable[Any], _total: int) -> Iterator[Any]:
    return iter(rows)


def write(session: Session, out: Path, **values: Any) -> Sequence[ExportedFile]:
    """Export to a file, all articles unless the values say otherwise."""
    job = {"ids": article_ids(session), "asked": {}, "watch": unwatched} | values
    return carry_out(session, ExportJob(format=format_of(None, out), out=out, **job))


def rows_of(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for batch in read_parquet(path):
        columns = {name: batch.column(name).to_pylist() for name in batch.schema.names}
        rows += [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ]
    return rows


def archive(session: Session, url: str, body: bytes, **values: Any) -> ArchivedPage:
    row: dict[str, Any] = {
        "page_id": add_page(session, url).id,
        "url": url,
        "status": 200,
        "headers": {"content-type": "text/html"},
        "fetched_at": NOON,
        "size": len(body),
        "body": pack(body),
        "sha256": hashlib.sha256(body).digest(),
    }
    archived = ArchivedPage(**(row | values))
    session.add(archived)
    session.flush()
    return archived


def test_parquet_has_types_and_lists(session: Session, tmp_path: Path) -> None:
    run = add_run(session)
    first = add_article(
        session,
        ONE,
        HOSTILE,
        "Isi",
        authors=["Ani", "Budi"],
        published="2026-08-20T19:00:00+07:00",
        paywalled=False,
        run_id=run.id,
    )
    add_article(session, TWO, "Judul", "Lain", published="2026-08-20", language=None)
    write(session, tmp_path / "a.parquet")
    one, two = rows_of(tmp_path / "a.parquet")
    assert (one["id"], one["title"], one["authors"]) == (first.id, HOSTILE, ["Ani", "Budi"])
    assert one["published_at"] == NOON
    assert (one["paywalled"], one["run"], one["first_seen"]) == (False, run.id, NOON)
    assert json.loads(one["evidence"]) == {"title": "h1"}
    # a day alone is no moment, and what is not known is null
    assert (two["published"], two["published_at"]) == ("2026-08-20", None)
    assert (two["paywalled"], two["language"], two["authors"]) == (None, None, [])


def test_parquet_of_links_and_versions_are_files_of_their_own(
    session: Session, tmp_path: Path
) -> None:
    first = add_article(session, ONE, "Judul", "Isi")
    add_article(session, TWO, "Tujuan", "Lain")
    add_link(session, ONE, TWO, published_at=NOON)
    text = add_text(session, "Isi baru")
    add_revision(session, first, number=2, text_id=text.id, seen_at=NOON + timedelta(hours=1))
    files = write(session, tmp_path / "a.parquet", tables=("links", "versions"))
    assert [file.path.name for file in files] == [
        "a.parquet",
        "a.links.parquet",
        "a.versions.parquet",
    ]
    (link,) = rows_of(tmp_path / "a.links.parquet")
    assert (link["from"], link["to"], link["published"]) == (ONE, TWO, NOON)
    bodies = [row["body"] for row in rows_of(tmp_path / "a.versions.parquet")]
    assert bodies == ["Isi", "Isi baru", "Lain"]


def test_an_empty_parquet_has_its_columns(session: Session, tmp_path: Path) -> None:
    write(session, tmp_path / "a.parquet")
    assert "published_at" in read_parquet(tmp_path / "a.parquet").schema.names


def records_in(path: Path) -> list[tuple[Any, ...]]:
    with path.open("rb") as file:
        return [
            (
                record.rec_headers.get_header("WARC-Target-URI"),
                record.http_headers.headers if record.http_headers else [],
                record.content_stream().read(),
            )
            for record in ArchiveIterator(file, check_digests="raise")
        ]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_warc_records_are_whole_and_say_what_was_not_kept(
    session: Session, tmp_path: Path, name: str
) -> None:
    add_article(session, ONE, "Judul", "Isi")
    headers = {
        "content-encoding": "gzip",
        "content-length": "7",
        "set-cookie": "a=1; expires=Thu, 1\nb=2",
        "x-evil": "a\r\nWARC-Type: metadata",
    }
    archive(session, ONE, b"<html>\x00\xff</html>", headers=headers)
    archive(session, ONE, b"old", sha256=None)
    write(session, tmp_path / name)
    info, whole, old = records_in(tmp_path / name)
    assert b"all in 1 of 2 records with a page" in info[2]
    assert (whole[0], whole[2], old[2]) == (ONE, b"<html>\x00\xff</html>", b"old")
    assert ("x-archive-orig-content-encoding", "gzip") in whole[1]
    assert ("content-length", "15") in whole[1]
    assert [value for key, value in whole[1] if key == "set-cookie"] == [
        "a=1; expires=Thu, 1",
        "b=2",
    ]
    assert ("x-evil", "a WARC-Type: metadata") in whole[1]
    check = Checker(type("Asked", (), {"inputs": [str(tmp_path / name)], "verbose": False})())
    check.process_all()
    assert check.exit_value == 0


def test_warc_of_a_search_has_these_articles_alone(session: Session, tmp_path: Path) -> None:
    add_article(session, ONE, "Banjir", "Isi")
    add_article(session, TWO, "Gempa", "Isi")
    for url in (ONE, TWO, "https://c.test/no-article"):
        archive(session, url, url.encode())
    ids = article_ids(session, query=parse_query("gempa"))
    write(session, tmp_path / "some.warc", ids=ids)
    assert [record[0] for record in records_in(tmp_path / "some.warc")][1:] == [TWO]
    write(session, tmp_path / "all.warc", is_everything=True)
    assert len(records_in(tmp_path / "all.warc")) == 4


def test_warc_has_redirects_and_revisits(session: Session, tmp_path: Path) -> None:
    add_article(session, ONE, "Judul", "Isi")
    archive(session, ONE, b"<html>x</html>")
    page, old = add_page(session, ONE), add_page(session, "https://a.test/old", status=301)
    old.alias_of_id = page.id
    far = add_page(session, TWO)
    later = NOON + timedelta(days=1)
    for key, at, outcome, status, reason in [
        (page.id, NOON, "unchanged", 200, None),  # this visit's page is in the archive itself
        (page.id, later, "unchanged", 304, None),
        (page.id, later + timedelta(days=1), "unchanged", 200, None),
        (old.id, NOON, "redirected", 301, ONE),
        (far.id, NOON, "redirected", 302, "https://c.test/"),
    ]:  # fmt: skip
        visit = PageVisit(page_id=key, at=at, outcome=outcome, status=status, reason=reason)
        visit.depth = 0
        session.add(visit)
    session.flush()
    write(session, tmp_path / "a.warc.gz")
    with (tmp_path / "a.warc.gz").open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers, record.http_headers)
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, *_ in records[1:]] == ["response", "revisit", "revisit", "response"]
    first, unmodified, identical, redirect = records[1:]
    for _, about, _ in (unmodified, identical):
        assert about.get_header("WARC-Refers-To") == first[1].get_header("WARC-Record-ID")
        assert about.get_header("WARC-Payload-Digest") == first[1].get_header("WARC-Payload-Digest")
    assert unmodified[1].get_header("WARC-Profile").endswith("1.1/revisit/server-not-modified")
    assert identical[1].get_header("WARC-Profile").endswith("revisit/identical-payload-digest")
    assert redirect[2].get_statuscode() == "301"
    assert redirect[2].get_header("location") == ONE
    write(session, tmp_path / "all.warc", is_everything=True)
    assert len(records_in(tmp_path / "all.warc")) == 6


def test_packed_lines_and_cells_are_read_by_anyone(session: Session, tmp_path: Path) -> None:
    add_article(session, ONE, HOSTILE, "Isi", authors=["+62 Ani", "@budi"])
    write(session, tmp_path / "a.jsonl.gz")
    record = json.loads(gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()))
    assert record["title"] == HOSTILE
    write(session, tmp_path / "a.csv")
    (row,) = csv.DictReader(StringIO((tmp_path / "a.csv").read_text("utf-8")))
    assert row["title"].startswith("'=")
    assert row["authors"].startswith("'+62")


def test_a_run_and_a_limit_leave_what_they_say(session: Session) -> None:
    run = add_run(session)
    kept = add_article(session, ONE, "Judul", "Isi", first_run_id=run.id)
    add_article(session, TWO, "Judul", "Isi")
    assert list(article_ids(session, Filters(run=run.id))) == [kept.id]
    assert list(article_ids(session, limit=1)) == [kept.id]
    assert list(article_ids(session, query=parse_query("judul"), limit=1)) == [kept.id]


def test_the_card_counts_what_is_missing_and_has_the_hash(session: Session, tmp_path: Path) -> None:
    add_article(session, ONE, "Judul", "Isi", authors=["Ani"])
    add_article(session, TWO, "Judul", "Isi")
    out = tmp_path / "a.jsonl"
    card = write_card(write(session, out), {"words": "isi"})
    (resource,) = json.loads(card.read_text())["resources"]
    assert card == tmp_path / "datapackage.json"
    assert (resource["path"], resource["rows"]) == ("a.jsonl", 2)
    assert resource["asked"] == {"words": "isi"}
    assert resource["hash"] == f"sha256:{hashlib.sha256(out.read_bytes()).hexdigest()}"
    missing = {field["name"]: field["missing"] for field in resource["schema"]["fields"]}
    assert (missing["authors"], missing["title"], missing["published"]) == (1, 0, 2)


def test_a_folder_has_one_card_for_the_files_that_are_there(
    session: Session, tmp_path: Path
) -> None:
    for name in ("a.jsonl", "b.csv", "a.jsonl"):
        card = write_card(write(session, tmp_path / name), {})
    assert [one["path"] for one in json.loads(card.read_text())["resources"]] == [
        "a.jsonl",
        "b.csv",
    ]
    (tmp_path / "b.csv").unlink()
    card = write_card(write(session, tmp_path / "a.jsonl"), {})
    assert len(json.loads(card.read_text())["resources"]) == 1


@pytest.mark.parametrize(
    "foreign", ['{"name": "mine"}', "no JSON", '{"program": "Terkait 1", "resources": [7]}']
)
def test_a_card_of_another_program_stays(session: Session, tmp_path: Path, foreign: str) -> None:
    (tmp_path / "datapackage.json").write_text(foreign)
    card = write_card(write(session, tmp_path / "a.csv"), {})
    assert card.name == "a.csv.datapackage.json"
    assert (tmp_path / "datapackage.json").read_text() == foreign
