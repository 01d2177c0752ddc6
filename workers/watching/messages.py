"""What is sent of a watch: as JSON with a signature, and as a mail."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage

from db.watches.watch_rows import EventRecord

_VERBS = {"new": "New", "changed": "Changed", "gone": "Gone", "copy": "Copied"}
_MAX_TITLE = 300


def as_json(watch: str, query: str, events: Sequence[EventRecord], now: datetime) -> bytes:
    """The body of a webhook's request."""
    value = {
        "watch": watch,
        "query": query,
        "sent": now.isoformat(),
        "events": [
            {
                "id": event.id,
                "kind": event.kind,
                "detail": event.detail,
                "found": event.found.isoformat(),
                "article": {
                    "id": event.article,
                    "url": event.url,
                    "title": event.title,
                    "site": event.site,
                    "published": event.published,
                },
            }
            for event in events
        ],
    }
    return json.dumps(value).encode("ascii")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 of ``timestamp.body``, so that a request cannot be made up or sent again late."""
    signed = f"{timestamp}.".encode("ascii") + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def as_mail(
    watch: str, query: str, events: Sequence[EventRecord], *, sender: str, to: str
) -> EmailMessage:
    """A mail in plain text."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = f"Terkait: {len(events)} of {_one_line(watch)}"
    lines = [f"Watch {_one_line(watch)}: {_one_line(query)}", ""]
    for event in events:
        title = _one_line(event.title or "(no title)")[:_MAX_TITLE]
        lines += [f"{_VERBS.get(event.kind, event.kind)}: {title}", f"  {_one_line(event.url)}"]
        lines += [f"  {_one_line(event.site)} {_one_line(event.published or '')}".rstrip(), ""]
    message.set_content("\n".join(lines))
    return message


def _one_line(text: str) -> str:
    """No line break and no control: a header and a line stay what they are."""
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
