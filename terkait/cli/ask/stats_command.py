"""``terkait stats``: what the database holds."""

from collections.abc import Mapping
from dataclasses import asdict

import click

from db.queries.sizes import object_sizes, table_sizes
from db.queries.stats import Stats, gather
from db.terms.zones import day_alone
from terkait.cli.options import opened
from terkait.cli.output import (
    in_words,
    json_option,
    moment,
    print_fields,
    print_json,
    print_line,
    print_table,
)

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


@click.command()
@click.option(
    "--sizes", is_flag=True, help="Also the room of each table, and of the archive elsewhere."
)
@json_option
def stats(sizes: bool, as_json: bool) -> None:
    """Show what the database holds: articles, sites, links, languages, copies, addresses.

    \b
    Examples:
      terkait stats
      terkait stats --sizes --json
    """
    with opened() as session:
        counted = gather(session)
        tables = table_sizes(session) if sizes else {}
        places = object_sizes(session) if sizes else {}
    if as_json:
        print_json(asdict(counted) | {"tables": tables, "places": places} if sizes else counted)
        return
    print_fields(
        {
            "articles": counted.articles,
            "versions": counted.revisions,
            "copies": f"{counted.copies} in {in_words(counted.clusters, 'cluster')}",
            "sites": counted.sites,
            "links": counted.links,
            "orphans": in_words(counted.orphans, "article")
            + f" without a related link{_as_of(counted)}",
            "runs": counted.runs,
            "newest article": day_alone(counted.newest_published),
            "last fetched": counted.newest_fetched,
            "archive": in_words(counted.archived_pages, "page")
            + f", {size(counted.archived_bytes)} as fetched",
            "database": size(counted.database_bytes),
        }
    )
    _print_counts("addresses by state", counted.addresses)
    _print_counts("links by kind", counted.by_kind)
    _print_counts("articles by language", counted.by_language)
    _print_counts("articles by site", counted.by_site)
    if tables:
        print_line()
        print_line("Size by table, with its indexes", style="bold")
        print_table(("table", "size"), ((name, size(taken)) for name, taken in tables.items()))
    if places:
        print_line()
        print_line("Archive outside of the database", style="bold")
        print_table(("place", "size"), ((url, size(taken)) for url, taken in places.items()))
    if counted.hubs:
        print_line()
        print_line(f"Most linked{_as_of(counted)}", style="bold")
        print_table(
            ("links", "address"),
            ((in_words(count, "link"), url) for url, count in counted.hubs.items()),
        )


def _as_of(counted: Stats) -> str:
    """When hubs and orphans were counted, where that is not now."""
    at = counted.links_counted_at
    return f" (counted {moment(at)})" if at else ""


def _print_counts(heading: str, counts: Mapping[str, int]) -> None:
    if counts:
        print_line()
        print_line(heading.capitalize(), style="bold")
        print_table((heading.rpartition(" ")[2], "count"), counts.items())


def size(number: float) -> str:
    """Bytes in the unit that suits."""
    for unit in _UNITS[:-1]:
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} {_UNITS[-1]}"
