"""``terkait demo``: a real crawl of a small fictional news site on this machine."""

import shutil
import sys
from pathlib import Path

import click

from db.config import load_config
from terkait.crawl_run import CrawlRequest, run_crawl
from terkait.demo.server import DemoSite
from terkait.errors import BadUsage
from terkait.exit_codes import EXIT_OK

FOLDER = Path("terkait-demo")
_MARK = ".terkait-demo"


@click.command()
@click.option(
    "--folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    show_default=True,
    help="Data folder of the demo; made anew each time.",
)
def demo(folder: Path) -> None:
    """Crawl a small fictional news site on this machine, for real, and ask the result.

    Two publishers are served on loopback addresses; needs no internet. Everything else is what
    a real crawl uses: spider, queue, workers, database.

    \b
    Example:
      terkait demo
    """
    _prepare(folder)
    with DemoSite() as site:
        config = load_config(
            data=folder,
            database_url="",
            broker_url="",
            delay_seconds=0.0,
            allow_private=site.hosts,
        )
        click.echo(f"demo: two small news sites are served at {', '.join(site.hosts)}", err=True)
        _headline(f"terkait crawl {site.seed_url} --any-site")
        result = run_crawl(config, CrawlRequest(urls=(site.seed_url,), any_site=True, depth=8))
        if result.exit_code != EXIT_OK:
            sys.exit(result.exit_code)
        original, _copy = site.expected.copy_pair
        failed = min(site.expected.within(8).failed)
        _ask(folder, site.seed_url, original, failed)
    click.echo(
        f"\nThe database stays in {folder}: ask on with `TERKAIT_DATA={folder} terkait ...`.\n"
        "The same on a real site: terkait crawl https://...",
        err=True,
    )


def _prepare(folder: Path) -> None:
    """An empty folder; one that a demo made is emptied."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise BadUsage(f"the folder {folder} holds other data; choose another with --folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _ask(folder: Path, seed: str, copied: str, failed: str) -> None:
    """Show what can be asked, by asking."""
    questions = (
        ("search", "jembatan", "--limit", "3"),
        ("related", seed),
        ("copies", copied),
        ("explain", failed),
        ("stats",),
    )
    for question in questions:
        _headline("terkait " + " ".join(question))
        _run(folder, question)


def _run(folder: Path, question: tuple[str, ...]) -> None:
    # a process each, as a user would: settings come from the environment, and nothing leaks over
    import os
    import subprocess

    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("TERKAIT_")
    }
    subprocess.run(
        [sys.executable, "-m", "terkait", *question],
        env=environment | {"TERKAIT_DATA": str(folder)},
        stdin=subprocess.DEVNULL,
        check=False,
    )


def _headline(command: str) -> None:
    click.echo(click.style(f"\n$ {command}", bold=True))
    sys.stdout.flush()
