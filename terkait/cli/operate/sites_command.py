"""``terkait sites``: the sites of the nightly crawl."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from pydantic import ValidationError

from crawler.errors import NotFetched
from crawler.page.document import Document
from crawler.page.profiles import profile_for
from crawler.page.urls import site_of
from db.config import SETTINGS_FILE, Config, Site, load_config
from db.frontier import hosts
from db.frontier.hosts import Resting
from db.links.box_stats import judge
from db.runs.report import RunLine, newest_by_site
from db.runs.usual import Usual
from db.sql.types import utc_now
from db.terms.errors import BadSettings
from terkait.addresses import canonical_address
from terkait.cli.operate.sites_check import check
from terkait.cli.operate.sites_test import test
from terkait.cli.output import json_option, moment, note, print_json_lines, print_table
from terkait.cli.whole_number import AtLeast
from terkait.database import open_database
from terkait.errors import BadUsage, NothingCrawled
from terkait.settings_file import add_site, pause_site, remove_site
from workers.parsing import read
from workers.runs.schedule import last_due, next_due


@click.group()
def sites() -> None:
    """List, add, remove, pause, resume, test or check the sites of the nightly crawl.

    \b
    Examples:
      terkait sites add https://news.example/
      terkait sites list
      terkait sites test https://news.example/
      terkait sites check https://news.example/read/1
    """


sites.add_command(check)
sites.add_command(test)


@sites.command("list")
@json_option
def list_sites(as_json: bool) -> None:
    """List the sites of terkait.toml, how their last run went, and why.

    \b
    Examples:
      terkait sites list
      terkait sites list --json
    """
    config = load_config()
    last, resting = _known()
    lines = [_line(config, site, last.get(site.name), resting) for site in config.sites]
    if as_json:
        print_json_lines(lines)
    elif not lines:
        note(f"there are no sites in {SETTINGS_FILE}: see `terkait sites add --help`")
    else:
        print_table(
            (
                *("site", "begins with", "depth", "last run", "verdict", "cause"),
                *("new", "changed", "unchanged", "failed", "unreadable", "links", "next run"),
            ),
            [
                (
                    line.name,
                    _beginnings(line),
                    line.depth,
                    line.last_at,
                    line.verdict,
                    "; ".join((*([line.cause] if line.cause else []), *line.drops, *_rests(line))),
                    *_counts(line),
                    "paused" if line.is_paused else line.next_at,
                )
                for line in lines
            ],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRow:
    """A site and its last night."""

    name: str
    seeds: tuple[str, ...]
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    sections: tuple[str, ...]
    #: five fields of cron; "": as [nightly] says
    schedule: str
    depth: int
    max_pages: int
    #: id of the run, None before the first
    last_run: int | None
    last_at: datetime | None
    #: ok, degraded, blocked, unreachable; of a run that has not ended, its state
    verdict: str | None
    #: why it is not ok
    cause: str | None
    #: of the last run: new, changed, unchanged, failed, unreadable, links
    counts: dict[str, int] | None
    #: medians of the site's last runs before it; None: there were too few
    usual: Usual | None
    #: what fell by half and more, in words
    drops: tuple[str, ...]
    #: it is left alone until `sites resume`
    is_paused: bool
    #: when its schedule has its turn next; None while it is paused
    next_at: datetime | None
    #: hosts of it that are left alone for a while, and why
    resting: tuple[Resting, ...]


def _counts(line: SiteRow) -> list[str]:
    """The last run's counts, each beside what is usual for the site."""
    last, usual = line.counts, line.usual
    if last is None:
        return [""] * 6
    names = ("new", "changed", "unchanged", "failed", "unreadable", "links")
    counts = [str(last[name]) for name in names]
    if usual is None:
        return counts
    return [
        f"{count} ({getattr(usual, name):g})" for name, count in zip(names, counts, strict=True)
    ]


def _beginnings(line: SiteRow) -> str:
    return " ".join((*line.seeds, *line.sections, *line.feeds, *line.sitemaps))


def _rests(line: SiteRow) -> list[str]:
    return [
        f"{host.name} rests until {moment(host.until)}: {host.problem}" for host in line.resting
    ]


def _line(config: Config, site: Site, run: RunLine | None, resting: list[Resting]) -> SiteRow:
    starts = (*site.seeds, *site.feeds, *site.sitemaps, *site.sections)
    domains = {site_of(canonical_address(url)) for url in starts}
    return SiteRow(
        name=site.name,
        seeds=site.seeds,
        feeds=site.feeds,
        sitemaps=site.sitemaps,
        sections=site.sections,
        schedule=site.schedule,
        depth=site.depth,
        max_pages=site.max_pages,
        last_run=run.id if run else None,
        last_at=run.started if run else None,
        verdict=(run.verdict or run.state) if run else None,
        cause=run.message if run else None,
        counts=_counted(run) if run else None,
        usual=run.usual if run else None,
        drops=run.drops if run else (),
        next_at=None if site.paused else next_due(config.nightly, site, utc_now()),
        is_paused=site.paused,
        resting=tuple(host for host in resting if host.site in domains),
    )


def _counted(run: RunLine) -> dict[str, int]:
    return {
        "new": run.new_articles,
        "changed": run.new_revisions,
        "unchanged": run.unchanged,
        "failed": run.failed,
        "unreadable": run.unreadable,
        "links": run.links,
    }


def _known() -> tuple[dict[str, RunLine], list[Resting]]:
    """Name of a site -> its newest scheduled run; and the hosts that rest."""
    try:
        database = open_database(load_config())
    except NothingCrawled:
        return {}, []
    with database.read() as session:
        nights = newest_by_site(session)
        resting = hosts.resting(session, utc_now())
    database.close()
    return nights, resting


@sites.command("add", short_help="Add a site to terkait.toml in this folder.")
@click.argument("url")
@click.option("--name", metavar="NAME", help="Name of the site; default: its domain.")
@click.option(
    "--depth",
    type=click.IntRange(0, 100),
    default=2,
    show_default=True,
    metavar="N",
    help="How many links away to go.",
)
@click.option(
    "--max-pages",
    type=AtLeast(min=0),
    default=500,
    show_default=True,
    metavar="N",
    help="Pages of one run; 0: no limit.",
)
@click.option("--schedule", default="", metavar="CRON", help="Five fields; default: each night.")
@click.option("--no-look", is_flag=True, help="Make no request; add the address as a seed.")
def add(
    url: str, name: str | None, depth: int, max_pages: int, schedule: str, no_look: bool
) -> None:
    """Add a site to terkait.toml in this folder, by an article or a page that lists articles.

    The page is fetched, and with it the feeds and sitemaps that it and robots.txt name.

    \b
    Examples:
      terkait sites add https://news.example/world --name "News Example"
      terkait sites add news.example --schedule "*/30 5-22 * * *" --max-pages 200
    """
    start = canonical_address(url)
    config = load_config()
    name = name or site_of(start)
    if any(site.name == name for site in config.sites):
        raise BadUsage(f"{SETTINGS_FILE} already has a site called {name!r}; choose another --name")
    if schedule:
        _check_schedule(config, schedule)
    begins: dict[str, list[str]] = {"seeds": [start]} if no_look else _look(config, start)
    table = {"name": name, **begins, "depth": depth, "max_pages": max_pages}
    add_site(Path(SETTINGS_FILE), table | ({"schedule": schedule} if schedule else {}))
    for field, urls in begins.items():
        note(f"{field}: {' '.join(urls)}")
    note(f"{name} was added to {SETTINGS_FILE}; `terkait nightly --now` crawls it")


def _check_schedule(config: Config, schedule: str) -> None:
    """Raise BadUsage where the schedule cannot be understood."""
    try:
        site = Site(name="x", seeds=("x",), schedule=schedule)
        last_due(config.nightly, site, utc_now())
    except ValidationError as error:
        raise BadUsage(
            f"--schedule {schedule!r} is not a schedule: write the five fields of cron, "
            "such as '0 5 * * *'"
        ) from error
    except BadSettings as error:
        raise BadUsage(f"--{error}") from error


@sites.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Take a site out of terkait.toml; what was crawled of it stays.

    \b
    Examples:
      terkait sites remove "News Example"
      terkait sites remove news.example
    """
    _require(name)
    remove_site(Path(SETTINGS_FILE), name)
    note(f"{name} was taken out of {SETTINGS_FILE}; what was crawled of it stays")


@sites.command("pause")
@click.argument("name")
def pause(name: str) -> None:
    """Leave a site alone until `terkait sites resume`.

    \b
    Examples:
      terkait sites pause "News Example"
      terkait sites pause news.example
    """
    _require(name)
    pause_site(Path(SETTINGS_FILE), name, paused=True)
    note(f"{name} is left alone from now on; `terkait sites resume` takes that back")


@sites.command("resume")
@click.argument("name")
def resume(name: str) -> None:
    """Crawl a site again that was paused.

    \b
    Examples:
      terkait sites resume "News Example"
      terkait sites resume news.example
    """
    _require(name)
    pause_site(Path(SETTINGS_FILE), name, paused=False)
    note(f"{name} is crawled again")


@sites.command("judge", short_help="Say what a box of links is.")
@click.argument("site")
@click.argument("place")
@click.argument("kind", type=click.Choice(["related", "other", "unknown"]))
def judge_(site: str, place: str, kind: str) -> None:
    """Say what a box of links is: related, other (not followed), or unknown (forget what was said).

    PLACE is what `terkait sites check` and the site's page call it. It counts for pages that come,
    and for stored ones with `terkait reparse`.

    \b
    Examples:
      terkait sites judge news.example 'aside>div.popular most read' other
      terkait sites judge news.example 'main>section.more' related
    """
    database = open_database(load_config())
    try:
        with database.write() as session:
            judge(session, site, place, None if kind == "unknown" else kind)
    finally:
        database.close()
    note("what was said of the box is forgotten" if kind == "unknown" else f"the box is {kind}")


def _require(name: str) -> None:
    names = [site.name for site in load_config().sites]
    if name not in names:
        choice = f"; it has {', '.join(names)}" if names else ""
        raise BadUsage(f"{SETTINGS_FILE} has no site called {name!r}{choice}")


def _look(config: Config, url: str) -> dict[str, list[str]]:
    """What the site begins with: the page as a seed or a section, its feeds and sitemaps."""
    from crawler.spiders.probe import look_at  # loads Scrapy, which the other commands do not need

    try:
        lists = look_at(config, url)
        article = read(Document(lists.page), profile_for(lists.page.url))
    except NotFetched as error:
        raise NothingCrawled(
            f"the page could not be fetched ({error}), and so the site was not added; "
            "--no-look adds it all the same"
        ) from error
    begins = {
        "sections" if article.not_article else "seeds": [url],
        "feeds": list(lists.feeds),
        "sitemaps": list(lists.sitemaps),
    }
    return {field: urls for field, urls in begins.items() if urls}
