"""Lines of CSV and JSON: read again they say the same, and nothing in them runs or steers."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.terms.article_fields import KEYS
from terkait.errors import BadUsage, OutputUnusable
from terkait.exports.files import as_text, digest_of, target
from terkait.exports.lines import (
    CSV_COLUMNS,
    csv_line,
    csv_lines,
    json_lines,
    table_lines,
)

_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r"), max_size=40)


def record(**values: object) -> dict[str, Any]:
    return dict.fromkeys(KEYS) | values


def cells(lines: list[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines))))


@given(_TEXT)
def test_cell_is_read_again_as_it_was_or_with_a_mark_before_a_formula(text: str) -> None:
    (row,) = cells(list(csv_lines([record(title=text)])))
    assert row["title"] in (text, f"'{text}")
    assert not row["title"].lstrip().startswith(("=", "+", "-", "@"))


def test_lists_are_joined_and_what_has_parts_is_json() -> None:
    (row,) = cells(
        list(csv_lines([record(authors=["Rani", "Budi"], evidence={"title": "h1"}, related=[])]))
    )
    assert row["authors"] == "Rani; Budi"
    assert json.loads(row["evidence"]) == {"title": "h1"}
    assert tuple(row) == CSV_COLUMNS


@given(st.lists(_TEXT, min_size=1, max_size=5))
def test_line_of_csv_is_one_record_whatever_the_cells_hold(values: list[str]) -> None:
    assert list(csv.reader(io.StringIO(csv_line(values)))) == [values]


@given(st.dictionaries(_TEXT, _TEXT, max_size=4), st.booleans())
def test_line_of_json_is_one_line_and_says_the_same(value: dict[str, str], is_ascii: bool) -> None:
    (line,) = json_lines([value], is_ascii=is_ascii)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert json.loads(line) == value
    assert not is_ascii or line.isascii()


def test_any_rows_are_a_table_under_the_names_of_the_first() -> None:
    rows = [{"a": 1, "b": [1, "x"]}, {"a": None, "c": "lost"}, {"a": "=1+1", "b": ("y",)}]
    assert list(table_lines(rows)) == ["a,b\n", "1,1; x\n", ",\n", "'=1+1,y\n"]
    assert list(table_lines([])) == []


def test_file_takes_its_name_when_it_is_complete(tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    out.write_text("old")
    with target(out) as file:
        file.write(b"new")
        assert out.read_text() == "old"
    assert out.read_text() == "new"
    assert list(tmp_path.iterdir()) == [out]


def test_file_stays_as_it_was_where_writing_fails(tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    out.write_text("old")
    with pytest.raises(TypeError), target(out) as file:
        file.writelines([b"half", None])  # type: ignore[list-item]
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_link_keeps_leading_to_the_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    with target(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_folder_is_no_file_to_write_to(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="name a file"), target(tmp_path):
        pass
    with pytest.raises(OutputUnusable, match="cannot be written"), target(tmp_path / "no" / "a"):
        pass


def test_packed_text_is_the_same_each_time(tmp_path: Path) -> None:
    digests = set()
    for name in ("a.gz", "b.gz"):
        with target(tmp_path / name) as file, as_text(file, is_packed=True) as text:
            text.write("banjir é \ud800\n")
        digests.add(digest_of(tmp_path / name))
    assert len(digests) == 1
    assert (tmp_path / "a.gz").read_bytes()[4:8] == bytes(4)  # the time of packing
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == "banjir é ?\n".encode()
