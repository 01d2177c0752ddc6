"""Sends what was found: a request to a webhook, a mail to a mailbox."""

import http.client
import smtplib
import ssl
import time
from email.message import EmailMessage
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from db.config import Config, program_version
from workers.errors import SendingFailed
from workers.watching.messages import signature

#: a receiver that takes longer counts as away
TIMEOUT_SECONDS = 10.0
#: at once, then after these; what still fails waits for the next run
_WAITS_SECONDS = (1.0, 4.0)
_SMTP_PORT, _SMTPS_PORT = 587, 465


class _NoRedirect(HTTPRedirectHandler):
    """A signed message goes where it was meant to go, and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """None: an answer like any other."""


def post(url: str, body: bytes, *, secret: str, waits: tuple[float, ...] = _WAITS_SECONDS) -> None:
    """Send to a webhook; again some seconds later where it is away. Raises SendingFailed."""
    for wait in (*waits, None):
        try:
            _post_once(url, body, secret)
            return
        except SendingFailed:
            if wait is None:
                raise
            time.sleep(wait)


def _post_once(url: str, body: bytes, secret: str) -> None:
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Terkait/{program_version()}",
        "X-Terkait-Timestamp": timestamp,
    }
    if secret:
        headers["X-Terkait-Signature"] = signature(secret, timestamp, body)
    request = Request(url, data=body, headers=headers, method="POST")
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as answer:
            answer.read(1_000)
    except HTTPError as error:
        error.close()
        raise SendingFailed(f"HTTP {error.code}") from error
    except URLError as error:
        raise SendingFailed(str(error.reason)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SendingFailed(str(error) or type(error).__name__) from error


def send_mail(config: Config, message: EmailMessage) -> None:
    """Send by the mail server of the settings. Raises SendingFailed."""
    if not config.mail_server:
        raise SendingFailed("no mail server: set TERKAIT_MAIL_SERVER")
    server = urlsplit(config.mail_server)
    host = server.hostname or ""
    try:
        if server.scheme == "smtps":
            context = ssl.create_default_context()
            port = server.port or _SMTPS_PORT
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            smtp = smtplib.SMTP(host, server.port or _SMTP_PORT, timeout=TIMEOUT_SECONDS)
        with smtp:
            _log_in(smtp, server.scheme, unquote(server.username or ""), server.password)
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise SendingFailed(f"mail: {error}") from error


def _log_in(smtp: smtplib.SMTP, scheme: str, user: str, password: str | None) -> None:
    """A password never goes over an open line."""
    smtp.ehlo()
    if scheme == "smtp" and smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    elif scheme == "smtp" and user:
        raise smtplib.SMTPException("the server offers no encryption, and so gets no password")
    if user:
        smtp.login(user, unquote(password or ""))
