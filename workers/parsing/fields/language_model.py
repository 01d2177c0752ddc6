"""The model of languages, unpacked once for all processes that ask it.

The package's file takes half a second to unpack and 70 MiB in each process. Unpacked in the user's
cache it is mapped: there at once, in memory that all share. Where the cache cannot be used, each
process unpacks it as before.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
from py3langid.modelio import load_model

#: the parts of a model as the package's ``load_model`` gives them
_PARTS = ("ptc", "pc", "classes", "nextmove", "row", "output")

_Arrays = Mapping[str, "np.ndarray[Any, Any]"]


def language_of(text: str) -> str:
    """The code of the language that the text is likeliest in."""
    language: str = _identifier().classify(text)[0]
    return language


@cache
def _identifier() -> Any:
    return load_identifier()


def load_identifier() -> Any:
    """The package's identifier, on the unpacked model where there is one, or where it can be."""
    packed = MODEL_DIR / MODEL_FILE
    folder = _folder(packed)
    arrays = _mapped(folder)
    if arrays is None:
        arrays = dict(zip(_PARTS, map(np.asarray, load_model(packed)), strict=True))
        with suppress(OSError, RuntimeError):  # no home, no room, not ours to write
            _keep(folder, arrays)
    return _made(arrays)


def _folder(packed: Path) -> Path:
    """Where this version of the model is unpacked."""
    cache_home = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(cache_home) if Path(cache_home).is_absolute() else Path("~/.cache")
    name = f"languages-{version('py3langid')}-{packed.stat().st_size}"
    return home / "terkait" / name


def _mapped(folder: Path) -> dict[str, "np.ndarray[Any, Any]"] | None:
    """The parts as they are unpacked there; None where they are not, or not whole, or not ours."""
    try:
        place = folder.expanduser()
        if place.stat().st_uid != os.getuid():
            return None
        return {part: np.load(place / f"{part}.npy", mmap_mode="r") for part in _PARTS}
    except (OSError, RuntimeError, ValueError, EOFError):
        return None


def _keep(folder: Path, arrays: _Arrays) -> None:
    """Unpack it there; whoever comes second finds it done."""
    place = folder.expanduser()
    place.parent.mkdir(parents=True, exist_ok=True)
    began = Path(tempfile.mkdtemp(dir=place.parent))
    try:
        for part, array in arrays.items():
            with (began / f"{part}.npy").open("wb") as file:
                np.save(file, array, allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
        if place.is_dir() and _mapped(place) is None:
            shutil.rmtree(place)  # what a full disk or another left
        began.rename(place)
    finally:
        shutil.rmtree(began, ignore_errors=True)


def _made(arrays: _Arrays) -> Any:
    # the walk takes single numbers, which a view gives in a third of the time of an array
    moves, rows, outputs = (arrays[part].data for part in ("nextmove", "row", "output"))
    return LanguageIdentifier(
        np.asarray(arrays["ptc"]),
        np.asarray(arrays["pc"]),
        arrays["classes"].tolist(),
        moves,
        outputs,
        tk_row=rows,
    )
