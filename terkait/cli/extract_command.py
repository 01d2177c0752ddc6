"""``terkait extract``: saved pages in, JSON lines out."""

import os
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from db.config import load_config
from terkait.cli.extract_explained import print_explained, print_explained_json
from terkait.cli.output import note, print_json
from terkait.errors import BadUsage, PageRefused
from terkait.reading_pool import read_all
from terkait.saved import Saved, explain_saved, from_manifest, parse_moment, read_saved


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--url", metavar="URL", help="Address that the page was fetched from; for one file.")
@click.option(
    "--fetched",
    metavar="TIME",
    help="When it was fetched, in ISO 8601; default: when the file was saved.",
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="JSON lines with id, html (a file beside it), url, crawl_date.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    default=lambda: os.cpu_count() or 1,
    show_default="cores",
    help="Pages read at a time.",
)
@click.option(
    "--explain",
    "is_explained",
    is_flag=True,
    help="Show one page: each field's candidates, each text's weight, and why.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="With --explain: print JSON. Without it the output is always JSON.",
)
def extract(
    files: tuple[Path, ...],
    url: str | None,
    fetched: str | None,
    manifest: Path | None,
    jobs: int,
    is_explained: bool,
    as_json: bool,
) -> None:
    """Read saved pages and print one line of JSON for each, in the order given.

    Needs neither database nor queue. Files may be packed with gzip. A page that cannot be
    read gives a line with "error"; only when all fail the command fails.

    \b
    Examples:
      terkait extract page.html --url https://news.example/read/1
      terkait extract --manifest articles.jsonl > articles.out.jsonl
      terkait extract --explain page.html --url https://news.example/read/1
    """
    if is_explained:
        _explain(files, url, fetched, as_json=as_json)
        return
    pages = _pages(files, url, fetched, manifest)
    read_one = partial(read_saved, max_bytes=load_config().max_page_bytes)
    jobs = min(jobs, len(files)) if files else jobs
    read = failed = 0
    for outcome in read_all(pages, read_one, jobs=jobs):
        print_json(outcome.result or {"id": outcome.page.id, "error": outcome.error})
        read += outcome.error is None
        failed += outcome.error is not None
    if failed:
        note(f"{failed} of {read + failed} pages could not be read")
    if not read:
        raise click.exceptions.Exit(1)


def _explain(
    files: tuple[Path, ...], url: str | None, fetched: str | None, *, as_json: bool
) -> None:
    if len(files) != 1:
        raise BadUsage("--explain works on one file: give one")
    page = Saved(id=files[0].name, file=files[0], url=_address(url), fetched_at=_moment(fetched))
    try:
        explained = explain_saved(page, load_config().max_page_bytes)
    except OSError as error:
        raise PageRefused(f"{page.file}: {error.strerror}") from error
    show = print_explained_json if as_json else print_explained
    show(explained)


def _pages(
    files: tuple[Path, ...], url: str | None, fetched: str | None, manifest: Path | None
) -> Iterator[Saved]:
    """The pages meant. Raises BadUsage."""
    if bool(files) == bool(manifest):
        raise BadUsage("give the files to read, or --manifest FILE")
    if manifest is not None:
        if url or fetched:
            raise BadUsage(
                "--url and --fetched do not go with --manifest: its lines hold url and crawl_date"
            )
        return from_manifest(manifest)
    if url and len(files) > 1:
        raise BadUsage(
            "--url works on one file: give one, or write the addresses into a --manifest"
        )
    address, moment = _address(url), _moment(fetched)
    return (Saved(id=file.name, file=file, url=address, fetched_at=moment) for file in files)


def _address(url: str | None) -> str | None:
    from terkait.addresses import canonical_address

    return canonical_address(url) if url else None


def _moment(text: str | None) -> datetime | None:
    try:
        return parse_moment(text) if text else None
    except ValueError as error:
        raise BadUsage(
            f"--fetched: {text!r} is not a time; write it as 2026-08-20T12:00+07:00"
        ) from error
