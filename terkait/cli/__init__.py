"""The command ``terkait``: a table of commands, each loaded only when it is used.

One module a command. Every error that the user can mend becomes one line on standard error.
"""

import errno
import keyword
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from db.process_memory import collect_seldom, loading
from db.terms.errors import TerkaitError
from terkait.errors import BadUsage
from terkait.exit_codes import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_PIPE_CLOSED,
    EXIT_WRONG_USE,
)
from terkait.interrupts import ended_at_once
from workers.runs.import_path import keep_children_apart

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandEntry:
    """A command that is not loaded yet."""

    #: "module:attribute"
    target: str
    #: its line in ``terkait --help``
    help: str
    #: heading in ``terkait --help``
    section: str


def _entry(section: str, room: str, line: str) -> tuple[str, CommandEntry]:
    """The entry of ``terkait/cli/<room>_command.py``; the command has the name of its module."""
    name = room.rpartition(".")[2]
    function = f"{name}_" if keyword.iskeyword(name) else name
    return name, CommandEntry(
        target=f"terkait.cli.{room}_command:{function}", help=line, section=section
    )


COMMANDS: dict[str, CommandEntry] = dict(
    (
        _entry("Crawl", "crawl", "Crawl from these addresses, following related links."),
        _entry("Crawl", "operate.nightly", "Crawl the sites of terkait.toml, as scheduled."),
        _entry("Crawl", "operate.up", "Run schedule, workers and spiders in one terminal."),
        _entry("Crawl", "operate.sites", "List or add the sites of the nightly crawl."),
        _entry("Crawl", "operate.demo", "Crawl a small made-up news site on this machine."),
        _entry("Crawl", "extract", "Read saved pages; needs neither database nor queue."),
        _entry("Ask", "ask.search", "Find articles by their words."),
        _entry("Ask", "ask.show", "Show one article with everything known of it."),
        _entry("Ask", "ask.related", "Show the articles linked with one, both ways."),
        _entry("Ask", "ask.story", "Show the articles that tell the same story, in time."),
        _entry("Ask", "ask.copies", "Show the copies of an article, original first."),
        _entry("Ask", "ask.history", "Show the versions of an article and what changed."),
        _entry("Ask", "ask.explain", "Say why an address was fetched, skipped or failed."),
        _entry("Ask", "ask.runs", "List the crawl runs and how they went."),
        _entry("Ask", "ask.stats", "Show what the database holds."),
        _entry("Ask", "ask.watch", "Keep searches, and see what runs find of them."),
        _entry("Ask", "ask.raw", "Print an archived page as it was fetched."),
        _entry("Ask", "ask.web", "Serve a page to look at all of it, and a JSON API."),
        _entry("Ask", "ask.export", "Write all articles, or those that filters select."),
        _entry("Keep", "operate.db", "Upgrade or check the database's schema."),
        _entry("Keep", "operate.import", "Take in WARC files and saved pages."),
        _entry("Keep", "operate.reparse", "Read archived pages again with the current reader."),
        _entry("Keep", "operate.metrics", "Print the figures that a monitor watches."),
        _entry("Keep", "operate.doctor", "Check what is installed, configured and reachable."),
    )
)

#: what people type for a command, or an option, that is called otherwise here
_OTHER_WORDS = {
    "check": "doctor", "duplicates": "copies", "fetch": "crawl", "find": "search", "help": "--help",
    "links": "related", "query": "search", "scrape": "crawl", "serve": "web", "server": "web",
    "similar": "copies", "start": "up", "status": "doctor", "version": "--version",
    "versions": "history", "why": "explain",
}  # fmt: skip


def load(name: str) -> click.Command | None:
    """Import the command of that name; None where there is none."""
    entry = COMMANDS.get(name)
    if entry is None:
        return None
    module, _, attribute = entry.target.partition(":")
    collect_seldom()
    with ended_at_once(), loading():
        command = getattr(import_module(module), attribute)
    assert isinstance(command, click.Command)
    return command


def complain(message: str) -> None:
    """One line on standard error, under the program's name."""
    # messages quote addresses and names from the web: nothing of them may steer the terminal
    from terkait.cli.output import plain

    click.echo(f"terkait: {plain(message)}", err=True)


@contextmanager
def _errors_as_lines() -> Iterator[None]:
    try:
        yield
        sys.stdout.flush()
    except BadUsage as error:
        complain(str(error))
        raise click.exceptions.Exit(EXIT_WRONG_USE) from error
    except TerkaitError as error:
        complain(str(error))
        raise click.exceptions.Exit(EXIT_FAILED) from error
    except KeyboardInterrupt as error:
        raise click.exceptions.Exit(EXIT_INTERRUPTED) from error
    except BrokenPipeError as error:
        _forget_output()
        raise click.exceptions.Exit(EXIT_PIPE_CLOSED) from error
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        complain(f"the output cannot be written: {error.strerror}")
        _forget_output()
        raise click.exceptions.Exit(EXIT_FAILED) from error


def _forget_output() -> None:
    """Let what is still buffered go nowhere, else the interpreter complains at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from db.config import program_version

    click.echo(f"terkait {program_version()}")
    context.exit()


def _nearest(word: str) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(word, COMMANDS, n=1)), "")


class CommandTable(click.Group):
    """The commands of ``COMMANDS``; ``--help`` lists them without loading one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now."""
        return load(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command meant; one that is not there gets the nearest name that is."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = _OTHER_WORDS.get(args[0].lower()) or _nearest(args[0].lower())
            proposed = f" Did you mean {near}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{proposed}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table by sections."""
        for section in dict.fromkeys(entry.section for entry in COMMANDS.values()):
            with formatter.section(section):
                formatter.write_dl(
                    [(name, e.help) for name, e in COMMANDS.items() if e.section == section]
                )

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the arguments; Ctrl-C ends that as it ends the rest."""
        with _errors_as_lines():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command; errors the user can mend become one line."""
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a locale without Unicode is no error
        with _errors_as_lines():
            return super().invoke(ctx)


@click.command(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Crawl news by following related articles, and ask what was found.

    \b
    Examples:
      terkait crawl https://news.example/read/1 --depth 2
      terkait search banjir jakarta --since 2026-01-01
      terkait related https://news.example/read/1 --hops 2

    Data goes to standard output, messages to standard error. Commands that print data
    take --json. Settings come from the environment (TERKAIT_...) and terkait.toml.
    """
    keep_children_apart()
