"""``terkait sites check``: what is found on a page of a site, in which box, and why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import click

from crawler.engine.discovery import page_at
from crawler.engine.site_layout import verdicts_from
from crawler.errors import NotFetched
from crawler.links.finder import JudgedLink, explain_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage
from crawler.page.profiles import profile_for
from crawler.page.urls import site_of
from db.articles.repeated_lines import LearnedLine, learned
from db.config import load_config
from db.frontier.pending import ArchivedCopy, newest_copy
from db.links.box_stats import PlaceVerdict, verdicts_of
from db.queries.resolve import find_page, follow
from db.sql.session import Session
from terkait.addresses import canonical_address
from terkait.cli.output import (
    is_terminal,
    json_option,
    note,
    print_fields,
    print_json,
    print_line,
    print_table,
)
from terkait.database import open_database
from terkait.errors import NothingCrawled
from workers.parsing.article import ParsedArticle
from workers.parsing.explaining import explain

#: colour of each kind on a terminal, in the order in which they are shown there
_COLOURS = {"related": "green", "readmore": "green", "inline": "cyan", "other": "dim"}
#: of a box that is not followed, so many links are shown on a terminal
_MAX_OTHERS = 3


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


@click.command(short_help="Show what is found on a page, and why.")
@click.argument("url")
@json_option
def check(url: str, as_json: bool) -> None:
    """Show what is found on a page: the article, each box of links, its kind and why.

    The page is taken from the archive, or fetched where it is not there; nothing is stored. For
    whoever adds a site or writes a profile for one.

    \b
    Examples:
      terkait sites check https://news.example/read/1
      terkait sites check https://news.example/read/1 --json
    """
    wanted = canonical_address(url)
    of_page = _archived(wanted)
    if of_page is None:
        note(f"{wanted} is not in the archive: fetching it, to be looked at alone")
        of_page = _fetched(wanted)
    if as_json:
        print_json(_as_json(of_page))
    else:
        _print(of_page)


def _archived(url: str) -> Check | None:
    with _session() as session:
        row = _newest(session, url) if session else None
        return None if row is None else _check(session, _page(row))


def _fetched(url: str) -> Check:
    """The page as the server has it now. Raises NothingCrawled."""
    from crawler.spiders.probe import look  # loads Scrapy, which the other commands do not need

    try:
        page = look(load_config(), lambda fetcher: page_at(fetcher, url))
    except NotFetched as error:
        raise NothingCrawled(f"{url} could not be fetched: {error}") from error
    with _session() as session:
        return _check(session, page)


@contextmanager
def _session() -> Iterator[Session | None]:
    """A session to read from; None where nothing was crawled yet."""
    try:
        database = open_database(load_config())
    except NothingCrawled:
        yield None
        return
    try:
        with database.read() as session:
            yield session
    finally:
        database.close()


def _newest(session: Session, url: str) -> ArchivedCopy | None:
    page = find_page(session, url)
    if page is None:
        return None
    return newest_copy(session, (page.id, follow(session, [page.id])[page.id].id))


def _page(row: ArchivedCopy) -> FetchedPage:
    return FetchedPage(
        url=row.url, body=row.body.unpacked(), fetched_at=row.fetched_at, headers=row.headers
    )


def _check(session: Session | None, page: FetchedPage) -> Check:
    """session: where what is known of the site is; None: nothing is."""
    document, profile = Document(page), profile_for(page.url)
    explained = explain(document, profile)
    places = tuple(verdicts_of(session, site_of(page.url))) if session else ()
    lore = verdicts_from(places)
    return Check(
        url=page.url,
        profile=explained.profile,
        article=explained.article,
        links=explain_links(
            document,
            profile,
            site_wide=lore.site_wide,
            of_the_page=lore.of_the_page,
            judged=dict(lore.judged),
        ),
        places=places,
        repeated=tuple(learned(session, site_of(page.url))) if session else (),
    )


def _as_json(check: Check) -> dict[str, Any]:
    return {
        "url": check.url,
        "profile": check.profile,
        "doubt": check.article.evidence.get("profile"),
        "title": check.article.title,
        "published": check.article.published,
        "not_article": check.article.not_article,
        "evidence": dict(check.article.evidence),
        "links": [
            {
                "kind": entry.link.kind,
                "box": entry.link.box,
                "place": entry.place,
                "why": entry.why,
                "anchor": entry.link.anchor,
                "url": entry.link.url,
            }
            for entry in check.links
        ],
        "places": [
            {
                "place": lore.place,
                "verdict": lore.verdict,
                "pages": lore.pages,
                "links": round(lore.links, 1),
                "sameness": round(lore.sameness, 2),
            }
            for lore in check.places
        ],
        "repeated": [
            {"line": entry.line, "articles": entry.articles, "of_articles": entry.of_articles}
            for entry in check.repeated
        ],
    }


def _print(check: Check) -> None:
    article = check.article
    print_fields(
        {
            "page": check.url,
            "profile": check.profile,
            "doubt": article.evidence.get("profile"),
            "not an article": article.not_article,
            "title": article.title,
            "published": article.published,
            "authors": article.authors,
            "paragraphs": len(article.paragraphs),
        }
    )
    if not check.links:
        note("no link to another article was found")
    elif is_terminal():
        links = sorted(check.links, key=lambda judged: list(_COLOURS).index(judged.link.kind))
        for (kind, box, place, why), links_of_box in groupby(links, key=_box):
            _print_box(kind, box, place, why, list(links_of_box))
    else:
        columns = ("kind", "box", "place", "why", "anchor", "address")
        print_table(
            columns,
            [(*_box(judged), judged.link.anchor, judged.link.url) for judged in check.links],
        )
    if check.places:
        print_line()
        print_line("boxes of this site, learned from many pages", style="bold")
        places = sorted(check.places, key=lambda lore: lore.verdict == "unknown")
        print_table(("verdict", "pages", "links", "sameness", "place"), map(_lore_row, places))
    _print_repeated(check.repeated)


def _lore_row(lore: PlaceVerdict) -> tuple[object, ...]:
    return lore.verdict, lore.pages, f"{lore.links:.1f}", f"{lore.sameness:.2f}", lore.place


def _print_repeated(lines: tuple[LearnedLine, ...]) -> None:
    if not lines:
        return
    print_line()
    print_line("lines that this site repeats, cut from bodies", style="bold")
    rows = [(repeated.line, repeated.articles, repeated.of_articles) for repeated in lines]
    print_table(("line", "articles", "of"), rows)


def _box(judged: JudgedLink) -> tuple[str, str, str, str]:
    return judged.link.kind, judged.link.box, judged.place, judged.why


def _print_box(kind: str, box: str, place: str, why: str, links: Sequence[JudgedLink]) -> None:
    print_line()
    heading = f"  {box}" if box else ""
    print_line(f"{kind}{heading}  ({why})", style=_COLOURS.get(kind, ""))
    if place:
        print_line(f"  in {place}", style="dim")
    shown = links[:_MAX_OTHERS] if kind == "other" else links
    for judged in shown:
        print_line(f"  {judged.link.anchor or '(picture)'}  {judged.link.url}")
    if len(links) > len(shown):
        print_line(f"  and {len(links) - len(shown)} more; see --json", style="dim")
