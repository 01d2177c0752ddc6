"""What `--help` says of the commands, and what it loads."""

import subprocess
import sys

import click
import pytest

from terkait.cli import COMMANDS, main


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


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_an_example(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    commands = list(command.commands.values()) if isinstance(command, click.Group) else []
    helps = [one.help or "" for one in (command, *commands)]
    assert any("Example" in text for text in helps)
