"""``terkait explain``: why an address was fetched, skipped or failed."""

from collections.abc import Iterator

import click

from db.explain import Explanation
from db.explain import explain as ask
from terkait.cli.asking import address, opened
from terkait.cli.output import (
    json_option,
    moment,
    plain,
    print_fields,
    print_json,
    print_line,
    print_table,
)

#: state -> what it means, in words
_STATES = {
    "due": "waits to be fetched",
    "leased": "is being fetched",
    "fetched": "was fetched and waits to be read",
    "done": "was fetched and read",
    "failed": "was given up",
    "skipped": "was seen and not fetched",
}

#: reason -> what it means, in words
_REASONS = {
    "other box": "it stood only in boxes that are not related articles (most read, latest ...)",
    "kind not followed": "links of its kind were not to be followed; see crawl --follow",
    "offsite": "it is on another site than the crawl was for; see crawl --any-site",
    "depth": "it is farther from the seeds than the crawl was to go; see crawl --depth",
    "budget": "the crawl had made all requests it was allowed; see crawl --max-pages",
    "robots": "the site's robots.txt forbids it",
    "private address": "it is on a private address; see TERKAIT_ALLOW_PRIVATE",
    "redirect": "it leads to another address",
}


@click.command()
@click.argument("url")
@json_option
def explain(url: str, as_json: bool) -> None:
    """Say why an address was fetched, skipped or failed, and what links to it.

    An address that no crawl has met is said to be unknown; that is no error.

    \b
    Examples:
      terkait explain https://news.example/read/1
      terkait explain news.example/read/1 --json
    """
    wanted = address(url)
    with opened() as session:
        known = ask(session, wanted)
    if as_json:
        print_json(known)
    elif known.is_known:
        _print(known)
    else:
        _print_unknown(known)


def _print_unknown(known: Explanation) -> None:
    print_line(f"{known.asked} is not known: no crawl has met a link to it.")
    if known.near:
        print_line("Known addresses near it:")
    for url in known.near:
        print_line(f"  {url}")


def _print(known: Explanation) -> None:
    print_line(known.url or "", style="bold")
    for sentence in sentences(known):
        print_line(sentence)
    print_line()
    _print_facts(known)
    if known.links:
        print_line()
        listed = "" if known.link_count == len(known.links) else f" ({known.link_count} in all)"
        print_line(f"Links to it{listed}", style="bold")
        rows = [
            (link.kind, link.box, link.anchor, link.source, link.unfollowed or "followed")
            for link in known.links
        ]
        print_table(("kind", "box", "title", "address", "fate"), rows)


def sentences(known: Explanation) -> Iterator[str]:
    """Why things are as they are, in words."""
    why = f": {_REASONS.get(known.reason, known.reason)}" if known.reason else ""
    yield f"It {_STATES.get(known.state or '', known.state)}{why}."
    if known.leads_to:
        yield f"It leads to {known.leads_to}."
    if known.article_id is not None:
        yield f"Article {known.article_id}: {known.article_url}"
    if known.state == "due" and known.next_fetch_at:
        yield f"Its turn comes at {moment(known.next_fetch_at)} or later."
    elif known.next_fetch_at:
        yield f"It is to be fetched again from {moment(known.next_fetch_at)} on."
    if known.host and known.host.rest_until:
        yield f"No request goes to {plain(known.host.name)} before {moment(known.host.rest_until)}."


def _print_facts(known: Explanation) -> None:
    host = known.host
    assert host is not None
    print_fields(
        {
            "state": known.state,
            "reason": known.reason,
            "HTTP status": known.status,
            "attempts": known.attempts,
            "fetched": known.fetched_at,
            "archived": f"{known.archived} times" if known.archived else None,
            "run": known.run,
            "depth": known.depth,
            "leased by": known.lease_owner,
            "found on": known.trail[0] if known.trail else None,
            "way from the seed": " → ".join(reversed(known.trail)) if known.trail[1:] else None,
            "other addresses": known.aliases,
            "host": host.name,
            "site": host.site,
            "robots.txt": _robots(host.robots_status, moment(host.robots_until)),
        }
    )


def _robots(status: int | None, until: str) -> str:
    if status is None:
        return "not asked for" if not until else f"no answer; asked again from {until} on"
    return f"HTTP {status}" + (f", kept until {until}" if until else "")
