"""What may be said of where the archive lies, and how objects are named there."""

from datetime import date
from pathlib import Path

import pytest

from db.config import Config, load_config
from db.objects.addresses import canonical
from db.objects.store import day_of, key_of
from db.terms.errors import BadSettings


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("", ""),
        ("database", ""),
        ("/srv/news archive", "file:///srv/news%20archive"),
        ("file:///srv/news%20archive", "file:///srv/news%20archive"),
        ("s3://news", "s3://news"),
        ("s3://news/a/b/", "s3://news/a/b"),
        (
            "s3://news/a?region=eu-1&endpoint=http://minio:9000",
            "s3://news/a?endpoint=http://minio:9000&region=eu-1",
        ),
    ],
)
def test_place_has_one_address(setting: str, address: str) -> None:
    assert canonical(setting) == canonical(address) == address


def test_relative_folder_is_meant_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Config(archive="pages").environment()["TERKAIT_ARCHIVE"] == f"file://{tmp_path}/pages"


@pytest.mark.parametrize(
    ("setting", "hint"),
    [
        ("gs://news", "write database"),
        ("s3://", "write database"),
        ("s3://news?endpont=http://a", "write database"),
        ("s3://news?endpoint=minio:9000", "endpoint: write"),
        ("s3://key:secret@news", "write database"),
        ("s3://news?endpoint=http://key:secret@minio", "no keys in an address"),
    ],
)
def test_what_cannot_be_is_refused_with_the_form(
    setting: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERKAIT_ARCHIVE", setting)
    with pytest.raises(BadSettings, match=hint):
        load_config()


def test_name_tells_the_day_and_the_bytes() -> None:
    day = date(2026, 11, 30)
    key = key_of(b"page", day)
    assert key == key_of(b"page", day)
    assert key != key_of(b"other", day)
    assert day_of(key) == day
    assert day_of("notes.txt") is None
