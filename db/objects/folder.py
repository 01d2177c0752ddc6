"""A folder as a store of objects: a file each, whole or not there, whenever the power fails."""

import errno
import os
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from db.terms.errors import ArchiveUnreachable, ObjectMissing

#: what is being written; no key begins so
_UNFINISHED = ".new-"
#: keys that are handed out at a time
_PAGE = 1_000


class FolderStore:
    """Objects as files below a folder, which all machines that read and write must see."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.shown = str(root)

    def put(self, key: str, body: bytes) -> None:
        """Write beside, then give it its name; a file of that name is the same object."""
        path = self._root / key
        try:
            if path.is_file() and path.stat().st_size == len(body):
                return
            if not self._root.is_dir():  # a disk that is not mounted is not to be written beside
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, unfinished = tempfile.mkstemp(prefix=_UNFINISHED, dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
                Path(unfinished).replace(path)
            except BaseException:
                Path(unfinished).unlink(missing_ok=True)
                raise
            _sync(path.parent)
        except OSError as error:
            raise self._away(error) from error

    def get(self, key: str) -> bytes:
        """The object. Raises ObjectMissing, but where the whole folder is gone."""
        try:
            return (self._root / key).read_bytes()
        except FileNotFoundError as error:
            if not self._root.is_dir():
                raise self._away(error) from error
            raise ObjectMissing(f"{self.shown}: there is no object {key}") from error
        except OSError as error:
            raise self._away(error) from error

    def delete(self, keys: Collection[str]) -> None:
        """Remove the files, and folders that are empty then."""
        try:
            for key in keys:
                path = self._root / key
                path.unlink(missing_ok=True)
                _remove_if_empty(path.parent)
        except OSError as error:
            raise self._away(error) from error

    def keys(self, prefix: str) -> Iterator[list[str]]:
        """The keys, and those of files that were never finished."""
        keys: list[str] = []
        for folder, _, names in os.walk(self._root / prefix, onerror=self._raise):
            for name in names:
                keys.append(str((Path(folder) / name).relative_to(self._root)))
                if len(keys) >= _PAGE:
                    yield keys
                    keys = []
        yield keys

    def check(self) -> None:
        """Whether files can be written there; makes the folder, but not those above it."""
        try:
            self._root.mkdir(exist_ok=True)
        except OSError as error:
            raise self._away(error) from error
        if not os.access(self._root, os.R_OK | os.W_OK | os.X_OK):
            raise ArchiveUnreachable(f"archive in {self.shown}: the folder cannot be written")

    def _raise(self, error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise self._away(error) from error

    def _away(self, error: OSError) -> ArchiveUnreachable:
        return ArchiveUnreachable(
            f"archive in {self.shown}: {error.strerror}: make the folder there and let Terkait "
            "write in it, or set TERKAIT_ARCHIVE to another"
        )


def _sync(folder: Path) -> None:
    """Let the names in the folder survive a failure of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # another object is there, or someone has just put one
