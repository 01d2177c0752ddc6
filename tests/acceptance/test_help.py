"""What `--help` says of the commands, and what it loads."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from terkait.cli import _OTHER_WORDS, COMMANDS, main


def test_help_lists_every_command_and_loads_none() -> None:
    code = "import sys, terkait.cli as c; c.main(['--help'], standalone_mode=False); "
    code += "sys.exit(','.join({'sqlalchemy', 'scrapy', 'celery'} & sys.modules.keys()) or None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


def test_crawl_starts_its_processes_before_it_loads_a_database() -> None:
    code = "import sys, terkait.cli.crawl_command; "
    code += "sys.exit(','.join({'sqlalchemy', 'tldextract'} & sys.modules.keys()) or None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def with_children(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    children = command.commands.items() if isinstance(command, click.Group) else ()
    for child, its in children:
        yield from with_children(its, f"{name} {child}")


@pytest.mark.parametrize("top", sorted(COMMANDS))
def test_every_command_says_all_and_gives_examples(top: str) -> None:
    loaded = main.get_command(click.Context(main), top)
    assert loaded is not None
    for name, command in with_children(loaded, top):
        shown = CliRunner().invoke(main, [*name.split(), "--help"], terminal_width=80).stdout
        assert f"terkait {name}" in shown.partition("Example")[2], name
        assert "..." not in shown.partition("\nCommands:")[2], "a line of the list is cut off"
        for option in (each for each in command.params if isinstance(each, click.Option)):
            assert option.help, (name, option.name)
            says_values = option.is_flag or isinstance(option.type, click.Choice)
            assert says_values or option.metavar, (name, option.name, "shows its type")


def test_what_a_command_is_called_elsewhere_leads_to_ours() -> None:
    for word, ours in (
        ("serve", "web"),
        ("Find", "search"),
        ("help", "--help"),
        ("serach", "search"),
    ):
        said = CliRunner().invoke(main, [word]).stderr
        assert f"Did you mean {ours}?" in said, word


def test_every_other_word_leads_to_something_that_is_there() -> None:
    assert {*_OTHER_WORDS.values()} <= {*COMMANDS, "--help", "--version"}
    assert not {*_OTHER_WORDS} & {*COMMANDS}


@pytest.mark.parametrize("words", [[], ["crawl"], ["db", "copy"]])
def test_h_is_short_for_help(words: list[str]) -> None:
    short, long = (CliRunner().invoke(main, [*words, form]) for form in ("-h", "--help"))
    assert (short.exit_code, short.stdout) == (0, long.stdout)
