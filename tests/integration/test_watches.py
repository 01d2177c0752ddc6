"""Saved searches: what runs find of them, and how it is sent, on both databases."""

import email
import json
import logging
import socket
import threading
from datetime import UTC, timedelta
from email.message import Message

import pytest
from sqlalchemy.orm import Session

from db.config import load_config
from db.models import Watch
from db.sql.session import Database
from db.sql.types import utc_now
from db.terms.errors import AlreadyThere, NotFound
from db.watches import watch_rows
from db.watches.check import check
from tests.rows import (
    NOON,
    add_article,
    add_cluster,
    add_page,
    add_revision,
    add_text,
)
from tests.web import HttpSite, Reply, Request
from workers.watching import sending
from workers.watching.after_run import look_up_watches
from workers.watching.messages import signature

ONE, TWO = "https://a.test/1", "https://b.test/2"


def add_watch(session: Session, query: str = "banjir", **values: str | None) -> Watch:
    where = {"webhook": None, "mail": None} | values
    return watch_rows.add(session, "mine", query, now=NOON, **where)


def found(session: Session, watch: Watch) -> list[tuple[str, str, str]]:
    check(session, watch, zone=UTC, now=NOON)
    return [(e.kind, e.url, e.detail) for e in reversed(watch_rows.events(session, watch="mine"))]


def test_a_watch_tells_of_what_comes_after_it_and_once(session: Session) -> None:
    add_article(session, "https://a.test/0", "Banjir lama", "Isi")
    watch = add_watch(session)
    assert found(session, watch) == []
    add_article(session, ONE, "Banjir baru", "Isi")
    add_article(session, TWO, "Gempa", "Isi")
    assert found(session, watch) == [("new", ONE, "")]
    assert found(session, watch) == [("new", ONE, "")]


def test_changes_are_told_also_where_the_words_are_gone(session: Session) -> None:
    old = add_article(session, "https://a.test/0", "Banjir lama", "Isi")
    other = add_article(session, TWO, "Gempa", "Isi")
    watch = add_watch(session)
    fresh = add_article(session, ONE, "Banjir baru", "Isi")
    found(session, watch)
    for article in (old, other, fresh):
        add_revision(session, article, number=2, title="Rob", text_id=add_text(session, "y").id)
    assert found(session, watch)[1:] == [("changed", old.url, "2"), ("changed", ONE, "2")]


def test_what_is_gone_is_told_once(session: Session) -> None:
    old = add_article(session, ONE, "Banjir", "Isi")
    add_article(session, TWO, "Banjir", "Isi")
    watch = add_watch(session)
    later = NOON + timedelta(hours=3)
    add_page(session, ONE, gone_at=later)
    add_page(session, TWO, gone_at=NOON - timedelta(days=1))
    assert found(session, watch) == [("gone", old.url, later.isoformat())]
    add_page(session, ONE, gone_at=later + timedelta(days=1))
    assert len(found(session, watch)) == 1


def test_a_copy_without_the_words_is_told_as_one(session: Session) -> None:
    old = add_article(session, ONE, "Banjir", "Isi")
    watch = add_watch(session, "title:banjir")
    copy = add_article(session, TWO, "Air naik", "Isi")
    add_cluster(session, old, copy)
    assert found(session, watch) == [("copy", TWO, str(old.id))]


def test_a_name_is_given_once_and_removed_with_its_events(session: Session) -> None:
    watch = add_watch(session)
    add_article(session, ONE, "Banjir baru", "Isi")
    found(session, watch)
    with pytest.raises(AlreadyThere, match="mine"):
        add_watch(session)
    watch_rows.remove(session, "mine")
    assert watch_rows.events(session) == []
    with pytest.raises(NotFound):
        watch_rows.remove(session, "mine")


def match(database: Database, **where: str) -> None:
    """A watch, and an article that it finds."""
    with database.write() as session:
        add_watch(session, **where)
        add_article(session, ONE, "Banjir\r\nBcc: x@y.test \x1b[31m\u202e", "Isi")


def kept(database: Database) -> Watch:
    with database.read() as session:
        return watch_rows.get(session, "mine")


def test_a_webhook_gets_signed_json_and_is_tried_again(
    database: Database, http_site: HttpSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending.post, "__kwdefaults__", {"waits": (0.0, 0.0)})
    answers = iter([Reply(status=503), Reply(status=302, headers={"Location": "/elsewhere"})])
    bodies: list[Request] = []

    def hook(request: Request) -> Reply:
        bodies.append(request)
        return next(answers, Reply(body="ok"))

    http_site.routes["/hook"] = hook
    match(database, webhook=http_site.url("/hook"))
    config = load_config(watch_secret="geheim")
    assert look_up_watches(config, database) == 1
    assert http_site.paths() == ["/hook"] * 3
    last = bodies[-1]
    timestamp = last.headers["x-terkait-timestamp"]
    assert last.headers["x-terkait-signature"] == signature("geheim", timestamp, last.body)
    (event,) = json.loads(last.body)["events"]
    assert (event["kind"], event["article"]["url"]) == ("new", ONE)
    assert look_up_watches(config, database) == 0
    assert len(bodies) == 3


def test_a_receiver_that_is_away_gets_it_later(
    database: Database, http_site: HttpSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    logging.disable(logging.WARNING)
    monkeypatch.setattr(sending.post, "__kwdefaults__", {"waits": ()})
    http_site.routes["/hook"] = Reply(status=500)
    match(database, webhook=http_site.url("/hook"))
    look_up_watches(load_config(), database)
    watch = kept(database)
    assert (watch.failures, watch.problem) == (1, "HTTP 500")
    assert watch.next_try_at is not None
    assert watch.next_try_at > utc_now()
    look_up_watches(load_config(), database)
    assert http_site.paths() == ["/hook"]  # it is not yet time
    http_site.routes["/hook"] = "ok"
    with database.write() as session:
        watch_rows.get(session, "mine").next_try_at = NOON
    look_up_watches(load_config(), database)
    assert (kept(database).failures, kept(database).problem) == (0, None)
    with database.read() as session:
        assert all(event.sent for event in watch_rows.events(session))
    logging.disable(logging.NOTSET)


class MailServer:
    """Takes one mail over plain SMTP."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.data = b""
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rwb") as lines:
            lines.write(b"220 hello\r\n")
            lines.flush()
            for line in lines:
                word = line[:4].upper()
                if word == b"DATA":
                    lines.write(b"354 go\r\n")
                    lines.flush()
                    while (part := lines.readline()) != b".\r\n":
                        self.data += part
                lines.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                lines.flush()
                if word == b"QUIT":
                    return

    def mail(self) -> Message:
        self._thread.join(10)
        self._socket.close()
        return email.message_from_bytes(self.data)


def test_a_mail_holds_what_was_found_and_no_header_of_the_web(database: Database) -> None:
    server = MailServer()
    match(database, mail="me@me.test")
    config = load_config(mail_server=f"smtp://127.0.0.1:{server.port}")
    look_up_watches(config, database)
    mail = server.mail()
    assert (mail["To"], mail["Subject"], mail["Bcc"]) == ("me@me.test", "Terkait: 1 of mine", None)
    text = mail.get_payload(decode=True).decode()
    assert ONE in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert kept(database).problem is None


def test_a_password_is_not_sent_over_an_open_line(database: Database) -> None:
    server = MailServer()
    match(database, mail="me@me.test")
    logging.disable(logging.WARNING)
    look_up_watches(load_config(mail_server=f"smtp://me:pw@127.0.0.1:{server.port}"), database)
    logging.disable(logging.NOTSET)
    server.mail()
    assert "no encryption" in (kept(database).problem or "")
