"""``terkait crawl``: a manual run from these addresses, start to finish."""

import sys

import click

from db.config import load_config
from db.frontier.scope import DEFAULT_DEPTH, DEFAULT_MAX_PAGES
from db.terms.link_kinds import FOLLOWABLE
from terkait.addresses import asked_address
from terkait.cli.output import print_json
from terkait.cli.spiders_option import spiders_option
from terkait.cli.whole_number import AtLeast
from terkait.early_forks import forks_begun
from terkait.exit_codes import EXIT_FAILED


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option(
    "--list",
    "only_lists",
    is_flag=True,
    help="Print the articles that these pages link to, and crawl none.",
)
@click.option(
    "--follow",
    default=",".join(FOLLOWABLE),
    show_default=True,
    metavar="KINDS",
    help="Kinds of links to follow.",
)
@click.option(
    "--depth",
    default=DEFAULT_DEPTH,
    show_default=True,
    type=click.IntRange(0, 100),
    metavar="N",
    help="How many links away from the start addresses to go.",
)
@click.option(
    "--max-pages",
    default=DEFAULT_MAX_PAGES,
    show_default=True,
    type=AtLeast(min=0),
    metavar="N",
    help="Pages of this crawl; 0: no limit.",
)
@click.option(
    "--max-per-site",
    default=0,
    show_default=True,
    type=AtLeast(min=0),
    metavar="N",
    help="Pages of one site; 0: no limit.",
)
@click.option(
    "--max-per-host",
    default=0,
    show_default=True,
    type=AtLeast(min=0),
    metavar="N",
    help="Pages of one host (www.a.example, m.a.example); 0: no limit.",
)
@click.option("--any-site", is_flag=True, help="Follow links to other sites too.")
@click.option("--fresh", is_flag=True, help="Fetch pages again that are known and not yet due.")
@spiders_option
@click.option("--json", "as_json", is_flag=True, help="Print the run as one JSON value.")
@click.option("--quiet", is_flag=True, help="Say nothing but what went wrong.")
def crawl(
    urls: tuple[str, ...],
    only_lists: bool,
    follow: str,
    depth: int,
    max_pages: int,
    max_per_site: int,
    max_per_host: int,
    any_site: bool,
    fresh: bool,
    spiders: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Crawl from these addresses, following related links.

    Starts a private queue and workers where none are configured, and ends them. Run again, it
    goes on where it stopped.

    \b
    Examples:
      terkait crawl https://news.example/read/1
      terkait crawl https://news.example/read/1 --depth 2 --max-pages 200
      terkait crawl https://news.example/read/1 --follow related --any-site
      terkait crawl news.example --list

    Exit code 0: everything stored; 1: nothing could be stored, or pages are left unread;
    2: wrong use; 130: stopped by Ctrl-C.
    """
    if only_lists:
        from terkait.cli.listing import list_articles  # it loads what finds links

        list_articles(load_config(), urls, as_json=as_json)
        return
    config = load_config()
    asked = tuple(asked_address(url) for url in urls)
    with forks_begun(config) as forks:
        # while others load, too
        from terkait.crawl_run import CrawlRequest, hint_at_http, run_crawl, summarise
        from terkait.progress import ProgressDisplay

        order = CrawlRequest(
            urls=asked,
            follow=tuple(kind.strip() for kind in follow.split(",") if kind.strip()),
            depth=depth,
            max_pages=max_pages,
            max_per_site=max_per_site,
            max_per_host=max_per_host,
            any_site=any_site,
            fresh=fresh,
            spiders=spiders,
        )
        result = run_crawl(config, order, is_quiet=quiet, forks=forks)
        if quiet and result.exit_code == EXIT_FAILED:
            summarise(result, ProgressDisplay("crawl"), config)
        hint_at_http(result, urls, ProgressDisplay("crawl"))
    if as_json:
        print_json(result.as_json())
    sys.exit(result.exit_code)
