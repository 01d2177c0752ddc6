"""Which format an export has."""

from pathlib import Path

import pytest

from terkait.errors import BadUsage
from terkait.exports.formats import Format, format_of


@pytest.mark.parametrize(
    ("asked", "out", "name", "is_packed"),
    [
        (None, None, "jsonl", False),
        ("csv", None, "csv", False),
        (None, "articles", "jsonl", False),
        (None, "articles.CSV", "csv", False),
        (None, "2026-01.pages.warc.gz", "warc", True),
        (None, "a.ndjson.gz", "jsonl", True),
        ("jsonl", "a.txt", "jsonl", False),
        ("csv", "-", "csv", False),
        ("csv", "/dev/null", "csv", False),
        (None, "v1.2/articles", "jsonl", False),
    ],
)
def test_the_format_follows_the_name(
    asked: str | None, out: str | None, name: str, is_packed: bool
) -> None:
    path = Path(out) if out else None
    assert format_of(asked, path) == Format(name=name, is_packed=is_packed)


@pytest.mark.parametrize(
    ("asked", "out", "said"),
    [
        (None, "articles.xlsx", "'.xlsx'"),
        (None, "articles.json", "'.json'"),
        ("jsonl", "articles.csv", "is the name of csv"),
        (None, "a.parquet.gz", "packed already"),
        (None, "a.tar.gz", "'.tar'"),
    ],
)
def test_a_name_of_another_or_no_format_is_refused(asked: str | None, out: str, said: str) -> None:
    with pytest.raises(BadUsage, match="--out") as refused:
        format_of(asked, Path(out))
    assert said in str(refused.value)
