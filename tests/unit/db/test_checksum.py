"""The checksum of a table's rows."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

from db.copying.checksum import Checksum

NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)
COLUMNS = ("title", "id", "at", "body", "list", "is_paid", "share")
ROW = ('Banjir "😀" {0}', 7, NOON, b"\x00\xff", {"b": ["é"], "a": None}, True, 0.1)


def checksum(*rows: tuple[object, ...]) -> str:
    sums = Checksum(COLUMNS)
    sums.add(rows)
    return sums.shown


def test_a_row_counts_as_its_json_with_sorted_keys() -> None:
    values = dict(zip(COLUMNS, ROW, strict=True))
    values |= {"at": NOON.isoformat(), "body": hashlib.sha256(b"\x00\xff").hexdigest()}
    text = json.dumps(values, sort_keys=True)
    assert checksum(ROW) == hashlib.sha256(text.encode()).hexdigest()


def test_the_order_of_rows_does_not_count_and_their_number_does() -> None:
    other = (*ROW[:1], 8, *ROW[2:])
    assert checksum(ROW, other) == checksum(other, ROW) != checksum(ROW, other, other)


def test_every_value_counts() -> None:
    others = [(*ROW[:at], None, *ROW[at + 1 :]) for at in range(len(ROW))]
    assert len({checksum(ROW), *map(checksum, others)}) == len(ROW) + 1


def test_a_moment_is_written_with_its_offset() -> None:
    wib = NOON.astimezone(timezone(timedelta(hours=7)))
    text = json.dumps({"at": "2026-08-20T19:00:00+07:00"})
    sums = Checksum(["at"])
    sums.add([(wib,)])
    assert sums.shown == hashlib.sha256(text.encode()).hexdigest()
