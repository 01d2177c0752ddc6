"""``terkait sites``: the sites of the nightly crawl."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import select

from crawler.urls import BadURL, canonical, site_of
from db.config import SETTINGS_FILE, Site, load_config
from db.errors import TerkaitError
from db.models import Run
from terkait.cli.check_site import check
from terkait.cli.output import json_option, moment, note, print_json_lines, print_table
from terkait.errors import BadUsage, NothingCrawled
from terkait.opening import open_database


@click.group()
def sites() -> None:
    """List, add or check the sites of the nightly crawl."""


sites.add_command(check)


@sites.command("list")
@json_option
def list_sites(as_json: bool) -> None:
    """List the sites of terkait.toml and how their last night went.

    \b
    Example:
      terkait sites list
    """
    config = load_config()
    last = _last_runs()
    lines = [_line(site, last.get(_seeds_key(site.seeds))) for site in config.sites]
    if as_json:
        print_json_lines(lines)
    elif not lines:
        note(f"there are no sites in {SETTINGS_FILE}: see `terkait sites add --help`")
    else:
        print_table(
            ("site", "seeds", "depth", "last run", "verdict"),
            [
                (line.name, " ".join(line.seeds), line.depth, line.last_at, line.verdict)
                for line in lines
            ],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteLine:
    """A site and its last night."""

    name: str
    seeds: tuple[str, ...]
    depth: int
    max_pages: int
    #: id of the run, None before the first
    last_run: int | None
    last_at: str | None
    verdict: str | None


def _line(site: Site, run: Run | None) -> SiteLine:
    return SiteLine(
        name=site.name,
        seeds=site.seeds,
        depth=site.depth,
        max_pages=site.max_pages,
        last_run=run.id if run else None,
        last_at=moment(run.started_at) if run else None,
        verdict=(run.verdict or run.state) if run else None,
    )


def _seeds_key(urls: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(canonical(url) for url in urls))


def _last_runs() -> dict[tuple[str, ...], Run]:
    """The seeds of a site -> its newest nightly run."""
    try:
        database = open_database(load_config())
    except NothingCrawled:
        return {}
    with database.read() as session:
        nights = session.scalars(
            select(Run).where(Run.kind == "nightly").order_by(Run.id.desc()).limit(1_000)
        ).all()
        found: dict[tuple[str, ...], Run] = {}
        for run in nights:
            found.setdefault(_seeds_key(run.seeds), run)
        session.expunge_all()
    database.close()
    return found


@sites.command("add")
@click.argument("url")
@click.option("--name", help="How the site is called; default: its domain.")
@click.option("--depth", type=click.IntRange(0, 100), default=2, show_default=True)
@click.option("--max-pages", type=click.IntRange(min=0), default=500, show_default=True)
def add(url: str, name: str | None, depth: int, max_pages: int) -> None:
    """Add a site to terkait.toml in this folder: an address that its walk starts from.

    \b
    Example:
      terkait sites add https://news.example/world --name "News Example"
    """
    try:
        seed = canonical(url)
    except BadURL as error:
        raise BadUsage(f"{url!r}: {error}") from error
    config = load_config()
    name = name or site_of(seed)
    if any(site.name == name for site in config.sites):
        raise BadUsage(f"a site {name!r} is in {SETTINGS_FILE} already; choose another --name")
    # a basic string of TOML is written as one of JSON
    table = (
        f"\n[[sites]]\nname = {json.dumps(name)}\nseeds = [{json.dumps(seed)}]\n"
        f"depth = {depth}\nmax_pages = {max_pages}\n"
    )
    try:
        with Path(SETTINGS_FILE).open("a", encoding="utf-8") as file:
            file.write(table)
    except OSError as error:
        raise TerkaitError(f"{SETTINGS_FILE} cannot be written: {error.strerror}") from error
    note(f"{name} was added to {SETTINGS_FILE}; `terkait nightly --now` crawls it")
