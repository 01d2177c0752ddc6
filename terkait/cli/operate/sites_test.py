"""``terkait sites test``: what a night of a site would find, tried without storing anything."""

import sys
from collections.abc import Mapping
from typing import Any

import click

from crawler.engine.downloader.robots import Robots
from crawler.engine.site_trial import SiteTrial, TriedList, try_address, try_site
from crawler.errors import NotFetched
from crawler.links.finder import find_links
from crawler.page.document import Document
from crawler.page.items import FetchedPage, RelatedLink
from crawler.page.profiles import profile_for
from crawler.page.urls import site_of
from db.config import SETTINGS_FILE, Config, Site, load_config
from db.terms.link_kinds import FOLLOWABLE
from terkait.addresses import canonical_address, is_address
from terkait.cli.output import (
    json_option,
    moment,
    note,
    print_fields,
    print_json,
    print_line,
    print_table,
)
from terkait.errors import BadUsage, NothingCrawled
from terkait.exit_codes import EXIT_FAILED
from workers.parsing import ParsedArticle, read


@click.command("test")
@click.argument("site", metavar="NAME|URL")
@json_option
def test(site: str, as_json: bool) -> None:
    """Try a site: robots.txt, its lists, one article and its links. Stores nothing.

    NAME is that of a site in terkait.toml; URL any page of one that is not there yet.

    \b
    Examples:
      terkait sites test "News Example"
      terkait sites test https://news.example/world --json

    Exit code 0: an article was found; 1: none was.
    """
    config = load_config()
    known = next((each for each in config.sites if each.name == site), None)
    try:
        trial = _tried(config, known, site)
    except NotFetched as error:
        raise NothingCrawled(f"nothing came: {error}") from error
    article = _read(trial.page) if trial.page else None
    links = _links(trial.page) if trial.page else ()
    if as_json:
        print_json(_as_json(site, trial, article, links))
    else:
        _print(trial, article, links)
    if article is None or article.not_article:
        sys.exit(EXIT_FAILED)


def _tried(config: Config, known: Site | None, asked: str) -> SiteTrial:
    from crawler.spiders.probe import look  # loads Scrapy, which the other commands do not need

    if known is None:
        if not is_address(asked):
            raise BadUsage(f"{SETTINGS_FILE} has no site called {asked!r}, and it is no address")
        url = canonical_address(asked)
        return look(config, lambda fetcher: try_address(fetcher, url, _is_article))
    roles = {"feed": known.feeds, "sitemap": known.sitemaps, "section": known.sections}
    lists = {canonical_address(url): role for role, urls in roles.items() for url in urls}
    seeds = [canonical_address(url) for url in known.seeds]
    return look(config, lambda fetcher: try_site(fetcher, seeds, lists, _is_article))


def _read(page: FetchedPage) -> ParsedArticle:
    return read(Document(page), profile_for(page.url))


def _is_article(page: FetchedPage) -> bool:
    return _read(page).not_article is None


def _links(page: FetchedPage) -> tuple[RelatedLink, ...]:
    links = find_links(Document(page), profile_for(page.url))
    return tuple(link for link in links if link.kind in FOLLOWABLE)


def _as_json(
    asked: str, trial: SiteTrial, article: ParsedArticle | None, links: tuple[RelatedLink, ...]
) -> dict[str, Any]:
    return {
        "site": asked,
        "robots": [
            {"host": host, "answer": _answer(robots), "delay_seconds": robots.delay_seconds}
            for host, robots in trial.robots.items()
        ],
        "lists": [
            {
                "url": tried.url,
                "role": tried.role,
                "entries": len(tried.entries),
                "newest": tried.newest,
                "problem": tried.problem,
            }
            for tried in trial.lists
        ],
        "article": _fields(trial.page, article) if trial.page and article else None,
        "links": [
            {"kind": link.kind, "box": link.box, "anchor": link.anchor, "url": link.url}
            for link in links
        ],
        "problems": trial.problems,
    }


def _fields(page: FetchedPage, article: ParsedArticle) -> dict[str, Any]:
    return {
        "url": page.url,
        "site": site_of(page.url),
        "title": article.title,
        "published": article.published,
        "authors": article.authors,
        "language": article.language,
        "words": sum(len(text.split()) for text in article.paragraphs),
        "not_article": article.not_article,
    }


def _answer(robots: Robots) -> str:
    if not robots.is_known:
        return "not to be had: nothing is fetched without it"
    return "none: everything is allowed" if robots.rules is None else "read"


def _print(trial: SiteTrial, article: ParsedArticle | None, links: tuple[RelatedLink, ...]) -> None:
    _print_robots(trial.robots)
    if trial.lists:
        print_line()
        print_table(("list", "entries", "newest", "problem", "address"), map(_row, trial.lists))
    for problem in trial.problems.values():
        note(problem)
    if trial.page is None or article is None:
        note("no page of it could be read")
        return
    print_line()
    print_fields({name.replace("_", " "): v for name, v in _fields(trial.page, article).items()})
    if links:
        print_line()
        rows = [(link.kind, link.box, link.anchor, link.url) for link in links]
        print_table(("kind", "box", "anchor", "address"), rows)
    else:
        note("no related link was found on it")


def _print_robots(robots: Mapping[str, Robots]) -> None:
    print_table(
        ("host", "robots.txt", "delay"),
        [(host, _answer(rules), f"{rules.delay_seconds:g}") for host, rules in robots.items()],
    )


def _row(tried: TriedList) -> tuple[object, ...]:
    return tried.role, len(tried.entries), moment(tried.newest), tried.problem or "", tried.url
