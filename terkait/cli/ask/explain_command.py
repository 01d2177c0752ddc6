"""``terkait explain``: why an address was fetched, skipped or failed."""

from collections.abc import Iterator

import click

from crawler.engine.downloader.robots import read_robots
from db.config import load_config
from db.queries.explain import Explanation, HostNow, robots_text
from db.queries.explain import explain as ask
from db.queries.visits import VisitCounts
from db.sql.types import utc_now
from db.terms.states import State, sentence_of
from terkait.cli.options import opened
from terkait.cli.output import (
    json_option,
    moment,
    plain,
    print_fields,
    print_json,
    print_line,
    print_table,
)
from terkait.named import named_address


@click.command()
@click.argument("url", metavar="URL|ID")
@json_option
def explain(url: str, as_json: bool) -> None:
    """Say why an address was fetched, skipped or failed, and what links to it.

    For an address that no crawl has met the answer is "not known"; that is no error.

    \b
    Examples:
      terkait explain https://news.example/read/1
      terkait explain news.example/read/1 --json
    """
    with opened() as session:
        known = ask(session, named_address(session, url))
        robots = robots_text(session, known.host.name) if known.host else None
    if as_json:
        print_json(known)
    elif known.is_known:
        _print(known, robots)
    else:
        _print_unknown(known)


def _print_unknown(known: Explanation) -> None:
    print_line(f"{known.asked} is not known: no crawl has met a link to it.")
    if known.near:
        print_line("Known addresses near it:")
    for url in known.near:
        print_line(f"  {url}")


def _print(known: Explanation, robots: str | None) -> None:
    print_line(known.url or "", style="bold")
    for sentence in (*sentences(known), *_pace(robots)):
        print_line(sentence)
    print_line()
    _print_facts(known)
    if known.visits:
        print_line()
        print_line("Visits", style="bold")
        rows = [
            (each.at, each.run, each.depth, each.outcome, each.status, each.reason)
            for each in known.visits
        ]
        print_table(("when", "run", "depth", "outcome", "HTTP status", "reason"), rows)
    if known.links:
        print_line()
        listed = "" if known.link_count == len(known.links) else f" ({known.link_count} in all)"
        print_line(f"Links to it{listed}", style="bold")
        links = [
            (link.kind, link.box, link.anchor, link.source, link.unfollowed or "yes",
             link.last_seen)
            for link in known.links
        ]  # fmt: skip
        print_table(("kind", "box", "title", "address", "followed", "last seen"), links)


def sentences(known: Explanation) -> Iterator[str]:
    """Why things are as they are, in words."""
    yield f"It {sentence_of(known.state or '', known.reason)}."
    if known.leads_to:
        yield f"It leads to {known.leads_to}."
    if known.article_id is not None:
        yield f"Article {known.article_id}: {known.article_url}"
    if known.state == State.DUE and known.next_fetch_at:
        yield f"It is to be fetched at {moment(known.next_fetch_at)} or later."
    if known.looks is not None:
        yield from _past_looks(known.looks)
        if known.state == State.DONE and known.role is not None:
            yield f"It is a {known.role}: each scheduled run of its site fetches it."
        elif known.state in (State.DONE, State.FAILED) and known.leads_to is None:
            yield _next_look(known.looks)
    if known.host is not None:
        yield from _rest(known.host)


def _past_looks(looks: VisitCounts) -> Iterator[str]:
    """What the looks so far have found."""
    if looks.gone_at is not None:
        yield (
            f"It is gone from the site (confirmed by a second visit at {moment(looks.gone_at)}); "
            "its stored versions are kept."
        )
    elif looks.missing:
        yield "It was missing at the last visit; the next visit decides whether it is gone."
    if looks.changes:
        yield (
            f"It was visited {looks.visits} times and had changed {_times(looks.changes)}, "
            f"last at {moment(looks.changed_at)}."
        )
    elif looks.visits > 1:
        yield f"It was visited {looks.visits} times and had never changed."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _next_look(looks: VisitCounts) -> str:
    if looks.next_visit_at is None:
        return "No further visit is planned."
    return f"Its next visit is planned for {moment(looks.next_visit_at)} or later."


def _rest(host: HostNow) -> Iterator[str]:
    """Why nothing is asked of the host for now."""
    if host.rest_until is None or host.rest_until <= utc_now():
        return
    why = f" It failed again and again, the last time with {host.problem}." if host.problem else ""
    yield f"No request goes to {plain(host.name)} before {moment(host.rest_until)}.{why}"


def _pace(robots_body: str | None) -> Iterator[str]:
    """Where the site asks for a slower pace than is kept."""
    robots = read_robots(200, robots_body, load_config().agent)
    if robots.asked_seconds > robots.delay_seconds:
        yield (
            f"Its robots.txt asks for {robots.asked_seconds:g} seconds between two requests; "
            f"no more than {robots.delay_seconds:g} are kept."
        )


def _print_facts(known: Explanation) -> None:
    host = known.host
    assert host is not None
    print_fields(
        {
            "asked for as": known.written_url,
            "state": known.state,
            "reason": known.reason,
            "HTTP status": known.status,
            "attempts": known.attempts,
            "role": known.role,
            "fetched": known.fetched_at,
            "visits": known.looks.visits or None if known.looks else None,
            "archived": f"{known.archived} {'time' if known.archived == 1 else 'times'}"
            if known.archived
            else None,
            "run": known.run,
            "depth": known.depth,
            "leased by": known.lease_owner,
            "found on": known.trail[0] if known.trail else None,
            "path from the seed": " → ".join(reversed(known.trail)) if known.trail[1:] else None,
            "other addresses": known.aliases,
            "host": host.name,
            "site": host.site,
            "seconds between requests": host.delay_seconds or None,
            "robots.txt": _robots(host.robots_status, moment(host.robots_until)),
        }
    )


def _robots(status: int | None, until: str) -> str:
    if status is None:
        return "not fetched yet" if not until else f"no answer; to be fetched again after {until}"
    if not read_robots(status, None, "").is_known:
        return f"HTTP {status}; to be fetched again after {until}"
    return f"HTTP {status}" + (f", kept until {until}" if until else "")
