"""``terkait runs``: what the crawls did."""

from collections.abc import Mapping
from typing import Any

import click

from db.runs.report import RunLine, RunReport, list_runs, report
from db.runs.usual import Usual
from terkait.cli.options import opened
from terkait.cli.output import (
    is_terminal,
    json_option,
    moment,
    note,
    print_fields,
    print_json,
    print_json_lines,
    print_line,
    print_table,
)
from terkait.errors import BadUsage

#: an id of the database has fewer
MAX_DIGITS = 19


@click.command()
@click.argument("run_id", metavar="[ID]", required=False)
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Show at most N runs.",
)
@json_option
def runs(run_id: str | None, limit: int, as_json: bool) -> None:
    """List the crawls, newest first, or show one in full.

    \b
    Examples:
      terkait runs
      terkait runs 3 --json
    """
    number = None if run_id is None else _number(run_id)
    with opened() as session:
        if number is None:
            _show_list(list_runs(session, limit=limit), as_json=as_json)
        else:
            _show_one(report(session, number), as_json=as_json)


def _number(text: str) -> int:
    if text.isdecimal() and len(text) < MAX_DIGITS:
        return int(text)
    raise BadUsage(f"{text!r} is no run; `terkait runs` lists them with their numbers")


def _show_list(lines: list[RunLine], *, as_json: bool) -> None:
    if as_json:
        print_json_lines(lines)
        return
    if not lines:
        note("there has been no crawl yet")
        return
    if is_terminal():
        for line in lines:
            _show_entry(line)
        return
    columns = (
        *("run", "kind", "began", "took", "verdict", "fetched", "articles", "new", "changed"),
        *("unchanged", "failed", "unreadable", "links", "site or seed", "cause", "usual"),
    )
    rows = [
        (
            line.id,
            line.kind,
            line.started,
            _took(line),
            line.verdict or line.state,
            line.fetched,
            line.stored,
            line.new_articles,
            line.new_revisions,
            line.unchanged,
            line.failed,
            line.unreadable,
            line.links,
            line.site or _seeds(line.seeds),
            _cause(line),
            _usual(line.usual) or "",
        )
        for line in lines
    ]
    print_table(columns, rows)


def _show_entry(line: RunLine) -> None:
    print_line(f"Run {line.id}: {line.verdict or line.state}", style="bold")
    counts = (
        f"{line.kind}, {moment(line.started)}, {_took(line) or 'not ended'}: "
        f"{line.fetched} pages fetched, {line.stored} articles, {line.new_articles} new, "
        f"{line.new_revisions} changed, {line.unchanged} unchanged, {line.failed} failed, "
        f"{line.unreadable} unreadable, {line.links} links"
    )
    print_line(f"    {counts}")
    if cause := _cause(line):
        print_line(f"    {cause}")
    if usual := _usual(line.usual):
        print_line(f"    usual: {usual}", style="dim")
    print_line(f"    {line.site or _seeds(line.seeds)}", style="dim")


def _cause(line: RunLine) -> str:
    """Why it is not ok, and what fell by half."""
    return "; ".join((*([line.message] if line.message else []), *line.drops))


def _took(line: RunLine) -> str:
    if line.finished is None:
        return ""
    return f"{(line.finished - line.started).total_seconds():.0f} s"


def _seeds(seeds: tuple[str, ...]) -> str:
    more = f" and {len(seeds) - 1} more" if len(seeds) > 1 else ""
    return f"{seeds[0]}{more}" if seeds else ""


def _show_one(shown: RunReport, *, as_json: bool) -> None:
    if as_json:
        print_json(shown)
        return
    run = shown.run
    print_line(f"Run {run.id}: {run.verdict or run.state}", style="bold")
    if cause := _cause(run):
        print_line(cause)
    print_fields(
        {
            "kind": run.kind,
            "site": run.site,
            "seeds": run.seeds,
            "began": run.started,
            "ended": run.finished,
            "took": _took(run),
            "fetched": run.fetched,
            "read": run.read,
            "articles": run.stored,
            "new": run.new_articles,
            "new versions": run.new_revisions,
            "unchanged": run.unchanged,
            "failed": run.failed,
            "unreadable": run.unreadable,
            "links in boxes": run.links,
            "usual for the site": _usual(run.usual),
        }
        | rules_in_words(shown.rules)
    )
    _show_pages(shown)


def _usual(usual: Usual | None) -> str | None:
    """The medians of the site's last runs."""
    if usual is None:
        return None
    return (
        f"{usual.new:g} new, {usual.changed:g} changed, {usual.unchanged:g} unchanged, "
        f"{usual.failed:g} failed, {usual.unreadable:g} unreadable, {usual.links:g} links "
        f"(medians of {usual.runs} runs)"
    )


def rules_in_words(stored: Mapping[str, Any]) -> dict[str, object]:
    """What the run was to do, in words; a run of an earlier version may lack some of it."""
    least, most = (stored.get(f"{name}_revisit_seconds") for name in ("min", "max"))
    return {
        "follows": stored.get("follow"),
        "depth": stored.get("depth"),
        "requests": _limit(stored.get("max_pages")),
        "pages of a site": _limit(stored.get("max_per_site")),
        "pages of a host": _limit(stored.get("max_per_host")),
        "sites": stored.get("sites") or "any",
        "known pages": "all again" if stored.get("fresh") else "when their next visit is due",
        "between two visits": f"{_span(least)} to {_span(most)}" if least and most else None,
    }


def _limit(count: int | None) -> str:
    return f"at most {count}" if count else "no limit"


def _span(seconds: float) -> str:
    """Seconds in the largest unit of which there are two."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:g} seconds"


def _show_pages(shown: RunReport) -> None:
    print_line()
    ended = shown.run.state == "finished"
    print_line("Its pages at its end" if ended else "Its pages now", style="bold")
    print_table(("state", "pages"), shown.pages.items())
    if shown.reasons:
        print_line()
        print_line("Reasons", style="bold")
        print_table(("state", "reason", "pages"), shown.reasons)
    if shown.hosts:
        print_line()
        print_line("Hosts", style="bold")
        print_table(("host", "pages"), shown.hosts)
