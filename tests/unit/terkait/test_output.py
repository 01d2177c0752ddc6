"""What commands print: harmless on a terminal, exact for programs."""

import json
import re
import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terkait.cli import output
from terkait.cli.output import (
    as_said,
    block,
    cell,
    guarded,
    plain,
    print_line,
    print_table,
    to_json,
)
from terkait.exports.files import ForTerminal
from tests.rows import NOON


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Banjir  besar", "Banjir  besar"),
        ("dua\nbaris\tsaja", "dua baris saja"),
        ("\x1b[31mmerah\x1b[0m", "merah"),
        ("\x1b]0;judul\x07lalu", "lalu"),
        ("\x9b2Jhapus", "hapus"),
        ("naik\u202eturun\u2066", "naikturun"),
        ("a\x08\x00b\ud800", "ab"),
        ("ม\u200dค 👩\u200d🚒", "ม\u200dค 👩\u200d🚒"),
    ],
)
def test_nothing_from_the_web_can_steer_a_terminal(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text())
def test_plain_text_of_anything_is_one_line_without_controls(text: str) -> None:
    shown = plain(text)
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in shown)
    assert len(shown.splitlines()) <= 1


def test_a_block_keeps_its_lines() -> None:
    assert block("satu\n\ndua\x1b[2J") == "satu\n\ndua"


@given(st.text())
def test_json_of_anything_is_one_harmless_line_that_loses_nothing(text: str) -> None:
    line = to_json({"text": text})
    assert json.loads(line)["text"] == text
    assert len(line.splitlines()) == 1
    assert {unicodedata.category(char) for char in line}.isdisjoint({"Cc", "Cs", "Co"})


def test_json_escapes_what_could_steer_a_terminal() -> None:
    assert to_json("\x9b2J\u202e\x7f\ud800") == '"\\u009b2J\\u202e\\u007f\\ud800"'


def test_json_writes_moments_as_iso_8601() -> None:
    assert to_json([NOON]) == '["2026-08-20T12:00:00+00:00"]'


@pytest.mark.parametrize(
    "text", ["=1+1", "+62", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\x1f@", "\u200b=1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Banjir = bencana", "", 7, -7, None, True])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert guarded(value) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "yes"),
        (7, "7"),
        (NOON, "2026-08-20 12:00Z"),
        (["Ani", "Bu\x1b[1mdi"], "Ani, Budi"),
    ],
)
def test_cells_are_shown_in_words(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_without_a_terminal_tables_are_tabs_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(("title", "n"), [("[bold]Banjir[/bold]\t\x1b[1mbesar", 3)])
    print_line("Judul", style="bold")
    assert capsys.readouterr().out == "title\tn\n[bold]Banjir[/bold] besar\t3\nJudul\n"


URL = f"https://news.example/read/{'banjir-' * 20}1"


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 80 columns."""
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize(
    "columns",
    [
        ("kind", "address"),
        ("title", "published", "site", "address", "article", "why"),
        ("key", "title"),
        ("key", "state", "problem", "last seen"),
        tuple(f"column {number}" for number in range(12)),
    ],
)
def test_at_80_columns_nothing_of_a_table_is_cut(
    columns: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    row = [URL if name == "address" else f"{name.replace(' ', '')}-" * 6 for name in columns]
    print_table(columns, [row, row])
    shown = capsys.readouterr().out
    lines = [line for line in shown.splitlines() if URL in line]
    assert len(lines) == 2 * ("address" in columns)  # whole, to be copied
    squeezed = re.sub(r"\s", "", shown)
    assert all(squeezed.count(value) or _is_folded(value, shown) for value in row)
    assert row[0] in shown
    assert "…" not in shown


def _is_folded(value: str, shown: str) -> bool:
    """Whether a value stands in a column, a piece a line."""
    pieces = [word for line in shown.splitlines() for word in line.split() if word in value]
    return value in "".join(pieces)


@pytest.mark.usefixtures("narrow")
def test_beside_no_heading_numbers_and_moments_say_what_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    columns = ("followed", "last seen", "article", "why", "address")
    print_table(columns, [("yes", NOON, 7, "copy of it", URL)])
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.split("  ")[:3] == ["followed yes", "last seen 2026-08-20 12:00Z", "article 7"]
    assert [line.strip() for line in rest] == [URL, "copy of it"]


def test_lines_keep_their_columns_whatever_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    print_line("  * p     日本\x1b[1m語")
    assert capsys.readouterr().out == "  * p     日本語\n"


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("2021-07-11T17:00:00+07:00", "2021-07-11 17:00+07:00"),
        ("2024-04-25T08:21:02+00:00", "2024-04-25 08:21Z"),
        ("2024-04-25", "2024-04-25"),
        (None, ""),
    ],
)
def test_a_time_of_publication_keeps_its_zone(published: str | None, shown: str) -> None:
    assert as_said(published) == shown


def test_csv_and_graphml_steer_no_terminal() -> None:
    shown = StringIO()
    terminal = ForTerminal(shown)
    terminal.writelines(['1,"a\x1b]0;x\x07b\x9b2Jc\u202ed\r\ne  f"\n', "\t<a id='\x9b'>\x00"])
    assert shown.getvalue() == "1,\"abcd\ne  f\"\n\t<a id=''>"
