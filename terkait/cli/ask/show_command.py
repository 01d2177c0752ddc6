"""``terkait show``: one article with everything known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from db.models import Article
from db.queries.copies import original_first
from db.queries.graph.neighbours import Edge, neighbourhood
from db.queries.record import make_records
from db.queries.resolve import ResolvedAddress, addresses_of, find_page
from db.queries.revisions import Version, versions_of
from db.queries.shown_titles import end_titles, far_title, shown_titles
from db.queries.visits import VisitCounts, VisitLine, visit_lines
from db.sql.session import Session
from db.terms.article_fields import FIELDS
from terkait.cli.options import opened
from terkait.cli.output import (
    as_said,
    json_option,
    moment,
    print_block,
    print_fields,
    print_json,
    print_line,
    print_table,
)
from terkait.named import named_article

#: links in each direction that are shown; ``related`` shows all
MAX_LINKS = 200
#: visits that are shown, the newest
MAX_VISITS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class WholeArticle:
    """Everything about an article."""

    #: the keys of ``export``
    record: dict[str, Any]
    #: of each article that is shown
    titles: dict[int, str]
    addresses: list[ResolvedAddress]
    links_here: list[Edge]
    links_out: list[Edge]
    #: the original first, the article among them
    copies: list[Article]
    versions: list[Version]
    published_at: datetime | None
    #: at its own address; None where that has no row
    looks: VisitCounts | None
    #: to all of its addresses, the newest first
    visits: list[VisitLine]


@click.command()
@click.argument("which", metavar="URL|ID")
@click.option("--text/--no-text", default=True, help="Show the body too, or not.")
@json_option
def show(which: str, text: bool, as_json: bool) -> None:
    """Show one article with everything known of it.

    Any address that leads to the article will do: its own, AMP, mobile, a redirect.

    \b
    Examples:
      terkait show https://news.example/read/1
      terkait show 17 --json
    """
    with opened() as session:
        whole = _gather(session, named_article(session, which))
    if as_json:
        print_json(_as_record(whole))
    else:
        _print(whole, text=text)


def _gather(session: Session, article: Article) -> WholeArticle:
    around = neighbourhood(session, article.id, limit=2 * MAX_LINKS)
    addresses = addresses_of(session, [article.id])
    own = addresses.get(article.id, [])
    copies = original_first(session, article)
    titles = shown_titles(session, {copy.id: copy.title for copy in copies})
    titles |= end_titles(session, around.edges)
    visits = visit_lines(session, [address.id for address in own])
    return WholeArticle(
        record=make_records(session, [article], addresses)[0],
        titles=titles,
        addresses=own,
        links_here=[edge for edge in around.edges if edge.direction == "in"][:MAX_LINKS],
        links_out=[edge for edge in around.edges if edge.direction == "out"][:MAX_LINKS],
        copies=copies,
        versions=versions_of(session, article.id, visits),
        published_at=article.published_at,
        looks=_looks(session, article),
        visits=visits[:MAX_VISITS],
    )


def _looks(session: Session, article: Article) -> VisitCounts | None:
    page = find_page(session, article.url)
    return None if page is None else VisitCounts.of(page)


def _as_record(whole: WholeArticle) -> dict[str, Any]:
    return whole.record | {
        "looks": whole.looks,
        "visits": whole.visits,
        "addresses": [
            {"url": entry.url, "state": entry.state, "reason": entry.reason}
            for entry in whole.addresses
        ],
        "linked_from": [
            {
                "url": edge.far.url,
                "id": edge.far.article_id,
                "title": edge.far.title,
                "kind": edge.kind,
                "first_seen": edge.first_seen,
                "last_seen": edge.last_seen,
                "is_there": edge.is_there,
            }
            for edge in whole.links_here
        ],
        "copies": [
            {"url": entry.url, "id": entry.id, "is_original": entry is whole.copies[0]}
            for entry in whole.copies
            if entry.id != whole.record["id"]
        ],
        "versions": [
            {"number": entry.number, "seen": entry.seen, "title": entry.title, "words": entry.words}
            for entry in whole.versions
        ],
    }


def _print(whole: WholeArticle, *, text: bool) -> None:
    record = whole.record
    print_line(whole.titles[record["id"]], style="bold")
    print_line(record["url"], style="dim")
    print_line()
    _print_fields(record)
    if text:
        print_line()
        print_block(record["body"])
    _print_crawl(whole)
    _print_links("Links to", whole.links_out, whole.titles)
    _print_links("Linked from", whole.links_here, whole.titles)
    _print_others(whole)


def _print_fields(record: dict[str, Any]) -> None:
    evidence = record["evidence"]
    rows = [
        (name, record[name], evidence.get(name, ""))
        for name in FIELDS
        if record[name] not in (None, "", []) and name != "image"
    ]
    print_table(("field", "value", "from"), rows)
    print_fields({"image": record["image"]})  # no table breaks it


def _print_crawl(whole: WholeArticle) -> None:
    record = whole.record
    print_line()
    print_fields(
        {
            "article": record["id"],
            "site": record["site"],
            "first seen": datetime.fromisoformat(record["first_seen"]),
            "last fetched": datetime.fromisoformat(record["last_fetched"]),
            "first run": record["first_run"],
            "last run": record["last_run"],
            "depth": record["depth"],
            "versions": record["revisions"],
            "copy of": record["copy_of"],
        }
        | _looks_in_words(whole.looks)
    )


def _looks_in_words(looks: VisitCounts | None) -> dict[str, object]:
    if looks is None:
        return {}
    return {
        "visited": "once"
        if looks.visits == 1
        else f"{looks.visits} times, {looks.changes} of them with a change",
        "last changed": looks.changed_at if looks.changes else None,
        "gone since": looks.gone_at,
        "next visit": looks.next_visit_at or "none is planned",
    }


def _print_links(heading: str, edges: list[Edge], titles: Mapping[int, str]) -> None:
    if not edges:
        return
    print_line()
    print_line(heading, style="bold")
    rows = [
        (edge.kind, edge.box, far_title(edge, titles), edge.far.url, fate(edge), standing(edge))
        for edge in edges
    ]  # fmt: skip
    print_table(("kind", "box", "title", "address", "state", "link"), rows)


def fate(edge: Edge) -> str:
    """What became of the far end of a link: stored, or its state and the reason."""
    if edge.far.article_id is not None:
        return f"article {edge.far.article_id}"
    reason = edge.far.reason or (edge.unfollowed if edge.direction == "out" else None)
    return f"{edge.far.state} ({reason})" if reason else edge.far.state or ""


def standing(edge: Edge) -> str:
    """Since when a link has gone from its page; "" while it is there, or where nobody knows."""
    return f"gone, last seen {moment(edge.last_seen)}" if edge.is_there is False else ""


def _print_others(whole: WholeArticle) -> None:
    if whole.visits:
        print_line()
        print_line("Visits", style="bold")
        print_table(
            ("when", "run", "outcome", "reason", "address"),
            [(each.at, each.run, each.outcome, each.reason, each.url) for each in whole.visits],
        )
    if len(whole.addresses) > 1:
        print_line()
        print_line("Addresses", style="bold")
        rows = [(entry.url, entry.state, entry.reason) for entry in whole.addresses]
        print_table(("address", "state", "reason"), rows)
    if len(whole.copies) > 1:
        print_line()
        print_line("Copies", style="bold")
        print_copies(whole.copies, whole.titles)
    if len(whole.versions) > 1:
        print_line()
        print_line("Versions", style="bold")
        print_table(
            ("version", "seen", "title", "words"),
            [(entry.number, entry.seen, entry.title, entry.words) for entry in whole.versions],
        )


def print_copies(copies: list[Article], titles: Mapping[int, str]) -> None:
    """Copies as a table, the original first."""
    print_table(
        ("", "published", "site", "title", "address", "article"),
        [
            (
                "original" if copy is copies[0] else "copy",
                as_said(copy.published),
                copy.site,
                titles[copy.id],
                copy.url,
                copy.id,
            )
            for copy in copies
        ],
    )
