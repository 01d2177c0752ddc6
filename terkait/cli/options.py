"""What the asking commands share: an open database, filters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

import click

from db.config import load_config
from db.queries.search.conditions import Filters
from db.queries.search.days import end_moment, first_moment
from db.sql.session import Session
from db.sql.types import utc_now
from terkait.addresses import canonical_site
from terkait.database import open_database
from terkait.errors import BadUsage


@contextmanager
def opened() -> Iterator[Session]:
    """A session of the database that the settings name, to read from."""
    database = open_database(load_config())
    try:
        with database.read() as session:
            yield session
    finally:
        database.close()


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options --site, --since, --until and --language."""
    for option in (
        click.option("--language", metavar="L", help="Language, as in ISO 639-1: id, en ..."),
        click.option("--until", metavar="D", help="Published on that day or before."),
        click.option("--since", metavar="D", help="Published on that day or later (YYYY-MM-DD)."),
        click.option("--site", metavar="S", help="Site (news.example) or host (www.news.example)."),
    ):
        command = option(command)
    return command


def make_filters(
    *,
    site: str | None,
    since: str | None,
    until: str | None,
    language: str | None,
    run: int | None = None,
) -> Filters:
    """The filters of these options; days are days of the configured zone. Raises BadUsage."""
    domain, host = _site(site) if site else (None, None)
    zone = load_config().zone
    return Filters(
        site=domain,
        host=host,
        since=_moment("--since", since, first_moment, zone) if since else None,
        until=_moment("--until", until, end_moment, zone) if until else None,
        language=language.strip().lower().replace("_", "-").split("-")[0] if language else None,
        run=run,
        zone=zone,
    )


def _site(text: str) -> tuple[str, str | None]:
    """Registered domain, and the host where a part of the site is meant."""
    from crawler.page.urls import host_of, site_of

    url = canonical_site(text)
    host, site = host_of(url), site_of(url)
    return site, None if host == site else host


def _moment(option: str, text: str, bound: Callable[..., datetime], zone: tzinfo) -> datetime:
    try:
        return bound(text, zone, now=utc_now())
    except ValueError as error:
        raise BadUsage(f"{option}: {error}") from error
