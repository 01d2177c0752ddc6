"""Answers of servers as values of ours: headers, cookies, redirects, and why there is no answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionLost
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, ResponseNeverReceived

from crawler.engine.downloader.responses import (
    cookies_after,
    describe_error,
    headers_of,
    location_of,
    page_of,
)
from crawler.errors import HeadersTooLong
from db.terms.states import Reason

URL = "https://a.test/1"


def response(**headers: str | bytes | list[str | bytes]) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(URL, headers=named, body=b"<p>x")


@pytest.mark.parametrize(
    ("error", "reason", "again"),
    [
        (HeadersTooLong("x"), Reason.HEADERS_TOO_LONG, False),
        (DownloadTimeoutError(), Reason.TIMEOUT, True),
        (DownloadConnectionRefusedError(), Reason.CONNECTION_REFUSED, True),
        (CannotResolveHostError(), Reason.UNKNOWN_HOST, False),
        (ResponseDataLossError(), Reason.TRUNCATED, True),
        (DownloadCancelledError(), Reason.TOO_LARGE, False),
        (SSL.Error(), Reason.TLS, False),
        (VerificationError(errors=[]), Reason.TLS, False),
        (ParseError("x", b""), Reason.NOT_HTTP, True),
        (ConnectionLost(), Reason.CONNECTION_CLOSED, True),
        (ConnectError(), Reason.NO_CONNECTION, True),
        (KeyError("x"), Reason.NO_ANSWER, True),
    ],
)
def test_error_is_told_by_its_kind_and_whether_asking_again_may_help(
    error: BaseException, reason: Reason, again: bool
) -> None:
    why, may_help = describe_error(error, URL)
    assert (why.reason, may_help) == (reason, again)


def test_unknown_error_is_told_by_its_name() -> None:
    assert describe_error(KeyError("x"), URL)[0].detail == "KeyError"


def test_cause_counts_wherever_it_is_kept() -> None:
    inside = ResponseNeverReceived([Failure(SSL.Error())])
    assert describe_error(inside, URL)[0].reason is Reason.TLS
    outer = RuntimeError("x")
    outer.__cause__ = DownloadTimeoutError()
    assert describe_error(outer, URL)[0].reason is Reason.TIMEOUT


def test_causes_in_a_circle_come_to_an_end() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__context__, second.__context__ = second, first
    assert describe_error(first, URL)[0].reason is Reason.NO_ANSWER


def test_first_location_counts_and_raw_bytes_are_escaped() -> None:
    assert location_of(response(Location=["/a b", "/c"])) == "/a b"
    assert location_of(response(Location="/berita/é".encode())) == "/berita/%C3%A9"
    assert location_of(response()) == ""


def test_cookies_are_taken_along_and_replaced_by_name() -> None:
    answer = response(Set_Cookie=["gate=2; Path=/; HttpOnly", "new=1"])
    assert cookies_after(answer, "gate=1; lang=id") == "gate=2; lang=id; new=1"


@pytest.mark.parametrize("value", ["plain", "a=b\r\nX-Evil: 1", "a=\x00", "a=b c", "ä=1"])
def test_what_is_no_cookie_or_writes_a_header_is_left_out(value: str) -> None:
    answer = response(Set_Cookie=value.encode("latin-1", "replace"))
    assert cookies_after(answer, "lang=id") == "lang=id"


def test_cookies_are_bounded() -> None:
    large = response(Set_Cookie=[f"c{n}={'x' * 500}" for n in range(60)])
    assert len(cookies_after(large, "")) <= 4_000
    many = response(Set_Cookie=[f"c{n}=1" for n in range(60)])
    assert cookies_after(many, "").count("=") == 20


def test_headers_of_one_name_are_one_and_cookies_keep_to_lines() -> None:
    headers = headers_of(response(Vary=["Accept", "Cookie"], Set_Cookie=["a=1, 2", "b=3"]))
    assert headers["vary"] == "Accept, Cookie"
    assert headers["set-cookie"] == "a=1, 2\nb=3"


def test_last_content_type_that_is_one_counts() -> None:
    kinds: list[Any] = ["text/plain", "text/html; charset=utf-8", "nonsense"]
    assert headers_of(response(Content_Type=kinds))["content-type"] == "text/html; charset=utf-8"
    assert headers_of(response(Content_Type=["nonsense"]))["content-type"] == ""


@given(st.dictionaries(st.from_regex(r"[A-Za-z-]{1,20}", fullmatch=True), st.binary(max_size=50)))
def test_headers_can_be_stored_whatever_bytes_come(headers: dict[str, bytes]) -> None:
    kept = headers_of(Response("https://a.test/1", headers=headers))
    assert all(name == name.lower() for name in kept)
    assert all("\x00" not in value and value.encode() is not None for value in kept.values())


def test_page_has_what_the_answer_had() -> None:
    page = page_of(response(ETag='"1"'))
    assert (page.url, page.body, page.status) == ("https://a.test/1", b"<p>x", 200)
    assert page.headers["etag"] == '"1"'
    assert page.fetched_at.tzinfo is not None
