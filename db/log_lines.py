"""How lines of logs are written: for people, or as JSON for programs that collect them."""

import logging
from collections.abc import Iterable
from typing import Literal

LogFormat = Literal["text", "json"]
#: each request of a spider is a line of this logger, where lines are JSON
REQUESTS = "terkait.requests"


def write_json(handlers: Iterable[logging.Handler]) -> None:
    """Let these handlers write lines of JSON."""
    from pythonjsonlogger.json import JsonFormatter

    lines = JsonFormatter(
        ["levelname", "name", "message"],
        rename_fields={"levelname": "level", "name": "logger"},
        timestamp="time",
        json_ensure_ascii=True,  # nothing of the web steers whoever looks at the file
    )
    for handler in handlers:
        handler.setFormatter(lines)


def write_requests() -> None:
    """Let this process write lines of JSON: its warnings, and one for each request."""
    logging.getLogger(REQUESTS).setLevel(logging.INFO)
    handlers = logging.getLogger().handlers
    write_json(handlers)
    for handler in handlers:
        handler.setLevel(logging.INFO)
        handler.addFilter(_is_wanted)


def _is_wanted(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name == REQUESTS
