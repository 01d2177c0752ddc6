"""``terkait reparse``: the archive read again with today's reader."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import click

from db.articles.corrections import Difference
from db.config import load_config
from db.queries.revisions import changes
from terkait.cli.ask.diff_output import print_before_and_after
from terkait.cli.output import cell, json_option, note, print_json, print_line, print_table
from terkait.database import open_database
from workers.ingest.relink import Relinked, relink
from workers.ingest.reparse import Reread
from workers.ingest.reparse import reparse as read_again

#: examples kept of each field
MAX_EXAMPLES = 3


@dataclass(kw_only=True, slots=True)
class Report:
    """What came of it."""

    #: read again, differently or not
    read: int = 0
    changed: int = 0
    #: field -> how many articles
    fields: Counter[str] = field(default_factory=Counter)
    #: field -> some articles, with what was read before and is read now
    examples: defaultdict[str, list[dict[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    #: older versions that were put right
    older: int = 0
    #: why a page could not be read again -> how many
    problems: Counter[str] = field(default_factory=Counter)
    #: pages of which links were looked for again, and those where they are found differently
    pages: int = 0
    relinked: int = 0
    #: (kind, added, removed or changed) -> how many links
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: the same -> some links, with the page they stand on, what was found before and is today
    link_examples: defaultdict[tuple[str, str], list[dict[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, reread: Reread) -> None:
        """Count one article."""
        self.older += reread.older
        if reread.problem:
            self.problems[reread.problem] += 1
        else:
            self.read += 1
        self.changed += bool(reread.differences)
        for difference in reread.differences:
            self.fields[difference.field] += 1
            examples = self.examples[difference.field]
            if len(examples) < MAX_EXAMPLES:
                before, after = _shown(difference)
                examples.append({"url": reread.url, "before": before, "after": after})

    def add_links(self, relinked: Relinked) -> None:
        """Count the links of one page."""
        self.pages += 1
        self.relinked += bool(relinked.changes)
        for change in relinked.changes:
            key = change.kind, change.step
            self.links[key] += 1
            examples = self.link_examples[key]
            if len(examples) < MAX_EXAMPLES:
                before, after = _link_shown(change.before), _link_shown(change.after)
                example = {
                    "url": change.url,
                    "page": relinked.url,
                    "before": before,
                    "after": after,
                }
                examples.append(example)


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@json_option
def reparse(dry_run: bool, as_json: bool) -> None:
    """Read archived pages again with the current reader; nothing is fetched.

    What is read differently is put right in place: the publisher changed nothing, so that no
    version comes of it. Texts that were read before stay. Pages that held no article are
    looked at too. Related links are found again as well, with what is known of the site by
    now; new ones wait for the next run, which follows them by its rules.

    \b
    Examples:
      terkait reparse --dry-run
      terkait reparse
    """
    database = open_database(load_config())
    report = Report()
    try:
        for example in read_again(database, dry_run=dry_run):
            report.add(example)
        for page in relink(database, dry_run=dry_run):
            report.add_links(page)
    finally:
        database.close()
    if as_json:
        print_json(_as_record(report, dry_run=dry_run))
    else:
        _print(report)
    verb = "would change" if dry_run else "changed"
    left = report.problems.total()
    note(f"{report.read} read again, {report.changed} {verb}; {left} could not be read again")
    note(f"links of {report.pages} pages checked, those of {report.relinked} {verb}")


def _shown(difference: Difference) -> tuple[str, str]:
    """What stood there and what stands there now; of a body the first passage that differs."""
    before, after = difference.before, difference.after
    if difference.field == "body":
        first = next(iter(changes(before, after)), None)
        return (first.before, first.after) if first else ("", "")
    return cell(before), cell(after)


def _link_shown(link: tuple[str, str, str] | None) -> str:
    """Kind, box and anchor in words; "" for no link."""
    if link is None:
        return ""
    kind, box, anchor = link
    return cell(f"{kind}, {box}: {anchor}" if box else f"{kind}: {anchor}")


def _as_record(report: Report, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "read": report.read,
        "changed": report.changed,
        "older_versions": report.older,
        "fields": {
            name: {"articles": count, "examples": report.examples[name]}
            for name, count in report.fields.most_common()
        },
        "problems": dict(report.problems.most_common()),
        "pages": report.pages,
        "pages_with_other_links": report.relinked,
        "links": [
            {"kind": kind, "step": step, "links": count, "examples": report.link_examples[key]}
            for key, count in report.links.most_common()
            for kind, step in [key]
        ],
    }


def _print(report: Report) -> None:
    if report.fields:
        print_table(("field", "articles"), report.fields.most_common())
    for name, examples in report.examples.items():
        for example in examples:
            print_line()
            print_line(f"{name} of {example['url']}:", style="bold")
            print_before_and_after(example["before"], example["after"])
    if report.links:
        print_line()
        rows = [(kind, step, count) for (kind, step), count in report.links.most_common()]
        print_table(("links", "", "how many"), rows)
    for (_, step), links in report.link_examples.items():
        for link in links:
            print_line()
            print_line(f"link {step} on {link['page']}: {link['url']}", style="bold")
            print_before_and_after(link["before"], link["after"])
    if report.problems:
        print_line()
        print_table(("not read again", "articles"), report.problems.most_common())
