"""Tells people of a scheduled run that did not go well: by a web hook, by mail, by a command."""

import json
import logging
import shlex
import subprocess
from collections.abc import Mapping
from email.message import EmailMessage

from db.config import Config
from db.models import Run
from workers.errors import SendingFailed
from workers.watching.sending import post, send_mail

logger = logging.getLogger(__name__)

#: verdicts of which nobody need be told
_GOOD = frozenset({"ok", "nothing due"})
#: a night does not wait longer for anyone
_SECONDS = 15


def tell(config: Config, run: Run) -> None:
    """Tell of the run where its verdict is not good. A failure to tell is logged, no more."""
    if run.verdict in _GOOD or run.state != "finished":
        return
    report = _report(run)
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


def _report(run: Run) -> dict[str, object]:
    return {
        "run": run.id,
        "site": run.site,
        "verdict": run.verdict,
        "message": run.message,
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
    message["Subject"] = " ".join(f"terkait: {report['site']}: {report['verdict']}".split())
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
