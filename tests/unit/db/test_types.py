"""What is stored is the same on both databases: text without NUL, moments in UTC."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select

from db.sql.types import CleanJson, CleanText, UTCDateTime, storable, storable_json

_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)
_YEARS = datetime.fromisoformat("1800-01-02"), datetime.fromisoformat("2200-01-01")
_OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))

_TABLE = Table(
    "kept",
    MetaData(),
    Column("text", CleanText),
    Column("json", CleanJson),
    Column("at", UTCDateTime),
)


def stored(**values: Any) -> Any:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        _TABLE.create(connection)
        connection.execute(insert(_TABLE).values(values))
        row = connection.execute(select(_TABLE)).one()
    engine.dispose()
    return row


@given(_TEXT)
def test_text_can_be_stored_and_only_what_cannot_is_replaced(text: str) -> None:
    kept = storable(text)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert len(kept) == len(text)
    changed = [(a, b) for a, b in zip(text, kept, strict=True) if a != b]
    assert all(a == "\x00" or "\ud800" <= a <= "\udfff" for a, _ in changed)
    assert all(b == "\ufffd" for _, b in changed)
    assert storable(kept) == kept


@given(_JSON)
def test_json_can_be_stored_keys_included(value: Any) -> None:
    kept = storable_json(value)
    text = json.dumps(kept, ensure_ascii=False)
    text.encode("utf-8")
    assert "\\u0000" not in text
    assert storable_json(kept) == kept


def test_columns_clean_what_they_are_given() -> None:
    row = stored(text="a\x00b", json={"k\x00": ["\ud800", ("x", 1)]}, at=None)
    assert (row.text, row.at) == ("a\ufffdb", None)
    assert row.json == {"k\ufffd": ["\ufffd", ["x", 1]]}


@settings(max_examples=25)  # each makes a database
@given(st.datetimes(*_YEARS, timezones=_OFFSETS))
def test_moment_comes_back_as_the_same_moment_in_utc(at: datetime) -> None:
    row = stored(text=None, json=None, at=at)
    assert row.at == at
    assert row.at.tzinfo is UTC


def test_moment_without_offset_is_a_bug() -> None:
    with pytest.raises(Exception, match="a moment without offset cannot be stored"):
        stored(text=None, json=None, at=datetime(2026, 8, 20))  # noqa: DTZ001
