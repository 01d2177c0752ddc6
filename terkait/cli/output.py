"""What commands print: text from the web made harmless, tables for people, JSON for programs."""

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

import click

#: controls (terminal escapes), format characters (bidi overrides), surrogates, private use
_DANGEROUS = frozenset({"Cc", "Cf", "Cs", "Co"})
#: joiners: some scripts and emoji are not written rightly without them
_JOINERS = frozenset("\u200c\u200d")
#: whole escape sequences, so that no "[31m" stays behind
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
)
#: what lays out text, and may stay
_LAYOUT = frozenset("\n\t")
_LAYOUT_PARTS = re.compile("([\n\t])")
#: the same for JSON, where it is escaped and so not lost; lone surrogates included
_ESCAPED = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\uf8ff\ufeff\ufff9-\ufffb\U000e0000-\U0010ffff]"
)
#: what a spreadsheet would take for a formula, full-width forms included
_FORMULA = re.compile(r"[\s\x00-\x1f\x7f\u200b\u200e\u200f\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")

#: the column of addresses
_ADDRESS = "address"
#: columns that stand on a line of their own, under the address
_REMARKS = frozenset({"why", "problem"})
#: a column of such short values is not broken into lines
_SHORT = 20
#: room that a column of longer values needs at least, and what parts two columns
_LEAST, _GAP = 14, 3

Mark = tuple[int, int]

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for programs."
)


def plain(text: str) -> str:
    """The text on one line, without anything that could steer a terminal."""
    if text.isascii() and text.isprintable():
        return text
    return _harmless(" ".join(text.split()))


def block(text: str) -> str:
    """The same, with its line breaks."""
    return "\n".join(plain(line) for line in text.split("\n"))


def harmless(text: str) -> str:
    """The text with its spaces and line breaks, without anything that could steer a terminal."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        part if part in _LAYOUT else _harmless(part) for part in _LAYOUT_PARTS.split(text)
    )


def _harmless(text: str) -> str:
    text = _ESCAPE_SEQUENCE.sub("", text)
    return "".join(
        char for char in text if char in _JOINERS or unicodedata.category(char) not in _DANGEROUS
    )


def guarded(value: object) -> object:
    """A CSV cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def is_terminal() -> bool:
    """True where a person watches the output."""
    return sys.stdout.isatty()


def to_json(value: object, *, is_ascii: bool | None = None) -> str:
    """One line of JSON: values of ours as objects, moments as ISO 8601, no control characters.

    ``is_ascii``: None: as standard output takes it.
    """
    is_ascii = not _takes_unicode() if is_ascii is None else is_ascii
    text = json.dumps(value, ensure_ascii=is_ascii, default=_plain_value)
    if text.isascii() and "\x7f" not in text:
        return text
    return _ESCAPED.sub(lambda match: json.dumps(match[0])[1:-1], text)


def _takes_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _plain_value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"no JSON for {type(value).__name__}")


def print_json(value: object) -> None:
    """One JSON value on one line."""
    click.echo(to_json(value))


def print_json_lines(values: Iterable[object]) -> None:
    """One JSON value a line."""
    for value in values:
        print_json(value)


def note(message: str) -> None:
    """A message for the person, on standard error."""
    click.echo(plain(message), err=True)


def moment(value: datetime | None) -> str:
    """A moment to the minute in UTC, "" for none."""
    return "" if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M}Z"


def in_words(count: int, thing: str, things: str = "") -> str:
    """ "1 page", "2 pages"; ``things`` where it is not the thing with an s."""
    return f"{count} {thing}" if count == 1 else f"{count} {things or thing + 's'}"


def as_said(published: str | None) -> str:
    """A time of publication to the minute, in the zone that the page gives; a day stays a day."""
    if not published or "T" not in published:
        return published or ""
    day, _, time = published.partition("T")
    zone = time[8:] if time[8:] not in ("+00:00", "Z") else "Z"
    return f"{day} {time[:5]}{zone}"


def cell(value: object) -> str:
    """A value as text on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(part) for part in value)
    return plain(str(value))


def print_line(text: str = "", *, style: str = "", marks: Sequence[Mark] = ()) -> None:
    """One line; on a terminal in a style, and with its marked parts in bold."""
    if not is_terminal():
        click.echo(plain_part(text))
        return
    from rich.text import Text

    shown = Text(style=style)
    at = 0
    for start, end in marks:
        shown.append(plain_part(text[at:start])).append(plain_part(text[start:end]), "bold yellow")
        at = end
    shown.append(plain_part(text[at:]))
    # the terminal itself wraps the rest, so that a long address stays whole when copied
    _print_rich(shown, soft_wrap=not marks)


def plain_part(text: str) -> str:
    """A line, or a part of one, made harmless; spaces stay as they are."""
    return text if text.isascii() and text.isprintable() else _harmless(re.sub(r"\s", " ", text))


def print_block(text: str) -> None:
    """Paragraphs, with one blank line between."""
    if not is_terminal():
        click.echo(block(text))
        return
    from rich.text import Text

    _print_rich(Text(block(text)))


def print_fields(pairs: Mapping[str, object]) -> None:
    """Names and values beneath each other; what has no value is left out."""
    shown = {name: cell(value) for name, value in pairs.items() if value not in (None, (), [], "")}
    if not is_terminal():
        for name, value in shown.items():
            click.echo(f"{name}\t{value}")
        return
    width = max(map(len, shown), default=0)
    for name, value in shown.items():
        if "://" in value:
            # the terminal itself wraps it, so that it stays whole when copied
            line = _text(f"{name:{width}}  ", "dim").append(value, "default")
            _print_rich(line, soft_wrap=True)
            continue
        table = _grid(width)
        table.add_row(_text(name, "dim"), _text(value))
        _print_rich(table)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows beneath a heading; tab-separated where no person watches.

    On a terminal, rows with an address are entries of some lines, the address on its own, and so
    are rows whose columns have no room beside each other: nothing is cut off.
    """
    if not is_terminal():
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join(cell(value) for value in row))
        return
    if _ADDRESS in columns:
        for row in rows:
            _print_entry(columns, row)
        return
    _print_grid(columns, [list(row) for row in rows])


def _print_grid(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    widths = [
        max(len(text) for text in (name, *(cell(row[place]) for row in rows)))
        for place, name in enumerate(columns)
    ]
    is_whole = [place == 0 or width <= _SHORT for place, width in enumerate(widths)]
    needed = sum(width if whole else _LEAST for width, whole in zip(widths, is_whole, strict=True))
    if needed + _GAP * len(columns) > _console().width:
        for row in rows:
            _print_entry(columns, row)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name, whole in zip(columns, is_whole, strict=True):
        table.add_column(name, overflow="fold", no_wrap=whole)
    for row in rows:
        table.add_row(*(_text(cell(value), _style(value)) for value in row))
    _print_rich(table)


def _print_entry(columns: Sequence[str], row: Sequence[object]) -> None:
    shown = _text("")
    below: list[str] = []
    for name, value in zip(columns, row, strict=True):
        text = cell(value)
        if name == _ADDRESS:
            below.insert(0, text)
        elif name in _REMARKS and text:
            below.append(text)
        elif text:
            # a number or "yes" alone says nothing where no heading stands above it
            text = f"{name} {text}" if name and _needs_name(value) else text
            shown.append(text, "bold" if name == "title" else "dim").append("  ")
    for text in below:
        shown.append(f"\n    {text}")
    _print_rich(shown, soft_wrap=True)


def _needs_name(value: object) -> bool:
    return _is_number(value) or isinstance(value, bool | datetime) or value in ("yes", "no")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _style(value: object) -> str:
    return "cyan" if _is_number(value) else ""


def _grid(width: int) -> Any:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=width)
    table.add_column(overflow="fold")
    return table


def _text(text: str, style: str = "") -> Any:
    # rich.text.Text is never read for markup, so that [brackets] from the web stay brackets
    from rich.text import Text

    return Text(text, style=style)


def _print_rich(shown: Any, *, soft_wrap: bool = False) -> None:
    _console().print(shown, soft_wrap=soft_wrap)


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, emoji=False, markup=False)
