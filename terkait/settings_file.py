"""Adds, changes, removes a site of ``terkait.toml`` and leaves the rest as its owner wrote it."""

import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array

from db.terms.errors import TerkaitError


def add_site(file: Path, site: Mapping[str, object]) -> None:
    """Write ``site`` after the others. Raises TerkaitError."""
    _change(file, lambda text: _with_site(text, site))


def remove_site(file: Path, name: str) -> None:
    """Take the site of that name out. Raises TerkaitError."""
    _change(file, lambda text: _without_site(text, name))


def pause_site(file: Path, name: str, *, paused: bool) -> None:
    """Let the site of that name be left alone, or not. Raises TerkaitError."""
    _change(file, lambda text: _with_pause(text, name, paused=paused))


def _change(file: Path, edit: Callable[[str], str]) -> None:
    try:
        before = file.read_bytes().decode() if file.exists() else ""
        _replace(file, edit(before).encode())
    except OSError as error:
        raise TerkaitError(f"{file} cannot be written: {error.strerror}") from error
    except (TOMLKitError, ValueError) as error:
        raise TerkaitError(
            f"{file} cannot be changed without harm ({error}): change it by hand"
        ) from error


def _without_site(text: str, name: str) -> str:
    document: Any = tomlkit.parse(text)
    place = _place(document, name)
    del document["sites"][place]
    if not document["sites"]:
        del document["sites"]
    wanted = tomllib.loads(text)
    wanted["sites"] = [site for site in wanted["sites"] if site.get("name") != name]
    if not wanted["sites"]:
        del wanted["sites"]
    return _checked(document, wanted)


def _with_pause(text: str, name: str, *, paused: bool) -> str:
    document: Any = tomlkit.parse(text)
    site = document["sites"][_place(document, name)]
    wanted = tomllib.loads(text)
    own = next(site for site in wanted["sites"] if site.get("name") == name)
    for table in (site, own):
        if paused:
            table["paused"] = True
        else:
            table.pop("paused", None)
    return _checked(document, wanted)


def _place(document: Any, name: str) -> int:
    """Which of the sites has the name."""
    names = [str(site.get("name", "")) for site in document.get("sites", [])]
    if name not in names:
        raise ValueError(f"it has no site called {name!r}")
    return names.index(name)


def _checked(document: Any, wanted: Mapping[str, object]) -> str:
    written = tomlkit.dumps(document)
    if tomllib.loads(written) != wanted:
        raise ValueError("its tables stand in an unusual order")
    return written


def _with_site(text: str, site: Mapping[str, object]) -> str:
    document: Any = tomlkit.parse(text)
    sites = document.get("sites")
    if isinstance(sites, Array):  # sites = [{...}]
        sites.append(_filled(tomlkit.inline_table(), site))
    elif isinstance(sites, AoT):
        sites.append(_filled(tomlkit.table(), site))
    else:
        tables = tomlkit.aot()
        tables.append(_filled(tomlkit.table(), site))
        document.append("sites", tables)
    wanted = tomllib.loads(text)
    wanted["sites"] = [*wanted.get("sites", []), dict(site)]
    return _checked(document, wanted)


def _filled(table: Any, site: Mapping[str, object]) -> Any:
    for name, value in site.items():
        table.append(name, value)
    return table


def _replace(file: Path, content: bytes) -> None:
    """A disk that fills up meanwhile costs no settings."""
    file = file.resolve()
    draft = file.with_name(f".{file.name}.new")
    try:
        draft.write_bytes(content)
        if file.exists():
            shutil.copymode(file, draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
