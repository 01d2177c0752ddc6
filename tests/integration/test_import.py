"""WARC files and saved pages on the way of fetched ones, on both databases."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from db.models import ArchivedPage, Article, Link, Page, Revision, Run, Text
from db.queries.resolve import find_article
from db.sql.session import Database
from terkait.imports.pages import PageSource
from workers.ingest.importing import Fate, ImportReport, import_pages

ONE, TWO = "https://warta.test/berita/1-banjir", "https://lain.test/berita/2-banjir"
TEXT = (
    "Hujan lebat sejak Senin malam membuat air sungai meluap dan merendam {} rumah di tepi "
    "kali, kata kepala desa kepada wartawan pada Selasa pagi.",
    "Warga membersihkan lumpur bersama petugas pemadam, sementara dapur umum menyiapkan "
    "makanan bagi keluarga yang mengungsi di balai desa sejak semalam.",
    "Pemerintah kabupaten menjanjikan perbaikan tanggul sebelum musim hujan berikutnya tiba, "
    "dan meminta warga tetap waspada terhadap banjir susulan.",
)


def page(url: str, title: str = "Banjir Merendam Desa", houses: str = "tiga puluh") -> bytes:
    paragraphs = "".join(f"<p>{text.format(houses)}</p>" for text in TEXT)
    return (
        f'<!doctype html><html lang="id"><head><link rel="canonical" href="{url}">'
        f'<meta property="og:type" content="article"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}</article>"
        '<section><h2>Berita terkait</h2><ul><li><a href="https://warta.test/berita/9-tanggul-'
        'jebol-di-hulu">Tanggul Jebol di Hulu Sungai</a></li></ul></section></body></html>'
    ).encode()


class Warc:
    """Writes records into a file, as other programs do."""

    def __init__(self, path: Path, *, is_packed: bool = True) -> None:
        self.path = path
        self._is_packed = is_packed
        self._records: list[bytes] = []

    def add(
        self,
        url: str,
        body: bytes,
        *,
        at: str = "2026-08-20T05:00:00Z",
        kind: str = "response",
        status: str = "200 OK",
        headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),),
    ) -> None:
        http = "".join(f"{name}: {value}\r\n" for name, value in headers)
        block = body if kind != "response" else f"HTTP/1.1 {status}\r\n{http}\r\n".encode() + body
        about = {
            "WARC-Type": kind,
            "WARC-Record-ID": f"<urn:uuid:{uuid4()}>",
            "WARC-Target-URI": url,
            "WARC-Date": at,
            "Content-Type": "application/http" if kind == "response" else "text/html",
            "Content-Length": str(len(block)),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in about.items())
        record = f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
        self._records.append(gzip.compress(record) if self._is_packed else record)

    def close(self) -> Path:
        self.path.write_bytes(b"".join(self._records))
        return self.path


def bring(database: Database, *files: Path, **values: Any) -> tuple[ImportReport, PageSource]:
    source = PageSource(**({"max_bytes": 100_000} | values))
    return import_pages(database, source.of_files(files), source="test"), source


def reasons(source: PageSource) -> set[str]:
    return {why for _, why in source.refused}


def bodies(database: Database) -> list[str]:
    wanted = select(Revision.number, Text.body).join(Text, Text.id == Revision.text_id)
    with database.read() as session:
        return [row.body for row in session.execute(wanted.order_by(Revision.number))]


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_warc_becomes_articles_links_and_copies(
    database: Database, tmp_path: Path, is_packed: bool
) -> None:
    warc = Warc(tmp_path / "a.bin", is_packed=is_packed)
    packed = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Cache", "HIT"))
    warc.add(ONE, gzip.compress(page(ONE)), headers=packed)
    chunked = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"))
    body = page(TWO)
    warc.add(TWO, b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), headers=chunked)
    report, source = bring(database, warc.close())
    assert report.fates == {Fate.TAKEN: 2}
    assert not source.refused
    with database.read() as session:
        articles = session.scalars(select(Article).order_by(Article.id)).all()
        assert [article.url for article in articles] == [ONE, TWO]
        assert articles[0].cluster_id == articles[1].cluster_id is not None
        assert articles[0].first_seen_at.isoformat() == "2026-08-20T05:00:00+00:00"
        archived = session.scalars(select(ArchivedPage).order_by(ArchivedPage.id)).first()
        assert archived is not None
        assert archived.headers["x-cache"] == "HIT"
        assert session.scalars(select(Link.unfollowed)).all() == ["depth", "depth"]
        waiting = session.scalars(select(Page.state).where(Page.url.contains("9-tanggul"))).one()
        assert waiting == "skipped"
        run = session.scalars(select(Run)).one()
        assert (run.kind, run.state, run.verdict, run.stored) == ("import", "finished", "ok", 2)


def test_what_is_there_already_is_not_taken_in_again(database: Database, tmp_path: Path) -> None:
    warc = Warc(tmp_path / "a.warc")
    warc.add(ONE, page(ONE))
    file = warc.close()
    bring(database, file)
    report, _ = bring(database, file)
    assert report.fates == {Fate.KNOWN: 1}
    assert len(bodies(database)) == 1


def test_later_visits_become_versions_and_earlier_ones_none(
    database: Database, tmp_path: Path
) -> None:
    warc = Warc(tmp_path / "a.warc")
    warc.add(ONE, page(ONE), at="2026-08-20T05:00:00Z")
    warc.add(ONE, page(ONE), at="2026-08-20T06:00:00Z")
    warc.add(ONE, page(ONE, houses="empat puluh"), at="2026-08-20T07:00:00Z")
    warc.add(ONE, page(ONE, houses="lima"), at="2026-08-19T07:00:00Z")
    report, _ = bring(database, warc.close())
    assert report.fates == {Fate.TAKEN: 3, Fate.KNOWN: 1}
    first, second = bodies(database)
    assert "tiga puluh" in first
    assert "empat puluh" in second


def test_records_without_a_page_say_why(database: Database, tmp_path: Path) -> None:
    warc = Warc(tmp_path / "a.warc")
    image = (("Content-Type", "image/png"),)
    packed = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    warc.add(ONE, b"x", status="404 Not Found")
    warc.add(ONE, b"x", status="301 Moved", headers=(("Location", "mailto:x"),))
    warc.add(ONE, b"x", headers=image)
    warc.add(ONE, gzip.compress(b"<p>" + b"\0" * 5_000_000), headers=packed)
    warc.add(ONE, b"<p>" + b"\0" * 500_000)
    warc.add(ONE, b"  ")
    warc.add(ONE, b'<div id="px-captcha"></div>')
    warc.add("dns:warta.test", b"x", kind="resource")
    warc.add("http://[::1", page(ONE))
    warc.add(ONE, page(ONE), at="yesterday")
    warc.add(ONE, page(ONE), at="2126-08-20T05:00:00Z")
    report, source = bring(database, warc.close())
    assert report.fates == {Fate.FUTURE: 1}
    assert reasons(source) == {
        "HTTP 404",
        "HTTP 301",
        "not a web page",
        "larger than TERKAIT_MAX_PAGE_BYTES",
        "empty",
        "a page of HUMAN that blocks crawlers",
        "no address of the web",
        "no time",
    }


def test_a_redirect_is_another_address_of_its_article(database: Database, tmp_path: Path) -> None:
    old, older = "https://warta.test/lama/1", "https://warta.test/lama/0"
    warc = Warc(tmp_path / "a.warc")
    warc.add(older, b"", status="302 Found", headers=(("Location", old),))
    warc.add(old, b"", status="301 Moved Permanently", headers=(("Location", "/berita/1-banjir"),))
    warc.add(ONE, page(ONE))
    warc.add(ONE, b"", status="301 Moved", headers=(("Location", older),), at="2026-08-21T05:00Z")
    report, _ = bring(database, warc.close())
    assert report.fates == {Fate.ALIAS: 2, Fate.TAKEN: 1, Fate.ELSEWHERE: 1}
    with database.read() as session:
        ids = {find_article(session, url).id for url in (ONE, old, older)}
        waiting = session.scalars(select(Page.url).where(Page.state == "due")).all()
    assert (len(ids), waiting) == (1, [])
    again, _ = bring(database, warc.path)
    assert again.fates == {Fate.KNOWN: 3, Fate.ELSEWHERE: 1}


def test_a_page_that_moved_meanwhile_stays_one_article(database: Database, tmp_path: Path) -> None:
    first, second = Warc(tmp_path / "a.warc"), Warc(tmp_path / "b.warc")
    new = "https://warta.test/baru/1-banjir"
    first.add(ONE, page(ONE))
    second.add(new, page(new), at="2026-08-21T05:00:00Z")
    second.add(ONE, b"", status="301 Moved", headers=(("Location", new),), at="2026-08-22T05:00Z")
    bring(database, first.close(), second.close())
    with database.read() as session:
        ids = {find_article(session, url).id for url in (ONE, new)}
        states = set(session.scalars(select(Page.state).where(Page.article_id.is_not(None))))
    assert (len(ids), states) == (1, {"done"})


def test_a_file_that_breaks_off_keeps_what_came_before(database: Database, tmp_path: Path) -> None:
    warc = Warc(tmp_path / "a.warc", is_packed=False)
    warc.add(ONE, page(ONE))
    file = warc.close()
    file.write_bytes(file.read_bytes() + b"no record at all\r\n\r\n")
    report, source = bring(database, file)
    assert report.fates == {Fate.TAKEN: 1}
    assert any("broken from here on" in why for why in reasons(source))


def test_a_folder_of_saved_pages_is_walked(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.html").write_bytes(page(ONE))
    (folder / "sub" / "b.html.gz").write_bytes(gzip.compress(page(TWO, title="Judul Kedua")))
    (folder / "nameless.html").write_bytes(b"<p>Tanpa alamat.</p>")
    (folder / "notes.txt").write_text("not a page")
    report, source = bring(database, folder)
    assert report.fates == {Fate.TAKEN: 2}
    assert [Path(file).name for file, _ in source.refused] == ["nameless.html"]


def test_a_page_that_a_spider_has_is_left_to_it(database: Database, tmp_path: Path) -> None:
    warc = Warc(tmp_path / "a.warc")
    warc.add(ONE, page(ONE))
    file = warc.close()
    bring(database, file)
    with database.write() as session:
        session.scalars(select(Page).where(Page.url == ONE)).one().state = "leased"
    late = Warc(tmp_path / "b.warc")
    late.add(ONE, page(ONE, houses="empat puluh"), at="2026-08-21T05:00:00Z")
    report, _ = bring(database, late.close())
    assert report.fates == {Fate.BUSY: 1}


def test_an_import_that_is_stopped_is_gone_on_with(database: Database, tmp_path: Path) -> None:
    warc = Warc(tmp_path / "a.warc")
    for number in range(25):
        warc.add(f"{ONE}-{number}", page(f"{ONE}-{number}"))
    file = warc.close()

    def stopping() -> Iterator[Any]:
        for count, item in enumerate(PageSource(max_bytes=100_000).of_files([file])):
            if count == 22:
                raise KeyboardInterrupt
            yield item

    with pytest.raises(KeyboardInterrupt):
        import_pages(database, stopping(), source="test")
    report, _ = bring(database, file)
    assert report.fates == {Fate.KNOWN: 20, Fate.TAKEN: 5}
    with database.read() as session:
        assert len(session.scalars(select(Article)).all()) == 25
        assert session.scalars(select(Run.state)).all() == ["finished"]
