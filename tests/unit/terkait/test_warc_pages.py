"""Pages out of WARC files: which records hold one, and why others hold none."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.page.items import FetchedPage, MovedPage
from terkait.imports.warc_pages import is_warc, warc_pages

URL = "https://a.test/read/1"
HTML = b"<html><body><h1>Banjir surut</h1><p>Air turun.</p></body></html>"
Headers = list[tuple[str, str]]


def _lines(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


class Archive:
    """A WARC file, record by record."""

    def __init__(self, path: Path, *, is_packed: bool = True) -> None:
        self.path = path
        self._is_packed = is_packed
        path.touch()

    def add(
        self,
        *,
        url: str = URL,
        body: bytes = HTML,
        status: str = "200 OK",
        headers: Headers | None = None,
        kind: str = "response",
        date: str = "2025-08-20T12:00:00Z",
        content: bytes | None = None,
    ) -> None:
        """content: in place of an answer made of status, headers and body."""
        sent = [("Content-Type", "text/html")] if headers is None else headers
        answer = _lines([f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in sent)])
        content = answer + body if content is None else content
        about = [f"WARC-Type: {kind}", f"WARC-Target-URI: {url}"]
        about += [f"WARC-Date: {date}"] if date else []
        about += [f"Content-Type: application/http; msgtype={kind}"]
        record = _lines(["WARC/1.1", *about, f"Content-Length: {len(content)}"]) + content
        record += b"\r\n\r\n"
        with self.path.open("ab") as file:
            file.write(gzip.compress(record) if self._is_packed else record)

    def read(self, max_bytes: int = 10_000) -> tuple[list[FetchedPage | MovedPage], list[str]]:
        refused: list[str] = []
        return list(warc_pages(self.path, max_bytes=max_bytes, refuse=refused.append)), refused


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "a.warc.gz")


@pytest.mark.parametrize("is_packed", [True, False])
def test_page_has_address_time_headers_and_body(tmp_path: Path, is_packed: bool) -> None:
    archive = Archive(tmp_path / "a.warc", is_packed=is_packed)
    archive.add(headers=[("Content-Type", "text/html"), ("ETag", '"1"')])
    pages, refused = archive.read()
    assert [(p.url, p.body, p.headers["etag"]) for p in pages] == [(URL, HTML, '"1"')]
    assert pages[0].fetched_at.isoformat() == "2025-08-20T12:00:00+00:00"
    assert refused == []


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"url": "ftp://a.test/1"}, "no address of the web"),
        ({"url": "https://a.test:99999/"}, "no address of the web"),
        ({"status": "404 Not Found"}, "HTTP 404"),
        ({"status": "301 Moved"}, "HTTP 301"),
        ({"status": "abc"}, "HTTP 0"),
        ({"headers": [("Content-Type", "image/png")]}, "not a web page"),
        ({"body": b" \n "}, "empty"),
        ({"body": b"<p>x</p>" * 2_000}, "larger than TERKAIT_MAX_PAGE_BYTES"),
        ({"date": ""}, "no time"),
    ],
)
def test_record_without_a_page_says_why(
    archive: Archive, record: dict[str, object], why: str
) -> None:
    archive.add(**record)  # type: ignore[arg-type]
    archive.add(url="https://a.test/read/2")
    pages, refused = archive.read()
    assert refused == [why]
    assert [page.url for page in pages] == ["https://a.test/read/2"]


@pytest.mark.parametrize(
    ("location", "target"),
    [("/read/2", "https://a.test/read/2"), (" https://b.test/x?utm_source=y ", "https://b.test/x")],
)
def test_redirect_says_where_it_led(archive: Archive, location: str, target: str) -> None:
    archive.add(status="301 Moved", headers=[("Location", location)], body=b"")
    pages, refused = archive.read()
    assert [(page.url, page.target) for page in pages if isinstance(page, MovedPage)] == [
        (URL, target)
    ]
    assert refused == []


@pytest.mark.parametrize("location", [URL, "mailto:a@b.test", "http://[::1", ""])
def test_redirect_that_leads_nowhere_says_so(archive: Archive, location: str) -> None:
    archive.add(status="301 Moved", headers=[("Location", location)])
    assert archive.read() == ([], ["HTTP 301"])


@pytest.mark.parametrize("kind", ["warcinfo", "request", "metadata", "revisit"])
def test_record_that_is_about_others_is_passed_over_in_silence(archive: Archive, kind: str) -> None:
    archive.add(kind=kind)
    assert archive.read() == ([], [])


def test_page_that_blocks_crawlers_is_told_with_who_sent_it(archive: Archive) -> None:
    archive.add(body=b'<script src="https://ct.captcha-delivery.com/c.js"></script>')
    assert archive.read()[1] == ["a page of DataDome that blocks crawlers"]


def test_packed_body_is_unpacked_and_its_header_kept_under_another_name(archive: Archive) -> None:
    packed = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
    archive.add(body=gzip.compress(HTML), headers=packed)
    (page,), _ = archive.read()
    assert page.body == HTML
    assert "content-encoding" not in page.headers
    assert page.headers["x-archive-orig-content-encoding"] == "gzip"


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "zstd"])
def test_header_that_says_packed_of_a_plain_body_is_not_believed(
    archive: Archive, packing: str
) -> None:
    archive.add(headers=[("Content-Type", "text/html"), ("Content-Encoding", packing)])
    assert [page.body for page in archive.read()[0]] == [HTML]


def test_body_that_unpacks_to_too_much_is_refused(archive: Archive) -> None:
    packed = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
    archive.add(body=gzip.compress(b"x" * 1_000_000), headers=packed)
    assert archive.read()[1] == ["larger than TERKAIT_MAX_PAGE_BYTES"]


def test_body_in_chunks_is_put_together(archive: Archive) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (HTML[:9], HTML[9:], b""))
    archive.add(
        body=chunks, headers=[("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")]
    )
    assert [page.body for page in archive.read()[0]] == [HTML]


def test_headers_are_bounded(archive: Archive) -> None:
    many: Headers = [("Content-Type", "text/html"), ("X-Long", "y" * 9_000)]
    archive.add(headers=many + [(f"X-{n}", "z") for n in range(300)])
    (page,), _ = archive.read()
    assert len(page.headers) <= 100
    assert max(map(len, page.headers.values())) <= 2_000


def test_file_that_breaks_off_gives_what_stands_before(archive: Archive) -> None:
    archive.add()
    first = archive.path.stat().st_size
    archive.add(url="https://a.test/read/2", body=HTML * 20)
    archive.path.write_bytes(archive.path.read_bytes()[: first + 40])
    pages, _ = archive.read()
    assert pages[0].body == HTML


@pytest.mark.parametrize("kind", ["response", "request"])
def test_record_that_holds_no_http_costs_no_other(archive: Archive, kind: str) -> None:
    archive.add(kind=kind, content=b"\x00\xff neither status nor headers")
    archive.add()
    assert [page.body for page in archive.read()[0]] == [HTML]


@given(st.binary(max_size=400))
def test_whatever_stands_in_a_file_is_no_page_or_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "a.warc", is_packed=False)
        archive.path.write_bytes(b"WARC/1.1\r\n" + content)
        pages, refused = archive.read()
    assert pages == []
    assert len(refused) <= 5


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [(b"WARC/1.1\r\n", True), (b"filedesc://a.arc", True), (b"<html>", False), (b"", False)],
)
def test_archive_is_known_by_its_beginning(beginning: bytes, expected: bool) -> None:
    assert is_warc(beginning) is expected
