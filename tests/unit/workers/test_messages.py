"""What is sent of a watch: whole, signed, and with no line that another's title could write."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

from hypothesis import given
from hypothesis import strategies as st

from db.watches.watch_rows import EventRecord
from workers.watching.messages import as_json, as_mail, signature

NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)


def event(title: str | None = "Banjir surut", kind: str = "new", **values: object) -> EventRecord:
    fields: dict[str, object] = {
        "id": 1,
        "watch": "banjir",
        "kind": kind,
        "detail": "",
        "found": NOON,
        "sent": None,
        "article": 17,
        "url": "https://a.test/read/1",
        "title": title,
        "site": "a.test",
        "published": "2026-08-20",
    }
    return EventRecord(**(fields | values))  # type: ignore[arg-type]


def mail(*events: EventRecord, watch: str = "banjir", query: str = "banjir OR rob") -> bytes:
    return as_mail(watch, query, events, sender="a@a.test", to="b@b.test").as_bytes()


def test_webhook_is_told_of_each_event_with_its_article() -> None:
    body = json.loads(as_json("banjir", "banjir OR rob", [event(), event(kind="gone")], NOON))
    assert (body["watch"], body["query"], body["sent"]) == (
        "banjir",
        "banjir OR rob",
        "2026-08-20T12:00:00+00:00",
    )
    assert [told["kind"] for told in body["events"]] == ["new", "gone"]
    assert body["events"][0]["article"] == {
        "id": 17,
        "url": "https://a.test/read/1",
        "title": "Banjir surut",
        "site": "a.test",
        "published": "2026-08-20",
    }


def test_signature_is_of_time_and_body_together() -> None:
    made = signature("secret", "100", b"{}")
    expected = hmac.new(b"secret", b"100.{}", hashlib.sha256).hexdigest()
    assert made == f"sha256={expected}"
    others = {signature("other", "100", b"{}"), signature("secret", "101", b"{}")}
    assert made not in others | {signature("secret", "100", b"[]")}


@given(st.text(max_size=60), st.binary(max_size=60))
def test_any_secret_and_body_can_be_signed(secret: str, body: bytes) -> None:
    try:
        secret.encode()
    except UnicodeEncodeError:
        return
    assert len(signature(secret, "1", body)) == len("sha256=") + 64


def test_mail_says_what_came_of_what() -> None:
    read = message_from_bytes(mail(event(), event("Es naik", kind="copy")), policy=default)
    assert read["Subject"] == "Terkait: 2 of banjir"
    text = read.get_content()
    assert "New: Banjir surut\n  https://a.test/read/1\n  a.test 2026-08-20\n" in text
    assert "Copied: Es naik\n" in text


def test_article_without_title_or_date_is_told_all_the_same() -> None:
    text = message_from_bytes(mail(event(None, published=None)), policy=default).get_content()
    assert "New: (no title)\n  https://a.test/read/1\n  a.test\n" in text


@given(st.text(max_size=80), st.text(min_size=1, max_size=80))
def test_no_title_or_name_writes_a_line_of_its_own(title: str, watch: str) -> None:
    read = message_from_bytes(mail(event(title), watch=watch), policy=default)
    assert read.keys() == message_from_bytes(mail(event()), policy=default).keys()
    text = read.get_content()
    assert len(text.splitlines()) == len(
        message_from_bytes(mail(event()), policy=default).get_content().splitlines()
    )


def test_long_title_is_cut() -> None:
    text = message_from_bytes(mail(event("x" * 9_000)), policy=default).get_content()
    assert text.count("x") <= 301
