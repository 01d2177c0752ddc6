"""``terkait history``: the versions of an article and what changed."""

import click

from db.history import Change, Version, versions_of
from db.lookup import find_article
from terkait.cli.asking import article_key, opened
from terkait.cli.output import json_option, moment, print_json_lines, print_line


@click.command()
@click.argument("which", metavar="URL|ID")
@json_option
def history(which: str, as_json: bool) -> None:
    """Show the versions of an article, oldest first, and which words changed.

    \b
    Examples:
      terkait history https://news.example/read/1
      terkait history 17 --json
    """
    key = article_key(which)
    with opened() as session:
        article = find_article(session, key)
        versions = versions_of(session, article.id)
    if as_json:
        print_json_lines(versions)
        return
    for version in versions:
        _print(version)


def _print(version: Version) -> None:
    heading = f"Version {version.number}, seen {moment(version.seen)}: {version.words} words"
    print_line(heading, style="bold")
    if version.number == 1:
        print_line(version.title or "(no title)")
    for field in version.fields:
        print_line(f"{field.field}:")
        _print_change(field.before or "", field.after or "")
    for change in version.changes:
        print_line(_context(change), style="dim")
        _print_change(change.before, change.after)
    print_line()


def _context(change: Change) -> str:
    return f'after "{change.context}":' if change.context else "at the beginning:"


def _print_change(before: str, after: str) -> None:
    if before:
        print_line(f"- {before}", style="red")
    if after:
        print_line(f"+ {after}", style="green")
