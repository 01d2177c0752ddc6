"""Answers of the API: JSON with an ETag, chosen fields, and a cursor to what comes next."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from terkait.cli.output import to_json
from terkait.web.errors import BadQuestion

#: hits of one answer
MAX_LIMIT = 200
#: hits that are passed over at most
MAX_OFFSET = 10_000


def answer(request: Request, value: object, *, media_type: str = "application/json") -> Response:
    """The value as JSON; nothing but 304 where the asker has it already."""
    return tagged(request, to_json(value, is_ascii=False) + "\n", media_type=media_type)


def tagged(request: Request, text: str, *, media_type: str) -> Response:
    """A text with its ETag."""
    body = text.encode("utf-8", "replace")
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag}
    tags = request.headers.get("if-none-match", "")
    if tag in {part.strip().removeprefix("W/") for part in tags.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def only(fields: str | None, items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The items with these fields alone, separated by commas. Raises BadQuestion."""
    wanted = [name.strip() for name in (fields or "").split(",") if name.strip()]
    all_ = [dict(item) for item in items]
    if not wanted:
        return all_
    if all_ and (unknown := [name for name in wanted if name not in all_[0]]):
        names = ", ".join(all_[0])
        raise BadQuestion(f"fields: {', '.join(unknown)[:200]} is not there; there are {names}")
    return [{name: item[name] for name in wanted} for item in all_]


def write_cursor(offset: int, newest_id: int) -> str:
    """Where the next part of an answer begins, as one word."""
    return base64.urlsafe_b64encode(json.dumps([offset, newest_id]).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[int, int | None]:
    """(offset, newest id) of a cursor. Raises BadQuestion."""
    if not cursor:
        return 0, None
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        offset, newest = (int(part) for part in value)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise BadQuestion("cursor: take it from `next` of the answer before") from error
    if not (0 <= offset <= MAX_OFFSET and 0 < newest < 2**63):
        raise BadQuestion("cursor: take it from `next` of the answer before")
    return offset, newest
