"""``terkait related``: the articles linked with one, in both directions."""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from db.queries.graph.neighbours import Edge, neighbourhood
from db.queries.graph.shortest_path import path_between
from db.queries.shown_titles import end_titles, far_title, shown_titles
from db.terms.errors import NotFound
from terkait.cli.ask.show_command import fate, standing
from terkait.cli.options import opened
from terkait.cli.output import (
    as_said,
    json_option,
    note,
    print_json,
    print_json_lines,
    print_line,
    print_table,
)
from terkait.cli.whole_number import AtLeast
from terkait.named import named_article

#: the graph is a small world: beyond, everything is related to everything
MAX_HOPS = 10

_ARROWS = {"out": "→", "in": "←"}


@click.command()
@click.argument("which", metavar="URL|ID")
@click.option(
    "--hops",
    default=1,
    show_default=True,
    type=click.IntRange(1, MAX_HOPS),
    metavar="N",
    help="How many links away to go.",
)
@click.option(
    "--limit",
    default=500,
    show_default=True,
    type=AtLeast(min=0),
    metavar="N",
    help="Show at most N links; 0: all.",
)
@click.option(
    "--to", metavar="URL|ID", help="Show the shortest path of links to this article instead."
)
@json_option
def related(which: str, hops: int, limit: int, to: str | None, as_json: bool) -> None:
    """Show what an article links to (→) and what links to it (←), and so on for N hops.

    \b
    Examples:
      terkait related https://news.example/read/1
      terkait related https://news.example/read/1 --hops 2 --json
      terkait related https://news.example/read/1 --to https://news.example/read/9
    """
    if to is not None:
        _show_path(which, to, as_json=as_json)
        return
    with opened() as session:
        article = named_article(session, which)
        around = neighbourhood(session, article.id, hops=hops, limit=limit or None)
        about = {"url": article.url, "id": article.id, "title": article.title}
        titles = shown_titles(session, {article.id: article.title})
        titles |= end_titles(session, around.edges)
    if as_json:
        links = [_as_record(edge) for edge in around.edges]
        print_json(about | {"hops": hops, "is_cut": around.is_cut, "related": links})
    else:
        _print(titles[article.id], around.edges, titles)
    if around.is_cut:
        note(f"only the first {len(around.edges)} links are shown; see --limit")
    elif not around.edges:
        note("this article has no related links, and none lead to it")


def _show_path(which: str, to: str, *, as_json: bool) -> None:
    with opened() as session:
        start = named_article(session, which)
        goal = named_article(session, to)
        legs = path_between(session, start.id, goal.id, hops=MAX_HOPS)
        titles = shown_titles(session, {start.id: start.title})
        titles |= end_titles(session, legs or ())
    if legs is None:
        raise NotFound(
            f"no path of related links leads from one article to the other within {MAX_HOPS} links"
        )
    if as_json:
        print_json_lines(legs)
        return
    print_line(titles[start.id], style="bold")
    rows = [
        (
            hop,
            _ARROWS[leg.direction],
            leg.kind,
            titles[leg.far.article_id or 0],
            as_said(leg.far.published),
            leg.far.url,
        )
        for hop, leg in enumerate(legs, 1)
    ]
    if rows:
        print_table(("hop", "", "kind", "title", "published", "address"), rows)


def _as_record(edge: Edge) -> dict[str, Any]:
    far = edge.far
    return {
        "hop": edge.hop,
        "direction": edge.direction,
        "kind": edge.kind,
        "url": far.url,
        "id": far.article_id,
        "title": far.title,
        "site": far.site,
        "published": far.published,
        "state": far.state,
        "reason": far.reason or (edge.unfollowed if edge.direction == "out" else None),
        "box": edge.box,
        "anchor": edge.anchor,
        "position": edge.position,
        "teaser": edge.teaser,
        "first_seen": edge.first_seen,
        "last_seen": edge.last_seen,
        "is_there": edge.is_there,
        "from": edge.near.url,
    }


def _print(title: str, edges: Iterable[Edge], titles: Mapping[int, str]) -> None:
    print_line(title, style="bold")
    rows = [
        (
            edge.hop,
            f"article {edge.near.article_id}" if edge.near.article_id else edge.near.url,
            _ARROWS[edge.direction],
            edge.kind,
            far_title(edge, titles),
            as_said(edge.far.published),
            edge.far.url,
            fate(edge),
            standing(edge),
        )
        for edge in edges
    ]
    columns = ("hop", "from", "", "kind", "title", "published", "address", "state", "link")
    if rows:
        print_table(columns, rows)
