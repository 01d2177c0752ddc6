"""The data card of an export: ``datapackage.json`` beside it, after the Data Package standard 2.0.

It says what was asked for, when, by which program, how many rows there are, how many of each
field are missing, and the file's SHA-256.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.config import program_version
from db.sql.types import utc_now
from terkait.exports.files import digest_of

NAME = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA_TYPES = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "warc": "application/warc",
    "graphml": "application/graphml+xml",
}
#: a larger file of that name is not ours
_MAX_BYTES = 10_000_000


@dataclass(kw_only=True, slots=True)
class Tally:
    """Counts rows as they pass, and the fields that have no value in them."""

    rows: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    #: names of the fields in their order
    fields: tuple[str, ...] = ()

    def count(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
        """The same rows."""
        for row in rows:
            self.rows += 1
            if not self.fields:
                self.fields = tuple(row)
            self.missing.update(name for name, value in row.items() if _is_missing(value))
            yield row


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedFile:
    """A file that was written, and what passed into it."""

    path: Path
    format: str
    tally: Tally
    #: name of a field -> its type, where the file has types
    types: Mapping[str, str] = field(default_factory=dict)


def write_card(files: Sequence[ExportedFile], asked: Mapping[str, Any]) -> Path:
    """Write the card beside the files, or add them to the one that is there; where it stands.

    A card of another program stays as it is, and ours has the file's name before its own.
    """
    folder = files[0].path.parent
    path = folder / NAME
    card = _known(path)
    if card is None:
        path = folder / f"{files[0].path.name}.{NAME}"
        card = {}
    own = [_resource(file, asked) for file in files]
    names = {resource["path"] for resource in own}
    kept = [
        resource
        for resource in card.get("resources", ())
        if resource["path"] not in names and (folder / resource["path"]).is_file()
    ]
    resources = sorted([*kept, *own], key=lambda resource: str(resource["path"]))
    whole = {
        "$schema": _PROFILE,
        "name": "terkait-export",
        "created": utc_now().isoformat(timespec="seconds"),
        "program": _program(),
        "resources": resources,
    }
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(json.dumps(whole, ensure_ascii=True, indent=2) + "\n", encoding="utf-8")
    partial.replace(path)
    return path


def _known(path: Path) -> dict[str, Any] | None:
    """The card that is there; empty: none; None: one of another program."""
    if not path.exists():
        return {}
    if not path.is_file() or path.stat().st_size > _MAX_BYTES:
        return None
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return None
    is_ours = isinstance(card, dict) and str(card.get("program", "")).startswith("Terkait ")
    resources = card.get("resources") if is_ours else None
    if not isinstance(resources, list):
        return None
    if not all(isinstance(r, dict) and isinstance(r.get("path"), str) for r in resources):
        return None
    return dict(card)


def _program() -> str:
    return f"Terkait {program_version()}"


def _resource(file: ExportedFile, asked: Mapping[str, Any]) -> dict[str, Any]:
    digest, size = digest_of(file.path)
    tally = file.tally
    names = file.types or dict.fromkeys(tally.fields, "any")
    fields = [
        {"name": name, "type": kind, "missing": tally.missing[name]} for name, kind in names.items()
    ]
    return {
        "name": _slug(file.path.name),
        "path": file.path.name,
        "format": file.format,
        "mediatype": _MEDIA_TYPES[file.format],
        "bytes": size,
        "hash": f"sha256:{digest}",
        "rows": tally.rows,
        "created": utc_now().isoformat(timespec="seconds"),
        "program": _program(),
        "asked": dict(asked),
        **({"schema": {"fields": fields}} if fields else {}),
    }


def _slug(name: str) -> str:
    return "".join(char if char.isalnum() or char in "-_." else "-" for char in name.lower())
