"""Saved pages: which files are meant, and one of them read into a record."""

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.errors import BadURL
from crawler.links.finder import related_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage, RelatedLink
from crawler.page.profiles import profile_for
from crawler.page.urls import canonical
from db.terms.article_fields import KEYS
from terkait.errors import BadUsage, PageRefused
from workers.parsing import ParsedArticle, read
from workers.parsing.explaining import ReadingExplanation, explain

#: longer lines of a manifest are refused
MAX_LINE_BYTES = 10 * 1024 * 1024
#: stands for the address of a page that has none; no such host exists
UNKNOWN_ADDRESS = "https://unknown.invalid/"

_GZIP = b"\x1f\x8b"
#: what browsers write into pages that they save
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d{4}\)(https?://[^\s>]{1,2000})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A page in a file."""

    #: the manifest's id, or the file's name
    id: str
    file: Path
    #: where it was fetched from; None: the page itself may say
    url: str | None = None
    #: when, aware; None: when the file was last changed
    fetched_at: datetime | None = None
    #: why it cannot be read at all, None where nothing is known against it
    fault: str | None = None


def read_saved(saved: Saved, max_bytes: int) -> dict[str, Any]:
    """The record of one page. Raises PageRefused and OSError."""
    document, has_address = opened(saved, max_bytes)
    profile = profile_for(document.page.url)
    article = read(document, profile)
    links = related_links(document, profile)
    return {"id": saved.id} | as_record(article, links, has_address=has_address)


def explain_saved(saved: Saved, max_bytes: int) -> ReadingExplanation:
    """Why one page is read as it is. Raises PageRefused and OSError."""
    document, _ = opened(saved, max_bytes)
    return explain(document)


def opened(saved: Saved, max_bytes: int) -> tuple[Document, bool]:
    """The page and whether its address is known. Raises PageRefused and OSError."""
    if saved.fault is not None:
        raise PageRefused(saved.fault)
    body = read_body(saved.file, max_bytes)
    fetched_at = saved.fetched_at or datetime.fromtimestamp(saved.file.stat().st_mtime, UTC)
    url = saved.url or _own_address(body)
    page = FetchedPage(url=url or UNKNOWN_ADDRESS, body=body, fetched_at=fetched_at)
    return Document(page), url is not None


def as_record(
    article: ParsedArticle, links: Iterable[RelatedLink], *, has_address: bool = True
) -> dict[str, Any]:
    """An article as read, with the keys that programs rely on."""
    record = article.fields | {
        "url": article.url if has_address else None,
        "body": article.body,
        "paragraphs": list(article.paragraphs),
        "not_article": article.not_article,
        "evidence": dict(article.evidence),
        "related": [_link_record(link) for link in links],
    }
    return {key: record[key] for key in KEYS if key in record}


def _link_record(link: RelatedLink) -> dict[str, Any]:
    published = link.published.iso() if link.published else None
    return asdict(link) | {"published": published}


def read_body(file: Path, max_bytes: int) -> bytes:
    """The bytes of a file, unpacked where they are gzip. Raises PageRefused and OSError."""
    with file.open("rb") as raw:
        is_packed = raw.read(2) == _GZIP
        raw.seek(0)
        try:
            body = (gzip.GzipFile(fileobj=raw) if is_packed else raw).read(max_bytes + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise PageRefused(f"{file}: not a complete gzip file: {error}") from error
    if len(body) > max_bytes:
        raise PageRefused(
            f"{file}: larger than {max_bytes} bytes; raise TERKAIT_MAX_PAGE_BYTES to read it"
        )
    return body


def _own_address(body: bytes) -> str | None:
    """The address that a saved page gives itself, canonical, or None."""
    document = Document(FetchedPage(url=UNKNOWN_ADDRESS, body=body, fetched_at=datetime.now(UTC)))
    saved_from = _SAVED_FROM.search(document.text, 0, 4096)
    link = document.tree.css_first('link[rel="canonical"][href]')
    meta = document.tree.css_first('meta[property="og:url"][content]')
    claimed = (
        saved_from[1] if saved_from else None,
        link.attributes.get("href") if link else None,
        meta.attributes.get("content") if meta else None,
    )
    return next((url for text in claimed if text and (url := _canonical(text)) is not None), None)


def _canonical(url: str) -> str | None:
    try:
        return canonical(url)
    except BadURL:
        return None


def parse_moment(text: str) -> datetime:
    """An ISO 8601 time; one without offset is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def from_manifest(manifest: Path) -> Iterator[Saved]:
    """The pages that a manifest of JSON lines names, one by one. Raises BadUsage."""
    try:
        with manifest.open("rb") as lines:
            for number, line in enumerate(iter(lambda: lines.readline(MAX_LINE_BYTES), b""), 1):
                if line.strip():
                    yield _from_line(line, manifest, number)
    except OSError as error:
        raise BadUsage(f"{manifest}: {error.strerror}") from error


def _from_line(line: bytes, manifest: Path, number: int) -> Saved:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _faulty(manifest, number, f"no JSON: {error}")
    if not isinstance(entry, dict) or not isinstance(entry.get("html"), str):
        return _faulty(manifest, number, 'no object with a file name under "html"')
    try:
        return _from_entry(entry, manifest)
    except (ValueError, TypeError) as error:
        return _faulty(manifest, number, str(error), id_=str(entry.get("id") or entry["html"]))


def _from_entry(entry: Mapping[str, Any], manifest: Path) -> Saved:
    date, url = (entry.get(name) for name in ("crawl_date", "url"))
    if not isinstance(date, str | None) or not isinstance(url, str | None):
        raise TypeError("url and crawl_date are texts")
    return Saved(
        id=str(entry.get("id") or Path(entry["html"]).name),
        file=manifest.parent / entry["html"],
        url=canonical(url) if url else None,
        fetched_at=parse_moment(date) if date else None,
    )


def _faulty(manifest: Path, number: int, fault: str, id_: str | None = None) -> Saved:
    where = f"{manifest.name}:{number}"
    return Saved(id=id_ or where, file=manifest, fault=f"{where}: {fault}")
