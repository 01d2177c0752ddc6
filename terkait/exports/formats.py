"""Which format an export has: what is asked for, and what the file's suffix says."""

from dataclasses import dataclass
from pathlib import Path

from terkait.errors import BadUsage

FORMATS = ("jsonl", "csv", "parquet", "warc", "graphml")
_SUFFIXES = {f".{name}": name for name in FORMATS} | {".ndjson": "jsonl"}
#: packed already
_NEVER_PACKED = ("parquet",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """How records are written."""

    name: str
    is_packed: bool = False

    @property
    def is_binary(self) -> bool:
        """True where a terminal can show nothing of it."""
        return self.is_packed or self.name in ("parquet", "warc")


def format_of(asked: str | None, out: Path | None) -> Format:
    """The format; a suffix that is of another, or of none that is known, is refused."""
    if out is None or str(out) == "-" or (out.exists() and not out.is_file()):
        return Format(name=asked or "jsonl")
    suffixes = [suffix.lower() for suffix in out.suffixes]
    is_packed = suffixes[-1:] == [".gz"]
    suffix = "".join((suffixes[:-1] if is_packed else suffixes)[-1:])
    own = _SUFFIXES.get(suffix)
    if own is None and asked is None and suffix:
        raise BadUsage(
            f"--out: no format is known by {suffix!r}; use one of {', '.join(_SUFFIXES)}, "
            "or say --format"
        )
    if own is not None and asked is not None and own != asked:
        raise BadUsage(f"--out: {out.name!r} is the name of {own}, but --format says {asked}")
    name = asked or own or "jsonl"
    if is_packed and name in _NEVER_PACKED:
        raise BadUsage(f"--out: {name} is packed already; leave out .gz")
    return Format(name=name, is_packed=is_packed)
