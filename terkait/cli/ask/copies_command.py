"""``terkait copies``: the copies of an article, original first."""

from collections.abc import Mapping

import click

from db.queries.copies import Copy, copies_of
from db.queries.shown_titles import shown_titles
from terkait.cli.ask.diff_output import print_change
from terkait.cli.options import opened
from terkait.cli.output import as_said, json_option, note, print_json_lines, print_line, print_table
from terkait.named import named_article
from workers.dedup.comparer import COMPARER

#: changed passages shown of each copy; --json has all
MAX_SHOWN = 5


@click.command()
@click.argument("which", metavar="URL|ID")
@click.option("--changes/--no-changes", default=True, help="Show what is different, or not.")
@json_option
def copies(which: str, changes: bool, as_json: bool) -> None:
    """Show the articles with the same text, whole or in part, the original first.

    Each with the share of the shorter text that both have, the agencies it credits, and what
    is different from the original.

    \b
    Examples:
      terkait copies https://news.example/read/1
      terkait copies 17 --json
    """
    with opened() as session:
        shown = copies_of(session, named_article(session, which), COMPARER)
        titles = shown_titles(session, {copy.id: copy.title for copy in shown})
    if as_json:
        print_json_lines(shown)
    else:
        _print(shown, titles, with_changes=changes)
    if len(shown) == 1:
        note("this article has no known copies")


def _print(members: list[Copy], titles: Mapping[int, str], *, with_changes: bool) -> None:
    columns = (
        "", "common", "published", "site", "sources", "title", "address", "article", "gone since",
    )  # fmt: skip
    rows = [
        (
            copy.kind,
            _percent(copy),
            as_said(copy.published),
            copy.site,
            copy.sources,
            titles[copy.id],
            copy.url,
            copy.id,
            copy.gone_since,
        )
        for copy in members
    ]
    print_table(columns, rows)
    for copy in members if with_changes else ():
        if copy.changes:
            _print_changes(copy)


def _percent(copy: Copy) -> str:
    return "" if copy.share is None else f"{copy.share:.0%}"


def _print_changes(copy: Copy) -> None:
    print_line()
    print_line(f"In article {copy.id} ({copy.site}):", style="bold")
    for change in copy.changes[:MAX_SHOWN]:
        print_change(change)
    if len(copy.changes) > MAX_SHOWN:
        print_line(f"... and {len(copy.changes) - MAX_SHOWN} more passages", style="dim")
