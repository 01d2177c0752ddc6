"""Who may ask the web page, without a server: the guard before it."""

import asyncio
import base64
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from terkait.web.guard import ARCHIVED_POLICY, HEALTH, MAX_QUERY_CHARS, POLICY, AccessGuard

KEY = "kunci-rahasia"


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Content-Security-Policy": ARCHIVED_POLICY} if scope["path"] == "/frame" else {}
    await PlainTextResponse("the page", headers=headers)(scope, receive, send)


def ask(
    path: str = "/", *, key: str = "", method: str = "GET", query: str = "", **headers: str
) -> tuple[int, dict[str, str]]:
    """(status, headers) of an answer."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    named = {"host": "127.0.0.1:8765"} | headers
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    asyncio.run(AccessGuard(page, key=key)(scope, receive, send))
    answer = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answer


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8765", "[::1]:80", "LOCALHOST"])
def test_without_a_key_this_machine_may_ask(host: str) -> None:
    assert ask(host=host)[0] == 200


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "", "localhost@evil.test"])
def test_without_a_key_no_other_name_is_answered(host: str) -> None:
    assert ask(host=host)[0] == 421


def basic(text: bytes) -> str:
    return "Basic " + base64.b64encode(text).decode()


@pytest.mark.parametrize(
    "said", [f"Bearer {KEY}", f"bearer {KEY}", basic(f"anyone:{KEY}".encode())]
)
def test_with_the_key_anybody_may_ask_by_any_name(said: str) -> None:
    assert ask(key=KEY, host="news.example", authorization=said)[0] == 200


@pytest.mark.parametrize(
    "said",
    [
        *("", KEY, f"Digest {KEY}", "Bearer", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", "Basic ???"),
        *map(basic, (b"anyone", b"anyone:", b"\xff:\xff", f"{KEY}:x".encode())),
    ],
)
def test_without_the_key_nobody_is_answered_not_even_this_machine(said: str) -> None:
    status, headers = ask(key=KEY, authorization=said)
    assert status == 401
    assert headers["www-authenticate"].startswith("Basic")


def test_health_is_told_to_anybody() -> None:
    assert ask(HEALTH, key=KEY, host="news.example")[0] == 200
    assert ask(HEALTH + "/more", key=KEY)[0] == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_but_reading_is_answered(method: str) -> None:
    status, headers = ask(method=method)
    assert (status, headers["allow"]) == (405, "GET")


def test_longer_addresses_are_refused() -> None:
    assert ask(query="q=" + "x" * (MAX_QUERY_CHARS - 2))[0] == 200
    assert ask(query="q=" + "x" * (MAX_QUERY_CHARS - 1))[0] == 414


@pytest.mark.parametrize("path", ["/", "/frame", "/healthz"])
def test_every_answer_has_the_headers_that_keep_it_harmless(path: str) -> None:
    headers = ask(path)[1]
    assert headers["content-security-policy"] == (ARCHIVED_POLICY if path == "/frame" else POLICY)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-cache"


def test_refusals_have_them_too() -> None:
    assert ask(key=KEY)[1]["content-security-policy"] == POLICY
