"""Feeds and sitemaps: what they list, however they are written."""

import contextlib
import gzip
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import NoListing
from crawler.page.feeds import MAX_ENTRIES, ListEntry, parse_time, read_listing

BASE = "https://a.test/feed"
NEWS = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    "<url><loc>https://a.test/1</loc><news:news><news:publication_date>2026-08-19T07:00:00+07:00"
    "</news:publication_date></news:news></url>"
    "<url><loc>https://a.test/2</loc><lastmod>2026-08-20</lastmod></url></urlset>"
)


def urls(body: str | bytes) -> list[str]:
    data = body.encode() if isinstance(body, str) else body
    return [entry.url for entry in read_listing(data, BASE).entries]


@pytest.mark.parametrize(
    "item",
    [
        "<rss><channel><item><link>https://a.test/1?x=1&amp;y=2</link></item></channel></rss>",
        "<rss><channel><item><link>https://a.test/1?x=1&y=2</link></item></channel></rss>",
        "<rss><channel><item><link><![CDATA[https://a.test/1?x=1&y=2]]></link></item></channel></rss>",
        "<rss><channel><item><guid>https://a.test/1?x=1&amp;y=2</guid></item></channel></rss>",
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="self" href="/no"/>'
        '<link href="/1?x=1&amp;y=2"/></entry></feed>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/'
        'rss/1.0/"><item><link>https://a.test/1?x=1&amp;y=2</link></item></rdf:RDF>',
    ],
    ids=["rss", "bare and", "cdata", "guid", "atom", "rdf"],
)
def test_entry_is_found_in_every_form_of_feed(item: str) -> None:
    assert urls(item) == ["https://a.test/1?x=1&y=2"]


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"{}><entry{}><link{} href="{}"/></entry></feed>'


@pytest.mark.parametrize(
    ("feed", "entry", "link", "url"),
    [
        ("", "", "", "https://a.test/blog/1"),
        (' xml:base="/x/"', "", "", "https://a.test/x/1"),
        (' xml:base="https://b.test/x/"', ' xml:base="y/"', "", "https://b.test/x/y/1"),
        (' xml:base="/x/"', "", ' xml:base="/z/"', "https://a.test/z/1"),
        (' xml:base="javascript:x"', "", "", "https://a.test/blog/1"),
    ],
)
def test_relative_address_is_resolved_against_the_base_around_it(
    feed: str, entry: str, link: str, url: str
) -> None:
    body = ATOM.format(feed, entry, link, "1").encode()
    assert read_listing(body, "https://a.test/blog/feed").entries == (ListEntry(url=url),)


def test_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "https://a.test/1"},
            {"id": "2", "url": "/2", "date_published": "2026-08-20T12:00:00+07:00"},
            {"id": "no address"},
            "no item",
        ],
    }
    listing = read_listing(json.dumps(feed).encode(), BASE)
    assert listing.entries == (
        ListEntry(url="https://a.test/2", at=datetime(2026, 8, 20, 5, tzinfo=UTC)),
        ListEntry(url="https://a.test/1"),
    )


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        (["/m-1.xml", "/m-2.xml", "/m-10.xml"], ["/m-10.xml", "/m-2.xml", "/m-1.xml"]),
        (["/2026/2.xml", "/2026/1.xml"], ["/2026/2.xml", "/2026/1.xml"]),
        (["/a-1.xml", "/b-2.xml"], ["/a-1.xml", "/b-2.xml"]),
        (["/a.xml", "/b.xml"], ["/a.xml", "/b.xml"]),
    ],
)
def test_list_without_times_that_counts_up_has_the_newest_last(
    lines: list[str], order: list[str]
) -> None:
    body = "".join(f"<sitemap><loc>{line}</loc></sitemap>" for line in lines)
    listing = read_listing(f"<sitemapindex>{body}</sitemapindex>".encode(), "https://a.test/")
    assert [entry.url for entry in listing.lists] == [f"https://a.test{path}" for path in order]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_sitemap_of_plain_text_is_read(mark: str) -> None:
    assert urls(f"{mark}https://a.test/x\r\nhttps://a.test/y\n\nno address\n") == [
        "https://a.test/x",
        "https://a.test/y",
    ]


@pytest.mark.parametrize(
    "warning", ["<br />\n<b>Warning</b>: in <b>x.php</b><br />\n", "Notice: x\n"]
)
def test_warning_printed_before_the_list_hides_nothing(warning: str) -> None:
    assert urls(warning + NEWS) == urls(NEWS)
    feed = "<rss><channel><item><link>/1</link></item></channel></rss>"
    assert urls(warning + feed) == ["https://a.test/1"]


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(gzip.compress(NEWS.encode())),
        gzip.compress(NEWS.encode()[:300]) + gzip.compress(NEWS.encode()[300:]),
        gzip.compress(NEWS.encode()) + b"\n<!-- cache -->",
        gzip.compress(NEWS.encode())[:-8],
    ],
    ids=["twice", "two members", "remark behind", "cut"],
)
def test_list_is_unpacked_however_it_was_packed(packed: bytes) -> None:
    assert urls(packed) == urls(NEWS)


@pytest.mark.parametrize("half", ["&#xD800;", "&#55296;"])
def test_half_a_character_pair_costs_its_own_entry_alone(half: str) -> None:
    items = f"<item><link>https://a.test/{half}</link></item><item><link>/1</link></item>"
    assert "https://a.test/1" in urls(f"<rss><channel>{items}<b></channel></rss>")
    link = f'<entry><link href="/{half}"/></entry><entry><link href="/1"/></entry>'
    assert "https://a.test/1" in urls(f"<feed>{link}<b></feed>")


@pytest.mark.parametrize(
    "hostile",
    [
        b"<rss>"
        + b"<item>" * 240
        + b"<date>28 Nov x</date>" * 30_000
        + b"</item>" * 240
        + b"</rss>",
        b"<rss>" + b"<item><date>28 Nov 1</date></item>" * 30_000 + b"</rss>",
        b"<feed xml:base='/a/'>" + b"<entry xml:base='/a/'>" * 200 + b"<x/>" * 50_000,
        b"<rss>" + b"<?xml " * 50_000,
        b'{"version": "https://jsonfeed.org/", "items": ' + b"[" * 100_000,
    ],
    ids=["nested", "many dates", "bases", "beginnings", "json"],
)
def test_hostile_list_takes_little_time(hostile: bytes) -> None:
    start = time.process_time()
    with contextlib.suppress(NoListing):
        read_listing(hostile, BASE)
    assert time.process_time() - start < 3


def test_guid_that_is_no_address_is_none() -> None:
    feed = '<rss><item><guid isPermaLink="false">https://a.test/x</guid></item></rss>'
    assert urls(feed) == []


def test_sitemap_gives_the_newest_first_with_its_time() -> None:
    listing = read_listing(NEWS.encode(), BASE)
    assert listing.is_news
    assert [entry.url for entry in listing.entries] == ["https://a.test/2", "https://a.test/1"]
    assert listing.entries[1].at == datetime(2026, 8, 19, tzinfo=UTC)


def test_index_leads_to_sitemaps_and_not_to_pages() -> None:
    index = "<sitemapindex><sitemap><loc>/s1.xml.gz</loc></sitemap></sitemapindex>"
    listing = read_listing(index.encode(), BASE)
    assert listing.lists == (ListEntry(url="https://a.test/s1.xml.gz"),)
    assert listing.entries == ()


def test_packed_list_is_unpacked_and_a_bomb_is_cut() -> None:
    assert urls(gzip.compress(NEWS.encode())) == urls(NEWS)
    bomb = gzip.compress(NEWS.encode().replace(b"</urlset>", b" " * 60_000_000 + b"</urlset>"))
    assert len(bomb) < 100_000
    assert urls(bomb) == urls(NEWS)


def test_endless_list_is_cut() -> None:
    many = "".join(f"<item><link>https://a.test/{n}</link></item>" for n in range(MAX_ENTRIES + 9))
    listing = read_listing(f"<rss>{many}</rss>".encode(), "https://a.test/feed")
    assert (len(listing.entries), listing.left) == (MAX_ENTRIES, 9)


def test_entities_of_the_document_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "https://a.test/secret"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<rss><item><link>&a;</link></item><item><link>https://a.test/&f;</link></item></rss>"
    )
    assert not any("secret" in url or "root" in url for url in urls(bomb))


@pytest.mark.parametrize("body", [b"", b"<html><body>no</body></html>", b"\x1f\x8bno", b"{}"])
def test_what_is_no_list_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NoListing):
        read_listing(body, BASE)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Thu, 20 Aug 2026 12:00:30 +0700", datetime(2026, 8, 20, 5, 0, 30, tzinfo=UTC)),
        ("2026-08-20T12:00:30Z", datetime(2026, 8, 20, 12, 0, 30, tzinfo=UTC)),
        ("2026-08-20", datetime(2026, 8, 20, tzinfo=UTC)),
        ("Thu, 20 Aug 2026 12:00:30 WIB", datetime(2026, 8, 20, 5, 0, 30, tzinfo=UTC)),
        ("Thu, 20 Aug 2026 12:00:30 EST", datetime(2026, 8, 20, 17, 0, 30, tzinfo=UTC)),
        ("Kamis, 20 Agustus 2026 12:00 WIT", datetime(2026, 8, 20, 3, 0, tzinfo=UTC)),
        ("2026-08-20 12:00:30", datetime(2026, 8, 20, 12, 0, 30, tzinfo=UTC)),
        ("kemarin", None),
        ("2 jam lalu", None),
        ("", None),
    ],
)
def test_time_is_read_in_both_forms(said: str, meant: datetime | None) -> None:
    assert parse_time(said) == meant


@given(st.binary(max_size=2_000))
def test_whatever_bytes_come_are_no_list_or_one_of_whole_addresses(body: bytes) -> None:
    for start in (b"", b"<rss><item><link>", b"<urlset><url><loc>", b"\x1f\x8b", b"{", b"http://"):
        try:
            listing = read_listing(start + body, BASE)
        except NoListing:
            continue
        urls = [entry.url for entry in listing.entries]
        assert len(urls) == len(set(urls))
        assert all(url.startswith(("http://", "https://")) for url in urls)
