"""Looks up all watches and sends what was found of them; a receiver's trouble is no run's."""

import logging
from dataclasses import replace

from db.config import Config
from db.queries.shown_titles import shown_titles
from db.sql.session import Database
from db.sql.types import utc_now
from db.terms.errors import TerkaitError
from db.watches import watch_rows
from db.watches.check import check
from workers.errors import SendingFailed
from workers.watching.messages import as_json, as_mail
from workers.watching.sending import post, send_mail

logger = logging.getLogger(__name__)

#: events in one message
MAX_IN_MESSAGE = 200


def look_up_watches(config: Config, database: Database) -> int:
    """Store what has come of each watch, then send it; how many events there are."""
    with database.write() as session:
        count = sum(
            check(session, watch, zone=config.zone, now=utc_now())
            for watch in watch_rows.all_watches(session)
        )
    send_all(config, database)
    return count


def look_up_quietly(config: Config, database: Database) -> None:
    """The same at the end of a run, which is over whatever becomes of it."""
    try:
        look_up_watches(config, database)
    except TerkaitError as error:
        logger.warning("the watches are looked up after the next run: %s", error)


def send_all(config: Config, database: Database) -> None:
    """Send what has not arrived yet, where it is time to try."""
    now = utc_now()
    with database.read() as session:
        waiting = [
            (watch.id, watch.name, watch.query, watch.webhook, watch.mail)
            for watch in watch_rows.all_watches(session)
            if (watch.webhook or watch.mail)
            and (watch.next_try_at is None or watch.next_try_at <= now)
        ]
    for watch_id, name, query, webhook, mail in waiting:
        with database.read() as session:
            events = watch_rows.unsent(session, watch_id, limit=MAX_IN_MESSAGE)
            titles = shown_titles(session, {event.article: event.title for event in events})
        if not events:
            continue
        try:
            if webhook:
                post(webhook, as_json(name, query, events, now), secret=config.watch_secret)
            if mail:
                sender = config.mail_from or mail
                named = [replace(event, title=titles[event.article]) for event in events]
                send_mail(config, as_mail(name, query, named, sender=sender, to=mail))
        except SendingFailed as error:
            logger.warning("watch %s: nothing arrived: %s", name, error)
            with database.write() as session:
                watch_rows.mark_failed(session, watch_id, str(error), utc_now())
        else:
            with database.write() as session:
                watch_rows.mark_sent(session, watch_id, [event.id for event in events], utc_now())
