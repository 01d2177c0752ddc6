"""``terkait copies``: the copies of an article, original first."""

import click

from db.copies import copies_of
from db.lookup import find_article
from terkait.cli.asking import article_key, opened
from terkait.cli.output import json_option, note, print_json_lines
from terkait.cli.show import print_copies


@click.command()
@click.argument("which", metavar="URL|ID")
@json_option
def copies(which: str, as_json: bool) -> None:
    """Show the articles with the same text, the original first.

    \b
    Examples:
      terkait copies https://news.example/read/1
      terkait copies 17 --json
    """
    key = article_key(which)
    with opened() as session:
        found = copies_of(session, find_article(session, key))
    if as_json:
        print_json_lines(found)
    else:
        print_copies(found)
    if len(found) == 1:
        note("no copy of this article is known")
