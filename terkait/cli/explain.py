"""``terkait explain``: why an address was fetched, skipped or failed."""

from collections.abc import Iterator

import click

from crawler.engine.robots import read_robots
from db.frontier.revisits import Looks
from db.queries.explain import Explanation, HostNow
from db.queries.explain import explain as ask
from db.types import utc_now
from terkait.cli.options import address, opened
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
    "site budget": "the crawl had all pages of this site it was allowed; see crawl --max-per-site",
    "host budget": "the crawl had all pages of this host it was allowed; see crawl --max-per-host",
    "list": "what it lists was taken in",
    "http 404": "the server has no such page (http 404)",
    "http 410": "the server says that it is gone (http 410)",
    "http 403": "the server refuses it (http 403)",
    "http 401": "it is for those who log in (http 401)",
    "http 429": "the server had too many requests (http 429)",
    "timeout": "the server did not answer in time; see TERKAIT_TIMEOUT_SECONDS",
    "connection refused": "the server takes no connections",
    "unknown host": "the host has no address (DNS)",
    "truncated": "the answer broke off",
    "too large": "it is larger than TERKAIT_MAX_PAGE_BYTES",
    "empty page": "the answer was empty",
    "too many redirects": "it leads from address to address without end",
}
#: what reasons begin with that go on with a cause -> the same in words
_BEGINNINGS = {
    "robots.txt: ": "without the site's robots.txt nothing is fetched, and that was ",
    "host rests: ": "its host failed again and again and is left alone for a while, with ",
    "block page: ": "another page was shown in its place by ",
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
    why = f": {in_words(known.reason)}" if known.reason else ""
    yield f"It {_STATES.get(known.state or '', known.state)}{why}."
    if known.leads_to:
        yield f"It leads to {known.leads_to}."
    if known.article_id is not None:
        yield f"Article {known.article_id}: {known.article_url}"
    if known.state == "due" and known.next_fetch_at:
        yield f"Its turn comes at {moment(known.next_fetch_at)} or later."
    if known.looks is not None:
        yield from _past_looks(known.looks)
        if known.state == "done" and known.role is not None:
            yield f"It is a {known.role}: each scheduled run of its site asks for it."
        elif known.state in ("done", "failed") and known.leads_to is None:
            yield _next_look(known.looks)
    if known.host is not None:
        yield from _rest(known.host)


def _past_looks(looks: Looks) -> Iterator[str]:
    """What the looks so far have found."""
    if looks.gone_at is not None:
        yield (
            f"It is gone from the site, as a second look found at {moment(looks.gone_at)}; "
            "what is stored of it is kept."
        )
    elif looks.missing:
        yield "It was not there at the last look; the next one decides whether it is gone."
    if looks.changes:
        yield (
            f"It was looked at {looks.visits} times and had changed {looks.changes} times, "
            f"last at {moment(looks.changed_at)}."
        )
    elif looks.visits > 1:
        yield f"It was looked at {looks.visits} times and had never changed."


def _next_look(looks: Looks) -> str:
    if looks.next_visit_at is None:
        return "No further look at it is planned."
    return f"It is to be looked at again from {moment(looks.next_visit_at)} on."


def _rest(host: HostNow) -> Iterator[str]:
    """Why nothing is asked of the host for now."""
    if host.rest_until is None or host.rest_until <= utc_now():
        return
    why = f" It failed again and again, the last time with {host.problem}." if host.problem else ""
    yield f"No request goes to {plain(host.name)} before {moment(host.rest_until)}.{why}"


def in_words(reason: str) -> str:
    """A reason as the database keeps it, for people."""
    for start, words in _BEGINNINGS.items():
        if reason.startswith(start):
            return words + reason.removeprefix(start)
    return _REASONS.get(reason, reason)


def _print_facts(known: Explanation) -> None:
    host = known.host
    assert host is not None
    print_fields(
        {
            "state": known.state,
            "reason": known.reason,
            "HTTP status": known.status,
            "attempts": known.attempts,
            "asked for as": known.role,
            "fetched": known.fetched_at,
            "looks": known.looks.visits if known.looks else None,
            "archived": f"{known.archived} times" if known.archived else None,
            "run": known.run,
            "depth": known.depth,
            "leased by": known.lease_owner,
            "found on": known.trail[0] if known.trail else None,
            "way from the seed": " → ".join(reversed(known.trail)) if known.trail[1:] else None,
            "other addresses": known.aliases,
            "host": host.name,
            "site": host.site,
            "seconds between requests": host.delay_seconds or None,
            "robots.txt": _robots(host.robots_status, moment(host.robots_until)),
        }
    )


def _robots(status: int | None, until: str) -> str:
    if status is None:
        return "not asked for" if not until else f"no answer; asked again from {until} on"
    if not read_robots(status, None, "").is_known:
        return f"HTTP {status}; asked again from {until} on"
    return f"HTTP {status}" + (f", kept until {until}" if until else "")
