"""``terkait reparse``: the archive read again with today's reader."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import click

from db.config import load_config
from db.corrections import Difference
from db.history import changes
from terkait.cli.changes import print_before_and_after
from terkait.cli.output import cell, json_option, note, print_json, print_line, print_table
from terkait.opening import open_database
from workers.reparse import Reread
from workers.reparse import reparse as read_again

#: examples kept of each field
MAX_EXAMPLES = 3


@dataclass(kw_only=True, slots=True)
class Report:
    """What came of it."""

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

    def add(self, one: Reread) -> None:
        """Count one article."""
        self.read += 1
        self.older += one.older
        if one.problem:
            self.problems[one.problem] += 1
        self.changed += bool(one.differences)
        for difference in one.differences:
            self.fields[difference.field] += 1
            some = self.examples[difference.field]
            if len(some) < MAX_EXAMPLES:
                before, after = _shown(difference)
                some.append({"url": one.url, "before": before, "after": after})


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@json_option
def reparse(dry_run: bool, as_json: bool) -> None:
    """Read the archive again with today's reader; nothing is fetched.

    What is read differently is put right in place: the publisher changed nothing, so that no
    version comes of it. Texts that were read before stay. Pages that held no article are
    looked at too.

    \b
    Examples:
      terkait reparse --dry-run
      terkait reparse
    """
    database = open_database(load_config())
    report = Report()
    try:
        for one in read_again(database, dry_run=dry_run):
            report.add(one)
    finally:
        database.close()
    if as_json:
        print_json(_as_record(report, dry_run=dry_run))
    else:
        _print(report)
    verb = "would change" if dry_run else "changed"
    note(f"{report.read} read again, {report.changed} {verb}")


def _shown(difference: Difference) -> tuple[str, str]:
    """What stood there and what stands there now; of a body the first passage that differs."""
    before, after = difference.before, difference.after
    if difference.field == "body":
        first = next(iter(changes(before, after)), None)
        return (first.before, first.after) if first else ("", "")
    return cell(before), cell(after)


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
    }


def _print(report: Report) -> None:
    if report.fields:
        print_table(("field", "articles"), report.fields.most_common())
    for name, examples in report.examples.items():
        for example in examples:
            print_line()
            print_line(f"{name} of {example['url']}:", style="bold")
            print_before_and_after(example["before"], example["after"])
    if report.problems:
        print_line()
        print_table(("not read again", "articles"), report.problems.most_common())
