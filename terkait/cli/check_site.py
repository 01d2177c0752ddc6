"""``terkait sites check``: what is found on a page of a site, in which box, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.engine.site_layout import verdicts_from
from crawler.links.finder import JudgedLink, explain_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage as FetchedPage
from crawler.page.profiles import profile_for
from crawler.page.urls import site_of
from db.articles.repeated_lines import LearnedLine, learned
from db.compression import unpack
from db.config import load_config
from db.links.box_stats import PlaceVerdict, verdicts_of
from db.models import ArchivedPage
from db.queries.resolve import find_page, follow
from terkait.cli.options import address
from terkait.cli.output import (
    is_terminal,
    json_option,
    note,
    print_fields,
    print_json,
    print_line,
    print_table,
)
from terkait.crawl_run import CrawlRequest, run_crawl
from terkait.database import open_database
from terkait.errors import NothingCrawled
from workers.parsing.article import ParsedArticle
from workers.parsing.explaining import explain

#: colour of each kind on a terminal, in the order in which they are shown there
_COLOURS = {"related": "green", "readmore": "green", "inline": "cyan", "other": "dim"}
#: of a box that is not followed, so many links are shown on a terminal
_MAX_OTHERS = 3
#: of a long place, so much of its end is shown in a table on a terminal
_MAX_PLACE_CHARS = 70


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """What was found on one page."""

    url: str
    #: its name and layout, or "none"
    profile: str
    article: ParsedArticle
    links: tuple[JudgedLink, ...]
    #: what many pages of the site tell of its boxes
    places: tuple[PlaceVerdict, ...]
    #: lines that the site repeats, which are cut from bodies
    repeated: tuple[LearnedLine, ...]


@click.command()
@click.argument("url")
@json_option
def check(url: str, as_json: bool) -> None:
    """Show what is found on a page: the article, each box of links, its kind and why.

    The page is taken from the archive, or fetched where it is not there. For whoever adds a site
    or writes a profile for one.

    \b
    Examples:
      terkait sites check https://news.example/read/1
      terkait sites check https://news.example/read/1 --json
    """
    wanted = address(url)
    found = _archived(wanted)
    if found is None:
        note(f"{wanted} is not in the archive yet: fetching it")
        run_crawl(load_config(), CrawlRequest(urls=(wanted,), depth=0, max_pages=10), is_quiet=True)
        found = _archived(wanted)
    if found is None:
        raise NothingCrawled(f"{wanted} could not be fetched; `terkait explain` says why")
    if as_json:
        print_json(_as_json(found))
    else:
        _print(found)


def _archived(url: str) -> Check | None:
    try:
        database = open_database(load_config())
    except NothingCrawled:
        return None
    try:
        with database.read() as session:
            row = _newest(session, url)
            return None if row is None else _check(session, row)
    finally:
        database.close()


def _newest(session: Session, url: str) -> ArchivedPage | None:
    page = find_page(session, url)
    if page is None:
        return None
    ids = {page.id, follow(session, [page.id])[page.id].id}
    return session.scalar(
        select(ArchivedPage)
        .where(ArchivedPage.page_id.in_(ids))
        .order_by(ArchivedPage.id.desc())
        .limit(1)
    )


def _check(session: Session, row: ArchivedPage) -> Check:
    page = FetchedPage(
        url=row.url, body=unpack(row.body), fetched_at=row.fetched_at, headers=row.headers
    )
    document, profile = Document(page), profile_for(row.url)
    explained = explain(document, profile)
    places = tuple(verdicts_of(session, site_of(row.url)))
    lore = verdicts_from(places)
    return Check(
        url=row.url,
        profile=explained.profile,
        article=explained.article,
        links=explain_links(
            document, profile, site_wide=lore.site_wide, of_the_page=lore.of_the_page
        ),
        places=places,
        repeated=tuple(learned(session, site_of(row.url))),
    )


def _as_json(found: Check) -> dict[str, Any]:
    return {
        "url": found.url,
        "profile": found.profile,
        "doubt": found.article.evidence.get("profile"),
        "title": found.article.title,
        "published": found.article.published,
        "not_article": found.article.not_article,
        "evidence": dict(found.article.evidence),
        "links": [
            {
                "kind": one.link.kind,
                "box": one.link.box,
                "place": one.place,
                "why": one.why,
                "anchor": one.link.anchor,
                "url": one.link.url,
            }
            for one in found.links
        ],
        "places": [
            {
                "place": lore.place,
                "verdict": lore.verdict,
                "pages": lore.pages,
                "links": round(lore.links, 1),
                "sameness": round(lore.sameness, 2),
            }
            for lore in found.places
        ],
        "repeated": [
            {"line": one.line, "articles": one.articles, "of_articles": one.of_articles}
            for one in found.repeated
        ],
    }


def _print(found: Check) -> None:
    article = found.article
    print_fields(
        {
            "page": found.url,
            "profile": found.profile,
            "doubt": article.evidence.get("profile"),
            "not an article": article.not_article,
            "title": article.title,
            "published": article.published,
            "authors": article.authors,
            "paragraphs": len(article.paragraphs),
        }
    )
    if not found.links:
        note("no link to another article was found")
    elif is_terminal():
        links = sorted(found.links, key=lambda one: list(_COLOURS).index(one.link.kind))
        for (kind, box, place, why), some in groupby(links, key=_box):
            _print_box(kind, box, place, why, list(some))
    else:
        columns = ("kind", "box", "place", "why", "anchor", "address")
        print_table(columns, [(*_box(one), one.link.anchor, one.link.url) for one in found.links])
    if found.places:
        print_line()
        print_line("boxes of this site, learned from many pages", style="bold")
        known = sorted(found.places, key=lambda lore: lore.verdict == "unknown")
        print_table(("verdict", "pages", "links", "sameness", "place"), map(_lore_row, known))
    _print_repeated(found.repeated)


def _lore_row(lore: PlaceVerdict) -> tuple[object, ...]:
    place = lore.place
    if is_terminal() and len(place) > _MAX_PLACE_CHARS:
        place = f"…{place[-_MAX_PLACE_CHARS:]}"
    return lore.verdict, lore.pages, f"{lore.links:.1f}", f"{lore.sameness:.2f}", place


def _print_repeated(lines: tuple[LearnedLine, ...]) -> None:
    if not lines:
        return
    print_line()
    print_line("lines that this site repeats, cut from bodies", style="bold")
    rows = [(one.line, one.articles, one.of_articles) for one in lines]
    print_table(("line", "articles", "of"), rows)


def _box(one: JudgedLink) -> tuple[str, str, str, str]:
    return one.link.kind, one.link.box, one.place, one.why


def _print_box(kind: str, box: str, place: str, why: str, links: Sequence[JudgedLink]) -> None:
    print_line()
    heading = f"  {box}" if box else ""
    print_line(f"{kind}{heading}  ({why})", style=_COLOURS.get(kind, ""))
    if place:
        print_line(f"  in {place}", style="dim")
    shown = links[:_MAX_OTHERS] if kind == "other" else links
    for one in shown:
        print_line(f"  {one.link.anchor or '(picture)'}  {one.link.url}")
    if len(links) > len(shown):
        print_line(f"  and {len(links) - len(shown)} more; see --json", style="dim")
