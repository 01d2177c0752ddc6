"""Pages out of WARC and ARC files, packed or not, one record in memory at a time."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from crawler.engine.block_pages import blocked_by
from crawler.engine.downloader.unpack import unpack
from crawler.engine.failure_policy import is_web_page
from crawler.errors import BadURL, BrokenOff, TooLarge
from crawler.page.items import FetchedPage, MovedPage
from crawler.page.urls import canonical

#: how such files begin, unpacked
_BEGINNINGS = (b"WARC/", b"filedesc:")
_MAX_HEADERS, _MAX_HEADER_CHARS = 100, 2_000
_MAX_REASON_CHARS = 80
_PACKINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
#: record types that hold no page
_ABOUT = frozenset({"warcinfo", "request", "metadata", "conversion", "continuation"})
_ORIGINAL = "x-archive-orig-"
_NO_SPACE = re.compile(r"\s")

_LEADS_ELSEWHERE = frozenset({301, 302, 303, 307, 308})

#: told of each record without a page: why
Refuse = Callable[[str], None]


def is_warc(beginning: bytes) -> bool:
    """Whether a file that begins so, unpacked, is one."""
    return beginning.startswith(_BEGINNINGS)


def warc_pages(path: Path, *, max_bytes: int, refuse: Refuse) -> Iterator[FetchedPage | MovedPage]:
    """The pages and redirects of a file, in its order. Raises OSError."""
    with path.open("rb") as file:
        try:
            for record in ArchiveIterator(file, arc2warc=True):
                page = _page(record, max_bytes, refuse)
                if page is not None:
                    yield page
        except (ArchiveLoadFailed, EOFError, ValueError) as error:
            refuse(f"the file is broken from here on: {str(error)[:_MAX_REASON_CHARS]}")


def _page(record: Any, max_bytes: int, refuse: Refuse) -> FetchedPage | MovedPage | None:
    if record.rec_type in _ABOUT or record.rec_type == "revisit":
        return None
    why: str | None = None
    url, fetched_at = _address(record), _time(record)
    headers = _headers(record)
    status = _status(record)
    if record.rec_type not in ("response", "resource"):
        why = f"a record of type {record.rec_type}"
    elif url is None:
        why = "no address of the web"
    elif fetched_at is None:
        why = "no time"
    elif status in _LEADS_ELSEWHERE and (target := _target(url, headers)) is not None:
        return MovedPage(url=url, target=target, fetched_at=fetched_at, status=status)
    elif status != 200:
        why = f"HTTP {status}"
    elif not is_web_page(headers.get("content-type", "")):
        why = "not a web page"
    if why is None:
        body = _body(record, headers, max_bytes)
        why = body if isinstance(body, str) else _why_no_page(headers, body)
        if why is None:
            assert url is not None
            assert fetched_at is not None
            assert isinstance(body, bytes)
            return FetchedPage(url=url, body=body, fetched_at=fetched_at, headers=headers)
    refuse(why)
    return None


def _why_no_page(headers: dict[str, str], body: bytes) -> str | None:
    if not body.strip():
        return "empty"
    who = blocked_by(headers, body)
    return f"a page of {who} that blocks crawlers" if who is not None else None


def _address(record: Any) -> str | None:
    text = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
    if not text.lower().startswith(("http://", "https://")):
        return None
    try:
        return canonical(text)
    except BadURL:
        return None


def _target(url: str, headers: dict[str, str]) -> str | None:
    """Where a redirect leads to; None where that is no other address of the web."""
    try:
        target = canonical(urljoin(url, headers.get("location", "").strip()))
    except (BadURL, ValueError):
        return None
    return target if target != url else None


def _time(record: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _status(record: Any) -> int:
    """The HTTP status; a saved resource has none and counts as an answer."""
    if record.http_headers is None:
        return 200
    code = record.http_headers.get_statuscode()
    return int(code) if code.isascii() and code.isdigit() and len(code) == 3 else 0


def _headers(record: Any) -> dict[str, str]:
    if record.http_headers is None:
        kind = record.rec_headers.get_header("Content-Type") or ""
        return {"content-type": kind[:_MAX_HEADER_CHARS]}
    headers: dict[str, str] = {}
    for name, value in record.http_headers.headers[:_MAX_HEADERS]:
        name = name.lower()[:_MAX_HEADER_CHARS]
        joint = "\n" if name == "set-cookie" else ", "
        whole = f"{headers[name]}{joint}{value}" if name in headers else value
        headers[name] = whole[:_MAX_HEADER_CHARS]
    return headers


def _body(record: Any, headers: dict[str, str], max_bytes: int) -> bytes | str:
    """The body unpacked; else why there is none."""
    stream = record.raw_stream
    if headers.get("transfer-encoding", "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
        headers[f"{_ORIGINAL}transfer-encoding"] = headers.pop("transfer-encoding")
    body = _bounded(stream, max_bytes)
    if body is None:
        return "larger than TERKAIT_MAX_PAGE_BYTES"
    encoding = _NO_SPACE.sub("", headers.get("content-encoding", "")).lower()
    if encoding not in _PACKINGS:
        return body
    headers[f"{_ORIGINAL}content-encoding"] = headers.pop("content-encoding")
    try:
        return unpack(body, encoding, max_bytes)
    except TooLarge:
        return "larger than TERKAIT_MAX_PAGE_BYTES"
    except BrokenOff:
        return body  # many programs write the body unpacked and leave the header as it was


def _bounded(stream: IO[bytes], max_bytes: int) -> bytes | None:
    body = bytearray()
    while piece := stream.read(65_536):
        body += piece
        if len(body) > max_bytes:
            return None
    return bytes(body)
