"""The unpacked model of languages."""

from pathlib import Path

import py3langid
import pytest

from workers.parsing.fields import language_model
from workers.parsing.fields.language_model import load_identifier

TEXTS = (
    "Perahu nelayan kembali ke dermaga sebelum badai.",
    "Kabar nomor satu xin chao majom fnord zzyzx",
    "漁師たちは嵐の前に港へ戻った。",
    "",
)


@pytest.fixture
def cache_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def forbid_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(_path: Path) -> None:
        raise AssertionError("it is unpacked already")

    monkeypatch.setattr(language_model, "load_model", unpack)


def test_it_is_unpacked_once_and_answers_the_same(
    cache_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [py3langid.rank(text) for text in TEXTS]
    assert [load_identifier().rank(text) for text in TEXTS] == wanted
    forbid_unpacking(monkeypatch)
    assert [load_identifier().rank(text) for text in TEXTS] == wanted
    assert len(list((cache_home / "terkait").iterdir())) == 1  # nothing is left beside it


def test_what_is_damaged_is_unpacked_anew(
    cache_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_identifier()
    (moves,) = cache_home.glob("terkait/*/nextmove.npy")
    moves.write_bytes(moves.read_bytes()[:1_000])
    assert load_identifier().classify(TEXTS[0]) == py3langid.classify(TEXTS[0])
    forbid_unpacking(monkeypatch)
    load_identifier()


def test_without_a_cache_it_is_unpacked_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load_identifier().classify(TEXTS[0]) == py3langid.classify(TEXTS[0])
