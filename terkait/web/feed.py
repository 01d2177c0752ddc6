"""A search result, and what was found of a watch, as RSS 2.0."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from email.utils import format_datetime
from xml.sax.saxutils import escape

from db.queries.search.results import SearchHit
from db.watches.watch_rows import EventRecord
from terkait.cli.output import plain
from terkait.web.pages.terms import address

#: what XML 1.0 cannot hold, however it is escaped
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rss(query: str, hits: Iterable[SearchHit], here: str) -> str:
    """The feed; ``here`` is the address of the web page."""
    items = "".join(_item(hit, here) for hit in hits)
    link = here.rstrip("/") + address("/", q=query, sort="newest")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{_text('Terkait: ' + (query or 'all articles'))}</title>"
        f"<link>{_text(link)}</link>"
        f"<description>{_text('Articles that this search finds, the newest first')}</description>"
        f"{items}</channel></rss>\n"
    )


def events_rss(name: str, query: str, lines: Iterable[tuple[EventRecord, str]], here: str) -> str:
    """The feed of a watch: each event with what it is in words."""
    items = "".join(_event(event, what, here) for event, what in lines)
    link = here.rstrip("/") + address("/watches", name=name)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{_text('Terkait: ' + name)}</title><link>{_text(link)}</link>"
        f"<description>{_text('What runs found of: ' + query)}</description>"
        f"{items}</channel></rss>\n"
    )


def _event(event: EventRecord, what: str, here: str) -> str:
    return (
        f"<item><title>{_text(f'{what}: ' + (event.title or '(no title)'))}</title>"
        f"<link>{_text(event.url)}</link>"
        f'<guid isPermaLink="false">{_text(here)}watches/events/{event.id}</guid>'
        f"<pubDate>{format_datetime(event.found)}</pubDate>"
        f"<description>{_text(event.site)}</description></item>\n"
    )


def _item(hit: SearchHit, here: str) -> str:
    published = _date(hit.published)
    date = f"<pubDate>{published}</pubDate>" if published else ""
    return (
        f"<item><title>{_text(hit.title or '(no title)')}</title><link>{_text(hit.url)}</link>"
        f'<guid isPermaLink="false">{_text(here)}articles/{hit.id}</guid>{date}'
        f"<source url={_quoted(here + 'feed.xml')}>{_text(hit.site)}</source>"
        f"<description>{_text(hit.snippet.text)}</description></item>\n"
    )


def _date(published: str | None) -> str:
    """As RSS wants it; a day alone counts as its first minute in UTC; "" where it is unknown."""
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = datetime.combine(moment.date(), time(), UTC)
    return format_datetime(moment)


def _text(value: str) -> str:
    return escape(_NO_XML.sub("", plain(value[:10_000])))


def _quoted(value: str) -> str:
    return f'"{escape(value, {chr(34): "&quot;"})}"'
