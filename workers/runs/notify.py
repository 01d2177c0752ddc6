"""Tells people of a scheduled run that did not go well: by a web hook, by mail, by a command.

Not well: a verdict that is not good, half as much or less than is usual for the site, or nothing
new of the site for long.
"""

import json
import logging
import shlex
import subprocess
from collections.abc import Mapping
from email.message import EmailMessage
from typing import cast

from db.config import Config
from db.models import Run
from db.runs.usual import drops, hours_without_news, usual_of
from db.sql.session import Database
from db.sql.types import utc_now
from workers.errors import SendingFailed
from workers.watching.sending import post, send_mail

logger = logging.getLogger(__name__)

#: verdicts of which nobody need be told
_GOOD = frozenset({"ok", "nothing due"})
#: a night does not wait longer for anyone
_SECONDS = 15


def tell(config: Config, database: Database, run: Run) -> None:
    """Tell of the run where it did not go well. A failure to tell is logged, no more."""
    targets = (config.notify_url, config.notify_mail, config.notify_command)
    if run.state != "finished" or not any(targets):
        return
    problems = _problems(config, database, run)
    if run.verdict in _GOOD and not problems:
        return
    report = _report(run, problems)
    for target, way in (
        (config.notify_url, _post),
        (config.notify_mail, _mail),
        (config.notify_command, _run),
    ):
        if target:
            try:
                way(config, report)
            except SendingFailed as error:
                logger.warning("nobody could be told of run %s: %s", run.id, error)


def _problems(config: Config, database: Database, run: Run) -> list[str]:
    """What is not well though the verdict may be good, in words."""
    site = run.site or ""
    with database.read() as session:
        problems = drops(
            usual_of(session, [run]).get(run.id), new=run.new_articles, links=run.links
        )
        hours = hours_without_news(session, site, utc_now())
    if config.notify_hours and hours is not None and hours > config.notify_hours:
        problems.append(f"nothing new was stored for {hours:.0f} hours")
    return problems


def _report(run: Run, problems: list[str]) -> dict[str, object]:
    return {
        "run": run.id,
        "site": run.site,
        "verdict": run.verdict,
        "message": run.message,
        "problems": problems,
        "fetched": run.fetched,
        "stored": run.stored,
        "failed": run.failed,
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
    }


def _post(config: Config, report: Mapping[str, object]) -> None:
    body = json.dumps(report).encode()
    post(config.notify_url, body, secret=config.watch_secret, waits=())


def _mail(config: Config, report: Mapping[str, object]) -> None:
    message = EmailMessage()
    message["From"], message["To"] = config.mail_from or config.notify_mail, config.notify_mail
    # a header is one line, whatever a site is called
    what = ", ".join([str(report["verdict"]), *map(str, cast(list[str], report["problems"]))])
    message["Subject"] = " ".join(f"terkait: {report['site']}: {what}".split())
    message.set_content("\n".join(f"{name}: {value}" for name, value in report.items()))
    send_mail(config, message)


def _run(config: Config, report: Mapping[str, object]) -> None:
    """The report comes on standard input; nothing of it is part of the command."""
    try:
        subprocess.run(
            shlex.split(config.notify_command),
            input=json.dumps(report).encode(),
            timeout=_SECONDS,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SendingFailed(str(error)) from error
