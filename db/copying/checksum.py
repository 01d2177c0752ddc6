"""The checksum of a table's rows: the same on both databases, in whatever order they come."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_MODULUS = 1 << 256


@dataclass(slots=True)
class Checksum:
    """Adds up the SHA-256 of each row."""

    rows: int = 0
    _sum: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Count one row in."""
        text = json.dumps(dict(row), sort_keys=True, default=_plain, ensure_ascii=True)
        digest = hashlib.sha256(text.encode()).digest()
        self._sum = (self._sum + int.from_bytes(digest)) % _MODULUS
        self.rows += 1

    @property
    def shown(self) -> str:
        """In hexadecimal."""
        return f"{self._sum:064x}"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"no checksum for {type(value).__name__}")
