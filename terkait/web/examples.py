"""The answers that the description of the API shows, a test holds their keys to real ones."""

import json
from pathlib import Path
from typing import Any

_EXAMPLES: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))


def example(path: str) -> dict[int | str, dict[str, Any]]:
    """An answer of that route, as OpenAPI shows it."""
    return {
        200: {"content": {"application/json": {"example": _EXAMPLES[path]}}},
        304: {"description": "As it was: the ETag is the one that was sent."},
        404: {"content": {"application/json": {"example": {"error": "there is no article 9"}}}},
        503: {"content": {"application/json": {"example": {"error": "took longer than 10 s"}}}},
    }
