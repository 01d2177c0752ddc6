"""Feeds of a search and of a watch: well-formed whatever titles hold."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from db.queries.search.results import SearchHit
from db.queries.search.snippet import Snippet
from db.watches.watch_rows import EventRecord
from terkait.web.feed import events_rss, rss

HERE = "http://127.0.0.1:8765/"
NOON = datetime(2026, 8, 20, 12, tzinfo=UTC)
_TEXT = st.text(max_size=60)


def hit(title: str | None = "Banjir", published: str | None = None, text: str = "") -> SearchHit:
    return SearchHit(
        id=7,
        url="https://a.test/1?a=1&b=2",
        site="a.test",
        title=title,
        published=published,
        language=None,
        score=1.0,
        heading=Snippet(text=title or ""),
        snippet=Snippet(text=text),
    )


def event(title: str | None) -> EventRecord:
    return EventRecord(
        id=3,
        watch="banjir",
        kind="new",
        detail="",
        found=NOON,
        sent=None,
        article=7,
        url="https://a.test/1",
        title=title,
        site="a.test",
        published=None,
    )


def parsed(feed: str) -> "etree._Element":
    return etree.fromstring(feed.encode())


@given(_TEXT, _TEXT, _TEXT)
def test_feed_of_a_search_is_well_formed_and_has_an_item_a_hit(
    query: str, title: str, text: str
) -> None:
    root = parsed(rss(query, [hit(title, text=text), hit(None)], HERE))
    assert len(root.findall("channel/item")) == 2
    assert root.findtext("channel/item/link") == "https://a.test/1?a=1&b=2"
    assert len(root.findall("channel/item/*")) == 2 * 5


@given(_TEXT, _TEXT, _TEXT)
def test_feed_of_a_watch_is_well_formed_and_has_an_item_an_event(
    name: str, query: str, title: str
) -> None:
    root = parsed(events_rss(name, query, [(event(title), "new"), (event(None), "gone")], HERE))
    titles = [item.text or "" for item in root.findall("channel/item/title")]
    assert len(titles) == 2
    assert titles[0].startswith("new:")
    assert titles[1] == "gone: (no title)"


def test_what_xml_cannot_hold_is_left_out() -> None:
    root = parsed(rss("", [hit("Ban\ufffejir\x0b su\uffffrut", text="\x00")], HERE))
    assert root.findtext("channel/item/title") == "Banjir surut"


def test_item_is_known_by_its_number_and_no_address() -> None:
    guid = parsed(rss("", [hit()], HERE)).find("channel/item/guid")
    assert guid is not None
    assert (guid.text, guid.attrib["isPermaLink"]) == (f"{HERE}articles/7", "false")


@pytest.mark.parametrize(
    ("published", "moment"),
    [
        ("2026-08-20T19:00:00+07:00", NOON),
        ("2026-08-20", datetime(2026, 8, 20, tzinfo=UTC)),
        ("2026-08-20T19:00:00", datetime(2026, 8, 20, tzinfo=UTC)),
    ],
)
def test_time_is_written_as_feeds_do(published: str, moment: datetime) -> None:
    date = parsed(rss("", [hit(published=published)], HERE)).findtext("channel/item/pubDate")
    assert date is not None
    assert parsedate_to_datetime(date) == moment


@pytest.mark.parametrize("published", [None, "", "kemarin"])
def test_unknown_time_is_left_out(published: str | None) -> None:
    root = parsed(rss("", [hit(published=published)], HERE))
    assert root.find("channel/item/pubDate") is None


def test_feed_leads_back_to_its_search() -> None:
    link = parsed(rss('banjir OR "air pasang"', [], HERE)).findtext("channel/link") or ""
    assert link.startswith("http://127.0.0.1:8765/?")
    assert "sort=newest" in link
    assert " " not in link
    assert '"' not in link
