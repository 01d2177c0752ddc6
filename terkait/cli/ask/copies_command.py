"""``terkait copies``: the copies of an article, original first."""

import click

from db.queries.copies import Copy, copies_of
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
        found = copies_of(session, named_article(session, which), COMPARER)
    if as_json:
        print_json_lines(found)
    else:
        _print(found, with_changes=changes)
    if len(found) == 1:
        note("this article has no known copies")


def _print(found: list[Copy], *, with_changes: bool) -> None:
    columns = (
        "", "common", "published", "site", "sources", "title", "address", "article", "gone since",
    )  # fmt: skip
    rows = [
        (
            one.kind,
            _percent(one),
            as_said(one.published),
            one.site,
            one.sources,
            one.title,
            one.url,
            one.id,
            one.gone_since,
        )
        for one in found
    ]
    print_table(columns, rows)
    for one in found if with_changes else ():
        if one.changes:
            _print_changes(one)


def _percent(one: Copy) -> str:
    return "" if one.share is None else f"{one.share:.0%}"


def _print_changes(one: Copy) -> None:
    print_line()
    print_line(f"In article {one.id} ({one.site}):", style="bold")
    for change in one.changes[:MAX_SHOWN]:
        print_change(change)
    if len(one.changes) > MAX_SHOWN:
        print_line(f"... and {len(one.changes) - MAX_SHOWN} more passages", style="dim")
