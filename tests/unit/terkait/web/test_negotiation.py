"""Chosen fields, cursors and ETags of the API."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from terkait.web.errors import BadQuestion
from terkait.web.negotiation import MAX_OFFSET, answer, only, read_cursor, write_cursor


def request(**headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": named})


@given(st.integers(0, MAX_OFFSET), st.integers(1, 2**63 - 1))
def test_cursor_says_again_what_it_was_made_of(offset: int, newest: int) -> None:
    cursor = write_cursor(offset, newest)
    assert read_cursor(cursor) == (offset, newest)
    assert cursor.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("cursor", [None, ""])
def test_no_cursor_is_the_beginning(cursor: str | None) -> None:
    assert read_cursor(cursor) == (0, None)


@given(st.text(min_size=1, max_size=60))
def test_made_up_cursor_is_refused_or_within_bounds(cursor: str) -> None:
    try:
        offset, newest = read_cursor(cursor)
    except BadQuestion:
        return
    assert 0 <= offset <= MAX_OFFSET
    assert newest is not None
    assert newest > 0


@pytest.mark.parametrize(
    ("offset", "newest"), [(-1, 1), (MAX_OFFSET + 1, 1), (0, 0), (0, 2**63), (0, -5)]
)
def test_cursor_outside_the_bounds_is_refused(offset: int, newest: int) -> None:
    with pytest.raises(BadQuestion, match="cursor"):
        read_cursor(write_cursor(offset, newest))


ITEMS = [{"id": 1, "url": "u", "title": "t"}, {"id": 2, "url": "v", "title": "s"}]


def test_fields_are_chosen_in_the_order_asked_for() -> None:
    assert [list(item) for item in only(" title, id ,", ITEMS)] == [["title", "id"]] * 2
    assert only(None, ITEMS) == only(" , ", ITEMS) == ITEMS


def test_unknown_field_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(BadQuestion, match="fields: nope is not there; there are id, url, title"):
        only("id,nope", ITEMS)


def test_chosen_fields_of_nothing_are_nothing() -> None:
    assert only("nope", []) == []


def test_who_has_an_answer_gets_no_body_again() -> None:
    first = answer(request(), {"id": 1})
    assert json.loads(bytes(first.body)) == {"id": 1}
    tag = first.headers["etag"]
    for said in (tag, f"W/{tag}", f'"other", {tag}'):
        again = answer(request(if_none_match=said), {"id": 1})
        assert (again.status_code, bytes(again.body)) == (304, b"")


def test_other_answer_has_another_tag() -> None:
    tag = answer(request(), {"id": 1}).headers["etag"]
    assert answer(request(if_none_match=tag), {"id": 2}).status_code == 200
