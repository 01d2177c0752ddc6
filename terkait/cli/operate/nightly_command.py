"""``terkait nightly``: the scheduled crawl, carried out here."""

import sys

import click

from db.config import Site, load_config
from db.models import Run
from db.terms.errors import BadSettings
from terkait.cli.spiders_option import spiders_option
from terkait.crawl_run import result_of, summarise, watch_with
from terkait.database import open_database
from terkait.exit_codes import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK
from terkait.interrupts import asked_to_stop
from terkait.progress import ProgressDisplay
from terkait.services import LocalServices
from workers.runs.nightly import check_sites, run_night


@click.command()
@click.option("--now", is_flag=True, help="Crawl all sites now, whatever the schedule says.")
@spiders_option
@click.option("--quiet", is_flag=True, help="Say nothing but what went wrong.")
def nightly(now: bool, spiders: int, quiet: bool) -> None:
    """Crawl the sites of terkait.toml whose scheduled moment has not had its run.

    Celery beat starts the same by itself (terkait up, or docker compose); from cron, run it as
    often as you like: each site has one run a night.

    \b
    Examples:
      terkait nightly
      terkait nightly --now
    """
    config = load_config()
    if not config.sites:
        raise BadSettings("there are no sites in terkait.toml: see `terkait sites add --help`")
    if all(site.paused for site in config.sites):
        ProgressDisplay("nightly", is_quiet=quiet).say(
            "every site is paused; `terkait sites resume NAME` takes that back"
        )
        return
    check_sites(config)  # what cannot be understood is said before anything starts
    display = ProgressDisplay("nightly", is_quiet=quiet)
    with display, asked_to_stop(display.say) as stop, LocalServices(config) as local:
        database = open_database(config, create=True)
        stop.obey()
        codes: list[int] = []

        def on_end(site: Site, run: Run) -> None:
            result = result_of(database, run)
            is_told = quiet and result.exit_code == EXIT_FAILED
            told = ProgressDisplay("nightly") if is_told else display
            told.say(f"site {site.name}:")
            summarise(result, told, config)
            codes.append(result.exit_code)

        watch = watch_with(local, database, display, stop, spiders=spiders)
        run_night(local.config, database, is_scheduled=not now, watch=watch, on_end=on_end)
        database.close()
    if not codes and not stop.is_asked:
        display.say(
            "another program is crawling these sites now"
            if now
            else "every site has had its run, or is having it; --now crawls them all the same"
        )
    sys.exit(EXIT_INTERRUPTED if stop.is_asked else max(codes, default=EXIT_OK))
