"""A site added to ``terkait.toml``: the rest stays as it was written."""

import tomllib
from pathlib import Path

import pytest

from db.terms.errors import TerkaitError
from terkait.settings_file import add_site, pause_site, remove_site

SITE = {"name": 'Kabar "Desa"', "seeds": ["https://a.test/"], "depth": 2}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# ours\ndelay_seconds = 2.0  # be kind",
        '[[sites]]\nname = "x"\nseeds = ["https://x.test/"]  # first\n\n[nightly]\nat = "01:00"\n',
        'sites = [{name = "x", seeds = ["https://x.test/"]}]  # inline\n[nightly]\nat = "01"\n',
        'sites = [\n  {name = "x", seeds = ["https://x.test/"]},  # one\n]\n',
        "sites = []\n",
        '[[sites]]\nname = "x"\n\n[nightly]\nat = "01:00"\n\n[[sites]]\nname = "y"\n',
        '[[sites]]\r\nname = "x"\r\nseeds = ["https://x.test/"]\r\n',
    ],
    ids=["none", "no end of line", "tables", "inline", "inline on lines", "empty", "apart", "crlf"],
)
def test_site_comes_last_and_the_rest_is_kept(text: str, tmp_path: Path) -> None:
    file = tmp_path / "terkait.toml"
    if text:
        file.write_bytes(text.encode())
        file.chmod(0o640)
    before = tomllib.loads(text)
    add_site(file, SITE)
    written = file.read_bytes().decode()
    after = tomllib.loads(written)
    assert after.pop("sites") == [*before.pop("sites", []), SITE]
    assert after == before
    comments = [line.partition("#")[2] for line in text.splitlines()]
    assert all(comment in written for comment in comments)
    assert not text or file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("text", ["sites = 3\n", "a = \n"])
def test_file_that_cannot_be_changed_stays_as_it_is(text: str, tmp_path: Path) -> None:
    file = tmp_path / "terkait.toml"
    file.write_text(text)
    with pytest.raises(TerkaitError, match="by hand"):
        add_site(file, SITE)
    assert file.read_text() == text


TABLES = (
    '# ours\n[[sites]]\nname = "x"  # first\nseeds = ["https://x.test/"]\n\n'
    '[[sites]]\nname = "y"\nseeds = ["https://y.test/"]\n\n[nightly]\nat = "01:00"\n'
)
INLINE = 'sites = [{name = "x", seeds = ["x"]}, {name = "y", seeds = ["y"]}]\n'


@pytest.mark.parametrize("text", [TABLES, INLINE], ids=["tables", "inline"])
def test_site_is_paused_and_taken_out_and_the_rest_is_kept(text: str, tmp_path: Path) -> None:
    file = tmp_path / "terkait.toml"
    file.write_text(text)
    before = tomllib.loads(text)
    pause_site(file, "x", paused=True)
    pause_site(file, "x", paused=True)
    assert [site.get("paused") for site in tomllib.loads(file.read_text())["sites"]] == [True, None]
    pause_site(file, "x", paused=False)
    assert tomllib.loads(file.read_text()) == before
    remove_site(file, "x")
    after = tomllib.loads(file.read_text())
    assert after == before | {"sites": before["sites"][1:]}
    remove_site(file, "y")
    assert "sites" not in tomllib.loads(file.read_text())


def test_site_that_is_not_there_is_said(tmp_path: Path) -> None:
    file = tmp_path / "terkait.toml"
    file.write_text(TABLES)
    with pytest.raises(TerkaitError, match="no site called 'z'"):
        remove_site(file, "z")
    assert file.read_text() == TABLES
