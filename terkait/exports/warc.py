"""Writes archived pages as WARC 1.1, and says in the file what of each answer was kept."""

import base64
import hashlib
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import IO
from uuid import NAMESPACE_URL, uuid5

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from db.config import program_version
from db.queries.export import ExportedCopy
from db.queries.pageless_visits import EarlierCopy, PagelessVisit
from db.sql.types import utc_now

VERSION = "1.1"
#: said of the body as it travelled, which is kept unpacked
_OF_THE_WAY = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_NOT_KEPT = (
    "requests; the HTTP version and the reason phrase (written as HTTP/1.1 and the standard "
    "phrase); case and order of headers; what of a header's value lies beyond 2000 characters; "
    "headers of one name are joined, but for set-cookie. Bodies are as they were after content "
    "and transfer coding, the headers that tell of these begin with x-archive-orig-. Of a redirect "
    "its status and the canonical form of the address that it led to are kept, of an answer "
    "without anything new its status (a record of type revisit); failures are in no record"
)


def write_warc(
    copies: Iterable[ExportedCopy],
    visits: Iterable[PagelessVisit],
    file: IO[bytes],
    *,
    is_packed: bool,
    total: int,
    whole: int,
    about: Mapping[str, str],
) -> int:
    """Write a record for each copy and each visit that left none.

    ``whole``: of how many of ``total`` copies all headers were kept. Returns how many records
    were written.
    """
    writer = WARCWriter(file, gzip=is_packed, warc_version=VERSION)
    writer.write_record(_warcinfo(total, whole, about))
    written = 0
    for copy in copies:
        writer.write_record(_response(copy))
        written += 1
    for visit in visits:
        writer.write_record(_revisit(visit, visit.same_as) if visit.same_as else _redirect(visit))
        written += 1
    return written


def _warcinfo(total: int, whole: int, about: Mapping[str, str]) -> ArcWarcRecord:
    fields = {
        "software": f"Terkait/{program_version()}",
        "format": f"WARC File Format {VERSION}",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/"
        "warc-1.1/",
        **about,
        "headers-kept": f"all in {whole} of {total} records with a page, which have a digest of "
        "the time of fetching; in the others those alone that reading a page needs",
        "not-kept": _NOT_KEPT,
    }
    lines = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields.items())
    payload = lines.encode()
    name = f"{utc_now().isoformat()} {lines}"
    headers = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", _record_id(name)),
        ("WARC-Date", _date(utc_now())),
    ]
    return ArcWarcRecord(
        "WARC",
        "warcinfo",
        StatusAndHeaders("", headers, protocol=f"WARC/{VERSION}"),
        io.BytesIO(payload),
        None,
        "application/warc-fields",
        len(payload),
    )


def _response(copy: ExportedCopy) -> ArcWarcRecord:
    body = copy.body.unpacked()
    headers = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", _copy_id(copy)),
        ("WARC-Target-URI", copy.url),
        ("WARC-Date", _date(copy.fetched_at)),
        ("WARC-Payload-Digest", _digest(copy.sha256 or hashlib.sha256(body).digest())),
    ]
    return ArcWarcRecord(
        "WARC",
        "response",
        StatusAndHeaders("", headers, protocol=f"WARC/{VERSION}"),
        io.BytesIO(body),
        StatusAndHeaders(_status(copy.status), _http_headers(copy, len(body)), "HTTP/1.1"),
        "application/http; msgtype=response",
        len(body),
        payload_length=len(body),
    )


def _redirect(visit: PagelessVisit) -> ArcWarcRecord:
    """A redirect as far as it was kept: its status, and where it led."""
    headers = [("location", _one_line(visit.location))] if visit.location else []
    return _record("response", visit, [], [*headers, ("content-length", "0")])


def _revisit(visit: PagelessVisit, same_as: EarlierCopy) -> ArcWarcRecord:
    """An answer that was the same as an earlier record."""
    profile = "server-not-modified" if visit.status == 304 else "identical-payload-digest"
    about = [
        ("WARC-Profile", f"http://netpreserve.org/warc/{VERSION}/revisit/{profile}"),
        ("WARC-Refers-To", _copy_id(same_as)),
        ("WARC-Refers-To-Target-URI", same_as.url),
        ("WARC-Refers-To-Date", _date(same_as.fetched_at)),
    ]
    if same_as.sha256:
        about.append(("WARC-Payload-Digest", _digest(same_as.sha256)))
    return _record("revisit", visit, about, [])


def _record(
    kind: str,
    visit: PagelessVisit,
    about: list[tuple[str, str]],
    http_headers: list[tuple[str, str]],
) -> ArcWarcRecord:
    headers = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", _record_id(f"visit {visit.url} {visit.id} {visit.at.isoformat()}")),
        ("WARC-Target-URI", visit.url),
        ("WARC-Date", _date(visit.at)),
        *about,
    ]
    return ArcWarcRecord(
        "WARC",
        kind,
        StatusAndHeaders("", headers, protocol=f"WARC/{VERSION}"),
        io.BytesIO(b""),
        StatusAndHeaders(_status(visit.status), http_headers, "HTTP/1.1"),
        "application/http; msgtype=response",
        0,
        payload_length=0,
    )


def _http_headers(copy: ExportedCopy, size: int) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    for name, value in copy.headers.items():
        shown = f"x-archive-orig-{name}" if name in _OF_THE_WAY else name
        for part in value.split("\n") if name == "set-cookie" else (value,):
            headers.append((_one_line(shown), _one_line(part)))
    return [*headers, ("content-length", str(size))]


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return f"{code} "


def _date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _record_id(name: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, name)}>"


def _copy_id(copy: ExportedCopy | EarlierCopy) -> str:
    return _record_id(f"{copy.url} {copy.id} {copy.fetched_at.isoformat()}")


def _digest(sha256: bytes) -> str:
    return "sha256:" + base64.b32encode(sha256).decode("ascii")


def _one_line(text: str) -> str:
    return " ".join(text.split())
