"""A small disk that can be full for a while: a tmpfs that this process and its children alone see.

Needs Linux and the right to mount (root, in a container with CAP_SYS_ADMIN, or a user namespace).
"""

import ctypes
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NEW_MOUNTS, _RECURSIVE, _PRIVATE = 0x0002_0000, 0x4000, 0x4_0000
_PIECE = 4 * 1024 * 1024


class SmallDisk:
    """The disk: ``fill`` leaves no room on it, ``empty`` gives it back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Take all the room there is."""
        with self._ballast.open("wb", buffering=0) as file:
            for piece in (_PIECE, 4_096):
                try:
                    while file.write(bytes(piece)) == piece:
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        """Give it back."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(mebibytes: int) -> Iterator[SmallDisk | None]:
    """Such a disk, on which temporary files are made meanwhile; None where it cannot be mounted."""
    earlier = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="tk-disk-") as name:
        folder = Path(name)
        try:
            _mount(folder, mebibytes)
        except OSError:
            yield None
            return
        tempfile.tempdir = name
        try:
            yield SmallDisk(folder)
        finally:
            tempfile.tempdir = earlier
            ctypes.CDLL(None).umount2(os.fsencode(folder), 2)


def _mount(folder: Path, mebibytes: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"size={mebibytes}m,mode=0777".encode()
    steps = (
        lambda: libc.unshare(_NEW_MOUNTS),
        lambda: libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None),
        lambda: libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options),
    )
    for step in steps:
        if step():
            raise OSError(ctypes.get_errno(), "cannot be mounted")
