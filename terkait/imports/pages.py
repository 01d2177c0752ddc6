"""What ``terkait import`` is given: WARC files, saved pages, folders of both."""

import gzip
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.page.items import FetchedPage, MovedPage
from terkait.errors import PageRefused
from terkait.imports.warc_pages import is_warc, warc_pages
from terkait.saved import Saved, opened

_PAGES = (".html", ".htm", ".xhtml", ".shtml", ".html.gz", ".htm.gz")
_ARCHIVES = (".warc", ".warc.gz", ".arc", ".arc.gz")
_BEGINNING_BYTES = 16
_NO_ADDRESS = "gives no address of its own; use --url, or a --manifest"


@dataclass(kw_only=True, slots=True)
class PageSource:
    """Reads pages from files; counts what holds none."""

    max_bytes: int
    #: of saved pages; None: what they say themselves, and when the file was last changed
    url: str | None = None
    fetched_at: datetime | None = None
    #: (file, why) -> how many records
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of_files(self, files: Sequence[Path]) -> Iterator[FetchedPage | MovedPage]:
        """The pages of all files, in the order given; within a folder by name."""
        for file in _all_files(files):
            try:
                if is_warc(_beginning(file)):
                    yield from warc_pages(
                        file, max_bytes=self.max_bytes, refuse=self._refuser(file)
                    )
                else:
                    yield from self.of_saved(
                        [Saved(id=str(file), file=file, url=self.url, fetched_at=self.fetched_at)]
                    )
            except OSError as error:
                self._refuser(file)(error.strerror or "cannot be read")

    def of_saved(self, pages: Iterable[Saved]) -> Iterator[FetchedPage]:
        """Saved pages that tell where they come from."""
        for saved in pages:
            refuse = self._refuser(saved.file)
            try:
                document, has_address = opened(saved, self.max_bytes)
            except PageRefused as error:
                refuse(str(error))
            except OSError as error:
                refuse(error.strerror or "cannot be read")
            else:
                if has_address:
                    yield document.page
                else:
                    refuse(_NO_ADDRESS)

    def _refuser(self, file: Path) -> "_Refuser":
        return _Refuser(str(file), self.refused)


class _Refuser:
    """Counts why records of a file hold no page."""

    def __init__(self, file: str, refused: Counter[tuple[str, str]]) -> None:
        self._file = file
        self._refused = refused

    def __call__(self, why: str) -> None:
        self._refused[(self._file, why)] += 1


def _all_files(files: Sequence[Path]) -> Iterator[Path]:
    for path in files:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if _is_meant(file))
            yield from sorted(inside)
        else:
            yield path


def _is_meant(file: Path) -> bool:
    name = file.name.lower()
    return name.endswith(_PAGES + _ARCHIVES) and not name.startswith(".") and file.is_file()


def _beginning(file: Path) -> bytes:
    """The first bytes of a file, unpacked where it is gzip."""
    with file.open("rb") as raw:
        start = raw.read(_BEGINNING_BYTES)
        if not start.startswith(b"\x1f\x8b"):
            return start
        raw.seek(0)
        try:
            return gzip.GzipFile(fileobj=raw).read(_BEGINNING_BYTES)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            return b""
