"""``terkait doctor``: what is installed, configured and reachable."""

import sys

import click

from db.config import load_config
from terkait.checkup import checkup
from terkait.cli.output import json_option, print_json_lines, print_table


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Check what is installed, configured and reachable, and say what to do about what is not.

    \b
    Examples:
      terkait doctor
      terkait doctor --json

    Exit code 0: a crawl can start; 1: something stands in its way.
    """
    findings = checkup(load_config())
    if as_json:
        print_json_lines(findings)
    else:
        print_table(("what", "state", "found"), [(f.what, f.state, f.text) for f in findings])
    sys.exit(any(finding.state == "fault" for finding in findings))
