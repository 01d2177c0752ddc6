"""``terkait history``: the versions of an article and what changed."""

import click

from db.queries.revisions import Version, versions_of
from db.queries.shown_titles import NO_TITLE
from terkait.cli.ask.diff_output import print_before_and_after, print_change
from terkait.cli.options import opened
from terkait.cli.output import in_words, json_option, moment, print_json_lines, print_line
from terkait.named import named_article


@click.command()
@click.argument("which", metavar="URL|ID")
@json_option
def history(which: str, as_json: bool) -> None:
    """Show the versions of an article, oldest first, and which words changed.

    Versions that say they put something right are marked as corrections, passages as changed,
    added or deleted, and an article that its site has taken away as gone.

    \b
    Examples:
      terkait history https://news.example/read/1
      terkait history 17 --json
    """
    with opened() as session:
        article = named_article(session, which)
        versions = versions_of(session, article.id)
    if as_json:
        print_json_lines(versions)
        return
    for version in versions:
        _print(version)


def _print(version: Version) -> None:
    heading = f"Version {version.number}, seen {moment(version.seen)}: {version.words} words"
    print_line(", ".join([heading, *version.marks]), style="bold")
    if version.number == 1:
        print_line(version.title or NO_TITLE)
    for field in version.fields:
        print_line(f"{field.field}:")
        print_before_and_after(field.before or "", field.after or "")
    for change in version.changes:
        print_change(change)
    if version.unreadable:
        first, last = version.unreadable[0], version.unreadable[-1]
        times = moment(first.at) if first is last else f"{moment(first.at)} to {moment(last.at)}"
        print_line(
            f"Unreadable at {in_words(len(version.unreadable), 'visit')} ({times}): the page "
            "came without its text, which says nothing of the article."
        )
    if version.gone_since is not None:
        print_line(
            f"Gone since {moment(version.gone_since)}: the page was missing at two visits, "
            "one after the other. Its versions are kept."
        )
    print_line()
