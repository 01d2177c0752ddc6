"""``terkait watch``: saved searches, and what runs found of them."""

import re
from urllib.parse import urlsplit

import click

from db.config import load_config
from db.queries.search.conditions import Filters
from db.queries.search.query import parse_query
from db.queries.search.results import search_page
from db.queries.shown_titles import shown_titles
from db.sql.types import utc_now
from db.watches import watch_rows
from terkait.cli.options import opened
from terkait.cli.output import (
    json_option,
    note,
    print_json,
    print_json_lines,
    print_line,
    print_table,
)
from terkait.database import open_database
from terkait.errors import BadUsage
from workers.errors import SendingFailed
from workers.watching.after_run import look_up_watches
from workers.watching.messages import as_json, as_mail
from workers.watching.sending import post, send_mail

#: articles that ``test`` shows
_TEST_SHOWN = 5
_NAME = re.compile(r"[\w.-]{1,60}")
_MAILBOX = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+")


@click.group(invoke_without_command=True)
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Show at most N events.",
)
@click.option("--name", metavar="NAME", help="Of this watch alone.")
@json_option
@click.pass_context
def watch(context: click.Context, limit: int, name: str | None, as_json: bool) -> None:
    """Keep searches, and show what came of them: matches, changes, deletions, new copies.

    After each run every watch is looked up. What came is shown here and on the web page, as RSS
    (/watches/NAME/feed.xml), and sent where the watch says. A watch tells of what comes after it
    was added.

    \b
    Examples:
      terkait watch add banjir "banjir OR rob site:news.example"
      terkait watch
      terkait watch test banjir
    """
    if context.invoked_subcommand is not None:
        return
    config = load_config()
    database = open_database(config)
    try:
        look_up_watches(config, database)
        with database.read() as session:
            events = watch_rows.events(session, watch=name, limit=limit)
            titles = shown_titles(session, {event.article: event.title for event in events})
            has_watches = bool(watch_rows.all_watches(session))
    finally:
        database.close()
    if as_json:
        print_json_lines(events)
        return
    columns = ("watch", "what", "found", "title", "address")
    rows = [(e.watch, said(e.kind, e.detail), e.found, titles[e.article], e.url) for e in events]
    if rows:
        print_table(columns, rows)
    elif not has_watches:
        note('nothing is watched yet; `terkait watch add NAME "WORDS"` begins')
    else:
        note("nothing has come of the watches yet")


def said(kind: str, detail: str) -> str:
    """An event's kind in words."""
    if kind == "changed":
        return f"version {detail}"
    if kind == "copy":
        return f"copy of article {detail}"
    if kind == "gone":
        return f"gone since {detail[:10]}"
    return kind


@watch.command(short_help="Keep a search under a name.")
@click.argument("name")
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option("--webhook", metavar="URL", help="Send what comes there, as JSON.")
@click.option("--mail", metavar="ADDRESS", help="Send what comes to this mailbox.")
def add(name: str, words: tuple[str, ...], webhook: str | None, mail: str | None) -> None:
    """Keep a search under a name; the words are those of `terkait search`.

    \b
    Examples:
      terkait watch add rob "rob OR 'air pasang' site:news.example"
      terkait watch add gempa gempa --webhook https://hooks.example/terkait
    """
    if not _NAME.fullmatch(name):
        raise BadUsage("a name has up to 60 letters, digits, '.', '-' and '_'")
    query = " ".join(words)
    parsed = parse_query(query)
    if parsed.is_empty:
        raise BadUsage("give at least one word or field to look for")
    if webhook and (urlsplit(webhook).scheme not in ("http", "https") or "://" not in webhook):
        raise BadUsage("--webhook: write an address that begins with https:// or http://")
    if mail and not _MAILBOX.fullmatch(mail):
        raise BadUsage(f"--mail: {mail!r} is no mailbox")
    config = load_config()
    database = open_database(config, create=True)
    try:
        with database.write() as session:
            watch_rows.add(session, name, query, webhook=webhook, mail=mail, now=utc_now())
    finally:
        database.close()
    for hint in parsed.notes:
        note(hint)
    if mail and not config.mail_server:
        note("no mail is sent until TERKAIT_MAIL_SERVER is set")
    note(f"{name} is watched; `terkait watch test {name}` shows what it finds today")


@watch.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Name the watches, where they send to, and what failed of that.

    \b
    Example:
      terkait watch list --json
    """
    with opened() as session:
        watches = [
            {
                "name": each.name,
                "query": each.query,
                "webhook": each.webhook,
                "mail": each.mail,
                "created": each.created_at,
                "checked": each.checked_at,
                "problem": each.problem,
            }
            for each in watch_rows.all_watches(session)
        ]
    if as_json:
        print_json_lines(watches)
    elif watches:
        print_table(
            ("watch", "query", "sent to", "problem"),
            [(w["name"], w["query"], w["webhook"] or w["mail"], w["problem"]) for w in watches],
        )
    else:
        note('nothing is watched yet; `terkait watch add NAME "WORDS"` begins')


@watch.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a watch and what was found of it; articles stay.

    \b
    Example:
      terkait watch remove banjir
    """
    database = open_database(load_config())
    try:
        with database.write() as session:
            watch_rows.remove(session, name)
    finally:
        database.close()
    note(f"{name} is watched no more")


@watch.command()
@click.argument("name")
@click.option("--send", is_flag=True, help="Send an empty message to where the watch sends to.")
@json_option
def test(name: str, send: bool, as_json: bool) -> None:
    """Show what a watch finds today, and whether its messages arrive.

    \b
    Examples:
      terkait watch test banjir
      terkait watch test banjir --send
    """
    config = load_config()
    with opened() as session:
        kept = watch_rows.get(session, name)
        query, webhook, mail = kept.query, kept.webhook, kept.mail
        filters = Filters(zone=config.zone)
        page = search_page(session, query, filters, sort="newest", limit=_TEST_SHOWN)
        titles = shown_titles(session, {hit.id: hit.title for hit in page.hits})
    if as_json:
        hits = [{"id": hit.id, "url": hit.url, "title": hit.title} for hit in page.hits]
        print_json({"name": name, "query": query, "total": page.total, "newest": hits})
    else:
        for hit in page.hits:
            print_line(titles[hit.id], style="bold")
            print_line(hit.url, style="dim")
    for hint in page.hints:
        note(hint)
    more = "" if page.is_total_exact else " or more"
    note(f"{name} finds {page.total}{more} articles today")
    if not send:
        return
    if not (webhook or mail):
        raise BadUsage(f"{name} sends nowhere; add it with --webhook or --mail")
    try:
        if webhook:
            body = as_json_message(name, query)
            post(webhook, body, secret=config.watch_secret, waits=())
        if mail:
            sender = config.mail_from or mail
            send_mail(config, as_mail(name, query, [], sender=sender, to=mail))
    except SendingFailed as error:
        note(f"nothing arrived: {error}")
        raise click.exceptions.Exit(1) from error
    note("a message was sent")


def as_json_message(name: str, query: str) -> bytes:
    """The message of a test: no events."""
    return as_json(name, query, [], utc_now())
