"""Who may ask: the key, the names under which this machine is asked, and the security headers."""

import base64
import binascii
import hmac
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: nothing from elsewhere, no script within the page, no frame around it
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: of an archived page: no script, no form, nothing loaded, its own frame only
ARCHIVED_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
HEALTH = "/healthz"
#: longer addresses are refused
MAX_QUERY_CHARS = 8_192
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class AccessGuard:
    """Stands before the page: refuses strangers, and sets the headers of every answer."""

    def __init__(self, app: ASGIApp, *, key: str) -> None:
        self._app = app
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._refusal(scope) or self._app
        await answer(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        if scope["method"] != "GET":
            return PlainTextResponse("this page only reads", 405, {"Allow": "GET"})
        if len(scope["query_string"]) > MAX_QUERY_CHARS:
            return PlainTextResponse("the address is too long", 414)
        if scope["path"] == HEALTH:
            return None
        headers = Headers(scope=scope)
        if not self._key:
            # without a key only this machine may ask, and no other site under a name of its own
            is_ours = _host(headers.get("host", "")) in LOOPBACK
            return None if is_ours else PlainTextResponse("ask by a loopback address", 421)
        if self._has_key(headers.get("authorization", "")):
            return None
        asks = {"WWW-Authenticate": 'Basic realm="Terkait", charset="UTF-8"'}
        return PlainTextResponse("the key is missing: any user, TERKAIT_WEB_KEY", 401, asks)

    def _has_key(self, authorization: str) -> bool:
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                value = base64.b64decode(value, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(value.encode(), self._key.encode())


def _host(named: str) -> str:
    """The name alone, without port and brackets."""
    if named.startswith("["):
        return named[1:].partition("]")[0].lower()
    return named.partition(":")[0].lower()


def _with_headers(send: Send) -> Callable[[Message], Any]:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-cache")
        await send(message)

    return answer
