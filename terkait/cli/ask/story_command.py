"""``terkait story``: the articles that tell the same story, as a time line."""

from collections.abc import Mapping

import click

from db.queries.graph.stories import Chapter, StoryEntry
from db.queries.graph.stories import story as chapters_of
from db.queries.shown_titles import shown_titles
from terkait.cli.options import opened
from terkait.cli.output import (
    as_said,
    json_option,
    moment,
    note,
    print_json,
    print_line,
    print_table,
)
from terkait.cli.whole_number import AtLeast
from terkait.named import named_article

_ARROWS = {"out": "→", "in": "←"}


@click.command()
@click.argument("which", metavar="URL|ID")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=AtLeast(min=1),
    metavar="N",
    help="Show at most N articles, those most alike.",
)
@json_option
def story(which: str, limit: int, as_json: bool) -> None:
    """Show the articles that tell the same story as one, oldest first, and why each belongs.

    They are found by the links around it (both ways) and by its names on any site; how like
    title and text are decides. docs/stories.md says how.

    \b
    Examples:
      terkait story https://news.example/read/1
      terkait story 17 --json
    """
    with opened() as session:
        article = named_article(session, which)
        chapters = chapters_of(session, article, limit=limit)
        titles = shown_titles(session, {chapter.id: chapter.title for chapter in chapters})
        about = {"url": article.url, "id": article.id, "title": article.title}
    if as_json:
        print_json(about | {"story": chapters})
    else:
        _print(titles[article.id], chapters, titles)
    if len(chapters) == 1:
        note("no other known article tells this story")


def _print(title: str, chapters: list[Chapter], titles: Mapping[int, str]) -> None:
    print_line(title, style="bold")
    rows = [
        (
            as_said(chapter.published) or "time unknown",
            chapter.site,
            titles[chapter.id],
            chapter.url,
            chapter.id,
            chapter.similarity,
            why(chapter),
        )
        for chapter in chapters
    ]
    print_table(("published", "site", "title", "address", "article", "similarity", "why"), rows)


def why(chapter: Chapter) -> str:
    """Why the article belongs, in words."""
    reasons = ["asked for"] if chapter.is_asked else _reasons(chapter)
    if chapter.gone_since:
        reasons.append(f"gone from its site since {moment(chapter.gone_since)}")
    return "; ".join(reasons)


def _reasons(chapter: Chapter) -> list[str]:
    reasons = [_way(chapter.path) if chapter.path else "found by its names"]
    if chapter.words:
        reasons.append(f"both tell of {', '.join(chapter.words)}")
    if chapter.copy_of:
        reasons.append(f"copy of {chapter.copy_of}")
    return reasons


def _way(path: tuple[StoryEntry, ...]) -> str:
    """By which links; the last of them leads to the article itself."""
    over = [f"{_ARROWS[step.direction]} {step.kind} {step.far}" for step in path[:-1]]
    return " ".join(["linked", *over, f"{_ARROWS[path[-1].direction]} {path[-1].kind}"])
