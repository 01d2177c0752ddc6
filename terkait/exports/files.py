"""Files that appear when they are complete, and what can be said of one."""

import errno
import gzip
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOBase, TextIOWrapper
from pathlib import Path
from typing import IO, TextIO, cast

from db.terms.errors import DiskFull
from terkait.cli.output import harmless, is_terminal
from terkait.errors import BadUsage, OutputUnusable

_PIECE = 1024 * 1024


class ForTerminal(TextIOBase):
    """A terminal, which nothing of the web may steer, whatever is written in what pieces."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal

    def write(self, text: str, /) -> int:
        """Write what does no harm of it."""
        self._terminal.write(harmless(text))
        return len(text)


@contextmanager
def target(out: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that takes its name when it is complete."""
    if out is None or str(out) == "-":
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    if not out.name or out.is_dir():
        raise BadUsage(f"--out: {str(out)!r} is not a file; name a file to write to")
    try:
        with out.open("wb") if is_device(out) else _renamed(out.resolve()) as file:
            yield file
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(
                f"{out}: the disk is full; free some space, or write to another disk"
            ) from error
        raise OutputUnusable(f"{out} cannot be written: {error.strerror}") from error


def is_device(out: Path) -> bool:
    """True for /dev/null, a pipe and the like: written to, never replaced."""
    return out.exists() and not out.is_file()


@contextmanager
def _renamed(out: Path) -> Iterator[IO[bytes]]:
    """A file beside ``out`` that takes its place at the end; gone after an error."""
    partial = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def as_text(file: IO[bytes], *, is_packed: bool = False) -> Iterator[TextIO]:
    """The same file for text, UTF-8; packed with gzip where that is asked for."""
    if file is sys.stdout.buffer and not is_packed:
        yield cast(TextIO, ForTerminal(sys.stdout) if is_terminal() else sys.stdout)
        return
    packed = gzip.GzipFile("", "wb", fileobj=file, mtime=0) if is_packed else None
    text = TextIOWrapper(packed or file, encoding="utf-8", errors="replace", newline="")
    yield text
    text.flush()
    text.detach()
    if packed is not None:
        packed.close()


def digest_of(path: Path) -> tuple[str, int]:
    """(SHA-256 in hexadecimal, bytes) of a file."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size
