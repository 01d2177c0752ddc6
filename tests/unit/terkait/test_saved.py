"""Saved pages: files, packed files, manifests, and what is wrong with them."""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from terkait.errors import BadUsage, PageRefused
from terkait.saved import Saved, from_manifest, parse_moment, read_body, read_saved

URL = "https://koran.test/read/1/banjir"
HTML = """<html lang="id"><head><title>Banjir surut</title>{head}</head><body><article>
<h1>Banjir surut di kota</h1><p>Air surut pada Kamis pagi setelah dua hari merendam kota kecil
itu. Warga mulai membersihkan rumah, kata lurah setempat kepada wartawan di balai kota.</p>
<p>Pemerintah kota mengirim pompa dan petugas ke tiga kelurahan yang paling parah terendam.</p>
</article></body></html>"""
LIMIT = 100_000


def page(folder: Path, *, head: str = "", name: str = "page.html") -> Path:
    path = folder / name
    path.write_text(HTML.format(head=head), encoding="utf-8")
    return path


def manifest(folder: Path, *entries: Any) -> list[Saved]:
    path = folder / "articles.jsonl"
    lines = [entry if isinstance(entry, str) else json.dumps(entry) for entry in entries]
    path.write_text("\n".join(lines), encoding="utf-8")
    return list(from_manifest(path))


def test_a_page_becomes_a_record(tmp_path: Path) -> None:
    record = read_saved(Saved(id="x", file=page(tmp_path), url=URL), LIMIT)
    assert list(record)[:3] == ["id", "url", "title"]
    assert (record["id"], record["url"]) == ("x", URL)
    assert record["title"] == "Banjir surut di kota"
    assert record["body"] == "\n\n".join(record["paragraphs"])


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (f'<link rel="canonical" href="{URL}?utm_source=x">', URL),
        (f'<meta property="og:url" content="{URL}">', URL),
        (f"<!-- saved from url=(0031){URL} -->", URL),
        ('<link rel="canonical" href="/relatif">', None),
        ("", None),
    ],
)
def test_a_page_without_address_may_tell_its_own(
    tmp_path: Path, head: str, url: str | None
) -> None:
    assert read_saved(Saved(id="x", file=page(tmp_path, head=head)), LIMIT)["url"] == url


def test_a_packed_file_is_unpacked_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(gzip.compress(b"<p>isi</p>"))
    assert read_body(path, LIMIT) == b"<p>isi</p>"


def test_what_is_too_large_after_unpacking_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"0" * (LIMIT + 1)))
    with pytest.raises(PageRefused, match="larger than"):
        read_body(path, LIMIT)


@pytest.mark.parametrize("cut", [5, 15, 25])
def test_a_broken_packed_file_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "broken.gz"
    path.write_bytes(gzip.compress(b"isi yang panjang" * 9)[:cut])
    with pytest.raises(PageRefused, match="not a complete gzip file"):
        read_body(path, LIMIT)


def test_a_page_without_time_was_fetched_when_it_was_saved(tmp_path: Path) -> None:
    path = page(tmp_path)
    link = '<a href="/read/1481002/gempa-terasa-sampai-ke-kota">Gempa terasa sampai ke kota</a>'
    box = f"<h3>Berita Terkait</h3><ul><li>{link}<span>4 jam lalu</span></li></ul>"
    path.write_text(path.read_text().replace("</article>", f"{box}</article>"), encoding="utf-8")
    os.utime(path, (0, 1_700_000_000))
    (found,) = read_saved(Saved(id="x", file=path, url=URL), LIMIT)["related"]
    assert (found["kind"], found["box"]) == ("related", "Berita Terkait")
    assert datetime.fromisoformat(found["published"]).timestamp() == 1_700_000_000 - 4 * 3600


def test_a_manifest_names_pages_beside_it(tmp_path: Path) -> None:
    entry = {"id": "a/1", "html": "html/1.gz", "url": URL, "crawl_date": "2024-05-03T18:19:08"}
    (saved,) = manifest(tmp_path, entry)
    assert saved == Saved(
        id="a/1",
        file=tmp_path / "html/1.gz",
        url=URL,
        fetched_at=datetime(2024, 5, 3, 18, 19, 8, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "entry",
    [
        "{",
        "[1]",
        "[" * 100_000,
        '{"id": "x"}',
        {"html": 7},
        {"html": "x", "url": "ftp://x"},
        {"html": "x", "url": ["x"]},
        {"html": "x", "crawl_date": "kemarin"},
        {"html": "x", "crawl_date": 7},
    ],
)
def test_a_bad_line_of_a_manifest_is_that_pages_fault(tmp_path: Path, entry: Any) -> None:
    bad, good = manifest(tmp_path, entry, {"html": "page.html"})
    assert bad.fault is not None
    assert bad.fault.startswith("articles.jsonl:1: ")
    assert good.fault is None
    with pytest.raises(PageRefused):
        read_saved(bad, LIMIT)


def test_a_missing_manifest_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="No such file"):
        list(from_manifest(tmp_path / "none.jsonl"))


def test_a_time_without_offset_is_utc() -> None:
    assert parse_moment("2024-05-03") == datetime(2024, 5, 3, tzinfo=UTC)
    assert parse_moment("2024-05-03T07:00+07:00") == datetime(2024, 5, 3, tzinfo=UTC)
