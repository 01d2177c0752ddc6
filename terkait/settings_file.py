"""Adds a site to ``terkait.toml`` and leaves the rest as its owner wrote it."""

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array

from db.errors import TerkaitError


def add_site(file: Path, site: Mapping[str, object]) -> None:
    """Write ``site`` after the others. Raises TerkaitError."""
    try:
        before = file.read_bytes().decode() if file.exists() else ""
        after = _with_site(before, site)
        _replace(file, after.encode())
    except OSError as error:
        raise TerkaitError(f"{file} cannot be written: {error.strerror}") from error
    except (TOMLKitError, ValueError) as error:
        raise TerkaitError(
            f"{file} cannot be changed without harm ({error}): write the site into it by hand"
        ) from error


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
    written = tomlkit.dumps(document)
    wanted = tomllib.loads(text)
    wanted["sites"] = [*wanted.get("sites", []), dict(site)]
    if tomllib.loads(written) != wanted:
        raise ValueError("its tables stand in an unusual order")
    return written


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
